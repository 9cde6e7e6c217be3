"""Dates, held against an independent reader of EDTF, and shown no more exactly than known."""

from __future__ import annotations

import datetime as dt

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from builder.basics.dates import BadDateError, parse_date
from builder.model.words import Words

WORDS = Words(
    "en",
    {
        "undated": "undated",
        "date_approximate": "about {date}",
        "date_uncertain": "{date} (uncertain)",
        "date_approximate_uncertain": "about {date} (uncertain)",
        "date_span": "{start} – {end}",
    },
)


@st.composite
def points(draw: st.DrawFn) -> str:
    day = draw(st.dates(dt.date(1000, 1, 1), dt.date(2999, 12, 31)))
    text = day.isoformat()[: draw(st.sampled_from([4, 7, 10]))]
    return text + draw(st.sampled_from(["", "?", "~", "%"]))


@given(points())
def test_points_agree_with_edtf(text: str) -> None:
    ours, theirs = parse_date(text), parse_edtf(text)
    first = theirs.lower_strict()
    assert (ours.year, ours.month or 1, ours.day or 1) == (
        first.tm_year,
        first.tm_mon,
        first.tm_mday,
    )
    assert ours.edtf() == str(theirs) == text
    assert ours.uncertain == (text[-1] in "?%")
    assert ours.approximate == (text[-1] in "~%")
    assert ours.precision == {4: "year", 7: "month", 10: "day"}[len(text.rstrip("?~%"))]


@given(points(), points())
def test_spans_agree_with_edtf(first: str, second: str) -> None:
    start, end = sorted((first, second), key=lambda text: parse_date(text).sort_key)
    span = parse_date(f"{start}/{end}")
    theirs = parse_edtf(f"{start}/{end}")
    assert span.edtf() == f"{start}/{end}"
    assert span.end is not None
    assert span.sort_key == parse_date(start).sort_key
    assert span.year == theirs.lower_strict().tm_year


@given(st.datetimes(dt.datetime(1000, 1, 1), dt.datetime(2999, 1, 1)), st.integers(-720, 840))  # noqa: DTZ001 - the zone is the next value
def test_times_agree_with_the_standard_library(moment: dt.datetime, offset: int) -> None:
    moment = moment.replace(tzinfo=dt.timezone(dt.timedelta(minutes=offset)))
    ours = parse_date(moment.isoformat())
    assert dt.datetime.fromisoformat(ours.rfc3339()) == moment.replace(microsecond=0)
    assert parse_date(ours.iso()).rfc3339() == ours.rfc3339()


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_a_reason(text: str) -> None:
    try:
        date = parse_date(text)
    except BadDateError as error:
        told = (error.reason, error.hint)
        assert all(told)
    else:
        assert parse_date(date.edtf()).edtf() == date.edtf()


@pytest.mark.parametrize(
    "text",
    [
        "2025-13-45", "2025-02-29", "1900-02-29", "0000", "2025-5-8", "8.5.2025",
        "2025-05-08T25:00",
        "2025-05-08T14", "2025-05T14:00", "1937-08-05/1937-08-03", "1937/", "/1937", "1937/..",
        "May 2025", "2025-05-08+03:00", "2025-05-08T14:00+25:00", "", "２０２５",
    ],
)  # fmt: skip
def test_no_date(text: str) -> None:
    with pytest.raises(BadDateError):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2025", "2025"),
        ("2025-05", "May 2025"),
        ("2025-05-08", "May 8, 2025"),
        ("2025-05-08T14:00+03:00", "May 8, 2025, 14:00 UTC+3"),
        ("2025-05-08T14:00", "May 8, 2025, 14:00"),
        ("1937?", "1937 (uncertain)"),
        ("1937-08~", "about August 1937"),
        ("1937%", "about 1937 (uncertain)"),
        ("1937-08-03/1937-08-05", "August 3, 1937 – August 5, 1937"),
        ("1937-XX", "1937"),
        ("undated", "undated"),
    ],
)
def test_shown_as_precisely_as_known(text: str, shown: str) -> None:
    assert WORDS.date(parse_date(text)) == shown


def test_hint_of_a_day_first_date() -> None:
    with pytest.raises(BadDateError) as caught:
        parse_date("31.12.2025")
    assert caught.value.hint == "write it as 2025-12-31"
