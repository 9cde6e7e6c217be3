"""A whole build: what is not remembered is read, what is not as it was is made.

assemble and plan see the whole archive each time. What is dear, reading texts and making pages, is
done for what changed alone: a page is made again when the digest of all that it shows is another
one, or when its file in the output is not as it was left.
"""

from __future__ import annotations

import hashlib
import shutil
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from builder.archive import Inventory, assemble
from builder.basics.problems import (
    ContentError,
    Location,
    Problem,
    TemplateError,
    problem,
)
from builder.disk.memory import FreshView, Memory, StoredFile
from builder.disk.scan import read_text
from builder.disk.state import COMPILED
from builder.disk.theme import static_outputs, theme_digest, theme_files
from builder.disk.write import (
    Staging,
    WriteReport,
    Written,
    folder_times,
    fresh_folder,
    publish,
    staging_folder,
    standing_files,
)
from builder.intake import SETTINGS_FILE, Intake, take_in
from builder.model.content import ArticleHead, NoticeRecord, PageRecord, TermRecord
from builder.model.source import SourceFile
from builder.model.words import Words
from builder.pages.plan import plan
from builder.pages.stored import ViewPacker
from builder.pages.views import ArticleView
from builder.reading import parse_settings, parse_words
from builder.rendering import Renderer, make_environment
from builder.workers import chunks, ordered_map, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from builder.model.content import Head
    from builder.model.output import Output
    from builder.model.page import PlannedPage
    from builder.model.settings import Settings
    from builder.model.site import Site
    from builder.request import BuildRequest, Seen, Stages
    from builder.search import SearchReport

FEW_PAGES: Final = 200
"""Pages that one process makes sooner than others can be started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The theme of an archive, its own templates among it, loaded for the archive's languages."""

    static: Mapping[str, str]
    """Address of each asset by its name."""
    assets: tuple[Output, ...]
    words: Mapping[str, Words]
    renderer: Renderer
    digest: bytes
    problems: tuple[Problem, ...]


class Known(NamedTuple):
    """What a process that stays knows already; a build finds it out."""

    intake: Callable[[Settings], Intake]
    theme: Callable[[Settings], Theme]


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
    shared: bytes
    """Digest of all that every page depends on."""
    broken: frozenset[str]
    """Files of content/ that could not be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a whole build did."""

    plan: Plan
    problems: tuple[Problem, ...]
    write: WriteReport
    search: SearchReport | None
    read: int
    """Files of content/ that were parsed anew."""
    rendered: int
    """Pages that were made anew."""
    slowest: tuple[tuple[str, float], ...]
    """Pages that took longest, and their seconds."""


def build_whole(request: BuildRequest, seen: Seen, memory: Memory, stages: Stages) -> Made:
    """Bring the output up to date with the whole archive.

    Raises:
        BuilderError: content, templates, search or output have problems; the last good site stays.
        MemoryDamagedError: the memory cannot be trusted.
    """
    prepared, problems = prepare_site(request, seen, stages, memory)
    if prepared is None or any(p.is_error or request.is_strict for p in problems):
        raise ContentError(problems)
    state = memory.path.parent
    is_sound = memory.get("open") == b"" and memory.get("out") == _name_of(request.out)
    before = memory.files() if is_sound else {}
    if not before:
        memory.forget_files()
    kept = dict(before)  # what the memory has of the output, as pages come in
    staging = Staging(
        fresh_folder(staging_folder(state, request.out)), standing_files(before, request.out)
    )
    try:
        with stages.stage("render"):
            keys = _page_keys(prepared) if before else {}
            rendered, slowest = _make_pages(
                prepared, keys, kept, staging, memory, request.jobs, stages
            )
            _take_files(prepared, request, seen, keys, before, staging)
        report = None
        with stages.stage("index"):
            if request.with_search:
                from builder.indexing import Wanted, update_index  # noqa: PLC0415

                wanted = Wanted(prepared.settings.search, request.jobs, request.search_memory)
                report = update_index(
                    prepared.pages, prepared.site, wanted, staging, memory, request.out
                )
        with stages.stage("write"):
            memory.put("open", b"moving")
            memory.put("out", _name_of(request.out))
            memory.commit()
            written, files = publish(staging, before, request.out, state)
    finally:
        shutil.rmtree(staging.folder, ignore_errors=True)
    with stages.stage("remember"):
        for lang, words in prepared.words.items():
            memory.put(f"words {lang}", msgspec.msgpack.encode(words.all_entries()))
        if before:
            views = {page.origin for page in prepared.pages if page.links is not None}
            memory.keep_views({place.path for place in views if place is not None})
        _remember(memory, kept, files, keys, staging, request.out)
        memory.tidy()
    return Made(
        plan=prepared,
        problems=(*problems, *(report.problems if report else ()), *_gone(written, request)),
        write=written,
        search=report,
        read=seen.read,
        rendered=rendered,
        slowest=slowest,
    )


def _name_of(out: Path) -> bytes:
    return str(out.resolve()).encode(errors="surrogateescape")


# -- up to the plan ----------------------------------------------------------------------------


def prepare_site(
    request: BuildRequest,
    seen: Seen,
    stages: Stages,
    memory: Memory | None,
    known: Known | None = None,
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
    with stages.stage("read"):
        if known is None:
            intake = take_in(root, seen.listing, settings, memory, request.jobs)
        else:
            intake = known.intake(settings)
        problems += intake.problems
        seen.read = intake.read
    with stages.stage("assemble"):
        if known is None:
            compiled = None if memory is None else memory.path.parent / COMPILED
            theme = load_theme(seen.folders, settings, compiled)
        else:
            theme = known.theme(settings)
        problems += theme.problems
        heads = [found.head for found in intake.records.values() if found.head is not None]
        outcome = assemble(
            _inventory(heads), settings, now=request.now, with_drafts=request.with_drafts
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
        prepared = _plan(site, intake, theme, by_path, problems)
    return prepared, _sorted(problems)


def _plan(
    site: Site,
    intake: Intake,
    theme: Theme,
    by_path: dict[str, SourceFile],
    problems: list[Problem],
) -> Plan | None:
    media = frozenset(path for path in by_path if path.startswith("content/media/"))
    planned = plan(
        site,
        intake.bodies,
        theme.words,
        theme.static,
        records=intake.records,
        media=media,
        broken=intake.broken,
    )
    problems += planned.problems
    if planned.value is None:
        return None
    return Plan(
        settings=site.settings,
        site=site,
        pages=planned.value.pages,
        media=tuple(sorted(planned.value.media)),
        assets=theme.assets,
        words=theme.words,
        renderer=theme.renderer,
        shared=hashlib.sha256(planned.value.shared + theme.digest).digest(),
        broken=intake.broken,
    )


def load_theme(folders: Sequence[Path], settings: Settings, compiled: Path | None) -> Theme:
    """Return the theme for an archive; `compiled` keeps its templates for the next time.

    `folders` are the archive's overrides, if it has any, then the theme's.
    """
    problems: list[Problem] = []
    words = _words(folders, settings, problems)
    static, assets = static_outputs(folders, settings.languages)
    overrides = folders[0] if len(folders) > 1 else None
    environment = make_environment(folders[-1], overrides, compiled)
    return Theme(
        static=static,
        assets=assets,
        words=words,
        renderer=Renderer(environment, words),
        digest=theme_digest(folders),
        problems=tuple(problems),
    )


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


# -- from the plan to the output ---------------------------------------------------------------


def _page_keys(prepared: Plan) -> dict[str, bytes]:
    """Return the digest of all that each page is made of, by address; none for some."""
    keys = ((page.url, _page_key(page, prepared.shared)) for page in prepared.pages)
    return {url: key for url, key in keys if key}


def _page_key(page: PlannedPage, shared: bytes) -> bytes:
    """Return the digest of all that a page is made of; b"" for those that have none."""
    if page.key is None:
        return b""
    parts = (shared, page.template.encode(), b"\0", page.lang.encode(), b"\0", page.key())
    return hashlib.blake2b(b"".join(parts), digest_size=16).digest()


def _make_pages(
    prepared: Plan,
    keys: dict[str, bytes],
    kept: dict[str, StoredFile],
    staging: Staging,
    memory: Memory,
    jobs: int,
    stages: Stages,
) -> tuple[int, tuple[tuple[str, float], ...]]:
    """Make the pages that are not as they were, and take over the others.

    `kept` is what the memory has of the output; it and the memory learn of each page made.
    """
    pages, stale = prepared.pages, list[int]()
    for number, page in enumerate(pages):
        key = keys.get(page.url)
        stored = kept.get(page.url)
        standing = staging.standing.get(page.url)
        if key is None or stored is None or standing is None or stored.key != key:
            stale.append(number)
        else:
            staging.files[page.url] = standing._replace(mtime_ns=0)
    work = PageMaker(prepared, staging, with_keys=not keys)
    slowest: list[tuple[float, str]] = []
    done = 0
    sites: set[bytes] = set()
    for batch in _in_runs(work, stale, jobs):
        rows: list[tuple[str, StoredFile]] = []
        for number, written, key, seconds in batch.pages:
            url = pages[number].url
            staging.files[url] = written
            if key:
                keys[url] = key
            slowest.append((seconds, url))
            if written.mtime_ns:
                stored = StoredFile(*written, keys.get(url, b""))
                kept[url] = stored
                rows.append((url, stored))
        memory.put_files(rows)
        for name, site in batch.sites.items():
            if name not in sites:
                sites.add(name)
                memory.put(f"site {name.hex()}", site)
        memory.put_views(batch.views)
        done += len(batch.pages)
        slowest = sorted(slowest, reverse=True)[:10]
        stages.advance(done, len(stale))
    return len(stale), tuple((url, seconds) for seconds, url in slowest)


class MadePages(NamedTuple):
    """What became of a run of pages."""

    pages: list[tuple[int, Written, bytes, float]]
    """Number, what was written, key, seconds."""
    views: list[FreshView]
    sites: dict[bytes, bytes]
    """The frames that these views refer to, by name."""


class PageMaker:
    """Makes pages and puts them into the staging folder, in whichever process is free."""

    def __init__(self, prepared: Plan, staging: Staging | None, *, with_keys: bool) -> None:
        """Take the plan, and where the pages go; None: they are made and thrown away.

        `with_keys`: their keys are not known yet, and made on the way.
        """
        self._shared = prepared.shared
        self._with_keys = with_keys
        self._pages = prepared.pages
        self._renderer = prepared.renderer
        self._staging = staging
        self._packer = ViewPacker()

    def __call__(self, numbers: Sequence[int]) -> MadePages:
        """Make these pages.

        Raises:
            TemplateError: a template is missing or wrong.
        """
        from time import perf_counter  # noqa: PLC0415 - timed for the report, never for the output

        done = MadePages([], [], {})
        start = perf_counter()
        for number in numbers:
            page = self._pages[number]
            view = page.view()
            output = self._renderer.render(page, view)
            written, key = Written("", 0, 0), b""
            if self._staging is not None:
                written = self._staging.add(output.path, output.content)
                if page.links is not None and page.origin and isinstance(view, ArticleView):
                    packed, name, site = self._packer.pack(view, page.links())
                    done.sites[name] = site
                    crc = zlib.crc32(packed)
                    done.views.append(FreshView(page.origin.path, page.url, name, packed, crc))
            if self._with_keys:
                key = _page_key(page, self._shared)
            end = perf_counter()
            done.pages.append((number, written, key, end - start))
            start = end
        return done


def _in_runs(work: PageMaker, numbers: Sequence[int], jobs: int) -> Iterator[MadePages]:
    """Make pages run by run, in other processes where there are enough of them."""
    jobs = 1 if len(numbers) <= FEW_PAGES else jobs
    runs = spread(chunks(numbers, jobs, least=16, most=128), jobs)
    yield from ordered_map(work, runs, jobs)


def check_pages(prepared: Plan, jobs: int) -> tuple[Problem, ...]:
    """Return what is wrong with the templates, found by making every page and keeping none."""
    numbers = range(len(prepared.pages))
    work = PageMaker(prepared, None, with_keys=False)
    try:
        for _ in _in_runs(work, numbers, jobs):
            pass
    except TemplateError as error:
        return error.problems
    return ()


def _take_files(
    prepared: Plan,
    request: BuildRequest,
    seen: Seen,
    keys: dict[str, bytes],
    before: dict[str, StoredFile],
    staging: Staging,
) -> None:
    """Take the theme's assets and the media in use; a media file is read only when it changed."""
    for asset in prepared.assets:
        staging.add(asset.path, asset.content)
    places = {file.path: place for place, file in enumerate(seen.listing.files)}
    for url in prepared.media:
        path = f"content/{url}"
        keys[url] = hashlib.blake2b(seen.listing.mark(places[path]), digest_size=16).digest()
        stored, standing = before.get(url), staging.standing.get(url)
        if stored is not None and standing is not None and stored.key == keys[url]:
            staging.files[url] = standing._replace(mtime_ns=0)
        else:
            staging.add(url, (request.root / path).read_bytes())


def _remember(
    memory: Memory,
    kept: dict[str, StoredFile],
    files: dict[str, Written],
    keys: dict[str, bytes],
    staging: Staging,
    out: Path,
) -> None:
    """Keep what stands in the output now, and mark it as sound."""
    fresh: list[tuple[str, StoredFile]] = []
    for path, file in files.items():
        mtime_ns = file.mtime_ns or staging.standing[path].mtime_ns
        stored = StoredFile(file.sha256, file.size_bytes, mtime_ns, keys.get(path, b""))
        if kept.get(path) != stored:
            fresh.append((path, stored))
    memory.put_files(fresh)
    memory.drop_files(kept.keys() - files.keys())
    memory.put("folders", folder_times(files, out))
    memory.put("open", b"")
    memory.commit()


def _gone(written: WriteReport, request: BuildRequest) -> Iterator[Problem]:
    """Yield a warning for each address that the last build had: links out there lead to it."""
    if request.with_drafts:
        return
    for url in written.gone:
        message = f"the last build had a page at /{url}, and this one has none"
        hint = f"if it moved, add `aliases: [/{url}]` to the article that took its place"
        yield problem("address-gone", message, Location(f"{request.out.name}/{url}"), hint)
