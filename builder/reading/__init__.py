"""Text of a file -> the value it describes, with every mistake in its place. Pure.

PyYAML is imported here alone, and loads with the first head that is not of the plainest. May import
basics and model; called by build and check.
"""

from builder.reading.articles import parse_article
from builder.reading.front_matter import Prose, SplitFile, split
from builder.reading.settings import parse_settings
from builder.reading.terms import parse_notice, parse_page, parse_term
from builder.reading.words import parse_words

__all__ = [
    "Prose",
    "SplitFile",
    "parse_article",
    "parse_notice",
    "parse_page",
    "parse_settings",
    "parse_term",
    "parse_words",
    "split",
]
