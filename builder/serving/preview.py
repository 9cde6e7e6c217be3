"""The archive as it is now: a plan of every page, and each page made when somebody looks at it.

A file that cannot be used does not take its page away: what the last plan without such a file had
is shown, with the problem told over it. One thread at a time brings the preview up to date; any
thread may ask for pages meanwhile.
"""

from __future__ import annotations

import gc
import threading
from contextlib import ExitStack
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from builder.basics.problems import BuilderError, Location, TemplateError, problem
from builder.disk.lock import build_lock
from builder.disk.memory import MemoryDamagedError
from builder.disk.state import COMPILED, STATE_FOLDER, forget, open_memory
from builder.disk.walk import MARK_SIZE
from builder.disk.write import OutputError
from builder.imaging import Pictures, find_pictures
from builder.intake import Intake, read_again, take_in, take_in_again
from builder.looking import look
from builder.model.content import ArticleHead
from builder.model.pictures import copy_url
from builder.model.source import SourceFile
from builder.pages.articles import ArticlePage
from builder.past import head_of, look_back
from builder.request import Seen, Stages
from builder.whole import Known, Theme, load_theme, prepare_site

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from builder.basics.problems import Problem
    from builder.disk.listing import Listing
    from builder.disk.memory import Memory
    from builder.model.content import Record
    from builder.model.page import Page as SitePage
    from builder.model.settings import Settings
    from builder.past import Past
    from builder.request import BuildRequest
    from builder.whole import Plan

FOLDER: Final = "preview"
"""Below .backfile/: what previews remember, apart from what builds do, so that neither waits for
the other."""

COLLECT_AFTER: Final = 200
"""Changes after which what refers to itself is looked for."""

MOST_AT_ONCE: Final = 8
"""Touched files that are looked at before all others; more are the work of a program."""


class Page(NamedTuple):
    """A page as it was just made."""

    content: bytes
    source: str | None
    """Path of the content file that it shows."""
    status: str
    """Of the article that it shows: `draft` or `embargoed`; "" where anyone may read it."""
    is_search: bool
    problems: tuple[Problem, ...] = ()
    """Those of its template; then there is no content."""


class State(NamedTuple):
    """What the preview shows, replaced as a whole by each change."""

    version: int
    """Goes up with every change."""
    looks: int
    """Goes up when anything but content changes: templates, styles, pictures."""
    plan: Plan | None
    """None: there has been none yet."""
    pages: Mapping[str, SitePage]
    last: Mapping[str, SitePage]
    """Pages of the last plan in which every file could be used."""
    last_plan: Plan | None
    assets: Mapping[str, bytes]
    media: frozenset[str]
    copies: Mapping[str, tuple[str, int, str]]
    """Of smaller copies of pictures: address and width, and digest, of what each is a copy of."""
    sources: Mapping[str, str]
    """Address of the page of each content file that has one of its own."""
    problems: tuple[Problem, ...]
    unpublished: tuple[str, ...]
    """Addresses of what is shown here and would not be published."""


class Preview:
    """The archive, looked at again and again."""

    def __init__(self, request: BuildRequest, clock: Callable[[], dt.datetime]) -> None:
        """Take what to show; nothing is read yet. `clock` tells what time it is, aware."""
        self._request = request
        self._clock = clock
        self._seen: Seen | None = None
        self._marks: dict[str, bytes] = {}
        self._intake: Intake | None = None
        self._intake_key: object = None
        self._theme: tuple[object, Theme] | None = None
        self._pictures: tuple[dict[str, bytes], Pictures] | None = None
        self._past: tuple[object, tuple[Past, tuple[Problem, ...]]] | None = None
        self._memory: Memory | None = None
        self._compiled: Path | None = None
        self._open = ExitStack()
        self._rendering = threading.Lock()
        self._spent: list[State] = []
        self._renewals = 0
        self.state = State(0, 0, None, {}, {}, None, {}, frozenset(), {}, {}, (), ())

    def close(self) -> None:
        """Let go of what is remembered."""
        self._open.close()

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders whose files the preview shows."""
        seen = self._seen
        folders = () if seen is None else tuple(seen.folders)
        return (self._request.root / "content", *folders)

    # -- becoming up to date -------------------------------------------------------------------

    def begin(self) -> None:
        """Read the archive for the first time, by as many processes as were asked for."""
        state = self._request.root / STATE_FOLDER / FOLDER
        try:
            self._open.enter_context(build_lock(state))
        except OutputError:
            pass  # another preview of this archive has it, or the folder cannot be written
        else:
            self._memory = open_memory(state)
            self._compiled = state / COMPILED
            self._open.callback(self._memory.close)
        try:
            self._renew(look(self._request.root))
        except MemoryDamagedError:
            self._memory = None
            forget(state)
            self._renew(look(self._request.root))
        # From now on other threads do the work. Forks do not mix with them, nor does SQLite; the
        # bodies that are read from the memory stay where they are.
        self._memory = None
        self._request = self._request._replace(jobs=1)
        gc.freeze()
        gc.disable()  # a collection in the midst of a change would be waited for; see `rest`

    def show_at_once(self, touched: Collection[str]) -> bool:
        """Show what a few files say now on their own pages; False where that cannot be told alone.

        `touched` are paths from the archive's root. `follow` is to follow: till then other pages,
        what is told of problems and what is known of the disk stay as they were.
        """
        intake, plan = self._intake, self.state.plan
        if intake is None or plan is None or not 0 < len(touched) <= MOST_AT_ONCE:
            return False
        if any(path not in intake.records for path in touched):
            return False
        files = [SourceFile(path, 0) for path in touched]
        records, bodies = read_again(self._request.root, files, plan.settings)
        known = intake.records
        if all(_shows_alike(known[path], now) for path, now in records.items()):
            intake.bodies.replace(bodies)
            self._publish(self.state)
            # With other links there may be other problems, and those are found with all of them.
            known.update((p, now) for p, now in records.items() if now.facts == known[p].facts)
            return True
        pages = dict(self.state.pages)
        for path, now in records.items():
            url = self.state.sources.get(path, "")
            page = _with_new_head(pages.get(url), known[path], now)
            if page is None:
                return False
            pages[url] = page
        intake.bodies.replace(bodies)
        self._publish(self.state._replace(pages=pages))
        return True

    def follow(self, touched: Collection[str]) -> bool:
        """Show everywhere what became of a few files; False where nothing did, or all are needed.

        `renew` is to follow: it finds out what changed besides.
        """
        intake, plan, seen = self._intake, self.state.plan, self._seen
        if intake is None or plan is None or seen is None or not 0 < len(touched) <= MOST_AT_ONCE:
            return False
        if any(path not in intake.records for path in touched):
            return False
        files = [SourceFile(path, 0) for path in touched]
        records, _ = read_again(self._request.root, files, plan.settings)
        if all(now.digest == intake.records[path].digest for path, now in records.items()):
            return False
        listing = seen.listing.looked_again(self._request.root, touched)
        if listing is None:
            return False
        self._renew(Seen(listing=listing, folders=seen.folders, theme=seen.theme))
        return True

    def renew(self) -> bool:
        """Bring everything up to date; False where nothing changed."""
        seen = look(self._request.root)
        if not self._is_other(seen):
            return False
        if self._is_only_touched(seen):
            seen.until = None if self._seen is None else self._seen.until
            self._seen, self._marks = seen, _marks(seen.listing)
            return False
        self._renew(seen)
        return True

    def rest(self) -> None:
        """Take apart what is shown no more; to be called when there is nothing else to do."""
        self._spent.clear()
        if self._renewals >= COLLECT_AFTER:
            self._renewals = 0
            gc.collect()

    def _is_only_touched(self, seen: Seen) -> bool:
        """Return whether the files of content/ say what they said, though the disk saw a change."""
        last, intake, plan = self._seen, self._intake, self.state.plan
        if last is None or intake is None or plan is None or self._is_late():
            return False
        if (seen.theme, seen.folders) != (last.theme, last.folders):
            return False
        if seen.listing.paths != last.listing.paths:
            return False
        marks = _marks(seen.listing)
        touched = [path for path, mark in marks.items() if self._marks.get(path) != mark]
        if any(path not in intake.records for path in touched):
            return False
        files = [SourceFile(path, 0) for path in touched]
        records, _ = read_again(self._request.root, files, plan.settings)
        return all(now.digest == intake.records[path].digest for path, now in records.items())

    def _is_late(self) -> bool:
        """Return whether an embargo has ended since the last look."""
        until = None if self._seen is None else self._seen.until
        return until is not None and self._clock() >= until

    def _is_other(self, seen: Seen) -> bool:
        last = self._seen
        if last is None or seen.theme != last.theme or seen.folders != last.folders:
            return True
        if self._is_late():
            return True
        now, before = seen.listing, last.listing
        return (now.paths, now.marks, now.problems) != (before.paths, before.marks, before.problems)

    def _look_at_pictures(self, marks: Mapping[str, bytes], names: frozenset[str]) -> Pictures:
        """Return what the pictures in use are; their copies are made when they are asked for."""
        if self._pictures is None or self._pictures[0] != marks:
            found = find_pictures(self._request.root, marks, names, None, 1)
            self._pictures = dict(marks), found
        return self._pictures[1]

    def _renew(self, seen: Seen) -> None:
        marks = _marks(seen.listing)
        before = self._marks
        touched = {path for path, mark in marks.items() if before.get(path) != mark}
        gone = before.keys() - marks.keys()
        request = self._request._replace(now=self._clock())
        known = Known(
            intake=lambda settings, _: self._take_in(seen, settings, touched),
            theme=lambda settings: self._load_theme(seen, settings),
            past=self._look_back,
            pictures=self._look_at_pictures,
        )
        last = self._seen
        looks = self.state.looks
        if last is not None and (
            seen.theme != last.theme
            or any(path.startswith("content/media/") for path in (*touched, *gone))
        ):
            looks += 1
        plan, problems = prepare_site(request, seen, Stages(request.on_stage), self._memory, known)
        self._seen, self._marks = seen, marks
        state = self.state._replace(looks=looks, problems=problems)
        if plan is None:
            self._publish(state)
            return
        pages = {page.url: page for page in plan.pages}
        if not plan.broken:
            state = state._replace(last=pages, last_plan=plan)
        state = state._replace(
            plan=plan,
            pages=pages,
            assets={asset.path: asset.content for asset in plan.assets},
            media=frozenset(plan.media),
            copies={
                copy_url(url, width): (url, width, plan.pictures.digests[url])
                for url, sizes in plan.pictures.sizes.items()
                for width in sizes.copies
            },
            sources={page.origin.path: page.url for page in plan.pages if page.origin is not None},
            unpublished=self._unpublished(plan),
        )
        self._publish(state)

    def _take_in(self, seen: Seen, settings: Settings, touched: Collection[str]) -> Intake:
        root, key = self._request.root, settings.reading_key
        if self._intake is None or self._intake_key != key:
            intake = take_in(root, seen.listing, settings, self._memory, self._request.jobs)
        else:
            intake = take_in_again(root, seen.listing, settings, self._intake, touched)
        self._intake, self._intake_key = intake, key
        return intake

    def _load_theme(self, seen: Seen, settings: Settings) -> Theme:
        key = (seen.folders, seen.theme, settings)
        if self._theme is None or self._theme[0] != key:
            self._theme = (key, load_theme(seen.folders, settings, self._compiled))
        return self._theme[1]

    def _look_back(
        self, settings: Settings, paths: Sequence[str]
    ) -> tuple[Past, tuple[Problem, ...]]:
        """Return the past of the articles; it is another one after a commit, and not before."""
        key = (head_of(self._request.root), settings)
        if self._past is None or self._past[0] != key:
            self._past = (
                key,
                look_back(self._request.root, settings, self._memory, paths, self._request.jobs),
            )
        return self._past[1]

    def _publish(self, state: State) -> None:
        # Taking a plan of ten thousand articles apart takes as long as making a tenth of one.
        self._spent.append(self.state)
        self._renewals += 1
        self.state = state._replace(version=self.state.version + 1)

    # -- what is looked at ---------------------------------------------------------------------

    def page(self, url: str) -> Page | None:
        """Return a page as it is now, or None where there is none."""
        state = self.state
        plan, page = state.plan, state.pages.get(url)
        if page is None:
            page = state.last.get(url)
            if plan is None or page is None or page.origin is None:
                return None
            if page.origin.path not in plan.broken:
                return None
            plan = state.last_plan
        if plan is None:
            return None
        source = None if page.origin is None else page.origin.path
        status = "" if source is None else self._status(source)
        is_search = page.template == "search.html"
        try:
            with self._rendering:
                output = plan.renderer.render(page)
        except TemplateError as error:
            return Page(b"", source, status, is_search, error.problems)
        return Page(output.content, source, status, is_search)

    def _status(self, path: str) -> str:
        record = None if self._intake is None else self._intake.records.get(path)
        head = None if record is None else record.head
        if not isinstance(head, ArticleHead):
            return ""
        if head.status == "draft":
            return "draft"
        waits = head.status == "embargoed"
        if head.embargo is not None:
            waits = head.embargo > self._clock()
        return "embargoed" if waits else ""

    def _unpublished(self, plan: Plan) -> tuple[str, ...]:
        if not self._request.with_drafts:
            return ()
        articles = chain.from_iterable(plan.site.articles.values())
        return tuple(
            article.url
            for article in articles
            if article.head.status != "published" or article.head.embargo is not None
            if self._status(article.head.path)
        )


def _marks(listing: Listing) -> dict[str, bytes]:
    marks = listing.marks
    return {
        file.path: marks[place * MARK_SIZE : (place + 1) * MARK_SIZE]
        for place, file in enumerate(listing.files)
    }


def _shows_alike(before: Record, now: Record) -> bool:
    """Return whether every page but for the text of its own shows the file as before."""
    if now.problems or before.problems or now.head is None or now.outline != before.outline:
        return False
    old, new = before.facts, now.facts
    return old is not None and new is not None and old.anchors == new.anchors


def _with_new_head(page: SitePage | None, before: Record, now: Record) -> SitePage | None:
    """Return an article's page with what its head says now; None where it says where it stands.

    Another title or summary, other authors: that is shown on the page. Another date, address or
    name of a person has to be thought through with all the others.
    """
    old, new = before.head, now.head
    if not isinstance(page, ArticlePage) or page.article.head.path != now.path or now.problems:
        return None
    if not isinstance(old, ArticleHead) or not isinstance(new, ArticleHead):
        return None
    if _place_of(old) != _place_of(new):
        return None
    article = msgspec.structs.replace(page.article, head=new)
    return msgspec.structs.replace(page, article=article)


def _place_of(head: ArticleHead) -> tuple[object, ...]:
    """Return all that decides where an article stands and what it is tied to."""
    names = (head.people, head.mentions, head.notices, *head.terms.values())
    said = tuple(tuple(name.text for name in found) for found in names)
    moment = (head.date, head.status, head.embargo, head.withdrawn)
    return (head.slug, head.lang, head.translation_key, *moment, tuple(head.terms), said)


def as_problem(error: BuilderError | OSError) -> tuple[Problem, ...]:
    """Return what kept the preview from becoming up to date."""
    if isinstance(error, BuilderError):
        return error.problems
    message = f"the disk said: {error.strerror or error}"
    return (problem("unreadable-file", message, Location("content")),)
