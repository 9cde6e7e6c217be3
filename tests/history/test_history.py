"""The past of articles, out of real repositories: what is shown, and what never is."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from builder.past import look_back
from builder.reading import parse_settings
from tests.archives import brief, build_archive, tree, write_archive
from tests.history.repositories import begin, commit, git

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from builder.past import Past

SETTINGS = "title: A past\nbase_url: https://archive.example/\nhistory: true\n"
FLOOD = "content/articles/2025/flood.md"
IGNORED = ".backfile/\nsite/\n"


def story(text: str, **keys: str) -> str:
    head = {"title": "A flood", "date": "2025-05-08", **keys}
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in head.items()) + f"---\n{text}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begin(tmp_path / "archive")
    files = {".gitignore": IGNORED, "content/archive.yaml": SETTINGS}
    commit(root, "2025-05-07T09:00:00+03:00", "Begin", files)
    return root


def past_of(root: Path, *paths: str, settings: str = SETTINGS) -> Past:
    from builder.model.source import SourceText

    parsed = parse_settings(SourceText("content/archive.yaml", settings)).value
    assert parsed is not None
    return look_back(root, parsed, None, paths)[0]


def said(root: Path, path: str, settings: str = SETTINGS) -> list[str]:
    return [step.subject for step in past_of(root, path, settings=settings).steps(path)]


def test_page_of_changes(root: Path) -> None:
    first = story("The river rose in the night.\n\nNobody was hurt.")
    commit(root, "2025-05-08T23:30:00+00:00", "A flood", {FLOOD: first})
    second = story("The river rose in the night.\n\nThree people were hurt.", topics="[floods]")
    commit(root, "2025-05-10T08:00:00+03:00", "Correct the number <b>", {FLOOD: second})
    build_archive(root)
    page = (root / "site/2025/05/flood/history.html").read_text()
    assert "Changed 1 time, last on May 10, 2025" in page
    assert "Correct the number &lt;b&gt;" in page
    assert "<p><del>Nobody was</del><ins>Three people were</ins> hurt.</p>" in page
    assert "<p><ins>topics: floods</ins></p>" in page
    assert "The river rose" not in page.split("<ol", 1)[1], "what is the same is not repeated"
    everything = b"".join(tree(root / "site").values())
    assert b"Anna" not in everything
    assert b"secret.example" not in everything
    article = (root / "site/2025/05/flood.html").read_text()
    assert 'href="../../2025/05/flood/history.html"' in article
    # A change of the text is news for feeds and sitemaps; in the archive's own zone.
    assert "<updated>2025-05-10T00:00:00" in (root / "site/feed.xml").read_text()
    assert "<lastmod>2025-05-10</lastmod>" in (root / "site/sitemap/1.xml").read_text()


def test_names_only_where_the_archive_chose_them(root: Path) -> None:
    files = {"content/archive.yaml": SETTINGS.replace("true", "{names: true}"), FLOOD: story("a")}
    commit(root, "2025-05-08T09:00:00+03:00", "one", files)
    commit(root, "2025-05-09T09:00:00+03:00", "two", {FLOOD: story("b")})
    build_archive(root)
    page = (root / "site/2025/05/flood/history.html").read_text()
    assert "by Anna Secret" in page
    assert "secret.example" not in page


def test_what_was_not_public_is_not_shown(root: Path) -> None:
    commit(
        root, "2025-05-08T09:00:00Z", "draft", {FLOOD: story("The source is X.", status="draft")}
    )
    later = story("Half of it.", status="embargoed", embargo="2025-06-01T00:00:00Z")
    commit(root, "2025-05-09T09:00:00Z", "embargo", {FLOOD: later})
    commit(
        root, "2025-05-10T09:00:00Z", "broken", {FLOOD: "---\ntitle: [\n---\nThe source is X.\n"}
    )
    commit(root, "2025-06-02T09:00:00Z", "out", {FLOOD: story("Out now.")})
    commit(root, "2025-06-03T09:00:00Z", "tag", {FLOOD: story("Out now.", extra="{note: X}")})
    commit(root, "2025-06-04T09:00:00Z", "word", {FLOOD: story("Out at last.")})
    assert said(root, FLOOD) == ["out", "word"]
    build_archive(root)
    everything = b"".join(tree(root / "site").values())
    assert b"source is X" not in everything
    assert b"Half of it" not in everything


def test_hidden_commits(root: Path) -> None:
    commit(root, "2025-05-08T09:00:00Z", "one", {FLOOD: story("one")})
    name = commit(root, "2025-05-09T09:00:00Z", "a name", {FLOOD: story("one by Jane")})
    gone = commit(root, "2025-05-10T09:00:00Z", "no name", {FLOOD: story("one")})
    commit(root, "2025-05-11T09:00:00Z", "two", {FLOOD: story("two")})
    assert said(root, FLOOD) == ["one", "a name", "no name", "two"]
    settings = SETTINGS.replace("true", f'{{hidden: ["{name[:10]}", "{gone}"]}}')
    assert said(root, FLOOD, settings) == ["one", "two"]
    commit(root, "2025-05-12T09:00:00Z", "hide", {"content/archive.yaml": settings})
    build_archive(root)
    assert b"Jane" not in b"".join(tree(root / "site").values())


def test_renames_merges_reverts_and_odd_names(root: Path) -> None:
    odd = 'content/articles/2025/наводнение "x"\tв.md'
    text = "The river rose in the night and fell in the morning.\n\nNobody was hurt at all."
    commit(root, "2025-05-08T09:00:00Z", "one", {FLOOD: story(text)})
    commit(root, "2025-05-09T09:00:00Z", "move", {FLOOD: None, odd: story(text, slug="flood")})
    git(root, "switch", "--quiet", "--create", "side")
    commit(root, "2025-05-10T09:00:00Z", "side", {odd: story(text + "\n\nSide.", slug="flood")})
    git(root, "switch", "--quiet", "main")
    other = "content/articles/2025/fire.md"
    commit(root, "2025-05-11T09:00:00Z", "fire", {other: story("It burned.", slug="fire")})
    git(
        root,
        "merge",
        "--quiet",
        "--no-ff",
        "--message",
        "Merge side",
        "side",
        at="2025-05-12T09:00:00Z",
    )
    git(root, "revert", "--no-edit", "--mainline", "1", "HEAD", at="2025-05-13T09:00:00Z")
    assert said(root, odd) == ["one", "move", "Merge side", 'Revert "Merge side"']
    assert past_of(root, odd).steps(odd)[1].is_text is False, "a slug is no text"
    assert said(root, other) == []
    # Two files that change their names for each other's keep their own pasts.
    a, b = root / odd, root / other
    texts = a.read_text(), b.read_text()
    swapped = {odd: texts[1], other: texts[0]}
    commit(root, "2025-05-14T09:00:00Z", "swap", swapped)
    assert said(root, other)[-1] == "swap"


def test_worktree_and_submodule(root: Path, tmp_path: Path) -> None:
    commit(root, "2025-05-08T09:00:00Z", "one", {FLOOD: story("one")})
    commit(root, "2025-05-09T09:00:00Z", "two", {FLOOD: story("two")})
    beside = tmp_path / "beside"
    git(root, "worktree", "add", "--quiet", str(beside))
    assert said(beside, FLOOD) == ["one", "two"]
    outer = begin(tmp_path / "outer")
    git(outer, "submodule", "--quiet", "add", str(root), "archive")
    assert said(outer / "archive", FLOOD) == ["one", "two"]
    content = begin(tmp_path / "content")
    commit(content, "2025-05-08T09:00:00Z", "c1", {"articles/a.md": story("one")})
    commit(content, "2025-05-09T09:00:00Z", "c2", {"articles/a.md": story("two")})
    holder = begin(tmp_path / "holder")
    git(holder, "submodule", "--quiet", "add", str(content), "content")
    assert said(holder, "content/articles/a.md") == ["c1", "c2"]


def test_less_than_a_whole_repository(root: Path, tmp_path: Path) -> None:
    commit(root, "2025-05-08T09:00:00Z", "one", {FLOOD: story("one")})
    commit(root, "2025-05-09T09:00:00Z", "two", {FLOOD: story("two")})
    commit(root, "2025-05-10T09:00:00Z", "three", {FLOOD: story("three")})
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth", "2", f"file://{root}", str(shallow))
    assert "content/archive.yaml: warning[history-shallow]" in brief(
        build_archive(shallow).problems
    )
    page = (shallow / "site/2025/05/flood/history.html").read_text()
    assert "three" in page
    assert "First published" not in page
    plain = tmp_path / "plain"
    shutil.copytree(root, plain, ignore=shutil.ignore_patterns(".git", ".backfile", "site"))
    found = brief(build_archive(plain).problems)
    assert "content/archive.yaml: warning[history-missing]" in found
    assert (plain / "site/2025/05/flood.html").is_file()
    assert not (plain / "site/2025/05/flood").exists()


def test_no_git_installed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(root, "2025-05-08T09:00:00Z", "one", {FLOOD: story("one")})
    monkeypatch.setenv("PATH", "/nowhere")
    assert "content/archive.yaml: warning[history-missing]" in brief(build_archive(root).problems)


def test_warm_is_cold_as_commits_come_and_go(root: Path) -> None:
    commit(root, "2025-05-08T09:00:00Z", "one", {FLOOD: story("one")})
    other = "content/articles/2025/fire.md"
    moves: list[Callable[[], object]] = [
        lambda: commit(root, "2025-05-09T09:00:00Z", "two", {FLOOD: story("two")}),
        lambda: commit(root, "2025-05-09T10:00:00Z", "nothing", {}),
        lambda: commit(root, "2025-05-10T09:00:00Z", "fire", {other: story("It burned.")}),
        lambda: write_archive(root, {FLOOD: story("not committed")}),
        lambda: commit(root, "2025-05-11T09:00:00Z", "three", {}),
        lambda: git(root, "reset", "--quiet", "--hard", "HEAD~3"),
        lambda: git(root, "commit", "--quiet", "--amend", "--message", "two again"),
        lambda: commit(root, "2025-05-12T09:00:00Z", "gone", {FLOOD: None}),
        lambda: commit(root, "2025-05-13T09:00:00Z", "back", {FLOOD: story("back")}),
    ]
    for move in moves:
        move()
        build_archive(root)
        warm = tree(root / "site")
        assert build_archive(root).write.written == ()
        shutil.rmtree(root / ".backfile")
        shutil.rmtree(root / "site")
        build_archive(root)
        assert tree(root / "site") == warm


def test_links_to_a_forge(tmp_path: Path) -> None:
    forms = {
        "github": "https://github.com/x/y/edit/main/content/articles/2025/a%20b.md",
        "gitlab": "https://forge.example/x/y/-/edit/main/content/articles/2025/a%20b.md",
        "codeberg": "https://codeberg.org/x/y/_edit/main/content/articles/2025/a%20b.md",
        "gitea": "https://forge.example/x/y/_edit/main/content/articles/2025/a%20b.md",
    }
    for forge, url in forms.items():
        repository = re.split(r"/(?:edit|-|_edit)/", url)[0]
        settings = SETTINGS.replace(
            "true", f"{{pages: false, repository: '{repository}', forge: {forge}}}"
        )
        root = tmp_path / forge
        files = {
            "content/archive.yaml": settings,
            "content/articles/2025/a b.md": story("a", slug="a"),
        }
        build_archive(write_archive(root, files))
        page = (root / "site/2025/05/a.html").read_text()
        assert f'href="{url}"' in page
        assert not (root / "site/2025/05/a").exists()
