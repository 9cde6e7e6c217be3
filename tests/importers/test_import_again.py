"""The second import: nothing changes, nothing moves, nobody's work is overwritten."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from builder.basics.problems import ImportFailed, UsageError
from tests.archives import ROOT, tree
from tests.importers.importing import (
    SETTINGS,
    articles,
    import_into,
    new_archive,
    write_lines,
)

if TYPE_CHECKING:
    from pathlib import Path


def _stories(count: int) -> list[dict[str, Any]]:
    """Return stories of two months, the second full enough for folders by day."""
    return [
        {
            "id": n,
            "title": f"Headline {n % 40}",
            "date": f"1987-{'03' if n % 8 else '02'}-{n % 28 + 1:02d}",
            "topics": [f"topic {n % 7}"],
            "places": ["oslo"] if n % 3 else [],
            "body": f"Story {n}.\n\nIt has *two* paragraphs.",
        }
        for n in range(count)
    ]


def _times(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_importing_twice_changes_not_a_byte(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    source = write_lines(tmp_path / "wire.jsonl", _stories(1300))
    first = import_into(archive, "jsonl", source)
    before, times = tree(archive), _times(archive)
    second = import_into(archive, "jsonl", source)
    assert (first.taken, second.taken, second.unchanged) == (1300, 0, 1300)
    assert (tree(archive), _times(archive)) == (before, times)
    folders = {path.rsplit("/", 1)[0] for path in articles(archive)}
    assert "wire/1987/02" in folders
    assert "wire/1987/03/02" in folders
    assert "wire/1987/03" not in folders


def test_the_order_of_the_stories_and_what_came_before_do_not_matter(tmp_path: Path) -> None:
    stories = _stories(1300)
    source = write_lines(tmp_path / "wire.jsonl", stories)
    whole = new_archive(tmp_path / "whole")
    import_into(whole, "jsonl", source)
    expected = tree(whole)
    random.Random(1).shuffle(stories)
    write_lines(source, stories)
    shuffled = new_archive(tmp_path / "shuffled")
    import_into(shuffled, "jsonl", source)
    assert tree(shuffled) == expected
    for number, path in enumerate(sorted((whole / "content/articles").rglob("*.md"))):
        if number % 3 == 0:
            path.unlink()
    report = import_into(whole, "jsonl", source)
    assert (report.taken, report.unchanged) == (434, 866)
    assert tree(whole) == expected


def test_a_longer_export_leaves_each_story_at_its_address(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    source = write_lines(tmp_path / "wire.jsonl", _stories(800))
    import_into(archive, "jsonl", source)
    before = tree(archive)
    report = import_into(archive, "jsonl", write_lines(source, _stories(1600)))
    assert (report.taken, report.unchanged) == (800, 800)
    assert {path: data for path, data in tree(archive).items() if path in before} == before
    addresses = [(a.date.year, a.date.month, a.slug) for a, _ in articles(archive).values()]
    assert len(set(addresses)) == 1600


def test_a_moved_file_is_found_again(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    source = write_lines(tmp_path / "wire.jsonl", _stories(3))
    import_into(archive, "jsonl", source)
    moved = archive / "content/articles/best-of/a-better-name.md"
    moved.parent.mkdir()
    next((archive / "content/articles/wire").rglob("*-1.md")).rename(moved)
    before = tree(archive)
    assert import_into(archive, "jsonl", source).unchanged == 3
    assert tree(archive) == before


def test_an_editors_work_is_never_overwritten(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    stories = _stories(4)
    source = write_lines(tmp_path / "wire.jsonl", stories)
    import_into(archive, "jsonl", source)
    paths = {n: next((archive / "content").rglob(f"*-{n}.md")) for n in range(4)}
    edited = paths[1].read_text().replace("Story 1.", "Story one, corrected by hand.")
    paths[1].write_text(edited)
    paths[2].write_bytes(paths[2].read_bytes().replace(b"\n", b"\r\n"))
    assert import_into(archive, "jsonl", source).unchanged == 4
    assert paths[1].read_text() == edited

    for story in stories[:3]:
        story["body"] += " And more."
    stories[3] = {**stories[3], "title": "Another story", "date": "1999-01-01"}
    report = import_into(archive, "jsonl", write_lines(source, stories))
    assert (report.updated, report.kept) == (2, 2)
    assert [one.code for one in report.problems] == ["import-conflict"] * 2
    assert "edited here" in report.problems[0].message
    assert "another story now" in report.problems[1].message
    assert paths[1].read_text() == edited
    assert "And more." in paths[0].read_text()
    assert "And more." in paths[2].read_text()
    assert len(articles(archive)) == 4


def test_what_an_import_did_not_make_stays(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    source = write_lines(tmp_path / "wire.jsonl", _stories(2))
    import_into(archive, "jsonl", source)
    unmarked = next((archive / "content").rglob("*-0.md"))
    empty = next((archive / "content").rglob("*-1.md"))
    unmarked.write_text("---\ntitle: By hand\ndate: 1987\n---\nHands off.\n")
    empty.write_bytes(b"")
    report = import_into(archive, "jsonl", source)
    assert (report.taken, report.kept) == (1, 1)
    assert "Hands off." in unmarked.read_text()
    assert "Story 1." in empty.read_text()


def test_two_collections_never_share_an_address(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    sources = [write_lines(tmp_path / name, _stories(9)) for name in ("a.jsonl", "b.jsonl")]
    report = import_into(archive, "jsonl", *sources)
    assert report.taken == 18
    found = articles(archive)
    assert {path.split("/")[0] for path in found} == {"a", "b"}
    assert len({(a.date.year, a.date.month, a.slug) for a, _ in found.values()}) == 18


def test_a_dry_run_writes_nothing_and_says_the_same(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    source = write_lines(tmp_path / "wire.jsonl", _stories(50))
    dry = import_into(archive, "jsonl", source, dry_run=True)
    assert set(tree(archive)) == {"content/archive.yaml"}
    assert (archive / "content/archive.yaml").read_text() == SETTINGS
    wet = import_into(archive, "jsonl", source)
    assert dry.closing_line().removeprefix("nothing written, dry run: ") == wet.closing_line()
    assert dry.taxonomies_declared == wet.taxonomies_declared == ("places",)


@pytest.mark.parametrize(
    "into",
    ["../x", "/etc", "a//b", "", ".", "a/../../b", ".git", "con", "a/NUL.x", "a\\b", "a:b", "x."],
)
def test_a_folder_outside_is_refused(into: str, tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    source = write_lines(tmp_path / "wire.jsonl", _stories(1))
    with pytest.raises(UsageError, match="--into"):
        import_into(archive, "jsonl", source, into=into)
    assert set(tree(tmp_path)) == {"wire.jsonl", "archive/content/archive.yaml"}


@pytest.mark.parametrize("link", ["content/articles", "content/articles/wire", "content"])
def test_no_link_leads_out(link: str, tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    path = archive / link
    if link == "content":
        path.rename(elsewhere / "content")
        path.symlink_to(elsewhere / "content")
    else:
        path.parent.mkdir(exist_ok=True)
        path.symlink_to(elsewhere)
    before = tree(elsewhere)
    source = write_lines(tmp_path / "wire.jsonl", _stories(1))
    with pytest.raises(ImportFailed) as failed:
        import_into(archive, "jsonl", source)
    assert [one.code for one in failed.value.problems] == ["outside-archive"]
    assert tree(elsewhere) == before


def test_a_linked_file_is_not_written_through(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    outside = tmp_path / "outside.md"
    outside.write_text("mine")
    source = write_lines(tmp_path / "wire.jsonl", _stories(1))
    link = archive / "content/articles/wire/1987/02/headline-0-0.md"
    link.parent.mkdir(parents=True)
    link.symlink_to(outside)
    assert import_into(archive, "jsonl", source).kept == 1
    assert outside.read_text() == "mine"


def test_a_folder_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "wire.jsonl", _stories(1))
    with pytest.raises(ImportFailed) as failed:
        import_into(tmp_path, "jsonl", source)
    assert [one.code for one in failed.value.problems] == ["not-an-archive"]


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    (archive / "content/articles").mkdir()
    (archive / "content/articles/wire").write_text("a file where a folder has to be")
    source = write_lines(tmp_path / "wire.jsonl", _stories(1))
    with pytest.raises(ImportFailed) as failed:
        import_into(archive, "jsonl", source)
    assert [one.code for one in failed.value.problems] == ["import-cannot-write"]


_RUN = """
import sys
from pathlib import Path
from builder.importers import ImportOptions, run_import
run_import("jsonl", [Path(sys.argv[2])], archive=Path(sys.argv[1]), into=None, dry_run=False,
           options=ImportOptions())
"""


def _start(archive: Path, source: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", _RUN, str(archive), str(source)], env=environment
    )


def test_killed_at_any_moment_and_run_again_equals_one_run(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "wire.jsonl", _stories(3000))
    whole = new_archive(tmp_path / "whole")
    import_into(whole, "jsonl", source)
    expected = tree(whole)
    archive = new_archive(tmp_path / "archive")
    folder = archive / "content/articles"
    kills = 0
    for wanted in (1, 400, 1100, 1900):
        process = _start(archive, source)
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            if sum(1 for path in folder.rglob("*.md")) >= wanted:
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.002)
        kills += process.wait() == -signal.SIGKILL
        # Whatever stands there is whole.
        now = {path: data for path, data in tree(archive).items() if path.endswith(".md")}
        assert now.items() <= expected.items()
        assert len(articles(archive)) == len(now)
    assert kills > 0
    partial = folder / "wire/.import-partial"
    partial.write_text("what a kill may leave")
    assert _start(archive, source).wait() == 0
    assert tree(archive) == expected


def test_two_imports_at_once_do_not_mix(tmp_path: Path) -> None:
    import fcntl

    archive = new_archive(tmp_path / "archive")
    source = write_lines(tmp_path / "wire.jsonl", _stories(2))
    folder = os.open(archive / "content", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        with pytest.raises(ImportFailed) as failed:
            import_into(archive, "jsonl", source)
        assert [one.code for one in failed.value.problems] == ["import-busy"]
        assert import_into(archive, "jsonl", source, dry_run=True).taken == 2
    finally:
        os.close(folder)
    assert import_into(archive, "jsonl", source).taken == 2


def test_an_undeclared_language_is_told_once(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    source = write_lines(tmp_path / "wire.jsonl", _stories(3))
    report = import_into(archive, "jsonl", source, lang="ru")
    assert [one.code for one in report.problems] == ["undeclared-language"]
    assert (
        import_into(
            new_archive(tmp_path / "b", SETTINGS + "languages: [en, ru]\n"),
            "jsonl",
            source,
            lang="ru",
        ).problems
        == ()
    )
