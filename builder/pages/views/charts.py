"""Counts over time."""

import msgspec

from builder.pages.views.links import Anchor


class Bar(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One bar of a chart; a span with nothing in it has none."""

    title: str
    """What it stands for, with its numbers: "1974: 12 articles, 5 mentions"."""
    url: str | None
    slot: int
    """Counted from the left."""
    parts: tuple[str, ...]
    """Path data within a slot for each series, the first at the foot; "" where it has nothing."""


class ChartTick(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A label below a chart."""

    label: str
    at: str
    """From the left: "37.5%"."""
    anchor: str
    """start, middle or end."""


class ChartLine(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A line across a chart, to read the height of bars by."""

    label: str
    y: str
    """From the top: "3.2em"."""


class ChartRow(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A line of a chart's table: a span, or a gap of several."""

    label: str
    url: str | None
    counts: tuple[str, ...]
    """In the page's figures, one for each series."""


class Chart(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Counts over time as bars in slots of equal width, and as a table."""

    caption: str
    heading: str
    """Over the table's column of labels: "Year"."""
    series: tuple[str, ...]
    """What is counted, one or more; with more, the bars stand on one another."""
    slots: int
    width: str
    """As wide as it may grow: "48em"."""
    origin: str
    """Where time begins: "0", or "100%" in a page written from right to left."""
    bars: tuple[Bar, ...]
    ticks: tuple[ChartTick, ...]
    lines: tuple[ChartLine, ...]
    rows: tuple[ChartRow, ...]
    data: Anchor | None = None
    """Where what was counted is to be had."""
