"""Files of an index as classic scripts, so that a page opened from a disk can load them.

A browser lets no page of file:// fetch a file, but it runs scripts that stand beside it. So the
bytes go into a string literal as they are, and the script is loaded as `x-user-defined`, which
turns each byte above 0x7F into a character whose low eight bits are that byte (WHATWG Encoding,
section 14.5). Four bytes cannot stand in a literal and are escaped. Pure.
"""

from __future__ import annotations

import re
from typing import Final

_PREFIX: Final = b'backfile("'
_BETWEEN: Final = b'","'
_END: Final = b'");'

_ESCAPED: Final = re.compile(rb"\\(.)", re.DOTALL)
_PLAIN: Final = {b"n": b"\n", b"r": b"\r"}


def as_script(name: str, content: bytes) -> bytes:
    """Return a script that hands `content` to `backfile(name, ...)`; `name` is plain ASCII."""
    literal = (
        content.replace(b"\\", b"\\\\")
        .replace(b'"', b'\\"')
        .replace(b"\n", b"\\n")
        .replace(b"\r", b"\\r")
    )
    return b"".join((_PREFIX, name.encode("ascii"), _BETWEEN, literal, _END))


def from_script(script: bytes) -> tuple[str, bytes]:
    """Return the name and the content that a script hands on.

    Raises:
        ValueError: it is not one of ours, or not whole.
    """
    name, found, literal = script.removeprefix(_PREFIX).partition(_BETWEEN)
    if not (script.startswith(_PREFIX) and found and literal.endswith(_END)):
        raise ValueError("not a whole script of an index")
    content = _ESCAPED.sub(lambda m: _PLAIN.get(m[1], m[1]), literal[: -len(_END)])
    return name.decode("ascii"), content
