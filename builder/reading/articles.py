"""An article's front matter -> `ArticleHead`. Pure: knows the settings and no other file."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final, cast

from builder.basics.languages import normal_tag
from builder.basics.problems import Outcome
from builder.model.content import ArticleHead, Correction, Provenance, Status, Withdrawal
from builder.reading.fields import Fields
from builder.reading.nodes import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Mapping_

    from builder.basics.dates import ArchiveDate
    from builder.model.settings import Settings

_DATED_NAME: Final = re.compile(r"(\d{4}-\d{2}-\d{2})-(.+)")
_DATE_IN_URL: Final = re.compile(r"/(\d{4})/(\d{1,2})/(\d{1,2})(?:/|$)")
STATUSES: Final = ("draft", "embargoed", "published", "withdrawn")


def parse_article(
    head: Mapping, path: str, settings: Settings, fallback_offset_min: int = 0
) -> Outcome[ArticleHead]:
    """Return the article that a front matter describes.

    `fallback_offset_min` is the zone of an embargo written without one, in minutes east of UTC.
    The value is None where a title, date or slug is missing or unreadable: such a page cannot
    stand anywhere. Every other bad field is reported and left out.
    """
    return read_article(Fields(head, []), path, settings, fallback_offset_min)


def read_article(
    fields: Fields, path: str, settings: Settings, fallback_offset_min: int = 0
) -> Outcome[ArticleHead]:
    """Return the article that these fields describe, as `parse_article` does."""
    problems = fields.problems
    name, name_date, name_lang = file_name_parts(path, settings)
    title = fields.required_line("title", "add a line `title: ...`")
    date = _date(fields, name_date)
    slug = fields.slug(name)
    lang = _language(fields, settings, name_lang)
    source = _source(fields, date)
    status = cast("Status", fields.choice("status", STATUSES, "published"))
    embargo = _embargo(fields, status, fallback_offset_min)
    withdrawn = _withdrawal(fields, status)
    terms = {spec.kind: fields.references(spec.kind) for spec in settings.taxonomies}
    rest = fields.given(_READERS)
    if date is not None:
        _check_dates(fields, date, withdrawn, rest)
    fields.close()
    if title is None or date is None or slug is None or lang is None:
        return Outcome(None, tuple(problems))
    where = fields.where(("title", "slug", "translation_key"))
    article = ArticleHead(
        path=path,
        lang=lang,
        slug=slug,
        title=title,
        date=date,
        terms={kind: names for kind, names in terms.items() if names},
        source=source,
        status=status,
        embargo=embargo,
        withdrawn=withdrawn,
        where=where,
        **rest,
    )
    return Outcome(article, tuple(problems))


_READERS: Final[Mapping_[str, Callable[[Fields], Any]]] = {
    "people": lambda fields: fields.references("people"),
    "mentions": lambda fields: fields.references("mentions"),
    "translation_key": lambda fields: fields.line("translation_key"),
    "authors": lambda fields: fields.lines("authors"),
    "summary": lambda fields: fields.line("summary"),
    "dateline": lambda fields: fields.line("dateline"),
    "image": lambda fields: fields.image("image"),
    "notices": lambda fields: fields.references("notices"),
    "corrections": lambda fields: fields.each("corrections", "{date: ..., text: ...}", _correction),
    "updated": lambda fields: fields.known_date("updated"),
    "aliases": lambda fields: fields.old_addresses("aliases"),
    "license": lambda fields: fields.line("license"),
    "extra": lambda fields: fields.free("extra"),
}
"""What an article may have as well; most have little of it, and are not asked for the rest."""


def _check_dates(
    fields: Fields, date: ArchiveDate, withdrawn: Withdrawal | None, rest: Mapping_[str, Any]
) -> None:
    """Report what cannot have happened before the article was there."""
    own = "the article's own date"
    if (updated := rest.get("updated")) is not None:
        fields.check_order(date, updated, "updated", "the update of", own)
    for correction in rest.get("corrections", ()):
        fields.check_order(date, correction.date, "corrections", "the correction of", own)
    if withdrawn is not None:
        fields.check_order(date, withdrawn.date, "withdrawn", "the withdrawal of", own)


def file_name_parts(path: str, settings: Settings) -> tuple[str, str | None, str | None]:
    """Return what a file's name says: its own name, a date, and a language (`flood.ru.md`)."""
    stem = path.rpartition("/")[2].removesuffix(".md")
    lang = None
    base, dot, suffix = stem.rpartition(".")
    if dot and base and normal_tag(suffix) in settings.languages:
        stem, lang = base, normal_tag(suffix)
    dated = _DATED_NAME.fullmatch(stem)
    if dated is None:
        return stem, None, lang
    return dated[2], dated[1], lang


def _date(fields: Fields, name_date: str | None) -> ArchiveDate | None:
    if fields.has("date"):
        return fields.date("date")
    fields.node("date")  # a key without a value is reported as such
    if name_date is not None:
        return fields.read_date(Scalar(name_date, fields.location, is_plain=True))
    hint = "add a line `date: 2025-05-08`, as precise as is known, or `date: undated`"
    fields.missing("date", hint)
    return None


def _language(fields: Fields, settings: Settings, name_lang: str | None) -> str | None:
    if not fields.has("lang"):
        fields.node("lang")
        return name_lang or settings.main_language
    lang = fields.language("lang")
    if lang is not None and lang not in settings.languages:
        message = f'the archive has no language "{lang}"'
        hint = f"add {lang} to `languages` in content/archive.yaml, or correct it here"
        fields.report("undeclared-language", message, fields.where()["lang"], hint)
        return None
    return lang


def _source(fields: Fields, date: ArchiveDate | None) -> Provenance | None:
    inner = fields.inner("source", "keys such as {outlet: ..., urls: [...]}")
    if inner is None:
        return None
    source = Provenance(
        outlet=inner.line("outlet"),
        urls=inner.urls("urls"),
        captured=inner.known_date("captured"),
        sha256=inner.sha256("sha256"),
    )
    places = inner.where()
    inner.close()
    captured = source.captured
    # A copy made in the evening may bear the day before, where the paper was ahead.
    if captured is not None and date is not None and captured.is_before(date, by_days=1):
        message = f"the copy of {captured.edtf()} is before the article's own date {date.edtf()}"
        hint = "one of the two is probably mistyped"
        fields.report("date-order", message, places["captured"], hint)
    for url in source.urls:
        said = _DATE_IN_URL.search(url)
        if said is None or date is None or date.year is None:
            continue
        year, month, day = (int(part) for part in said.groups())
        differs = (
            year != date.year
            or (date.month is not None and month != date.month)
            or (date.day is not None and date.end is None and day != date.day)
        )
        if differs and 1 <= month <= 12 and 1 <= day <= 31:
            message = (
                f"the address says {year:04d}-{month:02d}-{day:02d}, the article {date.edtf()}"
            )
            hint = "addresses are often wrong; make sure that the article's date is right"
            fields.report("date-in-url", message, places["urls"], hint)
    return source


def _embargo(fields: Fields, status: str, offset_min: int) -> dt.datetime | None:
    date = fields.known_date("embargo")
    if date is None:
        if status == "embargoed":
            place = fields.where()["status"]
            hint = "add `embargo: 2026-01-01T00:00:00Z`, or make it a draft"
            message = "an embargoed article has to say until when"
            fields.report("embargo-without-date", message, place, hint)
        return None
    if date.day is None:
        place = fields.where()["embargo"]
        fields.report("bad-date", "an embargo ends on a day, not in a month or year", place)
        return None
    return instant(date, offset_min)


def instant(date: ArchiveDate, offset_min: int) -> dt.datetime:
    """Return the first moment of a date as an aware time; `offset_min` where it has no zone."""
    zone = dt.timezone(
        dt.timedelta(minutes=offset_min if date.offset_min is None else date.offset_min)
    )
    return dt.datetime(
        date.year or 1,
        date.month or 1,
        date.day or 1,
        date.hour,
        date.minute,
        date.second,
        tzinfo=zone,
    )


def _withdrawal(fields: Fields, status: str) -> Withdrawal | None:
    inner = fields.inner("withdrawn", "{date: ..., reason: ...}")
    found: Withdrawal | None = None
    if inner is not None:
        found = read_withdrawal(inner)
        inner.close()
        if status != "withdrawn":
            message = f'"withdrawn" is filled in, but the status is "{status}"'
            place = fields.where()["withdrawn"]
            fields.report("bad-value", message, place, "write `status: withdrawn`")
    elif status == "withdrawn":
        place = fields.where()["status"]
        hint = "add `withdrawn: {date: ..., reason: ...}`"
        message = "a withdrawn article has to say when and why"
        fields.report("withdrawn-without-reason", message, place, hint)
    return found


def read_withdrawal(fields: Fields) -> Withdrawal | None:
    """Return when and why an article was withdrawn."""
    date, reason = fields.known_date("date"), fields.line("reason")
    for key, value in (("date", date), ("reason", reason)):
        if value is None and not fields.has(key):
            fields.missing(key, "readers who come by an old link will ask")
    return None if date is None or reason is None else Withdrawal(date, reason)


def _correction(fields: Fields) -> Correction | None:
    date, text = fields.known_date("date"), fields.line("text")
    for key, value in (("date", date), ("text", text)):
        if value is None and not fields.has(key):
            fields.missing(key, "write {date: 2025-05-10, text: ...}")
    return None if date is None or text is None else Correction(date, text)
