"""On this day: a page for each day of the year that has articles, all years of it together.

No page knows which day it is read on, so an index of all 366 days leads to them, and each date
leads to its own.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final

from builder.model.page import PlannedPage
from builder.pages.keys import digest
from builder.pages.views.calendar import DayGrid, DayOfYearView, DaySlot, DaysOfYearView, YearOfDay
from builder.pages.views.links import Anchor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from builder.model.site import Article
    from builder.pages.calendar import Calendar
    from builder.pages.keys import Keys

    Day = tuple[int, int]

INDEX: Final = "on-this-day.html"
"""No taxonomy, no language and no year has an address like this: their names hold no hyphen."""
MOST: Final = 200
"""As many headlines stand on the page of one day of the year, shared out among its years; or, where
that would be fewer, so many of each year:"""
FEWEST: Final = 3
_LENGTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def day_of_year_url(folder: str, month: int, day: int) -> str:
    """Return the page of a day of the year, below the folder of its language."""
    return f"{folder}on-this-day/{month:02d}-{day:02d}.html"


class OnThisDay:
    """The articles of one language whose date is known to the day, by day of the year."""

    def __init__(self, calendar: Calendar) -> None:
        """Sort the days of the calendar, the earliest year first."""
        self._calendar = calendar
        self._context = calendar.context
        self._lang = calendar.lang
        self._days: dict[Day, list[tuple[int, list[Article]]]] = defaultdict(list)
        for year, month, day in sorted(calendar.days):
            articles = calendar.days[year, month, day]
            self._days[month, day].append((year, articles))

    def plan(self, keys: Keys) -> Iterator[PlannedPage]:
        """Yield the index and each day; nothing where no date is known so closely."""
        if not self._days:
            return
        folder, template = self._calendar.folder, "on_this_day.html"
        yield PlannedPage(f"{folder}{INDEX}", "days_of_year.html", self._lang, self._index)
        days = sorted(self._days)
        for place, day in enumerate(days):
            # December 31 comes before January 1.
            around = days[place - 1], days[(place + 1) % len(days)]
            yield PlannedPage(
                day_of_year_url(folder, *day),
                template,
                self._lang,
                partial(self._day, day, around),
                None,
                partial(self._key, keys, day, around),
            )

    def _key(self, keys: Keys, day: Day, around: tuple[Day, Day]) -> bytes:
        languages = self._context.site.languages
        others = [lang for lang in languages if self._context.has_day_of_year(lang, day)]
        cards = [keys.cards(articles) for _, articles in self._days[day]]
        return digest(day, around, others, cards)

    def _anchor(self, day: Day) -> Anchor:
        label = self._context.words[self._lang].day_and_month(*day)
        return Anchor(label=label, url=day_of_year_url(self._calendar.folder, *day))

    def _day(self, day: Day, around: tuple[Day, Day]) -> DayOfYearView:
        context, words, lang = self._context, self._context.words[self._lang], self._lang
        anchor = self._anchor(day)
        index = Anchor(label=words["on_this_day"], url=f"{self._calendar.folder}{INDEX}")
        is_alone = len(self._days) == 1
        return DayOfYearView(
            frame=context.frames.around(
                anchor.url,
                kind="day-of-year",
                lang=lang,
                title=f"{words['on_this_day']}{words['label_separator']}{anchor.label}",
                versions=context.frames.versions(
                    lambda other: (
                        day_of_year_url(context.site.prefix(other), *day)
                        if context.has_day_of_year(other, day)
                        else None
                    )
                ),
                trail=context.frames.trail(lang, index),
            ),
            heading=anchor.label,
            total=sum(len(articles) for _, articles in self._days[day]),
            years=tuple(self._year(year, day, articles) for year, articles in self._days[day]),
            earlier=None if is_alone else self._anchor(around[0]),
            later=None if is_alone else self._anchor(around[1]),
        )

    def _year(self, year: int, day: Day, articles: Sequence[Article]) -> YearOfDay:
        words, url = self._context.words[self._lang], self._calendar.url(year, *day)
        most = max(FEWEST, MOST // len(self._days[day]))
        shown = articles if len(articles) <= most else articles[-most:]
        return YearOfDay(
            label=words.digits(year),
            url=url,
            headlines=tuple(
                Anchor(label=article.head.title, url=article.url) for article in reversed(shown)
            ),
            more=None
            if len(shown) == len(articles)
            else Anchor(label=words.format("all_n", n=words.number(len(articles))), url=url),
        )

    def _index(self) -> DaysOfYearView:
        context, words, lang = self._context, self._context.words[self._lang], self._lang
        return DaysOfYearView(
            frame=context.frames.around(
                f"{self._calendar.folder}{INDEX}",
                kind="days-of-year",
                lang=lang,
                title=words["on_this_day"],
                description=words["on_this_day_lead"],
                versions=context.frames.versions(
                    lambda other: (
                        f"{context.site.prefix(other)}{INDEX}"
                        if context.has_days_of_year(other)
                        else None
                    )
                ),
                trail=context.frames.trail(lang),
            ),
            months=tuple(
                DayGrid(
                    label=words.month(month),
                    anchor=f"bf-{month}",
                    days=tuple(self._slot(month, day) for day in range(1, length + 1)),
                )
                for month, length in enumerate(_LENGTHS, start=1)
            ),
        )

    def _slot(self, month: int, day: int) -> DaySlot:
        words = self._context.words[self._lang]
        has_any = (month, day) in self._days
        return DaySlot(
            label=words.digits(day),
            name=words.day_and_month(month, day),
            url=day_of_year_url(self._calendar.folder, month, day) if has_any else None,
        )
