"""Markdown to safe HTML with its links open, and plain text about it.

The Markdown parser and the HTML sanitiser are imported in this room alone, and load with the first
text that is more than plain paragraphs. It knows no file but the one whose text it is given.
"""

from __future__ import annotations

from builder.basics.sentences import fold_spaces
from builder.prose.convert import convert, convert_inert
from builder.prose.summary import summarise

__all__ = ["convert", "convert_inert", "fold_spaces", "summarise"]
