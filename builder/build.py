"""The whole story, in order: scan, read, parse, convert, assemble, plan, render, write, index.

Composition root: it joins the rooms and holds no rule of its own. `check` walks the same way and
stops short of writing, so that both always find the same problems.
"""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from builder.archive import Inventory, assemble
from builder.basics.nearest import did_you_mean
from builder.basics.problems import ContentError, Location, Outcome, Problem, problem
from builder.disk.scan import read_text, scan
from builder.disk.theme import default_theme, static_outputs, theme_files
from builder.disk.write import Staging, WriteReport, build_lock, fresh_folder, publish
from builder.model.content import ArticleHead, NoticeRecord, PageRecord, SourceFile, TermRecord
from builder.model.words import Words
from builder.pages import plan
from builder.prose import convert, convert_inert
from builder.reading import (
    parse_article,
    parse_notice,
    parse_page,
    parse_settings,
    parse_term,
    parse_words,
    split,
)
from builder.rendering import Renderer, make_environment

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from builder.model.content import Body, SourceText
    from builder.model.output import Output
    from builder.model.page import PlannedPage
    from builder.model.settings import Settings
    from builder.model.site import Site
    from builder.search import SearchReport

SETTINGS_FILE = "content/archive.yaml"
STATE_FOLDER = ".backfile"

Head = ArticleHead | TermRecord | NoticeRecord | PageRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """What to build. The clock is read once, by the caller."""

    root: Path
    out: Path
    now: dt.datetime
    base_url: str | None = None
    """In place of the one in the settings."""
    with_drafts: bool = False
    with_search: bool = True
    is_strict: bool = False
    """Whether warnings stop the build."""
    on_stage: Callable[[str], None] = lambda _: None
    """Told the name of each stage as it begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that is known before the first page is rendered."""

    settings: Settings
    site: Site
    pages: tuple[PlannedPage, ...]
    media: tuple[str, ...]
    """Addresses of the media files in use."""
    assets: tuple[Output, ...]
    renderer: Renderer


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult:
    """What a build did."""

    problems: tuple[Problem, ...]
    articles: int
    people: int
    pages: int
    write: WriteReport
    search: SearchReport | None
    seconds: Mapping[str, float]


class Stages:
    """Times the stages of a build and tells of their beginning."""

    def __init__(self, on_stage: Callable[[str], None]) -> None:
        """Take who wants to be told."""
        self.seconds: dict[str, float] = {}
        self._on_stage = on_stage

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        self._on_stage(name)
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self.seconds[name] = self.seconds.get(name, 0.0) + spent


@dataclass(slots=True)
class _Found:
    """What reading has brought together so far."""

    heads: list[Head] = field(default_factory=list)
    bodies: dict[str, Body] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def build(request: BuildRequest) -> BuildResult:
    """Build the archive into `request.out`.

    Raises:
        BuilderError: content, templates, search or output have problems; the last good site stays.
    """
    state = request.root / STATE_FOLDER
    stages = Stages(request.on_stage)
    with build_lock(state):
        prepared, problems = prepare_site(request, stages)
        if prepared is None or any(_stops(p, request) for p in problems):
            raise ContentError(problems)
        staging = Staging(fresh_folder(state / "staging"))
        with stages.stage("render"):
            for asset in prepared.assets:
                staging.add(asset.path, asset.content)
            for url in prepared.media:
                staging.add(url, (request.root / "content" / url).read_bytes())
            for page in prepared.pages:
                output = prepared.renderer.render(page)
                staging.add(output.path, output.content)
        report = None
        if request.with_search:
            with stages.stage("index"):
                report = _index(prepared, staging, state)
        with stages.stage("write"):
            written = publish(staging, request.out, state)
            shutil.rmtree(staging.folder)
    problems = (*problems, *_gone(written, request))
    return BuildResult(
        problems=problems,
        articles=sum(len(found) for found in prepared.site.articles.values()),
        people=len(prepared.site.terms["people"]),
        pages=sum(page.url.endswith(".html") for page in prepared.pages),
        write=written,
        search=report,
        seconds=stages.seconds,
    )


def check(request: BuildRequest) -> tuple[Problem, ...]:
    """Return every problem that a build would have, and write nothing."""
    from builder.basics.problems import TemplateError  # noqa: PLC0415

    prepared, problems = prepare_site(request, Stages(request.on_stage))
    if prepared is None or any(p.is_error for p in problems):
        return problems
    request.on_stage("render")
    try:
        for page in prepared.pages:
            prepared.renderer.render(page)
    except TemplateError as error:
        problems = (*problems, *error.problems)
    return tuple(sorted(problems, key=lambda p: p.sort_key))


def _stops(found: Problem, request: BuildRequest) -> bool:
    return found.is_error or request.is_strict


def prepare_site(request: BuildRequest, stages: Stages) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Return everything up to the plan, with all problems in the order of a report."""
    root = request.root
    with stages.stage("scan"):
        files, problems = scan(root, "content")
        by_path = {file.path: file for file in files}
        if SETTINGS_FILE not in by_path:
            message = "there is no content/archive.yaml, so this is not an archive"
            hint = "`backfile init DIR` makes one; -C DIR names another folder"
            found = problem("not-an-archive", message, Location(SETTINGS_FILE), hint)
            return None, (found,)
    stored = read_text(root, by_path[SETTINGS_FILE])
    settings, more = _settings(stored, request)
    problems += more
    if settings is None:
        return None, _sorted(problems)
    reading = _Found(problems=list(problems))
    with stages.stage("read"):
        media = frozenset(p for p in by_path if p.startswith("content/media/"))
        for file in files:
            if file.path not in media and file.path != SETTINGS_FILE:
                _read_file(root, file, settings, reading)
    with stages.stage("assemble"):
        words = _words(root, settings, reading)
        outcome = assemble(
            _inventory(reading.heads), settings, now=request.now, with_drafts=request.with_drafts
        )
        reading.problems += outcome.problems
    site = outcome.value
    if site is None:
        return None, _sorted(reading.problems)
    with stages.stage("plan"):
        folders = _theme_folders(root)
        static, assets = static_outputs(folders)
        planned = plan(
            site, reading.bodies, words, static, media=media, broken=frozenset(reading.broken)
        )
        reading.problems += planned.problems
    if planned.value is None:
        return None, _sorted(reading.problems)
    pages, used = planned.value
    environment = make_environment(folders[-1], folders[0] if len(folders) > 1 else None)
    prepared = Plan(
        settings=settings,
        site=site,
        pages=pages,
        media=tuple(sorted(used)),
        assets=assets,
        renderer=Renderer(environment, words),
    )
    return prepared, _sorted(reading.problems)


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems), key=lambda p: p.sort_key))


def _settings(
    stored: Outcome[SourceText], request: BuildRequest
) -> tuple[Settings | None, tuple[Problem, ...]]:
    if stored.value is None:
        return None, stored.problems
    parsed = parse_settings(stored.value)
    settings = parsed.value
    if settings is None or request.base_url is None:
        return settings, parsed.problems
    url = request.base_url if request.base_url.endswith("/") else request.base_url + "/"
    problems = tuple(p for p in parsed.problems if p.code != "no-base-url")
    return replace(settings, base_url=url), problems


def _read_file(root: Path, file: SourceFile, settings: Settings, found: _Found) -> None:
    """Read, parse and convert one file of content/ into `found`."""
    folder = file.path.split("/")[1] if file.path.count("/") > 1 else ""
    known = ("articles", "notices", "pages", *settings.term_kinds)
    if not file.path.endswith(".md"):
        return
    if folder not in known:
        message = "no part of the archive is kept in this folder"
        hint = did_you_mean(folder, known) or "known are " + ", ".join(sorted(known))
        place = Location(file.path)
        found.problems.append(problem("unknown-folder", message, place, hint))
        return
    text = read_text(root, file)
    found.problems += text.problems
    if text.value is None:
        found.broken.add(file.path)
        return
    head, body, problems = prepare(text.value, folder, settings)
    found.problems += problems
    if head is None:
        found.broken.add(file.path)
        return
    found.heads.append(head)
    if body is not None and not body.is_empty:
        found.bodies[file.path] = body


def prepare(
    text: SourceText, folder: str, settings: Settings
) -> tuple[Head | None, Body | None, tuple[Problem, ...]]:
    """Return what one file says. Pure: it knows no other file."""
    halves = split(text)
    problems = list(halves.problems)
    if halves.value is None:
        return None, None, tuple(problems)
    head, prose = halves.value.head, halves.value.prose
    parsed: Outcome[Any]
    if folder == "articles":
        parsed = parse_article(head, text.path, settings)
    elif folder == "notices":
        parsed = parse_notice(head, text.path, settings)
    elif folder == "pages":
        parsed = parse_page(head, text.path, settings)
    else:
        parsed = parse_term(head, text.path, folder, settings)
    problems += parsed.problems
    to_html = convert_inert if folder == "notices" else convert
    body = to_html(prose.text, path=text.path, first_line=prose.first_line)
    problems += body.problems
    return parsed.value, body.value, tuple(problems)


def _inventory(heads: Iterable[Head]) -> Inventory:
    listed = list(heads)
    return Inventory(
        articles=tuple(h for h in listed if isinstance(h, ArticleHead)),
        terms=tuple(h for h in listed if isinstance(h, TermRecord)),
        notices=tuple(h for h in listed if isinstance(h, NoticeRecord)),
        pages=tuple(h for h in listed if isinstance(h, PageRecord)),
    )


def _theme_folders(root: Path) -> tuple[Path, ...]:
    """Return the archive's overrides, if it has any, and the theme."""
    theme = default_theme()
    overrides = root / "templates"
    if not overrides.is_dir() or overrides.resolve() == theme.resolve():
        return (theme,)
    return (overrides, theme)


def _words(root: Path, settings: Settings, found: _Found) -> dict[str, Words]:
    """Return the interface's words in each language; English fills what one lacks."""
    folders = _theme_folders(root)
    tables: dict[str, dict[str, str | dict[str, str]]] = {}
    for folder in reversed(folders):
        for name, path in theme_files((folder,), "words").items():
            lang = name.removesuffix(".yaml")
            if not name.endswith(".yaml") or lang not in {"en", *_bases(settings.languages)}:
                continue
            shown = f"templates/words/{name}"
            file = SourceFile(path=shown, size_bytes=path.stat().st_size, mtime_ns=0)
            text = read_text(folder.parent, replace(file, path=f"{folder.name}/words/{name}"))
            found.problems += text.problems
            if text.value is None:
                continue
            parsed = parse_words(replace(text.value, path=shown))
            found.problems += parsed.problems
            tables.setdefault(lang, {}).update(parsed.value or {})
    words: dict[str, Words] = {}
    for lang in settings.languages:
        table = tables.get(lang) or tables.get(lang.split("-")[0])
        if table is None:
            message = f'the theme has no words in "{lang}", so its pages are labelled in English'
            hint = f"translate templates/words/en.yaml to templates/words/{lang}.yaml"
            place = Location(SETTINGS_FILE)
            found.problems.append(problem("no-words", message, place, hint))
        words[lang] = Words(lang, {**tables.get("en", {}), **(table or {})})
    return words


def _bases(languages: Iterable[str]) -> set[str]:
    return {form for lang in languages for form in (lang, lang.split("-")[0])}


def _index(prepared: Plan, staging: Staging, state: Path) -> SearchReport:
    from builder.search import build_index  # noqa: PLC0415 - not needed with --no-search

    expected: dict[str, int] = {}
    for page in prepared.pages:
        if page.is_searchable:
            expected[page.lang] = expected.get(page.lang, 0) + 1
    bundle = fresh_folder(state / "pagefind")
    report = build_index(staging.folder, bundle, expected=expected)
    if expected:
        staging.add_tree("pagefind", bundle)
    return report


def _gone(written: WriteReport, request: BuildRequest) -> Iterator[Problem]:
    """Yield a warning for each address that the last build had: links out there lead to it."""
    if request.with_drafts:
        return
    for url in written.gone:
        message = f"the last build had a page at /{url}, and this one has none"
        hint = f"if it moved, add `aliases: [/{url}]` to the article that took its place"
        yield problem("address-gone", message, Location(f"{request.out.name}/{url}"), hint)
