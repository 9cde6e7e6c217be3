"""What is known of a person's life, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder.pages.views.terms import RoleView

if TYPE_CHECKING:
    from builder.basics.dates import ArchiveDate
    from builder.model.content import Role
    from builder.model.words import Words


def life_text(born: ArchiveDate | None, died: ArchiveDate | None, words: Words) -> str:
    """Return a person's years, as a list shows them."""
    if born is not None and died is not None:
        return words.format("life_span", born=_year(born, words), died=_year(died, words))
    if born is not None:
        return words.format("life_born", date=_year(born, words))
    if died is not None:
        return words.format("life_died", date=_year(died, words))
    return ""


def _year(date: ArchiveDate, words: Words) -> str:
    text = words.digits(date.year)
    if date.approximate:
        return words.format("date_approximate", date=text)
    return f"{text}?" if date.uncertain else text


def role_view(role: Role, words: Words) -> RoleView:
    """Return an office with its years."""
    start, end = role.start, role.end
    if start is not None and end is not None:
        period = words.format("date_span", start=words.date(start), end=words.date(end))
    elif start is not None:
        period = words.format("period_since", start=words.date(start))
    elif end is not None:
        period = words.format("period_until", end=words.date(end))
    else:
        period = ""
    return RoleView(title=role.title, period=period)
