"""Which characters may stand in a page, and how those that mean something are written.

Strings in, strings out. Called by the other modules of this room.
"""

from __future__ import annotations

import re
from typing import Final

# Characters that neither HTML nor XML 1.0 lets stand in a text: controls but tab and line feed,
# surrogates, noncharacters. NUL becomes U+FFFD first (CommonMark 2.3). Compiled with the first text
# that may hold one.
_FORBIDDEN: Final = (
    "[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr((plane << 16) + low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF))
    + "]"
)
# Nearly every text holds none of these; one look finds out. (A class of characters beyond the
# first plane is ten times slower, so all of those are suspects.)
_SUSPECT: Final = "[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd]"
_PLAIN_ASCII: Final = b"\t\n" + bytes(range(0x20, 0x7F))
# Vertical tab, form feed, next line: they part words.
_SPACE_LIKE: Final = re.compile("[\x0b\x0c\x85]")
_LINE_END: Final = re.compile("\r\n?")


def normal_text(text: str) -> str:
    """Return a file's text with line feeds for line ends, and nothing that no page can hold."""
    return printable(_LINE_END.sub("\n", text) if "\r" in text else text)


def printable(text: str) -> str:
    """Return the text without what HTML and XML forbid."""
    if text.isascii():
        # What is left when all that is plain is taken away: found in a tenth of the time.
        is_plain = not text.encode().translate(None, _PLAIN_ASCII)
    else:
        is_plain = re.search(_SUSPECT, text) is None
    if is_plain:
        return text
    return re.sub(_FORBIDDEN, "", _SPACE_LIKE.sub(" ", text.replace("\0", "\ufffd")))


def escape_text(text: str) -> str:
    """Return a text as it stands between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_value(text: str) -> str:
    """Return a text as it stands in an attribute's double quotes."""
    return escape_text(text).replace('"', "&quot;")
