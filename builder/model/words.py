"""The words of the interface in one language, and how that language counts and dates.

Plural forms, numbers and dates follow CLDR through Babel, which is loaded at the first use.
"""

from __future__ import annotations

import json
import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

from builder.basics.languages import digit_table, direction, numerals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from babel import Locale

    from builder.basics.dates import ArchiveDate

_OTHER_WAY: Final = {
    "ltr": "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]",
    "rtl": "[A-Za-z\u00aa-\u058f\u0900-\u1fff\u2c00-\ufb1c]",
}
"""Letters that run against a page of this direction (Unicode Standard Annex 9: R and AL, L).

Compiled when first needed: that takes longer than loading all the rest of the room.
"""

_PLACE: Final = re.compile(r"\{(\w+)\}")
"""Where a word takes a value."""


class MissingWordError(LookupError):
    """A template asked for a word that no words file has."""


class Words:
    """Interface words, looked up as attributes or items: `words.people`, `words["people"]`."""

    def __init__(self, lang: str, entries: Mapping[str, str | Mapping[str, str]]) -> None:
        """Take the entries as the words file has them: text, or text by plural category."""
        self.lang = lang
        self._entries = entries
        way = direction(lang)
        self._is_ltr = way == "ltr"
        self._other_way = _OTHER_WAY[way]
        self._pieces: dict[str, list[str]] = {}
        self._dates: dict[ArchiveDate, str] = {}
        self._counts: dict[tuple[str, int], str] = {}
        self._numbers: dict[int, str] = {}
        self._names: dict[str, str] = {}
        self._months: dict[int, str] = {}
        self._skeletons: dict[tuple[str, int, int, int], str] = {}
        self._around_times: dict[tuple[int | bool | None, ...], tuple[str, str]] = {}

    def __getitem__(self, key: str) -> str:
        """Return the word.

        Raises:
            MissingWordError: there is none, or it has plural forms and needs `count`.
        """
        entry = self._entries.get(key)
        if not isinstance(entry, str):
            raise MissingWordError(f"the words for {self.lang!r} have no text {key!r}")
        return entry

    def __getattr__(self, key: str) -> str:
        """Return the word, for templates."""
        if key.startswith("_"):
            raise AttributeError(key)
        # Only what the class has not got comes here, so a word that is kept hides no method.
        text = self.__dict__[key] = self[key]
        return text

    def get(self, key: str) -> str | None:
        """Return the word, or None where there is none."""
        entry = self._entries.get(key)
        return entry if isinstance(entry, str) else None

    def format(self, key: str, **values: object) -> str:
        """Return the word with each {name} in it filled in; values are plain text."""
        pieces = self._pieces.get(key)
        if pieces is None:
            pieces = self._pieces[key] = _PLACE.split(self[key])
        text = pieces[0]
        for name, rest in zip(pieces[1::2], pieces[2::2], strict=True):
            known = name in values
            text += (self.isolated(str(values[name])) if known else f"{{{name}}}") + rest
        return text

    def listed(self, names: Sequence[str]) -> str:
        """Return names as a sentence lists them: "Ann, Bob and Eve"; each in its own direction."""
        shown = [self.isolated(name) for name in names]
        if len(shown) < 2:
            return "".join(shown)
        if len(shown) == 2:
            return self._paired("2", shown[0], shown[1])
        text = self._paired("end", shown[-2], shown[-1])
        for name in shown[-3:0:-1]:
            text = self._paired("middle", name, text)
        return self._paired("start", shown[0], text)

    def _paired(self, form: str, first: str, second: str) -> str:
        pieces = self._pieces.get(form)
        if pieces is None:
            # CLDR writes "{0}, {1}", in every language in this order.
            pieces = self._pieces[form] = re.split(
                r"\{[01]\}", self._locale.list_patterns["standard"][form]
            )
        return f"{pieces[0]}{first}{pieces[1]}{second}{pieces[2]}"

    def names(self, names: Iterable[str]) -> str:
        """Return names one after another, each in its own direction."""
        return self["list_separator"].join(map(self.isolated, names))

    def isolated(self, text: str) -> str:
        """Return a text so that it leaves the order of what stands around it alone.

        One with letters that run against the page is put between FSI and PDI (Unicode Standard
        Annex 9), which do in plain text what <bdi> does in HTML.
        """
        if self._is_ltr and text.isascii():
            return text
        return f"\u2068{text}\u2069" if re.search(self._other_way, text) else text

    def count(self, key: str, n: int) -> str:
        """Return `n` with its noun in the right plural form."""
        text = self._counts.get((key, n))
        if text is None:
            forms = self._entries.get(key)
            if forms is None or isinstance(forms, str):
                raise MissingWordError(f"the words for {self.lang!r} have no plural {key!r}")
            form = self._locale.plural_form(n)
            text = (forms.get(form) or forms["other"]).replace("{n}", self.number(n))
            self._counts[(key, n)] = text
        return text

    def plural_json(self, key: str) -> str:
        """Return the plural forms as JSON, for the search script."""
        forms = self._entries.get(key)
        if forms is None or isinstance(forms, str):
            raise MissingWordError(f"the words for {self.lang!r} have no plural {key!r}")
        return json.dumps(dict(forms), ensure_ascii=False, sort_keys=True)

    def number(self, n: int) -> str:
        """Return `n` with the language's own grouping, in its default digits."""
        if -1000 < n < 1000:
            return self.digits(n)
        text = self._numbers.get(n)
        if text is None:
            from babel.numbers import format_decimal  # noqa: PLC0415

            # Babel knows the marks that group the digits of a numbering system, not the digits.
            plain = format_decimal(n, locale=self._locale, numbering_system="default")
            text = self._numbers[n] = self.digits(plain)
        return text

    @property
    def is_rtl(self) -> bool:
        """Whether the language is written to the left."""
        return direction(self.lang) == "rtl"

    @property
    def numerals(self) -> str:
        """Return the numbering system of the language by its CLDR name, for the search script."""
        return numerals(self.lang)

    def digits(self, value: object) -> str:
        """Return a year, a day or a text with its figures in the language's default digits."""
        text = str(value)
        return text.translate(self._digits) if self._digits else text

    def figures(self, iso: str) -> str:
        """Return a date in figures, year first.

        Between words of a script that runs to the left its parts would change places: there it is
        isolated (Unicode Standard Annex 9, LRI and PDI).
        """
        text = self.digits(iso)
        return f"\u2066{text}\u2069" if self.is_rtl else text

    def language_name(self, tag: str) -> str:
        """Return what `tag` is called in this language; the tag itself where CLDR has no name."""
        name = self._names.get(tag)
        if name is None:
            from babel import Locale, UnknownLocaleError  # noqa: PLC0415

            try:
                name = Locale.parse(tag, sep="-").get_display_name(self._locale) or tag
            except (UnknownLocaleError, ValueError):
                name = tag
            self._names[tag] = name
        return name

    def month(self, month: int) -> str:
        """Return the month's name as it stands alone."""
        name = self._months.get(month)
        if name is None:
            name = self._months[month] = str(self._locale.months["stand-alone"]["wide"][month])
        return name

    def month_of(self, year: int, month: int) -> str:
        """Return a month and year: "May 2025"."""
        return self._skeleton("yMMMM", year, month, 1)

    def day_of(self, year: int, month: int, day: int) -> str:
        """Return a day in words: "8 May 2025"."""
        return self._skeleton("long", year, month, day)

    def day_and_month(self, month: int, day: int) -> str:
        """Return a day of any year in words: "8 May"."""
        return self.digits(_day_and_month(self._locale, month, day))

    def date(self, date: ArchiveDate) -> str:
        """Return a date in words, as precisely as it is known and no more."""
        if date.precision == "minute" and date.end is None:
            return self._moment(date)  # hardly any comes twice, but its day does
        text = self._dates.get(date)
        if text is None:
            text = self._date(date)
            self._dates[date] = text
        return text

    def _date(self, date: ArchiveDate) -> str:
        if date.year is None:
            return self["undated"]
        text = self._point(date)
        if date.precision != "minute":
            text = self._doubted(date, text)
        if date.end is not None:
            text = self.format("date_span", start=text, end=self._date(date.end))
        return text

    def _doubted(self, date: ArchiveDate, text: str) -> str:
        """Return a date in words with what is doubtful of it."""
        if date.uncertain and date.approximate:
            return self.format("date_approximate_uncertain", date=text)
        if date.uncertain:
            return self.format("date_uncertain", date=text)
        return self.format("date_approximate", date=text) if date.approximate else text

    def _point(self, date: ArchiveDate) -> str:
        year = date.year or 1
        if date.month is None:
            return self._skeleton("y", year, 1, 1)
        if date.day is None:
            return self.month_of(year, date.month)
        if date.precision == "minute":
            return self._moment(date)
        return self.day_of(year, date.month, date.day)

    def _moment(self, date: ArchiveDate) -> str:
        """Return a date with its time of day; what stands around the time is the day's alone."""
        key = (date.year, date.month, date.day, date.offset_min, date.uncertain, date.approximate)
        around = self._around_times.get(key)
        if around is None:
            form = str(self._locale.datetime_formats["medium"])
            day = self.day_of(date.year or 1, date.month or 1, date.day or 1)
            text = form.replace("{1}", day).replace("{0}", "{0}" + self._zone(date.offset_min))
            before, _, behind = self._doubted(date, text).partition("{0}")
            around = self._around_times[key] = before, behind
        return around[0] + self.digits(date.clock) + around[1]

    def _zone(self, offset_min: int | None) -> str:
        """Return what follows a time of day whose zone is known."""
        if offset_min is None:
            return ""
        sign = "-" if offset_min < 0 else "+"
        hours, minutes = divmod(abs(offset_min), 60)
        zone = f"UTC{sign}{hours}" + (f":{minutes:02d}" if minutes else "")
        # Where the page runs to the left the sign would leave its number.
        return f" \u2066{zone}\u2069" if self.is_rtl else f" {zone}"

    def _skeleton(self, form: str, year: int, month: int, day: int) -> str:
        key = (form, year, month, day)
        text = self._skeletons.get(key)
        if text is None:
            formatted = self._formatted(form, year, month, day)
            text = self._skeletons[key] = self.digits(formatted)
        return text

    def _formatted(self, form: str, year: int, month: int, day: int) -> str:
        import datetime as dt  # noqa: PLC0415

        from babel.dates import format_date, format_skeleton  # noqa: PLC0415

        value = dt.date(year, month, day)
        if form == "long":
            return format_date(value, "long", locale=self._locale)
        return format_skeleton(form, value, locale=self._locale)

    @cached_property
    def _digits(self) -> dict[int, int]:
        return digit_table(self.numerals)

    @cached_property
    def locale_name(self) -> str:
        """Return language and territory, "en_US": where none is given, the likely one of CLDR."""
        from babel.core import get_global  # noqa: PLC0415

        name = str(self._locale)
        likely = self._locale.territory or get_global("likely_subtags").get(name, "")[-2:]
        return f"{self._locale.language}_{likely}" if likely.isupper() else name

    @cached_property
    def _locale(self) -> Locale:
        from babel import UnknownLocaleError  # noqa: PLC0415

        parts = self.lang.split("-")
        for end in range(len(parts), 0, -1):
            try:
                return own_locale("-".join(parts[:end]))
            except (UnknownLocaleError, ValueError):
                continue
        return own_locale("en")


@lru_cache(maxsize=4_096)  # one page names all days of a year, whatever else was built before
def _day_and_month(locale: Locale, month: int, day: int) -> str:
    import datetime as dt  # noqa: PLC0415

    from babel.dates import format_skeleton  # noqa: PLC0415

    # In a leap year, for February 29.
    return format_skeleton("MMMMd", dt.date(2000, month, day), locale=locale)


@lru_cache(maxsize=32)  # copying its tables takes longer than all else of a small build's words
def own_locale(tag: str) -> Locale:
    """Return a locale of Babel's that shares its tables with no other.

    Babel keeps what it looked up in tables that several locales have in common, so that Arabic
    pages got the Japanese names of months when both were made in one process.

    Raises:
        UnknownLocaleError, ValueError: CLDR has none of this tag.
    """
    from copy import deepcopy  # noqa: PLC0415 - not for a build of nothing

    from babel import Locale, localedata  # noqa: PLC0415

    locale = Locale.parse(tag, sep="-")
    tables: Any = deepcopy(localedata.load(str(locale)))
    locale._Locale__data = localedata.LocaleDataDict(tables)  # type: ignore[attr-defined] # noqa: SLF001 - it has no public way
    return locale
