"""One import from beginning to end: look through the archive, read the sources, write, report.

The composition root of this room; called by cli.py.
"""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, assert_never

from builder.basics.dates import BadDateError, parse_date
from builder.basics.languages import normal_tag
from builder.basics.problems import ImportFailed, Location, UsageError, problem
from builder.basics.slugs import make_slug
from builder.importers.declare import SETTINGS_PATH, declare, declared_kinds, read_settings
from builder.importers.existing import scan
from builder.importers.jsonl import JsonlReader, check_mapping
from builder.importers.jsonl_lines import check_readable
from builder.importers.plaintext import COLLECTION, TextReader
from builder.importers.report import Tally
from builder.importers.write_content import ContentWriter, Layout, folder_fault, months_on_disk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from builder.basics.problems import Problem
    from builder.importers.existing import Existing
    from builder.importers.record import ImportKind, ImportOptions
    from builder.importers.report import ImportReport
    from builder.model.settings import Settings

_URL: Final = re.compile(r"https?://[^\s/?#<>\"]+[^\s<>\"]*", re.IGNORECASE)
_SUFFIXES: Final = re.compile(r"(?:\.(?:gz|jsonl|ndjson|json|txt))+$", re.IGNORECASE)


def run_import(
    kind: ImportKind,
    sources: Sequence[Path],
    *,
    archive: Path,
    into: str | None,
    dry_run: bool,
    options: ImportOptions,
) -> ImportReport:
    """Bring what the sources hold into content/ and return what came of it.

    `into` is a folder below content/articles; for jsonl also the name of the collection, under
    which the stories are known again in the next export: without it, each source is a collection
    of its own name.

    Raises:
        ImportFailed: a source cannot be read at all, or the archive cannot be written to. What
            was written before stays; the next import goes on from there.
        UsageError: the options do not go together.
    """
    _check_options(kind, sources, into, options)
    _check_sources(kind, sources)
    text = _read_settings_text(archive)
    settings = read_settings(text)
    with _alone(archive, is_dry_run=dry_run):
        tally = Tally()
        existing = scan(archive)
        writer = ContentWriter(
            archive, existing, tally, main_lang=settings.main_language, is_dry_run=dry_run
        )
        writer.remove_left_overs()
        work = _Import(archive, settings, text, existing, writer, tally, options)
        match kind:
            case "jsonl":
                work.jsonl(sources, into)
            case "text":
                work.texts(sources, into)
            case _:
                assert_never(kind)
        return tally.close(
            kind,
            tuple(source.as_posix() for source in sources),
            is_dry_run=dry_run,
            taxonomies_declared=work.declared,
        )


class _Import:
    """The values that one import goes by."""

    def __init__(
        self,
        archive: Path,
        settings: Settings,
        settings_text: str,
        existing: Existing,
        writer: ContentWriter,
        tally: Tally,
        options: ImportOptions,
    ) -> None:
        self._archive = archive
        self._settings = settings
        self._settings_text = settings_text
        self._existing = existing
        self._writer = writer
        self._tally = tally
        self._options = options
        self._langs_reported: set[str] = set()
        self.declared: tuple[str, ...] = ()

    def jsonl(self, sources: Sequence[Path], into: str | None) -> None:
        reader = JsonlReader(self._options, self._tally)
        collections: dict[str, list[Path]] = {}
        for source in sources:
            collections.setdefault(into or collection_name(source), []).append(source)
        layouts: dict[str, Layout] = {}
        kinds = dict.fromkeys(self._options.terms)
        for collection, members in collections.items():
            months = months_on_disk(self._existing, collection)
            is_any = False
            for glimpse in reader.survey(members):
                is_any = True
                kinds.update(dict.fromkeys(glimpse.kinds))
                is_new = (collection, glimpse.key) not in self._existing.stories
                if is_new and glimpse.date.year is not None and glimpse.date.month is not None:
                    months[glimpse.date.year, glimpse.date.month] += 1
            if not is_any:
                raise ImportFailed(tuple(_no_record(source) for source in members))
            layouts[collection] = Layout(collection, months)
        # First of all: an import that is killed leaves an archive that builds.
        order = dict.fromkeys((*reader.kinds, *self._options.terms))
        self._declare(tuple(kind for kind in order if kind in kinds))
        for collection, members in collections.items():
            for article in reader.articles(members):
                self._check_language(article.lang, article.place)
                self._writer.put(article, collection, layouts[collection])

    def texts(self, sources: Sequence[Path], into: str | None) -> None:
        reader = TextReader(self._options, self._tally)
        self._declare(tuple(self._options.terms))
        layouts: dict[str, Layout] = {}
        for article in reader.articles(sources):
            self._check_language(article.lang, article.place)
            folder = into or make_slug(article.outlet or "", max_length=60) or "texts"
            if folder_fault(folder) is not None:
                folder = "texts"  # an outlet called Con
            if folder not in layouts:
                layouts[folder] = Layout(folder, months_on_disk(self._existing, folder))
            self._writer.put(article, COLLECTION, layouts[folder])

    def _declare(self, kinds: tuple[str, ...]) -> None:
        known = declared_kinds(self._settings_text)
        self.declared = tuple(kind for kind in kinds if kind not in known)
        if self.declared:
            self._writer.write(SETTINGS_PATH, declare(self._settings_text, self.declared))

    def _check_language(self, lang: str | None, place: Location) -> None:
        if lang is None or lang in self._settings.languages or lang in self._langs_reported:
            return
        self._langs_reported.add(lang)
        message = f'the archive has no language "{lang}"'
        hint = f"add {lang} to `languages` in {SETTINGS_PATH}"
        self._tally.report(problem("undeclared-language", message, place, hint))


def collection_name(source: Path) -> str:
    """Return what a source is called where `--into` does not say it: its name as a slug."""
    name = make_slug(_SUFFIXES.sub("", source.name), max_length=60)
    return name if name and folder_fault(name) is None else f"import-{name}".strip("-")


def _check_options(
    kind: ImportKind, sources: Sequence[Path], into: str | None, options: ImportOptions
) -> None:
    if not sources:
        raise UsageError("name at least one source")
    fault = None if into is None else folder_fault(into)
    if fault is not None:
        raise UsageError(f"--into {fault}")
    for name, value in (("--date", options.date), ("--captured", options.captured)):
        if value is not None:
            _check_date(name, value)
    if options.lang is not None and normal_tag(options.lang) != options.lang:
        raise UsageError(f'--lang: "{options.lang}" is not a language tag such as en, ru or pt-BR')
    for url in options.urls:
        if not _URL.fullmatch(url):
            raise UsageError(f'--url: "{url}" is not an http or https address')
    if options.urls and (kind == "jsonl" or len(sources) > 1):
        raise UsageError("--url belongs to one text; import such texts one by one")
    if options.mapping and kind != "jsonl":
        raise UsageError("--map belongs to jsonl, since a text has no columns")
    check_mapping(options.mapping)


def _check_date(name: str, value: str) -> None:
    try:
        parse_date(value)
    except BadDateError as error:
        raise UsageError(f"{name}: {error.reason}; {error.hint}") from error


def _check_sources(kind: ImportKind, sources: Sequence[Path]) -> None:
    """Refuse all sources that cannot be read, before anything is written."""
    found: list[Problem] = []
    for source in sources:
        place = Location(source.as_posix())
        if source.is_dir():
            message = "the source is a folder"
            found.append(problem("import-unreadable", message, place, "name the files in it"))
        elif not source.is_file():
            reason = "is not a plain file" if source.exists() else "does not exist"
            hint = "a source is read twice, so it cannot be a pipe" if source.exists() else None
            found.append(problem("import-unreadable", f"the source {reason}", place, hint))
        elif kind == "jsonl":
            try:
                check_readable(source)
            except ImportFailed as failed:
                found.extend(failed.problems)
    if found:
        raise ImportFailed(tuple(sorted(found, key=lambda one: one.sort_key)))


def _no_record(source: Path) -> Problem:
    message = "the source holds no record: not one line is a JSON object"
    hint = "each line has to be one object, {...}, without brackets or commas around"
    return problem("import-unreadable", message, Location(source.as_posix()), hint)


def _read_settings_text(archive: Path) -> str:
    path = archive / SETTINGS_PATH
    place = Location(SETTINGS_PATH)
    if not path.is_file():
        message = "the folder is no archive: it has no content/archive.yaml"
        hint = "make one with `backfile init`, or name the folder with -C"
        raise ImportFailed((problem("not-an-archive", message, place, hint),))
    if not path.resolve().is_relative_to(archive.resolve()):
        message = "the settings lead out of the archive through a symbolic link"
        raise ImportFailed((problem("outside-archive", message, place),))
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ImportFailed((problem("not-utf8", "the file is not UTF-8 text", place),)) from error


@contextmanager
def _alone(archive: Path, *, is_dry_run: bool) -> Iterator[None]:
    """Hold the archive's content for the time of an import; the lock dies with the process."""
    if is_dry_run:
        yield
        return
    folder = os.open(archive / "content", os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = "another import is writing into this archive"
            found = problem("import-busy", message, Location("content"), "wait until it is done")
            raise ImportFailed((found,)) from error
        except OSError:
            pass  # a file system without locks, such as some network disks
        yield
    finally:
        os.close(folder)
