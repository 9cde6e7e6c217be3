"""The page that shows each part of the theme."""

import msgspec

from builder.pages.views.calendar import CalendarView, DatesView, DaysOfYearView
from builder.pages.views.data import DataView
from builder.pages.views.frame import Frame
from builder.pages.views.front import HomeView, NumbersView
from builder.pages.views.terms import TermIndexView, TermView


class PartsView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """parts.html: each macro of the theme with something to show; never a page of a site."""

    frame: Frame
    home: HomeView
    people: TermIndexView
    person: TermView
    dates: DatesView
    year: CalendarView
    data: DataView
    numbers: NumbersView
    days: DaysOfYearView
