"""People and topics, and every other taxonomy: indexes, a page each, older pages, mentions.

`planning` says which pages there are; the others make what one of them shows. Nothing is imported
here: a corrected article needs little of it.
"""
