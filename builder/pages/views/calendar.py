"""Pages of years, months and days."""

import msgspec

from builder.pages.views.frame import Frame
from builder.pages.views.links import Anchor, TermGroup
from builder.pages.views.listing import Listing


class DayCell(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A day of a month with its articles counted."""

    label: str
    """The day's number in the page's digits."""
    name: str
    """The whole date in words."""
    url: str
    count: int


class MonthCell(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A month of a year."""

    label: str
    url: str
    count: int
    days: tuple[DayCell, ...]


class CalendarView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """calendar.html: one year, month or day."""

    frame: Frame
    span: str
    """year, month or day."""
    heading: str
    total: int
    months: tuple[MonthCell, ...]
    """On a year's page: every month that has articles."""
    days: tuple[DayCell, ...]
    """On a month's page: every day that has articles."""
    listing: Listing
    """The articles themselves: all of a day; of a month or year all when they are few, else only
    those whose date is known no closer. May be empty."""
    is_complete: bool
    """Whether `listing` holds every article of the span."""
    earlier: Anchor | None
    later: Anchor | None
    all_years: Anchor | None = None
    """On a day's page: the same day of all years."""
    most_named: tuple[TermGroup, ...] = ()
    """On the page of a year with many articles: the people and terms that stand in most of them."""
    whole: Anchor | None = None
    """On an older page of the list: the span's own page. Then `total` is of this page alone."""


class YearOfDay(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What one year has of a day of the year."""

    label: str
    url: str
    """The calendar page of that day."""
    headlines: tuple[Anchor, ...]
    more: Anchor | None
    """The way to all of them, where there are more than these."""


class DayOfYearView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """on_this_day.html: one day of the year, the earliest year first."""

    frame: Frame
    heading: str
    total: int
    years: tuple[YearOfDay, ...]
    earlier: Anchor | None
    """The day before that has articles; the year goes round."""
    later: Anchor | None


class DaySlot(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A day of the year in the grid of all of them."""

    label: str
    """Its number in the page's figures."""
    name: str
    """Day and month in words."""
    url: str | None
    """None where no article is of that day."""


class DayGrid(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A month with all its days, February with 29."""

    label: str
    anchor: str
    days: tuple[DaySlot, ...]


class DaysOfYearView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """days_of_year.html: a way to each day of the year."""

    frame: Frame
    months: tuple[DayGrid, ...]


class YearCell(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A year with its articles counted."""

    label: str
    url: str
    count: int
    share: int
    """Of the fullest year, 1 to 10, for a bar."""


class Decade(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Ten years, those with articles."""

    label: str
    """The first year of the ten, such as 1930, in the page's figures."""
    first: int
    """The same as a number."""
    count: int
    years: tuple[YearCell, ...]


class DatesView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """dates.html: every year, and what has no date."""

    frame: Frame
    total: int
    decades: tuple[Decade, ...]
    undated: Anchor | None


class UndatedView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """undated.html: articles whose year nobody knows."""

    frame: Frame
    listing: Listing
