"""What git tells of the articles: when each came, when its text changed, and what changed in it.

`repository` asks git, in one pass over what is new since the last build; `trails` is pure: commits
in, the changes of each file out; `difference` compares two texts word by word.
"""

from builder.history.difference import compare
from builder.history.repository import GitFailedError, Repository, open_keeper, open_repository
from builder.history.trails import Change, Commit, Entry, Trails, extend, pack_trails, unpack_trails

__all__ = [
    "Change",
    "Commit",
    "Entry",
    "GitFailedError",
    "Repository",
    "Trails",
    "compare",
    "extend",
    "open_keeper",
    "open_repository",
    "pack_trails",
    "unpack_trails",
]
