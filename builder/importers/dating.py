"""A date as some export writes it -> a date of ours, and what had to be guessed or given up.

Pure, imports basics. Called by jsonl.py and plaintext.py.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from builder.basics.dates import UNDATED, ArchiveDate, BadDateError, parse_date

# A day in front of a time that cannot be read: `1987-10-19T??:06:56`, `2025-05-08T26:00`.
_DAY_FIRST_PART: Final = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?!\d)", re.ASCII)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{4,6}Z?)?", re.ASCII)
_SECONDS: Final = re.compile(r"-?\d{9,10}(?:\.\d+)?", re.ASCII)
_MILLISECONDS: Final = re.compile(r"\d{12,13}", re.ASCII)
_IN_URL: Final = re.compile(r"/((?:1[5-9]|20)\d{2})/(\d{1,2})/(\d{1,2})(?:/|$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date and how it was come by."""

    date: ArchiveDate
    text: str
    """In a form we read: as given where that is one."""
    fault: str | None = None
    """Why the text itself is no date, None where it is one."""
    is_whole: bool = True
    """False where a part of what was given is lost."""


def find_date(text: str) -> FoundDate:
    """Return the date that `text` writes, or as much of it as is certain, or undated.

    A date whose order is open (03/04/1987) is not guessed. A number of seconds or milliseconds
    since 1970 is an instant in UTC, as Unix counts it.
    """
    text = text.strip()
    try:
        return FoundDate(parse_date(text), text)
    except BadDateError as error:
        fault = error.reason
    for candidate, is_whole in _candidates(text):
        try:
            return FoundDate(parse_date(candidate), candidate, fault, is_whole)
        except BadDateError:
            continue
    return FoundDate(UNDATED, "undated", fault, is_whole=False)


def _candidates(text: str) -> list[tuple[str, bool]]:
    """Return readings from the most certain to the least, each with whether it says all."""
    found: list[tuple[str, bool]] = []
    if compact := _COMPACT.fullmatch(text):
        found.append(("-".join(compact.groups()), len(text) == 8))
    if _SECONDS.fullmatch(text):
        found.append((_from_seconds(float(text)), True))
    elif _MILLISECONDS.fullmatch(text):
        found.append((_from_seconds(int(text) / 1000), True))
    elif day := _DAY_FIRST_PART.match(text):
        year, month, number = day.groups()
        is_whole = day.end() == len(text)
        if number is not None:
            found.append((f"{year}-{int(month):02d}-{int(number):02d}", is_whole))
            is_whole = False
        found += [(f"{year}-{int(month):02d}", is_whole), (year, False)]
    elif (mail := _from_mail(text)) is not None:
        found.append((mail, True))
    return found


def _from_seconds(seconds: float) -> str:
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _from_mail(text: str) -> str | None:
    """Read the form of mails and RSS feeds: `Thu, 26 Feb 1987 15:01:01 +0000` (RFC 5322)."""
    try:
        moment = parsedate_to_datetime(text[:100])
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return moment.isoformat(timespec="seconds")


def date_in_url(url: str) -> str | None:
    """Return the day that an address names in its path, as `2025-05-08`."""
    found = _IN_URL.search(url)
    if found is None:
        return None
    text = "-".join((found[1], found[2].zfill(2), found[3].zfill(2)))
    try:
        parse_date(text)
    except BadDateError:
        return None
    return text
