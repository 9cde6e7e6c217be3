"""The calendar: every year, month and day that has articles, and what has no date at all.

Days are never cut into pages, so that each article can be reached from home over its year and its
day. A month or year shows its articles when they are few; else the days that hold them, and those
articles whose date is known no closer.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Final, TypeVar

from builder.model.page import PlannedPage
from builder.pages.keys import digest
from builder.pages.listing import by_year
from builder.pages.views.calendar import (
    CalendarView,
    DatesView,
    DayCell,
    Decade,
    MonthCell,
    UndatedView,
    YearCell,
)
from builder.pages.views.links import Anchor
from builder.pages.views.listing import CardGroup, Listing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from builder.model.site import Article
    from builder.pages.context import Context
    from builder.pages.keys import Keys
    from builder.pages.views.frame import Frame

T = TypeVar("T")

FEW: Final = 60
"""A month or year with at most so many articles shows them itself."""


class Calendar:
    """The articles of one language by year, month and day."""

    def __init__(self, context: Context, lang: str) -> None:
        """Sort the language's articles into their days, newest first as they come."""
        self.context = context
        self.lang = lang
        self.folder = context.site.prefix(lang)
        self.undated: list[Article] = []
        self.years: dict[int, list[Article]] = defaultdict(list)
        self.months: dict[tuple[int, int], list[Article]] = defaultdict(list)
        self.days: dict[tuple[int, int, int], list[Article]] = defaultdict(list)
        for article in context.site.articles[lang]:
            date = article.head.date
            if date.year is None:
                self.undated.append(article)
                continue
            self.years[date.year].append(article)
            if date.month is not None:
                self.months[date.year, date.month].append(article)
                if date.day is not None:
                    self.days[date.year, date.month, date.day].append(article)

    def plan(self, keys: Keys) -> Iterator[PlannedPage]:
        """Yield dates.html, undated.html and each year, month and day."""
        yield PlannedPage(f"{self.folder}dates.html", "dates.html", self.lang, self._dates)
        if self.undated:
            url = f"{self.folder}undated.html"
            yield PlannedPage(url, "undated.html", self.lang, self._undated)
        years, months, days = sorted(self.years), sorted(self.months), sorted(self.days)
        for place, year in enumerate(years):
            around = _around(years, place)
            yield PlannedPage(
                self.url(year),
                "calendar.html",
                self.lang,
                partial(self._year, year, around),
            )
        for place, month in enumerate(months):
            around_month = _around(months, place)
            yield PlannedPage(
                self.url(*month),
                "calendar.html",
                self.lang,
                partial(self._month, month, around_month),
                None,
                partial(self._key, keys, month, around_month, self.months[month]),
            )
        for place, day in enumerate(days):
            around_day = _around(days, place)
            yield PlannedPage(
                self.url(*day),
                "calendar.html",
                self.lang,
                partial(self._day, day, around_day),
                None,
                partial(self._key, keys, day, around_day, self.days[day]),
            )

    def _key(
        self,
        keys: Keys,
        span: tuple[int, ...],
        around: tuple[object, object],
        articles: Sequence[Article],
    ) -> bytes:
        """Return the key of a month's or day's page."""
        context = self.context
        wide = (*span, None)[:3]
        others = [lang for lang in context.site.languages if context.has_span(lang, wide)]  # type: ignore[arg-type] # a month is (year, month, None)
        return digest(span, around, others, keys.cards(articles))

    def url(self, year: int, month: int | None = None, day: int | None = None) -> str:
        """Return the page of a year, month or day."""
        url = f"{self.folder}{year:04d}"
        if month is not None:
            url += f"/{month:02d}"
        if day is not None:
            url += f"/{day:02d}"
        return f"{url}.html"

    def decades(self) -> tuple[Decade, ...]:
        """Return every year that has articles, newest decade first."""
        words = self.context.words[self.lang]
        most = max((len(found) for found in self.years.values()), default=1)
        cells: dict[int, list[YearCell]] = defaultdict(list)
        for year in sorted(self.years):
            count = len(self.years[year])
            cells[year // 10 * 10].append(
                YearCell(
                    label=words.digits(year),
                    url=self.url(year),
                    count=count,
                    share=max(1, -(-10 * count // most)),
                )
            )
        return tuple(
            Decade(
                label=words.digits(start),
                first=start,
                count=sum(cell.count for cell in found),
                years=tuple(found),
            )
            for start, found in sorted(cells.items(), reverse=True)
        )

    def undated_anchor(self) -> Anchor | None:
        """Return the link to what has no date."""
        if not self.undated:
            return None
        label = self.context.words[self.lang]["undated"]
        return Anchor(label=label, url=f"{self.folder}undated.html", count=len(self.undated))

    def _dates(self) -> DatesView:
        context, words = self.context, self.context.words[self.lang]
        return DatesView(
            frame=context.frame(
                f"{self.folder}dates.html",
                kind="dates",
                lang=self.lang,
                title=words["dates"],
                versions=context.versions(lambda lang: f"{context.site.prefix(lang)}dates.html"),
                trail=context.trail(self.lang),
            ),
            total=len(context.site.articles[self.lang]),
            decades=self.decades(),
            undated=self.undated_anchor(),
        )

    def _dates_anchor(self) -> Anchor:
        words = self.context.words[self.lang]
        return Anchor(label=words["dates"], url=f"{self.folder}dates.html")

    def _undated(self) -> UndatedView:
        context, words = self.context, self.context.words[self.lang]
        return UndatedView(
            frame=context.frame(
                f"{self.folder}undated.html",
                kind="undated",
                lang=self.lang,
                title=words["undated"],
                trail=context.trail(self.lang, self._dates_anchor()),
            ),
            listing=Listing(
                groups=by_year(context, self.undated, self.lang),
                total=len(self.undated),
                pager=None,
            ),
        )

    def _day_cell(self, day: tuple[int, int, int]) -> DayCell:
        words = self.context.words[self.lang]
        return DayCell(
            label=words.digits(day[2]),
            name=words.day_of(*day),
            url=self.url(*day),
            count=len(self.days[day]),
        )

    def _year(self, year: int, around: tuple[int | None, int | None]) -> CalendarView:
        articles = self.years[year]
        words = self.context.words[self.lang]
        months = tuple(
            MonthCell(
                label=words.month(month),
                url=self.url(year, month),
                count=len(self.months[year, month]),
                days=tuple(self._days_of((year, month))),
            )
            for month in range(1, 13)
            if (year, month) in self.months
        )
        is_complete = len(articles) <= FEW
        shown = articles if is_complete else [a for a in articles if a.head.date.month is None]
        return CalendarView(
            frame=self._frame(words.digits(year), [self._dates_anchor()], year),
            span="year",
            heading=words.digits(year),
            total=len(articles),
            months=months,
            days=(),
            groups=self._by_month(shown),
            is_complete=is_complete,
            earlier=None if around[0] is None else self._anchor(around[0]),
            later=None if around[1] is None else self._anchor(around[1]),
        )

    def _month(
        self,
        month: tuple[int, int],
        around: tuple[tuple[int, int] | None, tuple[int, int] | None],
    ) -> CalendarView:
        articles = self.months[month]
        heading = self.context.words[self.lang].month_of(*month)
        is_complete = len(articles) <= FEW
        shown = articles if is_complete else [a for a in articles if a.head.date.day is None]
        return CalendarView(
            frame=self._frame(heading, [self._dates_anchor(), self._anchor(month[0])], *month),
            span="month",
            heading=heading,
            total=len(articles),
            months=(),
            days=tuple(self._days_of(month)),
            groups=self._by_day(shown),
            is_complete=is_complete,
            earlier=None if around[0] is None else self._anchor(*around[0]),
            later=None if around[1] is None else self._anchor(*around[1]),
        )

    def _days_of(self, month: tuple[int, int]) -> Iterator[DayCell]:
        for number in range(1, 32):
            if (*month, number) in self.days:
                yield self._day_cell((*month, number))

    def _day(
        self,
        day: tuple[int, int, int],
        around: tuple[tuple[int, int, int] | None, tuple[int, int, int] | None],
    ) -> CalendarView:
        articles = self.days[day]
        context = self.context
        heading = context.words[self.lang].day_of(*day)
        trail = [self._dates_anchor(), self._anchor(day[0]), self._anchor(*day[:2])]
        cards = tuple(context.card(article) for article in articles)
        return CalendarView(
            frame=self._frame(heading, trail, *day),
            span="day",
            heading=heading,
            total=len(articles),
            months=(),
            days=(),
            groups=(CardGroup(label=heading, anchor="bf-day", url=None, cards=cards),),
            is_complete=True,
            earlier=None if around[0] is None else self._anchor(*around[0]),
            later=None if around[1] is None else self._anchor(*around[1]),
            all_years=Anchor(
                label=context.words[self.lang].format(
                    "all_years_of", date=context.words[self.lang].day_and_month(*day[1:])
                ),
                url=f"{self.folder}on-this-day/{day[1]:02d}-{day[2]:02d}.html",
            ),
        )

    def _anchor(self, year: int, month: int | None = None, day: int | None = None) -> Anchor:
        words = self.context.words[self.lang]
        if month is None:
            label = words.digits(year)
        elif day is None:
            label = words.month_of(year, month)
        else:
            label = words.day_of(year, month, day)
        return Anchor(label=label, url=self.url(year, month, day))

    def _frame(
        self, title: str, trail: list[Anchor], year: int, month: int = 0, day: int = 0
    ) -> Frame:
        context = self.context
        key = (year, month or None, day or None)

        def url_in(lang: str) -> str | None:
            if not context.has_span(lang, key):
                return None
            return context.site.prefix(lang) + self.url(*key).removeprefix(self.folder)

        return context.frame(
            self.url(*key),
            kind="calendar",
            lang=self.lang,
            title=title,
            versions=context.versions(url_in),
            trail=context.trail(self.lang, *trail),
        )

    def _by_month(self, articles: Sequence[Article]) -> tuple[CardGroup, ...]:
        words = self.context.words[self.lang]
        groups: list[CardGroup] = []
        for month, found in groupby(articles, key=lambda article: article.head.date.month):
            listed = list(found)
            year = listed[0].head.date.year or 0
            groups.append(
                CardGroup(
                    label=words.digits(year) if month is None else words.month_of(year, month),
                    anchor=f"bf-{month or 'year'}",
                    url=None if month is None else self.url(year, month),
                    cards=tuple(self.context.card(article) for article in listed),
                )
            )
        return _merged(groups)

    def _by_day(self, articles: Sequence[Article]) -> tuple[CardGroup, ...]:
        words = self.context.words[self.lang]
        groups: list[CardGroup] = []
        for day, found in groupby(articles, key=lambda article: article.head.date.day):
            listed = list(found)
            date = listed[0].head.date
            year, month = date.year or 0, date.month or 0
            groups.append(
                CardGroup(
                    label=words.month_of(year, month)
                    if day is None
                    else words.day_of(year, month, day),
                    anchor=f"bf-{day or 'month'}",
                    url=None if day is None else self.url(year, month, day),
                    cards=tuple(self.context.card(article) for article in listed),
                )
            )
        return _merged(groups)


def _merged(groups: list[CardGroup]) -> tuple[CardGroup, ...]:
    """Return groups with those of one label put together.

    A date known no closer than the year sorts with the first of January, so it can stand between
    two articles of that month.
    """
    merged: dict[str, CardGroup] = {}
    for group in groups:
        before = merged.get(group.anchor)
        if before is not None:
            group = CardGroup(  # noqa: PLW2901
                label=group.label,
                anchor=group.anchor,
                url=group.url,
                cards=before.cards + group.cards,
            )
        merged[group.anchor] = group
    return tuple(merged.values())


def _around(found: Sequence[T], place: int) -> tuple[T | None, T | None]:
    earlier = found[place - 1] if place else None
    later = found[place + 1] if place + 1 < len(found) else None
    return earlier, later
