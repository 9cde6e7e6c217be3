"""Charts of counts over time: the geometry of an inline SVG, and the same numbers as a table.

Pure arithmetic over points that the caller has counted and linked; `parts/charts.html` draws what
comes out. Across, everything is measured in slots and in per cent, so that a chart stretches with
its column while its letters keep their size; in pages written from right to left time runs that
way too. Nothing here is a style: the pages' policy forbids style attributes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from builder.pages.views.charts import Bar, Chart, ChartLine, ChartRow, ChartTick

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from builder.model.words import Words
    from builder.pages.views.links import Anchor

MOST_SLOTS: Final = 130
"""More years than this are shown by decade: their bars would be too thin to be told apart."""
MOST_YEARS_BY_MONTH: Final = 3
"""What reaches over more years than this is not shown month by month."""
_MOST_TICKS: Final = 7
_SLOT_WIDTH_EM: Final = 4
_TOP_EM: Final = 1.1
_ROUND: Final = (*range(11), 12, 15, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100)
_LEAST: Final = 2
"""Per cent of the height: the shortest bar that can be seen."""
_STEPS: Final = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)


Span = tuple[int, int | None]
"""A year and a month, None where only the year is known."""


class Series(NamedTuple):
    """What is counted."""

    label: str
    """In the legend and over a column: "Articles"."""
    counted: str
    """The key of the word with plural forms for "12 articles"."""


class Point(NamedTuple):
    """One slot of the time line, be there anything in it or not."""

    label: str
    """In words: "1974", "May 1974", "1970s"."""
    url: str | None
    """Where its articles are listed, from the site's root."""
    counts: tuple[int, ...]
    """A number for each series."""
    tick: int | None = None
    """The number of the year that may stand below it."""


def chart(
    caption: str,
    heading: str,
    series: Sequence[Series],
    points: Sequence[Point],
    words: Words,
    *,
    is_rtl: bool,
    rest: Sequence[Point] = (),
    data: Anchor | None = None,
) -> Chart:
    """Return a chart of points in the order of time, one bar each, the series one on another.

    `heading` stands over the column of labels in the table. `rest` are rows of the table alone, as
    for what has no date. `data` leads to what was counted.
    """
    top = _top(max((sum(point.counts) for point in points), default=0))
    slots = len(points)
    return Chart(
        caption=caption,
        heading=heading,
        series=tuple(name.label for name in series),
        slots=slots,
        width=f"{slots * _SLOT_WIDTH_EM}em",
        origin="100%" if is_rtl else "0",
        bars=tuple(
            Bar(
                title=_title(point, series, words),
                url=point.url,
                slot=x,
                parts=_parts(point.counts, top),
            )
            for x, point in _placed(points, is_rtl=is_rtl)
            if sum(point.counts)
        ),
        ticks=_ticks(points, words, is_rtl=is_rtl),
        lines=_lines(top, words),
        rows=tuple(_rows(points, words)) + tuple(_row(point, words) for point in rest),
        data=data,
    )


def timeline(
    counts: Mapping[Span, tuple[int, ...]],
    url_of: Callable[[Span], str | None],
    series: Sequence[Series],
    words: Words,
    *,
    is_rtl: bool,
    rest: Sequence[Point] = (),
    data: Anchor | None = None,
) -> Chart | None:
    """Return a chart by month, year or decade, whichever shows these counts best.

    By month where they lie close together and every month is known, by decade where they lie very
    far apart. None where they all lie in one span, so that there is nothing to compare.
    """
    scale: Literal["month", "year", "decade"] = "year"
    points = years(counts, url_of, words)
    if len(points) <= MOST_YEARS_BY_MONTH and all(month is not None for _, month in counts):
        scale, points = "month", months(counts, url_of, words)
    elif len(points) > MOST_SLOTS:
        scale, points = "decade", decades(counts, url_of, words)
    if len(points) < 2:
        return None
    return chart(
        words[f"chart_{scale}s"],
        words[f"chart_{scale}"],
        series,
        points,
        words,
        is_rtl=is_rtl,
        rest=rest,
        data=data,
    )


def years(
    counts: Mapping[Span, tuple[int, ...]], url_of: Callable[[Span], str | None], words: Words
) -> tuple[Point, ...]:
    """Return a point for each year from the first to the last."""
    found = _sums(counts, lambda span: (span[0], None))
    none = _zeros(counts)
    return tuple(
        Point(
            label=words.digits(year),
            url=url_of((year, None)) if (year, None) in found else None,
            counts=found.get((year, None), none),
            tick=year,
        )
        for year in _from_first_to_last(span[0] for span in found)
    )


def decades(
    counts: Mapping[Span, tuple[int, ...]], url_of: Callable[[Span], str | None], words: Words
) -> tuple[Point, ...]:
    """Return a point for each ten years, which leads to the newest year of them that has any."""
    found = _sums(counts, lambda span: (span[0] // 10, None))
    newest = {year // 10: year for year, _ in sorted(counts, key=lambda span: span[0])}
    none = _zeros(counts)
    return tuple(
        Point(
            label=words.format("decade", year=words.digits(decade * 10)),
            url=url_of((newest[decade], None)) if decade in newest else None,
            counts=found.get((decade, None), none),
            tick=decade * 10,
        )
        for decade in _from_first_to_last(newest)
    )


def months(
    counts: Mapping[Span, tuple[int, ...]], url_of: Callable[[Span], str | None], words: Words
) -> tuple[Point, ...]:
    """Return a point for each month from the first to the last; all months are known."""
    none = _zeros(counts)
    points: list[Point] = []
    for number in _from_first_to_last(year * 12 + (month or 1) - 1 for year, month in counts):
        span = (number // 12, number % 12 + 1)
        points.append(
            Point(
                label=words.month_of(*span),
                url=url_of(span) if span in counts else None,
                counts=counts.get(span, none),
                tick=span[0] if span[1] == 1 else None,
            )
        )
    return tuple(points)


def _from_first_to_last(numbers: Iterable[int]) -> range:
    found = set(numbers)
    return range(min(found, default=0), max(found, default=-1) + 1)


def _sums(
    counts: Mapping[Span, tuple[int, ...]], wider: Callable[[Span], Span]
) -> dict[Span, tuple[int, ...]]:
    sums: dict[Span, tuple[int, ...]] = {}
    for span, found in counts.items():
        key = wider(span)
        sums[key] = tuple(map(sum, zip(sums[key], found, strict=True))) if key in sums else found
    return sums


def _zeros(counts: Mapping[Span, tuple[int, ...]]) -> tuple[int, ...]:
    return (0,) * len(next(iter(counts.values()), ()))


def _placed(points: Sequence[Point], *, is_rtl: bool) -> Iterable[tuple[int, Point]]:
    """Return each point with the number of its slot, counted from the left."""
    last = len(points) - 1
    return ((last - place if is_rtl else place, point) for place, point in enumerate(points))


def _title(point: Point, series: Sequence[Series], words: Words) -> str:
    counted = (
        words.count(name.counted, n)
        for name, n in zip(series, point.counts, strict=True)
        if n or len(series) == 1
    )
    return point.label + words["label_separator"] + words["clause_separator"].join(counted)


def _parts(counts: Sequence[int], top: int) -> tuple[str, ...]:
    """Return a path for each series, the first at the foot; "" where it has nothing."""
    paths: list[str] = []
    foot = 100
    for count in counts:
        if not count:
            paths.append("")
            continue
        height = max(_LEAST, round(100 * count / top))
        head = max(0, foot - height)
        paths.append(f"M.1 {head}h.8V{foot}h-.8z")
        foot = head
    return tuple(paths)


def _ticks(points: Sequence[Point], words: Words, *, is_rtl: bool) -> tuple[ChartTick, ...]:
    """Return the labels below: round years, few enough for a narrow page; else first and last."""
    years = [(place, point.tick) for place, point in enumerate(points) if point.tick is not None]
    for step in _STEPS:
        chosen = [(place, year) for place, year in years if year % step == 0]
        if len(chosen) <= _MOST_TICKS:
            break
    if len(chosen) > 1:
        return tuple(
            ChartTick(
                label=words.digits(year),
                at=_per_cent((place + 0.5) / len(points), is_rtl=is_rtl),
                anchor="middle",
            )
            for place, year in chosen
        )
    return (
        ChartTick(label=points[0].label, at=_per_cent(0, is_rtl=is_rtl), anchor="start"),
        ChartTick(label=points[-1].label, at=_per_cent(1, is_rtl=is_rtl), anchor="end"),
    )


def _per_cent(share: float, *, is_rtl: bool) -> str:
    return f"{round(100 * (1 - share if is_rtl else share), 2):g}%"


def _top(most: int) -> int:
    """Return the round number that the highest bar comes close to."""
    zeros = "0" * (len(str(most)) - 2)
    rounds = (int(f"{step}{zeros}") for step in _ROUND)
    return next(number for number in rounds if number >= most)


def _lines(top: int, words: Words) -> tuple[ChartLine, ...]:
    """Return the line to read the height of bars by: above all of them, so that none hides it."""
    return (ChartLine(label=words.number(top), y=f"{_TOP_EM}em"),) if top else ()


def _rows(points: Sequence[Point], words: Words) -> Iterator[ChartRow]:
    """Yield the table's rows; slots with nothing in them share one, from the first to the last."""
    gap: list[Point] = []
    for point in points:
        if not sum(point.counts):
            gap.append(point)
            continue
        if gap:
            yield _gap(gap, words)
            gap = []
        yield _row(point, words)


def _gap(gap: Sequence[Point], words: Words) -> ChartRow:
    label = gap[0].label
    if len(gap) > 1:
        label = words.format("date_span", start=label, end=gap[-1].label)
    return _row(gap[0]._replace(label=label), words)


def _row(point: Point, words: Words) -> ChartRow:
    counts = tuple(words.number(count) for count in point.counts)
    return ChartRow(label=point.label, url=point.url, counts=counts)
