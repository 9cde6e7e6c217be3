"""Headlines: a story without one gets one from its first words; both become slugs.

Pure, imports basics. Called by the importers.
"""

from __future__ import annotations

import re
from typing import Final

from builder.basics.digests import sha256_hex
from builder.basics.slugs import make_slug

TITLE_MAX: Final = 90
"""Characters of a headline made from a text; a first line that is shorter is taken whole."""
HEADLINE_MAX: Final = 500
"""What is longer is no headline, but a text in the wrong place."""
_SLUG_MAX: Final = 60

_DATE_IN_FRONT: Final = re.compile(r"(?:\d{4}-\d{2}-\d{2}(?:-|$))+")
_OWN_ID: Final = re.compile(r"[a-z0-9]{1,24}")


def title_from_text(text: str) -> str:
    """Return a headline for a cleaned text that has none: its first line or its first words."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    # A table may open with a line of dashes; words are wanted.
    first = next((line for line in lines if any(c.isalnum() for c in line)), "")
    if not first:
        first = " ".join(text.split())
    if len(first) <= TITLE_MAX:
        return first
    cut = first.rfind(" ", 0, TITLE_MAX)
    return first[: cut if cut > TITLE_MAX // 2 else TITLE_MAX - 1].rstrip(" ,;:-–—") + "…"


def slug_stem(title: str) -> str:
    """Return the headline as the start of a slug, cut between words; may be "".

    A date in front is dropped: in a file's name it would be read as the article's date.
    """
    return _DATE_IN_FRONT.sub("", make_slug(title[:HEADLINE_MAX], max_length=_SLUG_MAX))


def slug_tail(key: str) -> str:
    """Return what makes a slug unique: the record's id where it can stand in an address.

    Letters and digits alone, so that the last hyphen always separates headline and id, and `x 1`
    with the id 2 never meets `x` with the id 1-2. Any other id is digested.
    """
    return key if _OWN_ID.fullmatch(key) else short_key(key)


def short_key(key: str) -> str:
    """Return eight digits that tell one key from another."""
    return sha256_hex(key.encode())[:8]
