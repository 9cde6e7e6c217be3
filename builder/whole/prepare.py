"""Everything up to the first page: read, assemble, plan. `check` comes this far, and no further."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from builder.archive import Inventory, assemble, days_to_come
from builder.basics.languages import is_without_spaces
from builder.basics.problems import Location, Problem, problem
from builder.disk.state import COMPILED
from builder.disk.texts import read_text
from builder.disk.theme import default_theme, static_outputs, theme_digest, theme_files
from builder.imaging import Pictures, find_pictures
from builder.intake import Intake, take_in
from builder.looking import no_archive
from builder.model.content import ArticleHead, NoticeRecord, PageRecord, TermRecord
from builder.model.source import SETTINGS_FILE, SourceFile
from builder.model.words import Words
from builder.pages.machine import redirects
from builder.pages.plan import plan
from builder.pages.policy import CSP_SEARCH
from builder.pages.shown import NOTHING_SHOWN, Shown, what_is_shown
from builder.past import NO_PAST, Past, look_back
from builder.reading import parse_settings, parse_words
from builder.rendering import Renderer, make_environment, named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from builder.disk.memory import Memory
    from builder.model.content import Head
    from builder.model.output import Output
    from builder.model.page import Page
    from builder.model.pictures import Sizes
    from builder.model.settings import Settings
    from builder.model.site import Site
    from builder.request import BuildRequest, Seen, Stages


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The theme of an archive, its own templates among it, loaded for the archive's languages."""

    static: Mapping[str, str]
    """Address of each asset by its name."""
    assets: tuple[Output, ...]
    words: Mapping[str, Words]
    renderer: Renderer
    digest: bytes
    shown: Shown
    """The dear parts of views that its templates name."""
    problems: tuple[Problem, ...]


class Known(NamedTuple):
    """What a process that stays knows already; a build finds it out."""

    intake: Callable[[Settings, Callable[[], None]], Intake]
    """Calls the second one while others read."""
    theme: Callable[[Settings], Theme]
    past: Callable[[Settings, Sequence[str]], tuple[Past, tuple[Problem, ...]]]
    pictures: Callable[[Mapping[str, bytes], frozenset[str]], Pictures]


_MUCH_USED: Final = (
    *("article.html", "base.html", "calendar.html", "feed.xml", "term.html", "term_list.html"),
    *("parts/charts.html", "parts/dates.html", "parts/lists.html", "parts/terms.html"),
)
"""Templates that every process which makes pages is going to need. (Compiling all takes longer than
what it saves.)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that is known before the first page is rendered."""

    settings: Settings
    site: Site
    pages: tuple[Page, ...]
    media: tuple[str, ...]
    """Addresses of the media files in use."""
    pictures: Pictures
    """Those among them that are pictures."""
    assets: tuple[Output, ...]
    words: Mapping[str, Words]
    renderer: Renderer
    past: Past
    shared: bytes
    """Digest of all that every page depends on."""
    share: Callable[[], None]
    """Makes what many pages show, as in `PlannedSite`."""
    broken: frozenset[str]
    """Files of content/ that could not be used."""


def prepare_site(
    request: BuildRequest,
    seen: Seen,
    stages: Stages,
    memory: Memory | None,
    known: Known | None = None,
) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Return everything up to the plan, with all problems in the order of a report."""
    problems = list(seen.listing.problems)
    if known is None:
        known = find_out(request, seen, memory)
    by_path = {file.path: file for file in seen.listing.files}
    if SETTINGS_FILE not in by_path:
        return None, (no_archive(),)
    settings = _settings(by_path[SETTINGS_FILE], request, problems)
    if settings is None:
        return None, _sorted(problems)
    theme = known.theme(settings)
    problems += theme.problems

    def meanwhile() -> None:
        """Load what each process that makes pages would load for itself, while others read."""
        theme.renderer.make_ready(_MUCH_USED)
        theme.words[settings.main_language].day_of(1970, 1, 1)

    with stages.stage("read"):
        intake = known.intake(settings, meanwhile)
        problems += intake.problems
        seen.read = intake.read
    with stages.stage("assemble"):
        heads = [found.head for found in intake.records.values() if found.head is not None]
        past = NO_PAST
        if settings.history.is_on and request.with_history:
            past = _past(settings, known, heads, problems)
        inventory = _inventory(heads)
        outcome = assemble(
            inventory,
            settings,
            now=request.now,
            with_drafts=request.with_drafts,
            changed=past.changed(),
        )
        problems += outcome.problems
        to_come, begins = days_to_come(inventory.articles, request.now)
        problems += to_come
        ends = (head.embargo for head in inventory.articles if head.embargo is not None)
        moments = [*(end for end in ends if end > request.now), *([begins] if begins else ())]
        moments += _security(settings, request.now, problems)
        seen.until = min(moments, default=None)
    site = outcome.value
    if site is None:
        return None, _sorted(problems)
    unspaced = [tag for tag in site.articles if site.articles[tag] and is_without_spaces(tag)]
    if unspaced and request.with_search:
        from builder.indexing import poor_languages  # noqa: PLC0415 - few archives have any

        problems += poor_languages(unspaced, settings.search)
    with stages.stage("plan"):
        marks = {file.path: seen.listing.mark(at) for at, file in enumerate(seen.listing.files)}
        prepared = _plan(site, intake, past, theme, marks, known.pictures, problems)
    return prepared, _sorted(problems)


def _security(settings: Settings, now: dt.datetime, problems: list[Problem]) -> list[dt.datetime]:
    """Warn where security.txt is good no more; return the moment when it will not be."""
    expires = settings.hosting.expires
    if expires is None:
        return []
    end = dt.datetime.fromisoformat(expires) + dt.timedelta(seconds=1)
    if end > now:
        return [end]
    message = f"security.txt is good until {expires[:10]}, which is past"
    hint = "look whether the contact is still right, and name a later day"
    problems.append(problem("security-expired", message, Location(SETTINGS_FILE), hint))
    return []


def find_out(request: BuildRequest, seen: Seen, memory: Memory | None) -> Known:
    """Return what finds all out that is not remembered."""
    compiled = None if memory is None else memory.path.parent / COMPILED
    return Known(
        intake=lambda s, meanwhile: take_in(
            request.root, seen.listing, s, memory, request.jobs, meanwhile
        ),
        theme=lambda s: load_theme(seen.folders, s, compiled),
        past=lambda s, paths: look_back(request.root, s, memory, paths, request.jobs),
        pictures=partial(find_pictures, request.root, memory=memory, jobs=request.jobs),
    )


def _plan(
    site: Site,
    intake: Intake,
    past: Past,
    theme: Theme,
    marks: Mapping[str, bytes],
    find: Callable[[Mapping[str, bytes], frozenset[str]], Pictures],
    problems: list[Problem],
) -> Plan | None:
    media = frozenset(path for path in marks if path.startswith("content/media/"))
    sizes: dict[str, Sizes] = {}
    planned = plan(
        site,
        intake.bodies,
        theme.words,
        theme.static,
        shown=theme.shown,
        records=intake.records,
        past=past,
        media=media,
        sizes=sizes,
        broken=intake.broken,
    )
    problems += planned.problems
    if planned.value is None:
        return None
    used = sorted(planned.value.media)
    pictures = find(
        {url: marks[f"content/{url}"] for url in used},
        frozenset(path.removeprefix("content/") for path in media),
    )
    problems += pictures.problems
    sizes.update(pictures.sizes)
    logo = [pictures.sizes.get(url) for url in planned.value.logo]
    hosted = _hosted(site)
    return Plan(
        settings=site.settings,
        site=site,
        pages=planned.value.pages,
        media=tuple(used),
        pictures=pictures,
        assets=(*theme.assets, *hosted),
        words=theme.words,
        renderer=theme.renderer,
        past=past,
        shared=hashlib.sha256(planned.value.shared + theme.digest + repr(logo).encode()).digest(),
        share=planned.value.share,
        broken=intake.broken,
    )


def load_theme(
    folders: Sequence[Path], settings: Settings, compiled: Path | None, *, to_be_made: bool = True
) -> Theme:
    """Return the theme for an archive; `compiled` keeps its templates for the next time.

    `folders` are the archive's overrides, if it has any, then the theme's. What it shows need not
    be known where no page is `to_be_made`.
    """
    problems: list[Problem] = []
    words = _words(folders, settings, problems)
    static, assets = static_outputs(folders, settings)
    overrides = folders[0] if len(folders) > 1 else None
    environment = make_environment(
        folders[-1], overrides, compiled, is_packaged=folders[-1] == default_theme()
    )
    return Theme(
        static=static,
        assets=assets,
        words=words,
        renderer=Renderer(environment, words),
        digest=theme_digest(folders) if to_be_made else b"",
        shown=what_is_shown(partial(named, environment), has_lite=settings.lite)
        if to_be_made
        else NOTHING_SHOWN,
        problems=tuple(problems),
    )


def _past(settings: Settings, known: Known, heads: Iterable[Head], problems: list[Problem]) -> Past:
    """Return what may be seen of the articles' past."""
    paths = [head.path for head in heads if isinstance(head, ArticleHead)]
    past, found = known.past(settings, paths)
    problems += found
    return past


def _hosted(site: Site) -> tuple[Output, ...]:
    """Return the files that the archive's hosts ask for."""
    hosting = site.settings.hosting
    if not hosting.hosts and not hosting.contact:
        return ()
    from builder.hosting import host_files, make_policy  # noqa: PLC0415 - few archives name any
    from builder.search import BUNDLE, HASHED_FOLDERS  # noqa: PLC0415

    policy = make_policy(
        prefix=hosting.path or "/",
        csp=CSP_SEARCH,
        onion=hosting.onion,
        redirects=((found.url, found.target) for found in redirects(site)),
        hashed=("static/", *(f"{BUNDLE}/{folder}" for folder in HASHED_FOLDERS)),
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
    folders: Sequence[Path], settings: Settings, problems: list[Problem]
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
