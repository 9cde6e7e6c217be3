"""Everything up to the first page: read, assemble, plan. `check` comes this far, and no further."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from builder.archive import Inventory, assemble
from builder.basics.problems import Location, Problem, problem
from builder.disk.scan import read_text
from builder.disk.state import COMPILED
from builder.disk.theme import static_outputs, theme_digest, theme_files
from builder.intake import SETTINGS_FILE, Intake, take_in
from builder.model.content import ArticleHead, NoticeRecord, PageRecord, TermRecord
from builder.model.source import SourceFile
from builder.model.words import Words
from builder.pages.machine import redirects
from builder.pages.plan import plan
from builder.pages.policy import CSP_SEARCH
from builder.past import NO_PAST, Past, look_back
from builder.reading import parse_settings, parse_words
from builder.rendering import Renderer, make_environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from builder.disk.memory import Memory
    from builder.model.content import Head
    from builder.model.output import Output
    from builder.model.page import PlannedPage
    from builder.model.settings import Settings
    from builder.model.site import Site
    from builder.request import BuildRequest, Seen, Stages


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that is known before the first page is rendered."""

    settings: Settings
    site: Site
    pages: tuple[PlannedPage, ...]
    media: tuple[str, ...]
    """Addresses of the media files in use."""
    assets: tuple[Output, ...]
    words: Mapping[str, Words]
    renderer: Renderer
    past: Past
    shared: bytes
    """Digest of all that every page depends on."""


def prepare_site(
    request: BuildRequest, seen: Seen, stages: Stages, memory: Memory | None
) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Return everything up to the plan, with all problems in the order of a report."""
    root, problems = request.root, list(seen.listing.problems)
    by_path = {file.path: file for file in seen.listing.files}
    if SETTINGS_FILE not in by_path:
        message = "there is no content/archive.yaml, so this is not an archive"
        hint = "`backfile init DIR` makes one; -C DIR names another folder"
        found = problem("not-an-archive", message, Location(SETTINGS_FILE), hint)
        return None, (found,)
    settings = _settings(by_path[SETTINGS_FILE], request, problems)
    if settings is None:
        return None, _sorted(problems)
    words = _words(root, seen.folders, settings, problems)
    compiled = None if memory is None else memory.path.parent / COMPILED
    overrides = seen.folders[0] if len(seen.folders) > 1 else None
    renderer = Renderer(make_environment(seen.folders[-1], overrides, compiled), words)

    def meanwhile() -> None:
        """Load what each process that makes pages would load for itself, while others read."""
        renderer.make_ready()
        words[settings.main_language].day_of(1970, 1, 1)

    with stages.stage("read"):
        intake = take_in(root, seen.listing, settings, memory, request.jobs, meanwhile)
        problems += intake.problems
        seen.read = intake.read
    with stages.stage("assemble"):
        heads = [found.head for found in intake.records.values() if found.head is not None]
        past = _past(request, settings, memory, heads, problems)
        outcome = assemble(
            _inventory(heads),
            settings,
            now=request.now,
            with_drafts=request.with_drafts,
            changed=past.changed(),
        )
        problems += outcome.problems
        seen.until = min(
            (
                head.embargo
                for head in heads
                if isinstance(head, ArticleHead)
                and head.embargo is not None
                and head.embargo > request.now
            ),
            default=None,
        )
    site = outcome.value
    if site is None:
        return None, _sorted(problems)
    if request.with_search:
        from builder.indexing import poor_languages  # noqa: PLC0415 - not for --no-search

        problems += poor_languages(
            (tag for tag in site.articles if site.articles[tag]), settings.search
        )
    with stages.stage("plan"):
        prepared = _plan(site, intake, past, renderer, by_path, seen.folders, problems)
    return prepared, _sorted(problems)


def _plan(
    site: Site,
    intake: Intake,
    past: Past,
    renderer: Renderer,
    by_path: dict[str, SourceFile],
    folders: Sequence[Path],
    problems: list[Problem],
) -> Plan | None:
    static, assets = static_outputs(folders, site.settings)
    media = frozenset(path for path in by_path if path.startswith("content/media/"))
    planned = plan(
        site,
        intake.bodies,
        renderer.words,
        static,
        records=intake.records,
        past=past,
        media=media,
        broken=intake.broken,
    )
    problems += planned.problems
    if planned.value is None:
        return None
    shared = hashlib.sha256(planned.value.shared + theme_digest(folders)).digest()
    hosted = _hosted(site)
    return Plan(
        settings=site.settings,
        site=site,
        pages=planned.value.pages,
        media=tuple(sorted(planned.value.media)),
        assets=(*assets, *hosted),
        words=renderer.words,
        renderer=renderer,
        past=past,
        shared=shared,
    )


def _past(
    request: BuildRequest,
    settings: Settings,
    memory: Memory | None,
    heads: Iterable[Head],
    problems: list[Problem],
) -> Past:
    """Return what may be seen of the articles' past; nothing where nobody asks for it."""
    if not settings.history.is_on:
        return NO_PAST
    paths = [head.path for head in heads if isinstance(head, ArticleHead)]
    past, found = look_back(request.root, settings, memory, paths, request.jobs)
    problems += found
    return past


def _hosted(site: Site) -> tuple[Output, ...]:
    """Return the files that the archive's hosts ask for."""
    hosting = site.settings.hosting
    if not hosting.hosts and not hosting.contact:
        return ()
    from builder.hosting import host_files, make_policy  # noqa: PLC0415 - few archives name any

    policy = make_policy(
        prefix=hosting.path or "/",
        csp=CSP_SEARCH,
        onion=hosting.onion,
        redirects=((found.url, found.target) for found in redirects(site)),
    )
    return host_files(hosting, policy)


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems), key=lambda p: p.sort_key))


def _settings(file: SourceFile, request: BuildRequest, problems: list[Problem]) -> Settings | None:
    stored = read_text(request.root, file)
    problems += stored.problems
    if stored.value is None:
        return None
    parsed = parse_settings(stored.value)
    settings = parsed.value
    if settings is None or request.base_url is None:
        problems += parsed.problems
        return settings
    url = request.base_url if request.base_url.endswith("/") else request.base_url + "/"
    problems += (p for p in parsed.problems if p.code != "no-base-url")
    return msgspec.structs.replace(settings, base_url=url)


def _inventory(heads: Sequence[Head]) -> Inventory:
    return Inventory(
        articles=tuple(h for h in heads if isinstance(h, ArticleHead)),
        terms=tuple(h for h in heads if isinstance(h, TermRecord)),
        notices=tuple(h for h in heads if isinstance(h, NoticeRecord)),
        pages=tuple(h for h in heads if isinstance(h, PageRecord)),
    )


def _words(
    root: Path, folders: Sequence[Path], settings: Settings, problems: list[Problem]
) -> dict[str, Words]:
    """Return the interface's words in each language; English fills what one lacks."""
    tables: dict[str, dict[str, str | dict[str, str]]] = {}
    for folder in reversed(folders):
        for name, path in theme_files((folder,), "words").items():
            lang = name.removesuffix(".yaml")
            if not name.endswith(".yaml") or lang not in {"en", *_bases(settings.languages)}:
                continue
            shown = f"templates/words/{name}"
            file = SourceFile(f"{folder.name}/words/{name}", path.stat().st_size)
            text = read_text(folder.parent, file)
            problems += text.problems
            if text.value is None:
                continue
            parsed = parse_words(text.value._replace(path=shown))
            problems += parsed.problems
            tables.setdefault(lang, {}).update(parsed.value or {})
    words: dict[str, Words] = {}
    for lang in settings.languages:
        table = tables.get(lang) or tables.get(lang.split("-")[0])
        if table is None:
            message = f'the theme has no words in "{lang}", so its pages are labelled in English'
            hint = f"translate templates/words/en.yaml to templates/words/{lang}.yaml"
            problems.append(problem("no-words", message, Location(SETTINGS_FILE), hint))
        words[lang] = Words(lang, {**tables.get("en", {}), **(table or {})})
    return words


def _bases(languages: Iterable[str]) -> set[str]:
    return {form for lang in languages for form in (lang, lang.split("-")[0])}
