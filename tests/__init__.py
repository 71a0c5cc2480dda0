"""A package, so that no other of this name (torch-fidelity installs one) is found first."""
