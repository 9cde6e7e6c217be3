"""`backfile diff`: all that a change does to the site, and nothing else; a report that shows it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.archives import build_archive, run_backfile, tree, write_archive
from tests.browsing import chromium
from tests.history.repositories import begin, commit, git

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = "title: A test\nbase_url: https://archive.example/\nhistory: true\n"
FLOOD = "content/articles/2025/flood.md"
FIRE = "content/articles/2025/fire.md"
JANE = "content/people/jane-roe.md"


def story(title: str, text: str, **keys: str) -> str:
    head = {"title": title, "date": "2025-05-08", **keys}
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in head.items()) + f"---\n{text}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begin(tmp_path / "outer") / "archive"
    files = {
        ".gitignore": ".backfile/\nsite/\n",
        "content/archive.yaml": SETTINGS,
        FLOOD: story("A flood", "The river rose.", people="[Jane Roe]"),
        FIRE: story("A fire", "It burned."),
        JANE: "---\nname: Jane Roe\n---\nA witness.\n",
    }
    write_archive(root, files)
    commit(root.parent, "2025-05-08T09:00:00Z", "one", {})
    return root


def told(root: Path, revision: str = "HEAD") -> dict[tuple[str, str], str]:
    done = run_backfile("-C", root, "diff", revision, "--format", "json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return {(one["fate"], one["path"]): one["kind"] for one in found["files"]}


def test_what_a_change_does(root: Path) -> None:
    build_archive(root)
    before = tree(root / "site")
    assert told(root) == {}
    write_archive(root, {FLOOD: story("A flood", "The river fell.", people="[Jane Roe]")})
    changed = told(root)
    assert changed["changed", "2025/05/flood.html"] == "article"
    assert changed["changed", "feed.xml"] == "feed"
    assert changed["changed", "people/jane-roe.html"] == "person"
    assert not any(path.startswith("static/") for _, path in changed)
    assert tree(root / "site") == before, "the site itself is not touched"
    (root / FIRE).unlink()
    write_archive(root, {
        "content/articles/2025/blaze.md": story("A fire", "x", aliases="[/2025/05/fire.html]"),
        JANE: "---\nname: Jane Roe\nslug: jane\n---\nA witness.\n",
    })  # fmt: skip
    changed = told(root)
    assert changed["added", "2025/05/blaze.html"] == "article"
    assert changed["changed", "2025/05/fire.html"] == "redirect"
    assert changed["removed", "people/jane-roe.html"] == "person"
    assert changed["added", "people/jane.html"] == "person"
    commit(root.parent, "2025-05-09T09:00:00Z", "two", {})
    assert told(root) == {}
    assert told(root, "HEAD~1") == changed
    text = run_backfile("-C", root, "diff", "HEAD~1")
    assert "added person: 1\n  /people/jane.html  Jane Roe · A test\n" in text.stdout
    assert "the same, in" in text.stdout


def test_bad_revisions_and_broken_archives(root: Path, tmp_path: Path) -> None:
    done = run_backfile("-C", root, "diff", "nonsense")
    assert (done.returncode, "no such commit" in done.stderr) == (2, True)
    assert run_backfile("-C", root, "diff", "--", "--output=x").returncode == 2
    (root / FLOOD).write_text("---\ntitel: x\n---\n")
    done = run_backfile("-C", root, "diff", "HEAD")
    assert (done.returncode, "did you mean" in done.stderr) == (1, True)
    git(root.parent, "checkout", "--quiet", "--", ".")
    empty = begin(tmp_path / "empty")
    git(empty, "commit", "--quiet", "--allow-empty", "--message", "none")
    write_archive(empty, {FLOOD: story("A flood", "x")})
    assert run_backfile("-C", empty, "diff", "HEAD").returncode == 2
    plain = write_archive(tmp_path / "plain", {FLOOD: story("A flood", "x")})
    assert run_backfile("-C", plain, "diff", "HEAD").returncode == 2


def test_content_that_is_a_repository_by_itself(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    content = begin(root / "content")
    commit(content, "2025-05-08T09:00:00Z", "one", {
        "archive.yaml": SETTINGS, FLOOD.removeprefix("content/"): story("A flood", "It rose."),
    })  # fmt: skip
    write_archive(root, {"templates/own.html": "<p>Not used.</p>"})
    assert told(root) == {}
    write_archive(root, {FLOOD: story("A flood", "It fell.[^1]")})
    assert told(root)["changed", "2025/05/flood.html"] == "article"
    done = run_backfile("-C", root, "check", "--since", "HEAD")
    assert f"{FLOOD}:5: warning[footnote-missing]" in done.stderr


def test_a_shallow_clone_says_what_it_lacks(root: Path, tmp_path: Path) -> None:
    commit(root.parent, "2025-05-09T09:00:00Z", "two", {"archive/" + FIRE: story("Fire", "x")})
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{root.parent}", "shallow")
    done = run_backfile("-C", tmp_path / "shallow/archive", "diff", "HEAD~1")
    assert (done.returncode, "git fetch --unshallow" in done.stderr) == (2, True)


@pytest.mark.browser
def test_report_shows_both(root: Path, tmp_path: Path) -> None:
    write_archive(root, {FLOOD: story("A <b>flood</b>", "The river fell.", people="[Jane Roe]")})
    report = tmp_path / "report"
    done = run_backfile("-C", root, "diff", "HEAD", "--html", report)
    assert done.returncode == 0, done.stderr
    assert run_backfile("-C", root, "diff", "HEAD", "--html", report).returncode == 2
    with chromium() as browser, browser.new_context() as context:
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto((report / "index.html").as_uri())
        assert page.locator("td bdi", has_text="A <b>flood</b>").count(), "titles are text"
        assert page.locator("del", has_text="rose").count() >= 1
        place = page.locator("h2", has_text="flood").first
        place.scroll_into_view_if_needed()
        pair = page.locator(".pair").filter(has=page.locator('iframe[src$="flood.html"]')).first
        old = pair.locator("iframe").nth(0).content_frame.locator("main")
        new = pair.locator("iframe").nth(1).content_frame.locator("main")
        assert "The river rose." in old.inner_text()
        assert "The river fell." in new.inner_text()
        assert not said, said
