"""The index of an archive, built again and again: what changed is made anew, and nothing else."""

from __future__ import annotations

import os
import random
import shutil
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from builder.basics.digests import sha256_hex
from builder.basics.problems import BuilderError
from builder.build import BuildRequest, BuildResult, build
from builder.checking import check
from builder.disk.memory import StoredFile
from builder.disk.state import open_memory
from builder.disk.walk import UNSETTLED_NS
from builder.indexing import Reindexed, poor_languages, reindex
from builder.model.settings import SearchSettings
from builder.search import find_program, verify_bundle
from builder.search.budget import _limits, memory_left, parse_size, usual_memory
from builder.search.catalogue import read_catalogue
from builder.search.scripts import from_script
from builder.whole import Made
from tests.archives import NOW, brief, run_backfile, tree, write_archive

if TYPE_CHECKING:
    from collections.abc import Mapping

COUNT: Final = 130
COUNTS: Final = {"en": COUNT, "ru": 4}

SETTINGS: Final = "title: A test\nbase_url: https://archive.example/\nlanguages: [en, ru]\n"


def article(number: int, *, text: str = "", date: str | None = None, lang: str = "en") -> str:
    """Return an article of a paper that appears on three days of each month."""
    month, day = divmod(number, 3)
    when = date or f"{1990 + month // 12}-{month % 12 + 1:02}-{day * 9 + 1:02}"
    words = " ".join(f"word{(number * n) % 97}" for n in range(1, 12))
    return (
        f"---\ntitle: Story {number}\ndate: {when}\nlang: {lang}\ntopics: [t{number % 5}]\n---\n"
        f"The text of {number}: {words}. {text}\n"
    )


@dataclass
class Paper:
    """An archive of short articles in shards of forty, built with search."""

    root: Path
    calls: Path
    settings: str = ""
    count: int = COUNT
    files: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.files = {f"en/{n:04}": article(n) for n in range(self.count)}
        self.files |= {f"ru/{n:04}": article(n, lang="ru") for n in range(4)}
        self.write(self.files)
        self.set(self.settings)

    def write(self, files: Mapping[str, str]) -> None:
        self.files |= files
        write_archive(
            self.root, {f"content/articles/{name}.md": text for name, text in files.items()}
        )

    def remove(self, name: str) -> None:
        del self.files[name]
        (self.root / f"content/articles/{name}.md").unlink()

    def set(self, settings: str) -> None:
        self.settings = settings
        write_archive(self.root, {"content/archive.yaml": SETTINGS + settings})

    def request(self, *, jobs: int = 2, root: Path | None = None) -> BuildRequest:
        root = root or self.root
        return BuildRequest(root=root, out=root / "site", now=NOW, jobs=jobs)

    def build(self, *, jobs: int = 2) -> BuildResult:
        self.calls.write_text("")
        return build(self.request(jobs=jobs))

    def settle(self) -> None:
        """Build when no file was touched so shortly before that it may be again, unseen."""
        time.sleep(UNSETTLED_NS / 1e9)
        self.build()

    @property
    def runs(self) -> int:
        """How often Pagefind was run in the last build."""
        return len(self.calls.read_text().splitlines())

    @property
    def site(self) -> dict[str, bytes]:
        return tree(self.root / "site")

    @property
    def bundle(self) -> dict[str, bytes]:
        return tree(self.root / "site/pagefind")

    def clean(self, folder: Path, *, jobs: int = 1) -> dict[str, bytes]:
        """Return the site of a clean build in another folder."""
        shutil.rmtree(folder, ignore_errors=True)
        other = Paper(folder, self.calls.with_name("other"), self.settings, count=0)
        shutil.rmtree(folder / "content/articles")
        if (self.root / "content/pages").exists():
            shutil.copytree(self.root / "content/pages", folder / "content/pages")
        names = sorted(self.files)
        random.Random(folder.name).shuffle(names)
        other.write({name: self.files[name] for name in names})
        build(self.request(jobs=jobs, root=folder))
        return tree(folder / "site")


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that gains a line whenever Pagefind is run."""
    listed = tmp_path / "calls"
    listed.write_text("")
    program = tmp_path / "counted-pagefind"
    program.write_text(f"#!/bin/sh\necho >> '{listed}'\nexec '{find_program().path}' \"$@\"\n")
    program.chmod(0o755)
    monkeypatch.setattr("pagefind_bin.get_executable", lambda: program)
    return listed


@pytest.fixture
def paper(tmp_path: Path, calls: Path, monkeypatch: pytest.MonkeyPatch) -> Paper:
    """The paper, built; its shards are small so that there are several."""
    monkeypatch.setattr("builder.search.shards.full_size", lambda _: 40)
    found = Paper(tmp_path / "root", calls)
    found.build()
    return found


def shard_of(path: str) -> str:
    parts = path.split("/")
    is_shard = parts[0] == "pagefind" and len(parts) > 2 and parts[1] not in {"names", "words"}
    return parts[1] if is_shard else ""


def shards_written(result: BuildResult) -> set[str]:
    return {shard_of(path) for path in (*result.write.written, *result.write.removed)} - {""}


# -- builds ------------------------------------------------------------------------------------


def test_builds_are_the_same_whatever_jobs_order_and_folder(paper: Paper, tmp_path: Path) -> None:
    assert verify_bundle(paper.root / "site/pagefind", COUNTS) == ()
    for jobs in (1, 3):
        assert paper.clean(tmp_path / f"other-{jobs}", jobs=jobs) == paper.site


def test_the_plan_is_let_go_for_a_large_index_alone(paper: Paper) -> None:
    before = paper.site
    request = paper.request()._replace(is_clean=True)
    whole = build(request)
    without = build(request._replace(with_search=False))
    assert isinstance(whole.made, Made)
    assert isinstance(without.made, Made)
    assert whole.made.plan is None
    assert without.made.plan is not None
    assert whole[1:5] == without[1:5], "articles, people, hidden ones and pages are still counted"
    assert build(request).write.files == len(before)
    assert paper.site == before


def test_nothing_changed_runs_pagefind_not_once(paper: Paper, tmp_path: Path) -> None:
    before = paper.site
    result = paper.build()
    assert (paper.runs, result.search, result.write.written) == (0, None, ())
    # Every article's page changes, in its foot.
    write_archive(paper.root, {"content/pages/about.md": "---\ntitle: About\n---\nUs.\n"})
    paper.set("license: CC-BY-4.0\n")  # and in its data for machines
    result = paper.build()
    assert paper.runs == 0
    assert result.search is None
    assert not [path for path in result.write.written if path.startswith("pagefind/")]
    assert paper.site != before
    assert paper.site == paper.clean(tmp_path / "other")
    assert paper.build().write.written == ()


def test_one_edit_touches_its_shard_alone(paper: Paper, tmp_path: Path) -> None:
    paper.write({"en/0005": article(5, text="Zebras.")})
    result = paper.build()
    assert paper.runs == 1
    assert result.search is not None
    assert (result.search.shards, result.search.made) == (5, 1)
    assert result.search.pages == COUNTS
    assert shards_written(result) == {"en-1990-01-01"}
    changed = [path for path in result.write.written if path.startswith("pagefind/")]
    assert len(changed) < 20
    assert paper.site == paper.clean(tmp_path / "other")


def test_articles_come_go_and_move(paper: Paper, tmp_path: Path) -> None:
    paper.write({"en/new": article(COUNT - 1, text="The newest.")})
    assert shards_written(paper.build()) == {sorted(_shards(paper, "en"))[-1]}
    paper.remove("en/0003")
    paper.write({"en/0004": article(4, date="2031-01-01"), "en/0005": article(5, date="undated")})
    paper.build()
    assert paper.runs <= 4
    assert "en-undated" in _shards(paper, "en")
    assert paper.site == paper.clean(tmp_path / "other")
    for name in ("ru/0000", "ru/0001", "ru/0002", "ru/0003"):
        paper.remove(name)
    paper.build()
    assert paper.runs == 0
    assert not _shards(paper, "ru")
    assert paper.site == paper.clean(tmp_path / "other")
    assert "wasm.ru.pagefind" not in paper.bundle


def test_series_change_and_stay_as_a_clean_build_makes_them(
    paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two shards of twenty pages each, so that there are several and their members change."""
    monkeypatch.setattr("builder.search.shards.full_size", lambda _: 20)
    monkeypatch.setattr("builder.search.shards.SERIES", 2)
    monkeypatch.setattr("builder.search.postings.GROUP", 2)
    paper.build()
    assert len(_bound(paper, "pf_index")) == 3
    assert _bound(paper, "pf_postings") < _bound(paper, "pf_index"), "two of its series are a group"
    assert verify_bundle(paper.root / "site/pagefind", COUNTS) == ()
    runs = []
    for edits in (
        {f"en/old{n}": article(0, text=f"Before {n}.", date="1989-05-01") for n in range(20)},
        {"en/0050": article(50, text="Zebras."), "en/0101": article(101, text="Gnus.")},
        {f"en/new{n}": article(129, text=f"News {n}.") for n in range(30)},
    ):
        paper.write(edits)
        paper.build()
        runs.append(paper.runs)
        assert paper.site == paper.clean(tmp_path / "other")
    for name in [name for name in paper.files if name.startswith("en/old")]:
        paper.remove(name)
    paper.build()
    assert paper.site == paper.clean(tmp_path / "other")
    assert verify_bundle(paper.root / "site/pagefind", {**COUNTS, "en": COUNT + 30}) == ()
    assert runs[1] == 2
    assert all(count <= 5 for count in runs), "only what changed, not what went to another series"


def _bound(paper: Paper, kind: str) -> set[str]:
    """Return the series, or groups, that have files of a kind."""
    names = [name for name in paper.bundle if name.startswith("words/") and f".{kind}" in name]
    return {name.split("/")[1] for name in names}


def _shards(paper: Paper, lang: str) -> set[str]:
    names = {name.split("/")[0] for name in paper.bundle if "/" in name}
    return {name for name in names if name.startswith(f"{lang}-")}


def test_a_file_that_is_lost_or_spoilt_is_made_again(paper: Paper, tmp_path: Path) -> None:
    before = paper.site
    lost = next(name for name in before if shard_of(name) == "ru-1990-01-01" and "index/" in name)
    (paper.root / "site" / lost).unlink()
    paper.build()
    assert (paper.site, paper.runs) == (before, 1)
    (volume,) = (n for n in before if n.startswith("pagefind/words/") and ".pf_index" in n)
    (paper.root / "site" / volume).unlink()
    paper.build()
    assert (paper.site, paper.runs) == (before, 3)
    (paper.root / "site" / volume).write_text("?")
    paper.write({"en/0005": article(5, text="Zebras.")})
    paper.build()
    assert paper.runs == 3
    paper.write({"en/0005": article(5)})
    paper.build()
    assert (paper.site, paper.runs) == (before, 1)
    (postings,) = (name for name in before if ".pf_postings" in name)
    (paper.root / "site" / postings).unlink()
    paper.build()
    assert (paper.site, paper.runs) == (before, 0), "made from the volumes"
    (paper.root / "site" / postings).write_text("?")
    paper.write({"en/0005": article(5, text="Zebras.")})
    paper.build()
    assert paper.runs == 1
    assert paper.site == paper.clean(tmp_path / "other")
    paper.write({"en/0005": article(5)})
    paper.build()
    assert (paper.site, paper.runs) == (before, 1)
    (paper.root / "site" / postings).unlink()
    _spoil(paper.root / "site" / volume)
    paper.build()
    assert (paper.site, paper.runs) == (before, 3), "nowhere else are the words of its shards"
    for name in ("pagefind/pagefind.js", "pagefind/wasm.ru.pagefind"):
        (paper.root / "site" / name).unlink()
    paper.build()
    assert paper.site == before
    assert paper.runs == 2
    (paper.root / "site/pagefind/catalogue.pf_catalogue.js").write_text("?")
    paper.write({"ru/0000": article(0, lang="ru", text="Ещё.")})
    paper.build()
    assert paper.runs == 1
    assert verify_bundle(paper.root / "site/pagefind", COUNTS) == ()


def _spoil(path: Path) -> None:
    """Change a file so that its size and time do not tell."""
    stat = path.stat()
    path.write_bytes(path.read_bytes()[:-9] + b"spoilt???")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_search_off_and_on_again(paper: Paper) -> None:
    before = paper.site
    build(paper.request()._replace(with_search=False))
    assert not paper.bundle
    paper.build()
    assert paper.site == before


def test_all_articles_gone_leave_no_index(paper: Paper) -> None:
    shutil.rmtree(paper.root / "content/articles")
    paper.build()
    assert paper.runs == 0
    assert not paper.bundle
    memory = open_memory(paper.root / ".backfile")
    assert memory.get("search index") is None
    assert memory.get("shard ru-1990-01-01") is None
    memory.close()


# -- settings ------------------------------------------------------------------------------------


def test_from_a_disk_or_not(paper: Paper, tmp_path: Path) -> None:
    scripts = paper.bundle
    packed = [name for name in scripts if ".pf_" in name and not name.endswith(".pf_meta")]
    assert packed
    assert all(name.endswith(".js") for name in packed)
    paper.set("search: {offline: false}\n")
    paper.build()
    plain = paper.bundle
    assert not [name for name in plain if name.endswith(".js") and ".pf_" in name]
    assert paper.site == paper.clean(tmp_path / "other")
    assert plain.keys() == {name[:-3] if name in packed else name for name in scripts}
    for name in packed:
        called, content = from_script(scripts[name])
        assert called == name.removesuffix(".js")
        if called == "catalogue.pf_catalogue":
            assert read_catalogue(content)["scripts"] is True
            assert read_catalogue(plain[called])["scripts"] is False
        else:
            assert content == plain[called]
    total = sum(map(len, plain.values()))
    assert sum(map(len, scripts.values())) < 1.05 * total


def test_the_index_before_stays_one_build_longer_where_that_is_wanted(paper: Paper) -> None:
    paper.set("search: {keep_previous: true}\n")
    paper.build()
    first = paper.bundle
    paper.write({"en/0005": article(5, text="Zebras.")})
    result = paper.build()
    second = paper.bundle
    named = {name for name in first if not name.endswith(("entry.json", "catalogue.js"))}
    assert named - {"catalogue.pf_catalogue.js"} <= second.keys()
    assert not [path for path in result.write.removed if path.startswith("pagefind/")]
    assert run_backfile("-C", paper.root, "verify").returncode == 0
    write_archive(paper.root, {"content/pages/about.md": "---\ntitle: About\n---\nUs.\n"})
    paper.build()
    assert paper.bundle == second, "as long as the index is the same"
    paper.write({"en/0005": article(5, text="Gnus.")})
    paper.build()
    third = paper.bundle
    gone = second.keys() - third.keys()
    assert gone
    assert gone < first.keys()
    paper.set("")
    paper.build()
    assert verify_bundle(paper.root / "site/pagefind", COUNTS) == ()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("search: {ofline: true}", "4:10: error[unknown-key]"),
        ("search: {offline: maybe}", "4:19: error[bad-value]"),
        ("search: {keep_previous: [1]}", "4:25: error[wrong-type]"),
        ("search: {cjk: 1}", "4:15: error[bad-value]"),
        ("search: yes", "4:9: error[wrong-type]"),
    ],
)
def test_mistakes_in_the_settings_are_told(tmp_path: Path, settings: str, told: str) -> None:
    write_archive(tmp_path, {"content/archive.yaml": f"{SETTINGS}{settings}\n"})
    request = BuildRequest(root=tmp_path, out=tmp_path / "site", now=NOW)
    assert brief(check(request)) == [f"content/archive.yaml:{told}"]


def test_chinese_without_the_extended_program_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pagefind_bin_extended", None)
    settings = "title: A test\nbase_url: https://a.example/\nlanguages: [en, zh-Hant, ja]\n"
    files = {
        "content/archive.yaml": settings,
        "content/articles/a.md": article(1, lang="zh-Hant"),
        "content/articles/b.md": article(2),
    }
    root = write_archive(tmp_path, files)
    request = BuildRequest(root=root, out=root / "site", now=NOW)
    told = [found for found in check(request) if found.code == "search-poor"]
    assert [str(found.location) for found in told] == ["content/archive.yaml"]
    assert told[0].severity == "warning"
    assert '"zh-Hant"' in told[0].message
    assert "backfile[cjk]" in str(told[0].hint)
    assert told[0] in build(request).problems
    assert told[0] not in build(request._replace(with_search=False)).problems
    assert poor_languages(["zh", "ja"], SearchSettings(cjk=False)) == ()
    write_archive(root, {"content/archive.yaml": f"{settings}search: {{cjk: true}}\n"})
    with pytest.raises(BuilderError) as stopped:
        build(request)
    assert "search.cjk" in stopped.value.problems[0].message


def test_the_extended_program_is_taken_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here it is played by the standard one under another name."""
    module = type(sys)("pagefind_bin_extended")
    extended = tmp_path / "pagefind_extended"
    shutil.copy(find_program().path, extended)
    module.get_executable = lambda: extended  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pagefind_bin_extended", module)
    for lang in ("zh", "zh-hant", "ja"):
        assert find_program(lang).path == extended
        assert find_program(lang, is_extended=False).path != extended
    assert find_program("en").path != extended
    assert poor_languages(["zh", "ja"], SearchSettings()) == ()


# -- memory --------------------------------------------------------------------------------------


def test_a_part_that_takes_more_memory_than_there_is_is_made_and_told(tmp_path: Path) -> None:
    files = {f"content/articles/{n}.md": article(n) for n in range(3)}
    root = write_archive(tmp_path, files)
    result = run_backfile("-C", root, "build", "--search-memory", "20M")
    assert result.returncode == 0
    assert "site/pagefind/en-1990-01-01" in result.stderr or "search-memory" in result.stderr
    assert (root / "site/pagefind/en-1990-01-01").is_dir()
    assert (
        run_backfile("-C", root, "build", "--search-memory", "2G", "--clean").stderr.count(
            "search-memory"
        )
        == 0
    )
    for wrong in ("0", "-1", "many", "1X", ""):
        result = run_backfile("-C", root, "build", f"--search-memory={wrong}")
        assert result.returncode == 2
        assert "not a size" in result.stderr


def test_sizes_and_limits(tmp_path: Path) -> None:
    assert [parse_size(text) for text in ("1", "2K", "1.5m", "3G", "1T", "2GiB", "5 MB")] == [
        1, 2 << 10, 3 << 19, 3 << 30, 1 << 40, 2 << 30, 5 << 20,
    ]  # fmt: skip
    own, groups = tmp_path / "own", tmp_path / "groups"
    (groups / "a/b").mkdir(parents=True)
    own.write_text("12:memory:/x\n0::/a/b\n")
    assert _limits(own, groups) == []
    (groups / "a/b/memory.max").write_text("max\n")
    (groups / "a/memory.max").write_text("4096\n")
    (groups / "memory.max").write_text("8192\n")
    assert _limits(own, groups) == [4096, 8192]
    assert _limits(tmp_path / "absent", groups) == []
    assert 1 << 20 < usual_memory() <= 2 << 30
    taken = (4 << 30) - memory_left(4 << 30, 0)
    assert 20 << 20 < taken < 3 << 30, "this process counts"
    assert memory_left(4 << 30, 1_000) < memory_left(4 << 30, 0)
    assert memory_left(1, 0) == 1


# -- faults --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("kill -9 $$", "SIGKILL"),
        ("echo no room >&2; exit 7", "no room"),
        ("yes AAAA,", "makes no sense"),
        ("'{real}' --service | head -c 20000", "Pagefind failed"),
    ],
)
def test_a_failing_pagefind_leaves_the_last_good_site(
    paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    before = paper.site
    paper.write({"en/0005": article(5, text="Zebras.")})
    real = find_program().path
    with monkeypatch.context() as patch:
        bad = tmp_path / "bad-pagefind"
        bad.write_text(f"#!/bin/sh\n{script.format(real=real)}\n")
        bad.chmod(0o755)
        patch.setattr("pagefind_bin.get_executable", lambda: bad)
        with pytest.raises(BuilderError) as stopped:
            paper.build()
    assert {found.code for found in stopped.value.problems} == {"search-failed"}
    assert said in stopped.value.problems[0].message
    assert paper.site == before
    paper.build()
    assert paper.site == paper.clean(tmp_path / "other")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full")
def test_a_full_disk_leaves_the_last_good_site(
    paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = paper.site
    paper.write({"en/0005": article(5, text="Zebras.")})

    def full(path: str, content: bytes) -> int:
        if "pagefind/" in path:
            raise OSError(28, os.strerror(28), path)
        return real(path, content)

    from builder.disk import write

    real = write.write_file
    with monkeypatch.context() as patch:
        patch.setattr(write, "write_file", full)
        with pytest.raises(BuilderError) as stopped:
            paper.build()
    assert {found.code for found in stopped.value.problems} == {"output-blocked"}
    assert paper.site == before
    paper.build()
    assert paper.site == paper.clean(tmp_path / "other")


# -- one article, without the archive --------------------------------------------------------------


def _again(paper: Paper, fresh: Mapping[str, bytes]) -> Reindexed | None:
    memory = open_memory(paper.root / ".backfile")
    try:
        return reindex(memory, paper.root / "site", fresh)
    finally:
        memory.close()


def url_of(paper: Paper, number: int) -> str:
    """Return the address of an English article."""
    (found,) = [
        url
        for url in paper.site
        if url.endswith(f"/{number:04}.html") and not url.startswith("ru/")
    ]
    return found


def _apply(paper: Paper, found: Reindexed, fresh: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the site as it is with these pages and the index that was made for them."""
    site = {**paper.site, **fresh, **found.files}
    return {path: content for path, content in site.items() if path not in found.removed}


@pytest.mark.parametrize("settings", ["", "search: {offline: false}\n"])
def test_a_text_is_indexed_anew_without_the_archive(
    paper: Paper, tmp_path: Path, settings: str
) -> None:
    paper.set(settings)
    paper.build()
    urls = [url_of(paper, number) for number in (26, 111)]
    for number in (26, 111):
        paper.write({f"en/{number:04}": article(number, text="Zebras and giraffes.")})
    wanted = paper.clean(tmp_path / "other")
    fresh = {url: wanted[url] for url in urls}
    paper.calls.write_text("")
    found = _again(paper, fresh)
    assert found is not None
    assert paper.runs == 2
    assert len(found.files) < 60
    assert found.removed
    made = _apply(paper, found, fresh)
    assert {p: c for p, c in made.items() if p.startswith("pagefind/")} == {
        p: c for p, c in wanted.items() if p.startswith("pagefind/")
    }
    # What it would remember is what a whole build remembers.
    memory = open_memory(paper.root / ".backfile")
    found.keep(memory)
    memory.commit()
    memory.close()
    for path, content in (*found.files.items(), *fresh.items()):
        target = paper.root / "site" / path
        target.parent.mkdir(exist_ok=True, parents=True)
        target.write_bytes(content)
    memory = open_memory(paper.root / ".backfile")
    listed = {**found.files, **fresh}.items()
    memory.put_files((n, StoredFile(sha256_hex(c), len(c), 0, b"")) for n, c in listed)
    memory.commit()
    memory.close()
    assert _again(paper, fresh) is not None


@pytest.mark.parametrize("settings", ["", "search: {offline: false}\n"])
def test_a_corrected_text_is_found_and_nothing_else_is_made(
    paper: Paper, tmp_path: Path, settings: str
) -> None:
    paper.set(settings)
    paper.settle()
    for added in ("Zebras graze.", "", "Giraffes and zebras graze."):
        # The first paragraph, which lists show, stays.
        paper.write({"en/0026": f"{article(26)}\n{added}\n", "ru/0002": article(2, lang="ru")})
        result = paper.build()
        assert result.made is None, "it took a whole build"
        assert (result.rendered, paper.runs) == (2, 1)
        assert url_of(paper, 26) in result.write.written
        assert result.write.files == len(paper.site)
        assert result.write.size_bytes == sum(map(len, paper.site.values()))
        assert paper.site == paper.clean(tmp_path / "other")
        paper.settle()
    assert paper.build().write.written == ()
    paper.write({"en/0026": article(26, text="Another beginning.")})
    assert paper.build().made is not None
    assert paper.site == paper.clean(tmp_path / "other")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full")
def test_a_full_disk_while_a_text_is_corrected_leaves_the_last_good_site(
    paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper.settle()
    before = paper.site
    paper.write({"en/0005": f"{article(5)}\nZebras graze.\n"})
    from builder.disk.write import write_file

    left = 3

    def full(path: str, *parts: bytes | memoryview) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(28, os.strerror(28), path)
        return write_file(path, *parts)

    with monkeypatch.context() as patch:
        patch.setattr("builder.disk.exchange.write_file", full)
        with pytest.raises(BuilderError) as stopped:
            paper.build()
    assert {found.code for found in stopped.value.problems} == {"output-blocked"}
    assert paper.site == before
    paper.build()
    assert paper.site == paper.clean(tmp_path / "other")


def test_text_of_the_same_bytes_changes_nothing(paper: Paper) -> None:
    url = url_of(paper, 26)
    found = _again(paper, {url: paper.site[url]})
    assert found is not None
    assert (found.files, found.removed) == ({}, ())


def test_what_is_not_only_a_text_is_left_to_a_whole_build(
    paper: Paper, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = url_of(paper, 26)
    page = paper.site[url]
    assert _again(paper, {"index.html": page}) is None
    assert _again(paper, {url: page, "1990/absent.html": page}) is None
    assert _again(paper, {url: page + b" " * 17_000_000}) is None
    other = url_of(paper, 27)
    content = paper.site[other]
    (paper.root / "site" / other).write_bytes(content + b" ")
    assert _again(paper, {url: page}) is None
    (paper.root / "site" / other).unlink()
    assert _again(paper, {url: page}) is None
    (paper.root / "site" / other).write_bytes(content)
    assert _again(paper, {url: page}) is not None
    program = tmp_path / "another-pagefind"
    shutil.copy(find_program().path, program)
    monkeypatch.setattr("pagefind_bin.get_executable", lambda: program)
    assert _again(paper, {url: page}) is None
    build(paper.request()._replace(with_search=False))
    assert _again(paper, {url: page}) is None
