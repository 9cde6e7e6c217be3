"""`Site` -> pages: which there are, where they stand, and what each template sees. Pure.

One module per family of pages; `plan` brings them together. May import basics and model; called by
the builds and by check. Nothing is imported here: a corrected article needs few of them.
"""
