"""Measuring methods: end-to-end speed, and protocols with ground truth."""
