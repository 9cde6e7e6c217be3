"""Language tags (BCP 47, RFC 5646), the direction their script is written in, and their digits."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# RFC 5646 section 2.1, the part of it that names living languages: language, script, region,
# variants. Extensions and private use say nothing that an archive could act upon.
_TAG: Final = re.compile(
    r"[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*",
    re.IGNORECASE,
)
_RTL_LANGUAGES: Final = frozenset(
    {"apc", "ar", "arc", "azb", "bal", "bgn", "ckb", "dv", "fa", "glk", "he", "ks", "ku-arab"}
    | {"lrc", "mzn", "nqo", "pnb", "ps", "rhg", "sd", "sdh", "skr", "syr", "trw", "ug", "ur", "yi"}
)
_RTL_SCRIPTS: Final = frozenset({"arab", "hebr", "thaa", "syrc", "nkoo", "adlm", "rohg"})

_ZEROS: Final = {
    "adlm": 0x1E950, "arab": 0x0660, "arabext": 0x06F0, "beng": 0x09E6, "cakm": 0x11136,
    "deva": 0x0966, "hmnp": 0x1E140, "latn": 0x0030, "mtei": 0xABF0, "mymr": 0x1040,
    "nkoo": 0x07C0, "olck": 0x1C50, "tibt": 0x0F20,
}  # fmt: skip
"""The digit zero of CLDR's numbering systems; the other nine follow it in Unicode."""
_NUMERALS: Final = {
    tag: system
    for system, tags in {
        "adlm": "ff-adlm",
        "arab": "ar-bh ar-dj ar-eg ar-er ar-il ar-iq ar-jo ar-km ar-kw ar-lb ar-mr ar-om ar-ps "
        "ar-qa ar-sa ar-sd ar-so ar-ss ar-sy ar-td ar-ye ckb sd sdh",
        "arabext": "az-arab bgn fa ks lrc mzn pa-arab ps ur-in uz-arab",
        "beng": "as bn mni",
        "cakm": "ccp",
        "deva": "bgc bho mr ne raj sa sat-deva",
        "hmnp": "hnj",
        "latn": "ks-deva sd-deva",
        "mtei": "mni-mtei",
        "mymr": "my",
        "nkoo": "nqo",
        "olck": "sat",
        "tibt": "dz",
    }.items()
    for tag in tags.split()
}
"""CLDR's default numbering systems where they are not `latn`."""


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


@lru_cache(maxsize=256)  # asked of every article
def direction(tag: str) -> str:
    """Return `rtl` or `ltr` for a language tag; an explicit script decides (RFC 5646 2.2.3)."""
    parts = tag.lower().split("-")
    script = next((p for p in parts[1:] if len(p) == 4 and p.isalpha()), None)
    if script is not None:
        return "rtl" if script in _RTL_SCRIPTS else "ltr"
    return "rtl" if parts[0] in _RTL_LANGUAGES else "ltr"


def numerals(tag: str) -> str:
    """Return the numbering system of a language by its CLDR name: `latn`, `arabext`.

    Kept here so that a page without Babel's dates needs no Babel; a test compares it with all of
    Babel's locales.
    """
    parts = tag.lower().split("-")
    found = ("-".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((_NUMERALS[form] for form in found if form in _NUMERALS), "latn")


def digit_table(system: str) -> dict[int, int]:
    """Return what turns the digits 0 to 9 into those of a numbering system (`str.translate`)."""
    zero = _ZEROS[system]
    return {} if system == "latn" else {ord("0") + n: zero + n for n in range(10)}


def is_without_spaces(tag: str) -> bool:
    """Return whether a language puts no spaces between words, so that they are hard to tell."""
    return tag.partition("-")[0] in {"ja", "zh"}
