"""Dates as precisely as they are known, and no more.

Read are the calendar dates and date-times of ISO 8601-1 and, of EDTF (ISO 8601-2:2019, as set out
by the Library of Congress), what an archive of news needs of levels 0 and 1: year, year and month,
day, the qualifiers `?` uncertain, `~` approximate, `%` both, unspecified digits (`1937-XX`), and
intervals `start/end`. `undated` (or EDTF's `XXXX`) says that nobody knows.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache
from typing import Final, Literal

import msgspec

Precision = Literal["unknown", "year", "month", "day", "minute"]

_SINGLE: Final = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2}|XX)(?:-(?P<day>\d{2}|XX))?)?"
    r"(?:[T ](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?)?"
    r"(?P<mark>[?~%])?",
    re.ASCII,
)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ", re.ASCII)
"""The form in which programs write, which `datetime` reads in a third of the time."""
_LOOSE_DAY: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_TWO: Final = tuple(f"{number:02d}" for number in range(60))
"""Months, days, hours and minutes as they are written; each article's are, several times."""
_MARKS: Final = {
    (False, False): "",
    (True, False): "?",
    (False, True): "~",
    (True, True): "%",
}


class BadDateError(ValueError):
    """The text is no date we read. `hint` says what would be."""

    def __init__(self, reason: str, hint: str) -> None:
        """Take positional arguments only, so that the error survives pickling."""
        super().__init__(reason, hint)
        self.reason = reason
        self.hint = hint


class ArchiveDate(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A point or span in time as an archive knows it.

    The calendar is proleptic Gregorian, years 1 to 9999. Parts that are not known are None.
    """

    precision: Precision
    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int = 0
    minute: int = 0
    second: int = 0
    microsecond: int = 0
    offset_min: int | None = None
    """Minutes east of UTC as written, None where no zone is written."""
    uncertain: bool = False
    approximate: bool = False
    end: ArchiveDate | None = None
    """The last point of a span; this value itself is its first."""

    @property
    def is_known(self) -> bool:
        """Whether at least the year is known."""
        return self.precision != "unknown"

    @property
    def mark(self) -> str:
        """How EDTF says that a date is uncertain, approximate; "" where it is neither."""
        return _MARKS[self.uncertain, self.approximate]

    @property
    def clock(self) -> str:
        """The time of day: `15:01`."""
        return f"{_TWO[self.hour]}:{_TWO[self.minute]}"

    @property
    def sort_key(self) -> tuple[int, int]:
        """Earliest possible day (ordinal), then microseconds in UTC; undated is (0, 0).

        The local day comes first, so that a list in this order can be cut into calendar days.
        """
        if self.year is None:
            return (0, 0)
        day = dt.date(self.year, self.month or 1, self.day or 1).toordinal()
        seconds = self.hour * 3600 + self.minute * 60 + self.second - 60 * (self.offset_min or 0)
        return (day, seconds * 1_000_000 + self.microsecond)

    @property
    def last_day(self) -> int:
        """The latest possible day (ordinal); 0 where undated."""
        if self.end is not None:
            return self.end.last_day
        if self.year is None:
            return 0
        if self.day is not None and self.month is not None:
            return dt.date(self.year, self.month, self.day).toordinal()
        month = self.month or 12
        return dt.date(self.year, month, calendar.monthrange(self.year, month)[1]).toordinal()

    def is_before(self, other: ArchiveDate, *, by_days: int = 0) -> bool:
        """Return whether this is certainly earlier than `other`, by more than so many days.

        What is undated, uncertain or approximate is never certain.
        """
        if any(d.year is None or d.uncertain or d.approximate for d in (self, other)):
            return False
        return self.last_day + by_days < other.sort_key[0]

    def iso(self) -> str:
        """Return the shortest ISO 8601 form of the first point: `1937`, `1937-08`, ... or ""."""
        if self.year is None:
            return ""
        if self.month is None:
            return f"{self.year:04d}"
        if self.day is None:
            return f"{self.year:04d}-{_TWO[self.month]}"
        text = f"{self.year:04d}-{_TWO[self.month]}-{_TWO[self.day]}"
        if self.precision != "minute":
            return text
        text = f"{text}T{self.clock}"
        if self.second or self.microsecond:
            text += f":{_TWO[self.second]}"
        return text if self.offset_min is None else text + _zone_text(self.offset_min)

    def edtf(self) -> str:
        """Return the EDTF form, qualifiers and span included; `XXXX` where undated."""
        if self.year is None:
            return "XXXX"
        text = self.iso() + self.mark
        return text if self.end is None else f"{text}/{self.end.edtf()}"

    def rfc3339(self, default_offset_min: int = 0) -> str:
        """Return the first instant it may mean, as RFC 3339 section 5.6 writes it."""
        offset = default_offset_min if self.offset_min is None else self.offset_min
        if self.precision != "minute":
            offset = 0
        return (
            f"{self.year or 1:04d}-{_TWO[self.month or 1]}-{_TWO[self.day or 1]}"
            f"T{_TWO[self.hour]}:{_TWO[self.minute]}:{_TWO[self.second]}{_zone_text(offset)}"
        )


UNDATED: Final = ArchiveDate(precision="unknown")


def _zone_text(offset_min: int) -> str:
    if offset_min == 0:
        return "Z"
    sign = "-" if offset_min < 0 else "+"
    return f"{sign}{abs(offset_min) // 60:02d}:{abs(offset_min) % 60:02d}"


@lru_cache(maxsize=4096)
def parse_date(text: str) -> ArchiveDate:
    """Return the date that `text` writes.

    Raises:
        BadDateError: it is none, or no such day exists.
    """
    text = text.strip()
    if _MOMENT.fullmatch(text):
        try:
            return _of_moment(dt.datetime.fromisoformat(text))
        except ValueError:
            return _parse_single(text)  # which says what is wrong with it
    if text.lower() in {"undated", "unknown"} or text == "XXXX":
        return UNDATED
    if "/" in text and not _DAY_FIRST.fullmatch(text) and not _LOOSE_DAY.fullmatch(text):
        return _parse_interval(text)
    return _parse_single(text)


def _of_moment(moment: dt.datetime) -> ArchiveDate:
    return ArchiveDate(
        precision="minute",
        year=moment.year,
        month=moment.month,
        day=moment.day,
        hour=moment.hour,
        minute=moment.minute,
        second=moment.second,
        offset_min=0,
    )


def _parse_interval(text: str) -> ArchiveDate:
    first, _, last = text.partition("/")
    if not first or not last or ".." in (first, last):
        reason = f"the span {text!r} has no beginning or no end"
        raise BadDateError(reason, "write both ends, such as 1937-08-03/1937-08-05")
    start, end = _parse_single(first), _parse_single(last)
    if end.sort_key < start.sort_key:
        raise BadDateError(f"the span {text!r} ends before it begins", "put the earlier date first")
    return msgspec.structs.replace(start, end=end)


def _parse_single(text: str) -> ArchiveDate:
    found = _SINGLE.fullmatch(text)
    if found is None:
        raise BadDateError(f"{text!r} is not a date", _form_hint(text))
    year_text, month_text, day_text, *time, fraction, zone, mark = found.groups()
    year = int(year_text)
    month = None if month_text is None or month_text == "XX" else int(month_text)
    day = None if day_text is None or day_text == "XX" or month is None else int(day_text)
    has_time = time[0] is not None
    if has_time and day is None:
        raise BadDateError(f"{text!r} has a time of day but no day", _form_hint(text))
    _check_calendar(text, year, month, day)
    hour, minute, second = [int(part or 0) for part in time]
    if hour > 23 or minute > 59 or second > 60:
        reason = f"there is no time of day {hour:02d}:{minute:02d}"
        raise BadDateError(reason, "hours run from 00 to 23, minutes from 00 to 59")
    precision: Precision = "year"
    if month is not None:
        precision = "month"
    if day is not None:
        precision = "minute" if has_time else "day"
    return ArchiveDate(
        precision=precision,
        year=year,
        month=month,
        day=day,
        hour=hour,
        minute=minute,
        second=min(second, 59),  # a leap second, RFC 3339 section 5.7
        microsecond=0 if fraction is None else int(fraction[:6].ljust(6, "0")),
        offset_min=_parse_zone(zone),
        uncertain=mark is not None and mark in "?%",
        approximate=mark is not None and mark in "~%",
    )


def _check_calendar(text: str, year: int, month: int | None, day: int | None) -> None:
    if year < 1:
        raise BadDateError(f"there is no year {year:04d} here", "years run from 0001 to 9999")
    if month is not None and not 1 <= month <= 12:
        hint = "months run from 01 to 12; the order is year-month-day"
        raise BadDateError(f"{text!r} has no such month: {month:02d}", hint)
    if month is not None and day is not None and not 1 <= day <= 28:
        last = (
            (dt.date(year + month // 12, month % 12 + 1, 1) - dt.date.resolution).day
            if ((year, month) != (9999, 12))
            else 31
        )
        if not 1 <= day <= last:
            hint = f"that month has {last} days; the order is year-month-day"
            raise BadDateError(f"{text!r} has no such day: {day:02d}", hint)


def _parse_zone(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone == "Z":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes > 14 * 60:
        raise BadDateError(
            f"no place on earth is {zone} from UTC", "zones run from -12:00 to +14:00"
        )
    return -minutes if zone[0] == "-" else minutes


def _form_hint(text: str) -> str:
    loose = _LOOSE_DAY.search(text)
    if loose:
        year, month, day = (int(g) for g in loose.groups())
        return f"write it as {year:04d}-{month:02d}-{day:02d}"
    backward = _DAY_FIRST.search(text)
    if backward:
        day, month, year = (int(g) for g in backward.groups())
        if day <= 12 and month <= 12 and day != month:
            one, other = f"{year:04d}-{month:02d}-{day:02d}", f"{year:04d}-{day:02d}-{month:02d}"
            return f"write {one} or {other}, whichever is meant"
        if month > 12:
            day, month = month, day
        return f"write it as {year:04d}-{month:02d}-{day:02d}"
    return (
        "write 2025, 2025-05, 2025-05-08, 2025-05-08T14:00+03:00, 1937?, 1937-08~, "
        "1937-08-03/1937-08-05 or undated"
    )
