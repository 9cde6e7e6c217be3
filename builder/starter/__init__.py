"""What a person starts with: a new archive, or a new file in one. Nothing is ever overwritten."""

from builder.starter.archive import write_starter
from builder.starter.content_file import NewFile, RefusedError, write_new

__all__ = ["NewFile", "RefusedError", "write_new", "write_starter"]
