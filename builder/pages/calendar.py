"""The calendar: every year, month and day that has articles, and what has no date at all.

A month or year shows its articles when they are few; else the days that hold them, and those
articles whose date is known no closer. A long list is cut into pages, all of which its first one
names, so that each article can be reached from home over its year and its day in four clicks.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final, TypeAlias

from builder.model.page import PlannedPage
from builder.pages.keys import digest
from builder.pages.listing import by_year, cut, page_urls, paged
from builder.pages.terms.together import most_frequent
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
    from collections.abc import Callable, Iterator, Sequence

    from builder.model.site import Article
    from builder.pages.context import Context
    from builder.pages.keys import Keys
    from builder.pages.views.frame import Frame

Span: TypeAlias = tuple[int, ...]
"""(year,), (year, month) or (year, month, day)."""

FEW: Final = 60
"""A month or year with at most so many articles shows them itself."""
MANY: Final = 12
"""A year with at least so many articles says who and what stands in most of them."""
UNDATED: Final = "undated.html"
LIST: Final = "list/"
"""Where the older pages of a long list stand below it: numbers are months and days there."""


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
            for page, url in enumerate(self._list_urls(UNDATED, self.undated)):
                yield PlannedPage(
                    f"{self.folder}{url}", "undated.html", self.lang, partial(self._undated, page)
                )
        years = {(year,): found for year, found in self.years.items()}
        for by_span in (years, self.months, self.days):
            found: list[tuple[Span, list[Article]]] = sorted(by_span.items(), key=itemgetter(0))
            for place, (span, articles) in enumerate(found):
                earlier = found[place - 1][0] if place else None
                later = found[place + 1][0] if place + 1 < len(found) else None
                yield from self._plan_span(keys, span, articles, (earlier, later))

    def _plan_span(
        self,
        keys: Keys,
        span: Span,
        articles: Sequence[Article],
        around: tuple[Span | None, Span | None],
    ) -> Iterator[PlannedPage]:
        """Yield the page of a year, month or day, then the older pages of its list."""
        listed = articles
        if len(span) < 3 and len(articles) > FEW:
            listed = [article for article in articles if _depth(article) == len(span)]
        for page, url in enumerate(self._list_urls(self.url(*span), listed)):
            yield PlannedPage(
                url,
                "calendar.html",
                self.lang,
                partial(self._older, span, listed, page, url)
                if page
                else partial(self._span, span, articles, listed, around),
                None,
                # A year shows the days of its months, and who stands in it: no part of any key.
                None
                if len(span) == 1 and not page
                else partial(self._key, keys, span, around, articles, listed, page),
            )

    def _list_urls(self, first: str, listed: Sequence[Article]) -> tuple[str, ...]:
        return page_urls(first, len(cut(len(listed), self.context.settings.page_size)), LIST)

    def _key(
        self,
        keys: Keys,
        span: Span,
        around: tuple[object, object],
        articles: Sequence[Article],
        listed: Sequence[Article],
        page: int,
    ) -> bytes:
        """Return the key of a page of a month or day, or of an older page of a year's list."""
        part = keys.list_part(listed, cut(len(listed), self.context.settings.page_size), page)
        if page:
            return digest(span, part)
        context = self.context
        wide = (*span, None)[:3]
        others = [lang for lang in context.site.languages if context.has_span(lang, wide)]  # type: ignore[arg-type] # a month is (year, month, None)
        return digest(span, around, others, keys.cards(articles), part)

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
        return Anchor(label=label, url=f"{self.folder}{UNDATED}", count=len(self.undated))

    def _dates(self) -> DatesView:
        context, words = self.context, self.context.words[self.lang]
        return DatesView(
            frame=context.frames.everywhere(
                "dates.html", kind="dates", lang=self.lang, title=words["dates"]
            ),
            total=len(context.site.articles[self.lang]),
            decades=self.decades(),
            undated=self.undated_anchor(),
        )

    def _dates_anchor(self) -> Anchor:
        words = self.context.words[self.lang]
        return Anchor(label=words["dates"], url=f"{self.folder}dates.html")

    def _undated(self, page: int) -> UndatedView:
        context, words = self.context, self.context.words[self.lang]
        url = f"{self.folder}{self._list_urls(UNDATED, self.undated)[page]}"
        title, trail = words["undated"], [self._dates_anchor()]
        listing = self._listing(
            f"{self.folder}{UNDATED}",
            self.undated,
            page,
            lambda shown, _: by_year(context, shown, self.lang),
        )
        if page:
            trail.append(Anchor(label=title, url=f"{self.folder}{UNDATED}"))
            title += f" · {listing.reach}"
        return UndatedView(
            frame=context.frames.around(
                url,
                kind="undated",
                lang=self.lang,
                title=title,
                trail=context.frames.trail(self.lang, *trail),
            ),
            listing=listing,
        )

    def _listing(
        self,
        url: str,
        listed: Sequence[Article],
        page: int,
        groups: Callable[[Sequence[Article], int], tuple[CardGroup, ...]],
    ) -> Listing:
        return paged(self.context, listed, self.lang, url, page, groups, LIST)

    def _day_cell(self, day: tuple[int, int, int]) -> DayCell:
        words = self.context.words[self.lang]
        return DayCell(
            label=words.digits(day[2]),
            name=words.day_of(*day),
            url=self.url(*day),
            count=len(self.days[day]),
        )

    def _span(
        self,
        span: Span,
        articles: Sequence[Article],
        listed: Sequence[Article],
        around: tuple[Span | None, Span | None],
    ) -> CalendarView:
        earlier, later = around
        return CalendarView(
            frame=self._frame(span),
            span=("year", "month", "day")[len(span) - 1],
            heading=self._anchor(*span).label,
            total=len(articles),
            months=tuple(self._months_of(span[0])) if len(span) == 1 else (),
            days=tuple(self._days_of((span[0], span[1]))) if len(span) == 2 else (),
            listing=self._listing(self.url(*span), listed, 0, self._groups(span)),
            is_complete=len(listed) == len(articles),
            earlier=None if earlier is None else self._anchor(*earlier),
            later=None if later is None else self._anchor(*later),
            all_years=self._all_years(span[1], span[2]) if len(span) == 3 else None,
            most_named=most_frequent(self.context, articles, self.lang)
            if len(span) == 1 and len(articles) >= MANY
            else (),
        )

    def _older(self, span: Span, listed: Sequence[Article], page: int, url: str) -> CalendarView:
        """Return an older page of a list: it says nothing that an added article would change."""
        whole = self._anchor(*span)
        listing = self._listing(self.url(*span), listed, page, self._groups(span))
        return CalendarView(
            frame=self._frame(span, url, f"{whole.label} · {listing.reach}"),
            span=("year", "month", "day")[len(span) - 1],
            heading=whole.label,
            total=listing.total,
            months=(),
            days=(),
            listing=listing,
            is_complete=len(span) == 3,
            earlier=None,
            later=None,
            whole=whole,
        )

    def _groups(self, span: Span) -> Callable[[Sequence[Article], int], tuple[CardGroup, ...]]:
        """Return what puts a page of articles under headings: by month, by day, or under none."""
        if len(span) == 3:
            card = self.context.card
            return lambda shown, _: (
                CardGroup(label="", anchor="bf-day", url=None, cards=tuple(map(card, shown))),
            )
        return lambda shown, _: self._by_month(shown) if len(span) == 1 else self._by_day(shown)

    def _all_years(self, month: int, day: int) -> Anchor:
        words = self.context.words[self.lang]
        return Anchor(
            label=words.format("all_years_of", date=words.day_and_month(month, day)),
            url=f"{self.folder}on-this-day/{month:02d}-{day:02d}.html",
        )

    def _months_of(self, year: int) -> Iterator[MonthCell]:
        words = self.context.words[self.lang]
        for month in range(1, 13):
            if (year, month) in self.months:
                yield MonthCell(
                    label=words.month(month),
                    url=self.url(year, month),
                    count=len(self.months[year, month]),
                    days=tuple(self._days_of((year, month))),
                )

    def _days_of(self, month: tuple[int, int]) -> Iterator[DayCell]:
        for number in range(1, 32):
            if (*month, number) in self.days:
                yield self._day_cell((*month, number))

    def _anchor(self, year: int, month: int | None = None, day: int | None = None) -> Anchor:
        words = self.context.words[self.lang]
        if month is None:
            label = words.digits(year)
        elif day is None:
            label = words.month_of(year, month)
        else:
            label = words.day_of(year, month, day)
        return Anchor(label=label, url=self.url(year, month, day))

    def _frame(self, span: Span, url: str | None = None, title: str | None = None) -> Frame:
        """Return what stands around a span's page, or an older page of its list at `url`."""
        context = self.context
        key = (span[0], *span[1:], None, None)[:3]
        above = [self._anchor(*span[:depth]) for depth in range(1, len(span) + bool(url))]

        def url_in(lang: str) -> str | None:
            if not context.has_span(lang, key):  # type: ignore[arg-type] # as above
                return None
            return context.site.prefix(lang) + self.url(*span).removeprefix(self.folder)

        return context.frames.around(
            url or self.url(*span),
            kind="calendar",
            lang=self.lang,
            title=title or self._anchor(*span).label,
            versions=None if url else context.frames.versions(url_in),
            trail=context.frames.trail(self.lang, self._dates_anchor(), *above),
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
                    cards=tuple(map(self.context.card, listed)),
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
                    cards=tuple(map(self.context.card, listed)),
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


def _depth(article: Article) -> int:
    """Return how closely its date is known: 1 a year, 2 a month, 3 a day."""
    date = article.head.date
    return 1 if date.month is None else 2 if date.day is None else 3
