"""Honest media: every output says that it was generated, how, and by what.

provenance   what an output says, and what the owner lets it say
certificate  what it is signed with
credentials  C2PA content credentials, written and read
watermark    the invisible mark; payload.py is what it says
labels       one line of plain text
write        the one place where outputs get all of this
verify       where a file comes from, and what was done to it
"""
