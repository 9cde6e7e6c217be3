"""A new file of content/, filled in with what is known: the day, the address, the language."""

from __future__ import annotations

import os
import re
import unicodedata
import zoneinfo
from typing import TYPE_CHECKING, Final, NamedTuple

from builder.basics.alike import are_alike, keys_of
from builder.basics.dates import ArchiveDate, BadDateError, parse_date
from builder.basics.languages import normal_tag
from builder.basics.nearest import did_you_mean
from builder.basics.problems import ContentError, UsageError
from builder.basics.slugs import make_slug, slug_fault
from builder.basics.spellings import PROPER_KINDS, spell
from builder.basics.yaml_text import scalar
from builder.disk.listing import list_content
from builder.disk.texts import read_text
from builder.looking import settings_of
from builder.reading import parse_term, split

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    from builder.model.content import TermRecord
    from builder.model.settings import Settings

_DATED: Final = re.compile(r"\d{4}-\d{2}-\d{2}-")

_KINDS: Final = {"article": "articles", "person": "people", "notice": "notices", "page": "pages"}
"""Singulars of what every archive has, and the folders they stand in."""


class NewFile(NamedTuple):
    """What is wanted."""

    kind: str
    """article, person, topic, notice, page, or a taxonomy of the archive, in either number."""
    title: str
    slug: str | None = None
    lang: str | None = None
    date: str | None = None
    is_published: bool = False
    """Whether an article is not a draft."""
    is_anyway: bool = False
    """Whether one is written though there seems to be one already."""


class RefusedError(Exception):
    """There is one already, as the message says."""


def write_new(root: Path, wanted: NewFile, now: dt.datetime) -> str:
    """Write a new file and return its path from the archive's root.

    Raises:
        BuilderError: the settings of the archive cannot be read.
        RefusedError: such a file is there, or somebody of that name.
        UsageError: what is wanted is none of what there is.
    """
    settings = _settings(root)
    folder = _folder(wanted.kind, settings)
    title = " ".join(unicodedata.normalize("NFC", wanted.title).split())
    if not title:
        raise UsageError("the title is empty")
    slug = _slug(title, wanted.slug)
    lang = _language(wanted.lang, settings)
    day: ArchiveDate | None = None
    if folder == "articles":
        day = _day(wanted.date, settings, now)
        path = _article_path(slug, day)
    else:
        if wanted.date is not None or wanted.is_published:
            raise UsageError("--date and --published are for articles")
        path = f"content/{folder}/{slug}.md"
    if not wanted.is_anyway:
        _refuse(root, folder, path, title, slug, settings)
    _create(root, path, _text(folder, title, slug, path, day, lang, wanted, settings))
    return path


def _settings(root: Path) -> Settings:
    settings, problems = settings_of(root)
    errors = tuple(found for found in problems if found.is_error)
    if settings is None or errors:
        raise ContentError(errors)
    return settings


def _folder(kind: str, settings: Settings) -> str:
    """Return the folder of a kind, which is named in the singular or as the folder is."""
    kinds = ("articles", "notices", "pages", *settings.term_kinds)
    for found in (kind, _KINDS.get(kind), f"{kind}s"):
        if found in kinds:
            return found
    known = (*_KINDS, "topic", *(name for name in settings.term_kinds if name not in _BUILT_IN))
    hint = did_you_mean(kind, known) or "known are " + ", ".join(known)
    raise UsageError(f"there is no kind of file {kind!r}; {hint}")


_BUILT_IN: Final = frozenset({"people", "topics"})


def _slug(title: str, given: str | None) -> str:
    slug = make_slug(title) if given is None else given
    fault = slug_fault(slug)
    if fault is not None:
        source = "made of the title" if given is None else "given with --slug"
        raise UsageError(f"the slug {slug!r}, {source}, {fault}; name one with --slug")
    return slug


def _language(given: str | None, settings: Settings) -> str | None:
    """Return the language to write down; None where the archive's own is meant anyhow."""
    if given is None:
        return settings.main_language if len(settings.languages) > 1 else None
    tag = normal_tag(given)
    if tag not in settings.languages:
        known = ", ".join(settings.languages)
        raise UsageError(f"the archive has no language {given!r}; it has {known}")
    return tag


def _day(given: str | None, settings: Settings, now: dt.datetime) -> ArchiveDate:
    """Return when an article was published: as told, else today, where the archive is."""
    text = given
    if text is None:
        text = now.astimezone(zoneinfo.ZoneInfo(settings.time_zone)).date().isoformat()
    try:
        return parse_date(text)
    except BadDateError as error:
        raise UsageError(f"--date {given!r}: {error.reason}; {error.hint}") from error


def _article_path(slug: str, day: ArchiveDate) -> str:
    if day.year is None:
        return f"content/articles/undated/{slug}.md"
    # A name that begins with the day puts the files of a year in order.
    name = slug
    if day.precision == "day" and day.end is None:
        name = f"{day.year:04d}-{day.month:02d}-{day.day:02d}-{slug}"
    return f"content/articles/{day.year:04d}/{name}.md"


# -- what is there already ---------------------------------------------------------------------


def _refuse(root: Path, folder: str, path: str, title: str, slug: str, settings: Settings) -> None:
    """Raise where such a file is there, wherever below its folder it stands."""
    if folder == "articles":
        _refuse_article(root, path, slug)
        return
    if folder not in settings.term_kinds:
        return
    mine = spell([(title, None)], is_proper=folder in PROPER_KINDS)
    keys = keys_of(mine)
    for record in _terms(root, folder, settings):
        names = [(name, None) for name in (record.name, *record.names.values())]
        names += [(name, None) for name in (*record.aliases, *record.former_names)]
        if record.slug == slug or any(
            are_alike(keys, keys_of(spell([name], is_proper=folder in PROPER_KINDS)))
            for name in names
        ):
            raise RefusedError(
                f"{record.path} describes {record.name}: is that the same? "
                "if so, add the spelling to its aliases; if not, use --anyway"
            )


def _refuse_article(root: Path, path: str, slug: str) -> None:
    """Raise where an article of the same month has the name, and so would have the address."""
    stem = path.rpartition("/")[2]
    month = stem[:7] if stem != f"{slug}.md" else None
    for other in list_content(root, "content/articles").names:
        name = other.rpartition("/")[2]
        if name == stem or (month and name.startswith(month) and name[11:] == f"{slug}.md"):
            raise RefusedError(
                f"{other} has this title, and so its address; "
                "choose another with --slug, or use --anyway"
            )


def _terms(root: Path, kind: str, settings: Settings) -> Iterator[TermRecord]:
    """Yield what can be read of the terms that have a file."""
    for file in list_content(root, f"content/{kind}").files:
        if not file.path.endswith(".md"):
            continue
        text = read_text(root, file)
        parts = None if text.value is None else split(text.value).value
        record = None if parts is None else parse_term(parts[0], file.path, kind, settings).value
        if record is not None:
            yield record


# -- the file ----------------------------------------------------------------------------------


def _text(
    folder: str,
    title: str,
    slug: str,
    path: str,
    day: ArchiveDate | None,
    lang: str | None,
    wanted: NewFile,
    settings: Settings,
) -> str:
    """Return the file: only what is known, so that it builds as it is."""
    name_key = "name" if folder == "people" else "title"
    lines = [f"{name_key}: {scalar(title)}"]
    if day is not None:
        # Not quoted: a date is read as it is written.
        lines.append(f"date: {wanted.date.strip() if wanted.date else day.edtf()}")
    if "." in slug or _DATED.match(slug):
        # Otherwise the name of the file says it; this one would be taken apart.
        lines.append(f"slug: {slug}")
    if lang is not None and folder in {"articles", "notices", "pages"}:
        lines.append(f"lang: {lang}")
    if folder == "notices":
        lines.append("kind: other")
    if folder == "articles":
        lines += ["people: []", *(f"{spec.kind}: []" for spec in settings.taxonomies)]
        if not wanted.is_published:
            lines.append("status: draft")
    return "---\n" + "".join(f"{line}\n" for line in lines) + "---\n\n"


def _create(root: Path, path: str, text: str) -> None:
    """Write a file where there is none; the last link of every path is checked, too."""
    target, home = root / path, root.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.parent.resolve().is_relative_to(home):
            raise UsageError(f"{target.parent} leads out of the archive")
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError as error:
        raise RefusedError(f"{path} is there already; nothing was written") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
