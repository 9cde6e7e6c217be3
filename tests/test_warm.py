"""A warm build equals a clean one, whatever was edited in between, and touches no more than that.

The state machine edits a small archive as people do, builds it again and again into one site/, and
holds each result against a clean build of a copy of the same sources in another folder.
BACKFILE_SEQUENCES says how many sequences of edits are tried, 200 by default and always the same
ones; with another number they are random (`make property`).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import gc
import json
import os
import random
import re
import shutil
import tempfile
import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from builder.basics.problems import BuilderError, Problem
from builder.build import BuildRequest, BuildResult, build
from tests.archives import NOW, ROOT, brief, files_below, run_backfile, tree, write_archive
from tests.edits import (
    DATES,
    LONG,
    OVERRIDES,
    PEOPLE,
    PNG,
    SENTENCES,
    SETTINGS,
    SMALL,
    SMALL_FIELDS,
    STATES,
    TERMS,
    WIDE_PNG,
    Desk,
    Snapshot,
)
from tests.newswire import newswire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

USUAL_SEQUENCES: Final = 200
SEQUENCES: Final = int(os.environ.get("BACKFILE_SEQUENCES", USUAL_SEQUENCES))
IS_RANDOM: Final = SEQUENCES != USUAL_SEQUENCES
GROUPS: Final = 10
STEPS: Final = 6

SETTLED_S: Final = 0.12
"""After so long the time of a file's last change may be relied on; till then it is read anew."""

SPRING: Final = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
"""After every embargo of the archive; `NOW` is before them."""
STAGES: Final = ("read", "assemble", "plan", "render", "write")

MANIFEST: Final = "manifest.json"
HAS_JOBS: Final = "jobs" in BuildRequest._fields
IN_MEMORY: Final = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where thousands of small files cost least; None: wherever temporary files go."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the archive is built, beside its files."""

    now: dt.datetime = NOW
    drafts: bool = False
    base_url: str | None = None
    search: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of one build: a result, or none; and the problems in either case."""

    result: BuildResult | None
    problems: tuple[Problem, ...]


def attempt(
    root: Path,
    options: Options,
    *,
    jobs: int = 1,
    on_stage: Callable[[str], None] = lambda _: None,
) -> Attempt:
    """Build an archive into its site/."""
    more: dict[str, Any] = {}
    if HAS_JOBS:
        more["jobs"] = jobs
    request = BuildRequest(
        root=root,
        out=root / "site",
        now=options.now,
        base_url=options.base_url,
        with_drafts=options.drafts,
        with_search=options.search,
        on_stage=on_stage,
        **more,
    )
    try:
        result = build(request)
    except BuilderError as error:
        return Attempt(result=None, problems=error.problems)
    return Attempt(result=result, problems=result.problems)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """What a clean build makes of sources: the site, what it tells, and counts; None: it fails."""

    site: Mapping[str, bytes]
    told: list[str]
    counts: tuple[int, ...] | None


@lru_cache(maxsize=16)  # many a sequence of edits comes by where another began, or it itself was
def clean_build(files: frozenset[tuple[str, bytes]], options: Options) -> Clean:
    """Build sources in a folder of their own, of which nothing stays."""
    with tempfile.TemporaryDirectory(prefix="backfile-clean-", dir=IN_MEMORY) as folder:
        root = write_archive(Path(folder) / "archive", dict(files))
        made = attempt(root, options)
        counts = None if made.result is None else counts_of(made.result)
        return Clean(site=tree(root / "site"), told=told(made.problems), counts=counts)


def counts_of(result: BuildResult) -> tuple[int, ...]:
    """Return how many articles, people, pages and files there are."""
    return result.articles, result.people, result.pages, result.write.files


def told(problems: tuple[Problem, ...]) -> list[str]:
    """Return problems in full, a line each; those about earlier builds are not among them."""
    return [
        f"{found.location}: {found.severity}[{found.code}]: {found.message} ({found.hint})"
        for found in problems
        if found.code != "address-gone"
    ]


def differences(found: Mapping[str, bytes], wanted: Mapping[str, bytes]) -> str:
    """Return which files of two sites differ, and the first lines that do; "" where none does."""
    lines = [f"missing: {path}" for path in sorted(wanted.keys() - found.keys())]
    lines += [f"not wanted: {path}" for path in sorted(found.keys() - wanted.keys())]
    for path in sorted(found.keys() & wanted.keys()):
        if found[path] != wanted[path]:
            pairs = zip(found[path].splitlines(), wanted[path].splitlines(), strict=False)
            first = next((pair for pair in pairs if pair[0] != pair[1]), (b"", b"(length)"))
            lines.append(f"differs: {path}: has {first[0]!r}, should have {first[1]!r}")
    return "\n".join(lines)


def pages_listed(site: Mapping[str, bytes]) -> set[str]:
    """Return the pages that a site's manifest lists."""
    listed = (file["path"] for file in json.loads(site[MANIFEST])["files"])
    return {path for path in listed if path.endswith(".html") and not path.startswith("static/")}


def stamps(site: Path) -> dict[str, tuple[int, int]]:
    """Return inode and time of change of every file."""
    found = ((path, os.stat(f"{site}/{path}")) for path in files_below(site))  # noqa: PTH116 - of many
    return {path: (stat.st_ino, stat.st_mtime_ns) for path, stat in found}


# -- random edits ------------------------------------------------------------------------------

N: Final = st.integers(0, 40)
"""Which of the files; counted round and round."""
OFTEN_NOT: Final = st.sampled_from((False, False, False, True))


def edit(**draws: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Any]:
    """Return a decorator for an edit: one rule; it says whether the next build waits for more."""

    def wrap(method: Callable[..., None]) -> Any:  # noqa: ANN401 - a rule of Hypothesis
        def run(self: Archive, *, more: bool, **drawn: Any) -> None:  # noqa: ANN401
            method(self, **drawn)
            self.is_waiting = more
            self.is_built = False

        run.__name__ = run.__qualname__ = method.__name__
        make: Any = rule
        return make(more=OFTEN_NOT, **draws)(run)

    return wrap


class Archive(RuleBasedStateMachine):
    """An archive that is edited and built."""

    files: ClassVar[Mapping[str, str | bytes]] = SMALL
    usual: ClassVar[Options] = Options()

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="backfile-warm-", dir=IN_MEMORY))
        self.desk = Desk(self.home / "archive", self.files)
        settled = time.monotonic() + SETTLED_S
        # Whatever is there when workers are forked is old to Python from then on (`gc.freeze`), and
        # so it collects next to nothing of what thousands of builds leave behind.
        gc.collect()
        time.sleep(max(0, settled - time.monotonic()))
        self.options = self.usual
        self.builds = 0
        self.is_waiting = False
        self.is_built = False
        self.has_state = True
        self.has_manifest = True
        self.to_mend: dict[str, bytes] = {}
        self.good: list[tuple[Snapshot, Options]] = []

    @property
    def root(self) -> Path:
        """The archive's folder."""
        return self.desk.root

    def teardown(self) -> None:
        """Build what waits, and leave nothing behind."""
        try:
            if self.is_waiting:
                self.compare()
        finally:
            shutil.rmtree(self.home)

    # -- the proof -----------------------------------------------------------------------------

    @invariant()
    def a_warm_build_equals_a_clean_one(self) -> None:
        """Build, unless more edits come first."""
        if not self.is_waiting and not self.is_built:
            self.compare()
            self.is_built = True

    def compare(self) -> None:
        """Build, and hold it against a clean build elsewhere; mend what does not build."""
        before = self.desk.site()
        self.builds += 1
        warm = attempt(self.root, self.options, jobs=1 + self.builds % 2)
        site = self.desk.site()
        clean = clean_build(self.desk.contents(), self.options)
        assert told(warm.problems) == clean.told
        if warm.result is None or clean.counts is None:
            assert warm.result is None, "a clean build fails and a warm one does not"
            assert clean.counts is None, "a warm build fails and a clean one does not"
            assert differences(site, before) == "", "a failed build changed the site"
            self.mend()
            self.compare()
            return
        assert differences(site, clean.site) == ""
        assert counts_of(warm.result) == clean.counts
        self.look_at_report(warm.result, before, site)
        self.build_again(site)
        self.has_state = self.has_manifest = True
        self.to_mend.clear()
        self.good.append((self.desk.snapshot(), self.options))

    def look_at_report(
        self,
        warm: BuildResult,
        before: Mapping[str, bytes],
        site: Mapping[str, bytes],
    ) -> None:
        """Make sure that a build says what it did."""
        changed = sorted(path for path in site if before.get(path) != site[path])
        assert sorted(warm.write.written) == changed
        assert sorted(warm.write.removed) == sorted(before.keys() - site.keys())
        assert warm.write.files == len(site)
        assert warm.write.size_bytes == sum(map(len, site.values()))
        if self.has_manifest and before:
            gone = pages_listed(before) - pages_listed(site) if not self.options.drafts else set()
            said = [p.location.path for p in warm.problems if p.code == "address-gone"]
            assert said == [f"site/{url}" for url in sorted(gone)]

    def build_again(self, site: Mapping[str, bytes]) -> None:
        """Make sure that a build after which nothing was edited does nothing."""
        stamped = stamps(self.root / "site")
        again = attempt(self.root, self.options, jobs=1 + self.builds % 2)
        assert again.result is not None
        assert again.result.write.written == ()
        assert again.result.write.removed == ()
        assert differences(self.desk.site(), site) == ""
        assert stamps(self.root / "site") == stamped

    def mend(self) -> None:
        """Take back the last mistake alone, or, where that is not all, go back to the last good."""
        assert self.good, "the archive does not build to begin with"
        if self.to_mend:
            for path, content in self.to_mend.items():
                self.desk.write(path, content)
            self.to_mend.clear()
            return
        state, self.options = self.good[-1]
        self.desk.restore(state, with_times=self.builds % 3 == 0)

    def spoil(self, path: str, content: str | bytes) -> None:
        """Write something that does not build, and remember what stood there."""
        self.to_mend.setdefault(path, (self.root / path).read_bytes())
        self.desk.write(path, content)

    # -- articles ------------------------------------------------------------------------------

    @edit(
        n=N,
        lang=st.sampled_from((None, "ru", "ar")),
        date=st.sampled_from(DATES),
        person=st.sampled_from(PEOPLE),
        topic=st.sampled_from(TERMS["topics"]),
        series=st.sampled_from((None, "[Serial]", "[Trials]")),
    )
    def article_is_added(
        self, n: int, lang: str | None, date: str, person: str, topic: str, series: str | None
    ) -> None:
        """A new article that links to another."""
        target = self.desk.pick("articles", n)
        number = len(self.desk.markdown("articles"))
        path = f"content/articles/new-{number}-{n}.md"
        if target is None or path in self.desk.markdown("articles"):
            return
        way = os.path.relpath(target, "content/articles")
        head = f"title: New {number}\ndate: {date}\npeople: [{person}]\ntopics: [{topic}]\n"
        head += f"lang: {lang}\n" if lang else ""
        head += f"series: {series}\n" if series else ""
        self.desk.write(path, f"---\n{head}---\nIt came later.\n\nSee [this]({way}).\n")

    @edit(n=N, is_careless=OFTEN_NOT)
    def article_is_deleted(self, n: int, *, is_careless: bool) -> None:
        """With the links to it, unless in haste: then the build fails, where there are any."""
        path = self.desk.pick("articles", n)
        if path is not None and len(self.desk.markdown("articles")) > 3:
            if not is_careless:
                self.desk.relink(path, None)
            self.desk.remove(path)

    @edit(n=N, folder=st.sampled_from(("", "2025/", "moved/")), with_alias=st.booleans())
    def article_is_renamed(self, n: int, folder: str, *, with_alias: bool) -> None:
        """To another name, folder or both; the old address leads on, or is gone."""
        path = self.desk.pick("articles", n)
        if path is None:
            return
        name = Path(path).name
        name = name.removeprefix("re-") if name.startswith("re-") else f"re-{name}"
        to = f"content/articles/{folder}{name}"
        if (self.root / to).exists():
            return
        self.desk.relink(path, to)
        self.desk.rename(path, to)
        if with_alias:
            self.desk.set(to, aliases=f"[/old/{Path(path).stem}-{n}.html]")

    @edit(n=N, block=st.integers(0, 2), text=st.sampled_from(SENTENCES))
    def text_is_edited(self, n: int, block: int, text: str) -> None:
        """The first paragraph, which is the summary too, or a later one."""
        path = self.desk.pick("articles", n)
        if path is None:
            return
        paper = self.desk.read(path)
        place = block % len(paper.blocks) if paper.blocks else 0
        if not paper.blocks:
            paper.blocks.append(text)
        elif paper.blocks[place].startswith("#") or "](" in paper.blocks[place]:
            paper.blocks.insert(place, text)
        else:
            paper.blocks[place] = text
        self.desk.write(path, paper)

    @edit(n=N, to=N, anchor=st.booleans(), first=st.booleans())
    def link_is_added(self, n: int, to: int, *, anchor: bool, first: bool) -> None:
        """To another article or to a heading of it, which is put there where there is none."""
        path, target = self.desk.pick("articles", n), self.desk.pick("articles", to)
        if path is None or target is None:
            return
        if anchor:
            other = self.desk.read(target)
            if "## The end" not in other.blocks:
                other.blocks += ["## The end", "It ended."]
                self.desk.write(target, other)
        paper = self.desk.read(path)
        way = os.path.relpath(target, Path(path).parent)
        link = f"Look [there]({way}{'#the-end' if anchor else ''})."
        paper.blocks.insert(0 if first else len(paper.blocks), link)
        self.desk.write(path, paper)

    @edit(n=N)
    def link_is_removed(self, n: int) -> None:
        """Every link of an article becomes plain text."""
        path = self.desk.pick("articles", n)
        if path is not None:
            for target in self.desk.markdown("articles"):
                self.desk.relink_in(path, target, None)

    @edit(n=N, is_careless=OFTEN_NOT)
    def heading_is_changed(self, n: int, *, is_careless: bool) -> None:
        """Taken away where there is one, put there where not; links to it are seen to, or not."""
        path = self.desk.pick("articles", n)
        if path is None:
            return
        paper = self.desk.read(path)
        headings = [block for block in paper.blocks if block.startswith("## ")]
        if headings:
            paper.blocks.remove(headings[0])
            self.desk.write(path, paper)
            if not is_careless:
                self.desk.relink(path, path, headings[0][3:].lower().replace(" ", "-"))
        else:
            paper.blocks += ["## The end", "It ended."]
            self.desk.write(path, paper)

    @edit(n=N, title=st.sampled_from(("Another title", '"A <title> & more"', "Zweiter")))
    def article_is_retitled(self, n: int, title: str) -> None:
        """Its name on every page that lists it."""
        if (path := self.desk.pick("articles", n)) is not None:
            self.desk.set(path, title=title)

    @edit(n=N, date=st.sampled_from(DATES))
    def article_is_redated(self, n: int, date: str) -> None:
        """It moves in every list, and its address with it."""
        if (path := self.desk.pick("articles", n)) is not None:
            self.desk.set(path, date=date)

    @edit(n=N)
    def article_is_redated_by_days(self, n: int) -> None:
        """It keeps its place in most lists; the pages beside its own may still name its date."""
        if (path := self.desk.pick("articles", n)) is not None:
            date = self.desk.read(path).fields["date"]
            if re.fullmatch(r"\d{4}-\d{2}-[12]\d", date):
                self.desk.set(path, date=date[:8] + ("2" if date[8] == "1" else "1") + date[9])

    @edit(
        n=N,
        key=st.sampled_from(("people", "mentions", *TERMS)),
        picked=st.lists(st.integers(0, 4), max_size=3, unique=True),
    )
    def terms_are_changed(self, n: int, key: str, picked: list[int]) -> None:
        """Whom and what an article is about."""
        path = self.desk.pick("articles", n)
        settings_text = (self.root / "content/archive.yaml").read_text(encoding="utf-8")
        if path is not None and (key in {"people", "mentions", "topics"} or key in settings_text):
            pool = TERMS.get(key, PEOPLE)
            names = dict.fromkeys(pool[place % len(pool)] for place in picked)
            self.desk.set(path, **{key: f"[{', '.join(names)}]" if names else None})

    @edit(n=N, field=st.sampled_from(SMALL_FIELDS))
    def small_field_is_changed(self, n: int, field: tuple[str, str | None]) -> None:
        """Summary, authors, picture, corrections and the like."""
        if (path := self.desk.pick("articles", n)) is not None:
            self.desk.set(path, **dict([field]))

    @edit(n=N, state=st.sampled_from(STATES))
    def status_is_changed(self, n: int, state: Mapping[str, str | None]) -> None:
        """Draft, embargoed, withdrawn, or shown again."""
        if (path := self.desk.pick("articles", n)) is not None:
            self.desk.set(path, **state)

    @edit(n=N, key=st.sampled_from((None, "flood", "later", "new")))
    def translation_is_tied(self, n: int, key: str | None) -> None:
        """Two articles become translations of one another, or no longer are."""
        if (path := self.desk.pick("articles", n)) is not None:
            self.desk.set(path, translation_key=key)

    @edit(n=N, address=st.sampled_from((None, "[/old/a.html]", "[/old/b.html, /2025/x.html]")))
    def old_address_is_changed(self, n: int, address: str | None) -> None:
        """An alias comes or goes."""
        if (path := self.desk.pick("articles", n)) is not None:
            self.desk.set(path, aliases=address)

    # -- people, topics, notices, pages --------------------------------------------------------

    @edit(
        n=N,
        field=st.sampled_from((
            ("name", "Joan Roe"), ("name", "Jane Roe"), ("names", "{ru: Джейн Роу, ar: جين}"),
            ("names", None), ("aliases", "[Ivan the Unknown]"), ("aliases", "[Another]"),
            ("aliases", None), ("sort_name", "Zzz"),
            ("sort_name", "Roe, Jane"), ("born", "1902"), ("died", "1999~"),
            ("roles", "[{title: editor, from: 1993}]"), ("portrait", None),
            ("merged_into", "jane-roe"), ("merged_into", "john-milton"), ("merged_into", None),
            ("ids", "{wikidata: Q42}"), ("former_names", "[Old Name]"),
        )),
    )  # fmt: skip
    def person_is_changed(self, n: int, field: tuple[str, str | None]) -> None:
        """Another name, an alias, a date; merged into another, or no longer."""
        path = self.desk.pick("people", n)
        if path is not None and field[1] != Path(path).stem:
            self.desk.set(path, **dict([field]))

    @edit(
        n=N,
        kind=st.sampled_from(("topics", "topics", "places")),
        field=st.sampled_from((
            ("title", "Streams"), ("title", "Trials"), ("titles", "{ru: Потоки}"),
            ("titles", None), ("parent", "water"), ("parent", "courts"), ("parent", None),
            ("see_also", "[floods]"), ("see_also", None), ("aliases", "[harvests]"),
            ("scope_note", "Of rivers."), ("merged_into", "water"), ("merged_into", None),
        )),
    )  # fmt: skip
    def term_is_changed(self, n: int, kind: str, field: tuple[str, str | None]) -> None:
        """Another title or parent; a parent below itself is an error that is taken back."""
        path = self.desk.pick(kind, n)
        if path is None or field[1] == Path(path).stem:
            return
        if kind == "places" and field[0] in {"parent", "see_also", "merged_into"}:
            return
        self.desk.set(path, **dict([field]))

    @edit(
        n=N,
        kind=st.sampled_from(("people", "topics", "notices", "pages", "places")),
        text=st.sampled_from(("", "A new text.", "A <b>new</b> text, [shown](https://x.example).")),
    )
    def other_text_is_edited(self, n: int, kind: str, text: str) -> None:
        """The life of a person, a notice as printed, a page."""
        if (path := self.desk.pick(kind, n)) is not None:
            paper = self.desk.read(path)
            paper.blocks = [text] if text else []
            self.desk.write(path, paper)

    @edit(n=N, kind=st.sampled_from(("people", "topics", "places")), is_careless=OFTEN_NOT)
    def term_file_comes_or_goes(self, n: int, kind: str, *, is_careless: bool) -> None:
        """A bare page is made for whoever is named without a file."""
        name = {"people": "ivan-the-unknown", "topics": "harvests", "places": "tartu"}[kind]
        path = f"content/{kind}/{name}.md"
        if not (self.root / path).exists():
            key = "name" if kind == "people" else "title"
            self.desk.write(path, f"---\n{key}: The {name.capitalize()}\n---\nKnown now.\n")
        elif n % 2 or not is_careless:
            self.desk.remove(path)
        elif (other := self.desk.pick(kind, n)) is not None:
            self.desk.remove(other)

    @edit(
        field=st.sampled_from((
            ("kind", "label"), ("outlet", "Another"), ("title", "Dear reader"),
            ("seen_from", "2024"), ("lang", "ru"),
        )),
    )  # fmt: skip
    def notice_is_changed(self, field: tuple[str, str]) -> None:
        """It stands on an article's page."""
        self.desk.set("content/notices/appeal.md", **dict([field]))

    @edit(
        n=N,
        field=st.sampled_from((
            ("title", "Who we are"), ("order", "1"), ("translation_key", None),
            ("translation_key", "about"), ("aliases", "[/imprint.html]"), ("summary", "Us."),
        )),
    )  # fmt: skip
    def page_is_changed(self, n: int, field: tuple[str, str | None]) -> None:
        """Its title stands at the foot of every page of its language."""
        if (path := self.desk.pick("pages", n)) is not None:
            self.desk.set(path, **dict([field]))

    @edit(lang=st.sampled_from(("en", "ru")))
    def page_comes_or_goes(self, lang: str) -> None:
        """A further page beside the articles."""
        path = f"content/pages/method.{lang}.md"
        if (self.root / path).exists():
            self.desk.remove(path)
        else:
            self.desk.write(path, "---\ntitle: Method\n---\nHow.\n")

    # -- settings, templates, media ------------------------------------------------------------

    @edit(setting=st.sampled_from(SETTINGS), quietly=OFTEN_NOT)
    def setting_is_changed(self, setting: tuple[str, str | None], *, quietly: bool) -> None:
        """A line of archive.yaml; what other files need is an error that is taken back."""
        with self.desk.time_kept("content/archive.yaml", is_on=quietly):
            self.desk.set_setting(*setting)

    @edit(override=st.sampled_from(OVERRIDES), quietly=st.booleans())
    def template_is_overridden(self, override: tuple[str, str | None], *, quietly: bool) -> None:
        """A file of templates/ comes, changes or goes."""
        name, content = override
        path = f"templates/{name}"
        if content is None:
            self.desk.remove(path)
        else:
            if "own/box.html" in content and not (self.root / "templates/own/box.html").exists():
                self.desk.write("templates/own/box.html", "<p>A box.</p>\n")
            with self.desk.time_kept(path, is_on=quietly):
                self.desk.write(path, content)
            time.sleep(SETTLED_S if quietly else 0)

    @edit(
        name=st.sampled_from(("map.png", "roe.png", "spare.png", "late.png")),
        tail=st.sampled_from((b"1", b"2", b"333")),
        is_removed=OFTEN_NOT,
        quietly=st.booleans(),
    )
    def medium_is_replaced(
        self, name: str, tail: bytes, *, is_removed: bool, quietly: bool
    ) -> None:
        """Other bytes under the same name; taken away, it is missed or it is not."""
        path = f"content/media/{name}"
        if is_removed:
            self.desk.remove(path)
        else:
            with self.desk.time_kept(path, is_on=quietly):
                self.desk.write(path, (WIDE_PNG if tail == b"2" else PNG) + tail)
            time.sleep(SETTLED_S if quietly else 0)

    # -- time ----------------------------------------------------------------------------------

    @edit(n=N, everything=OFTEN_NOT)
    def file_is_touched(self, n: int, *, everything: bool) -> None:
        """Saved without a change, or checked out anew."""
        paths = self.desk.sources()
        for path in paths if everything else [paths[n % len(paths)]]:
            os.utime(self.root / path)

    @edit(
        n=N, kind=st.sampled_from(("articles", "people", "topics", "pages")), in_title=st.booleans()
    )
    def letter_is_changed_and_time_put_back(self, n: int, kind: str, *, in_title: bool) -> None:
        """As a sync tool does it: the size and the time of change are those of before."""
        if (path := self.desk.pick(kind, n)) is not None:
            self.desk.swap_a_letter(path, in_title=in_title)
            time.sleep(SETTLED_S)

    @edit(n=N, stage=st.sampled_from(STAGES), quietly=st.booleans())
    def file_is_saved_while_a_build_runs(self, n: int, stage: str, *, quietly: bool) -> None:
        """That build may show either text; the next one shows the new one."""
        path = self.desk.pick("articles", n)

        def save(begun: str) -> None:
            if path is not None and begun == stage:
                if quietly:
                    self.desk.swap_a_letter(path, in_title=True)
                else:
                    self.desk.set(path, title=f"Saved while {stage}")

        attempt(self.root, self.options, on_stage=save)

    @edit(k=st.integers(0, 7), with_times=st.booleans())
    def everything_goes_back(self, k: int, *, with_times: bool) -> None:
        """To an earlier state of the whole archive, as git or as a backup brings it back."""
        if self.good:
            self.desk.restore(self.good[k % len(self.good)][0], with_times=with_times)

    @edit(
        drafts=st.booleans(),
        now=st.sampled_from((NOW, SPRING)),
        base_url=st.sampled_from((None, None, "https://mirror.example/x/")),
    )
    def options_are_changed(self, now: dt.datetime, base_url: str | None, *, drafts: bool) -> None:
        """Drafts shown; an embargo over; built for another address."""
        self.options = dataclasses.replace(self.usual, now=now, drafts=drafts, base_url=base_url)

    # -- mistakes and damage -------------------------------------------------------------------

    @edit(n=N, how=st.sampled_from(("date", "key", "bytes", "link", "unclosed")))
    def mistake_is_made(self, n: int, how: str) -> None:
        """The build fails; then this mistake alone is mended."""
        path = self.desk.pick("articles", n)
        if path is None:
            return
        text = (self.root / path).read_text(encoding="utf-8")
        spoilt: dict[str, str | bytes] = {
            "date": text.replace("\ndate: ", "\ndate: 31 of ", 1),
            "key": text.replace("---\n", "---\nfoo: 1\n", 1),
            "bytes": text.encode() + b"\xff\n",
            "link": text + "\n[Nothing](nothing.md)\n",
            "unclosed": text.replace("\n---\n", "\n", 1),
        }
        self.spoil(path, spoilt[how])

    @edit(n=st.integers(0, 200), how=st.sampled_from(("deleted", "grown", "emptied", "altered")))
    def output_is_damaged(self, n: int, how: str) -> None:
        """Behind the builder's back."""
        found = sorted(self.desk.site())
        if not found or not self.has_state:
            return
        path = found[n % len(found)]
        self.has_manifest = self.has_manifest and path != MANIFEST
        target = self.root / "site" / path
        if how == "deleted":
            target.unlink()
        else:
            content = target.read_bytes()
            spoilt = {"grown": content + b"more", "emptied": b"", "altered": content.swapcase()}
            # As editors, rsync and git replace a file. What is written into one in place is found
            # by `backfile verify`, and by the next build that has anything to do.
            beside = target.with_name("beside")
            beside.write_bytes(spoilt[how])
            beside.replace(target)

    @precondition(lambda self: self.has_state)
    @edit()
    def site_is_deleted(self) -> None:
        """All of it."""
        shutil.rmtree(self.root / "site", ignore_errors=True)
        self.has_manifest = False

    @precondition(lambda self: self.has_manifest)
    @edit()
    def state_is_deleted(self) -> None:
        """`.backfile/` may go at any time."""
        shutil.rmtree(self.root / ".backfile", ignore_errors=True)
        self.has_state = False

    @precondition(lambda self: self.has_manifest)
    @edit(
        n=N,
        how=st.sampled_from(("cut", "empty", "flip", "garbage", "deleted")),
        place=st.integers(0, 10_000),
        every=OFTEN_NOT,
    )
    def state_is_damaged(self, n: int, how: str, place: int, *, every: bool) -> None:
        """A file of `.backfile/`, or each of them, loses its end, a bit, or all sense."""
        paths = [p for p in sorted((self.root / ".backfile").rglob("*")) if p.is_file()]
        if not paths:
            return
        self.has_state = False
        for path in paths if every else [paths[n % len(paths)]]:
            content = bytearray(path.read_bytes())
            if how == "flip" and content:
                content[place % len(content)] ^= 1 << (place % 8)
            elif how == "cut":
                del content[place % (len(content) + 1) :]
            elif how == "garbage":
                content[:] = bytes(n * 31 % 256 for n in range(place % 500))
            elif how == "empty":
                content.clear()
            path.unlink()
            if how != "deleted":
                path.write_bytes(content)


class LongArchive(Archive):
    """One with lists that are cut into pages."""

    files = LONG


class SearchedArchive(Archive):
    """One with its search index, which is among the bytes that are compared."""

    usual = Options(search=True)


@pytest.mark.parametrize("group", range(GROUPS))
def test_warm_equals_clean_after_any_edits(group: int) -> None:
    try_edits(LongArchive if group % 4 == 3 else Archive, group, SEQUENCES // GROUPS)


@pytest.mark.parametrize("group", range(2))
def test_warm_equals_clean_after_any_edits_with_search(
    group: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In shards of a few articles, so that an archive of a dozen has several."""
    monkeypatch.setattr("builder.search.shards.full_size", lambda _: 3)
    try_edits(SearchedArchive, group, SEQUENCES // GROUPS // 4)


def try_edits(base: type[Archive], group: int, sequences: int) -> None:
    """Try so many sequences of edits."""
    machine = type(base.__name__, (base,), {})
    if not IS_RANDOM:
        machine = seed(group)(machine)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(1, sequences),
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not IS_RANDOM,
            database=None,
            print_blob=True,
            # Shrinking takes minutes; six steps can be read as they are.
            phases=(Phase.generate, Phase.shrink) if IS_RANDOM else (Phase.generate,),
            report_multiple_bugs=False,
            suppress_health_check=tuple(HealthCheck),
        ),
    )


# -- one promise at a time ---------------------------------------------------------------------


def cleanly(desk: Desk, options: Options | None = None) -> dict[str, bytes]:
    """Return the site of a clean build of the same sources in another folder."""
    other = desk.copy_to(desk.root.parent / f"{desk.root.name}-clean")
    made = attempt(other, options or Options())
    assert made.result is not None, told(made.problems)
    site = tree(other / "site")
    shutil.rmtree(other)
    return site


def built(desk: Desk, jobs: int = 1) -> BuildResult:
    """Return the result of a build that has to go well."""
    made = attempt(desk.root, Options(), jobs=jobs)
    assert made.result is not None, told(made.problems)
    return made.result


def own_archive() -> dict[str, bytes]:
    """Return the sources of the repository's own archive."""
    return {f"content/{path}": content for path, content in tree(ROOT / "content").items()}


@pytest.mark.parametrize(
    "files",
    [own_archive, lambda: newswire(300, people=60, topics=30, places=20)],
    ids=["own", "newswire"],
)
def test_any_number_of_jobs_gives_the_same_bytes_cold_and_warm(
    files: Callable[[], Mapping[str, str | bytes]], tmp_path: Path
) -> None:
    desks = {jobs: Desk(tmp_path / f"jobs-{jobs}", files()) for jobs in (1, 2, 3)}

    def same(wanted: Mapping[str, bytes]) -> None:
        results = {jobs: built(desk, jobs) for jobs, desk in desks.items()}
        for jobs, desk in desks.items():
            assert differences(desk.site(), wanted) == "", f"with {jobs} jobs"
            assert results[jobs].write.written == results[1].write.written
            assert results[jobs].problems == results[1].problems

    same(cleanly(desks[1]))
    for desk in desks.values():
        desk.set_setting("title", "Another title on every page")
        for path in desk.markdown("articles")[::7]:
            with (desk.root / path).open("a", encoding="utf-8") as text:
                text.write("\nA last word.\n")
    same(cleanly(desks[1]))


SHUFFLED: Final = (
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
    {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2"},
    {"TZ": "UTC", "LC_ALL": "C.UTF-8", "LANGUAGE": "ar", "PYTHONHASHSEED": "3"},
)


@pytest.mark.parametrize("number", range(len(SHUFFLED)))
def test_folder_order_of_files_time_zone_locale_and_hash_seed_change_no_byte(
    number: int, tmp_path: Path
) -> None:
    wanted = Desk(tmp_path / "here", LONG)
    assert attempt(wanted.root, Options()).result is not None
    paths = sorted(LONG)
    random.Random(number).shuffle(paths)
    other = tmp_path / "Another place" / f"ä{number}"
    desk = Desk(other, {path: LONG[path] for path in paths})
    jobs = ["--jobs", str(number + 1)] if HAS_JOBS else []
    made = run_backfile(
        "-C",
        desk.root,
        "build",
        "--no-search",
        *jobs,
        env={**SHUFFLED[number], "SOURCE_DATE_EPOCH": str(int(NOW.timestamp()))},
        cwd=tmp_path,
    )
    assert made.returncode == 0, made.stderr
    assert differences(desk.site(), wanted.site()) == ""


NEW_DISPATCH: Final = """\
---
title: The latest dispatch
date: 2024-12-30
people: [person-3]
mentions: [person-1, person-0]
topics: [topic-9, topic-2]
places: [place-4]
---
It is new.
"""
"""An article of the wire's last year with as many people and terms as its articles have on average,
rounded up: each more has a page and a feed that change too."""


@pytest.mark.xdist_group("newswire")
def test_an_article_added_to_ten_thousand_changes_at_most_forty_files() -> None:
    with tempfile.TemporaryDirectory(prefix="backfile-wire-", dir=IN_MEMORY) as folder:
        desk = Desk(Path(folder) / "wire", newswire(10_000))
        first = built(desk, 2).write
        assert len(first.written) == first.files > 12_000
        before = stamps(desk.root / "site")
        desk.write("content/articles/2024/latest.md", NEW_DISPATCH)
        second = built(desk, 2).write
        assert "2024/12/latest.html" in second.written
        changed = [path for path in second.written if not path.startswith("search.")]
        assert len(changed) <= 40, changed
        assert second.removed == ()
        after = stamps(desk.root / "site")
        assert {path for path in after if before.get(path) != after[path]} == set(second.written)


def test_a_rebuild_leaves_alone_what_it_does_not_report(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "archive", LONG)
    built(desk)
    before = stamps(desk.root / "site")
    desk.set("content/articles/serial/part-07.md", title="Part seven")
    written = set(built(desk).write.written)
    after = stamps(desk.root / "site")
    assert {path for path in after if after[path] != before[path]} == written
    assert written
    assert len(written) < len(after) // 4


@pytest.mark.parametrize("quietly", [False, True])
@pytest.mark.parametrize("stage", STAGES)
def test_what_is_saved_while_a_build_runs_is_in_the_next_one(
    stage: str, tmp_path: Path, *, quietly: bool
) -> None:
    desk = Desk(tmp_path / "archive", SMALL)
    path = "content/articles/1937/trial.md"
    built(desk)

    def save(begun: str) -> None:
        if begun == stage:
            with desk.time_kept(path, is_on=quietly):
                desk.set(path, title="A tribl")

    desk.set(path, title="A trifl")
    seen: list[str] = []

    def both(begun: str) -> None:
        seen.append(begun)
        save(begun)

    attempt(desk.root, Options(), on_stage=both)
    if stage not in seen:
        pytest.skip(f"a build has no stage of the name {stage}")
    built(desk)
    assert differences(desk.site(), cleanly(desk)) == ""
    assert "A tribl" in (desk.root / "site/1937/08/trial.html").read_text(encoding="utf-8")


FOREIGN: Final = ("CNAME", ".well-known/security.txt", "2025/05/notes.txt", "own/page.html")


def test_a_file_that_we_did_not_write_is_never_removed(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "archive", SMALL)
    built(desk)
    for path in FOREIGN:
        desk.write(f"site/{path}", "not ours")
    for path in desk.markdown("articles"):
        if "/2025/" in path:
            desk.remove(path)
    for path in ("content/people/jane-roe.md", "content/places/riga.md"):
        desk.remove(path)
    desk.write("content/pages/about.md", "---\ntitle: About\n---\nUs.\n")
    assert "2025/05/flood.html" in built(desk).write.removed
    shutil.rmtree(desk.root / ".backfile")
    built(desk)
    for path in FOREIGN:
        assert (desk.root / "site" / path).read_bytes() == b"not ours"


@pytest.mark.parametrize("is_cold", [False, True])
def test_a_file_that_we_did_not_write_is_never_overwritten_without_an_error(
    tmp_path: Path, *, is_cold: bool
) -> None:
    desk = Desk(tmp_path / "archive", SMALL)
    built(desk)
    desk.write("site/2024/02/added.html", "not ours")
    desk.write("content/articles/added.md", "---\ntitle: Added\ndate: 2024-02-29\n---\nText.\n")
    if is_cold:
        shutil.rmtree(desk.root / ".backfile")
    before = desk.site()
    made = attempt(desk.root, Options())
    assert brief(made.problems) == ["site/2024/02/added.html: error[output-blocked]"]
    assert made.result is None
    assert differences(desk.site(), before) == ""
    (desk.root / "site/2024/02/added.html").unlink()
    built(desk)
    assert differences(desk.site(), cleanly(desk)) == ""
