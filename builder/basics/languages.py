"""Language tags (BCP 47, RFC 5646) and the direction their script is written in."""

from __future__ import annotations

import re
from typing import Final

# RFC 5646 section 2.1, the part of it that names living languages: language, script, region,
# variants. Extensions and private use say nothing that an archive could act upon.
_TAG: Final = re.compile(
    r"[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*",
    re.IGNORECASE,
)
_RTL_LANGUAGES: Final = frozenset(
    {"ar", "arc", "azb", "bal", "ckb", "dv", "fa", "glk", "he", "ku-arab", "lrc", "mzn", "nqo"}
    | {"pnb", "ps", "sd", "syr", "ug", "ur", "yi"}
)
_RTL_SCRIPTS: Final = frozenset({"arab", "hebr", "thaa", "syrc", "nkoo", "adlm", "rohg"})


def normal_tag(text: str) -> str | None:
    """Return the tag in its usual case (`zh-Hant-TW`), or None when it is not one."""
    if not _TAG.fullmatch(text):
        return None
    parts = text.lower().split("-")
    shaped = [parts[0]]
    for part in parts[1:]:
        if len(part) == 4 and part.isalpha():
            shaped.append(part.title())
        elif len(part) == 2:
            shaped.append(part.upper())
        else:
            shaped.append(part)
    return "-".join(shaped)


def direction(tag: str) -> str:
    """Return `rtl` or `ltr` for a language tag; an explicit script decides (RFC 5646 2.2.3)."""
    parts = tag.lower().split("-")
    script = next((p for p in parts[1:] if len(p) == 4 and p.isalpha()), None)
    if script is not None:
        return "rtl" if script in _RTL_SCRIPTS else "ltr"
    return "rtl" if parts[0] in _RTL_LANGUAGES else "ltr"
