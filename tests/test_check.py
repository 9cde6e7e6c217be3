"""`backfile check`: the problems of a build, always; what changed, for who reviews it; forms."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from builder.build import BuildRequest
from builder.checking import check
from tests.archives import brief, build_archive, request, run_backfile, tree, write_archive
from tests.test_warm import SEQUENCES, Archive, attempt, clean_build, told, try_edits

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = "title: T\nbase_url: https://a.example/\n"
STORY = "---\ntitle: {}\ndate: 2025-05-08\n---\n{}\n"


class CheckedArchive(Archive):
    """An archive that is checked after each edit, and held against a clean build."""

    def compare(self) -> None:
        self.builds += 1
        clean = clean_build(self.desk.contents(), self.options)
        before = tree(self.root / "content")
        found = check(
            BuildRequest(
                root=self.root,
                out=self.root / "site",
                now=self.options.now,
                base_url=self.options.base_url,
                with_drafts=self.options.drafts,
                with_search=False,
                jobs=1 + self.builds % 2,
            )
        )
        assert told(found) == clean.told
        assert tree(self.root / "content") == before
        self.has_state = True
        if clean.counts is None:
            self.mend()
            self.compare()
            return
        if self.builds % 3 == 0:
            warm = attempt(self.root, self.options)
            # What is said of the last build's addresses too; and builds in between change nothing.
            assert sorted(found) == sorted(warm.problems)
        self.to_mend.clear()
        self.good.append((self.desk.snapshot(), self.options))


for _name in ("output_is_damaged", "site_is_deleted"):
    setattr(CheckedArchive, _name, lambda *_, **__: None)


def test_a_check_finds_what_a_build_finds_after_any_edits() -> None:
    try_edits(CheckedArchive, 0, SEQUENCES // 33)


def test_a_check_tells_what_the_next_build_would_of_its_output(tmp_path: Path) -> None:
    files = {
        "content/archive.yaml": SETTINGS + "hosting: {hosts: [gitlab]}\n",
        "content/articles/a.md": STORY.format("A", "Text."),
        "content/articles/b.md": STORY.format("B", "Text."),
    }
    root = write_archive(tmp_path, files)
    assert check(request(root)) == build_archive(root).problems == ()
    (root / "content/articles/b.md").rename(root / "content/articles/c.md")
    gone = check(request(root))
    assert [found.code for found in gone] == ["address-gone"]
    assert check(request(root)) == gone  # as long as nothing is built
    assert build_archive(root).problems == gone
    assert check(request(root)) == build_archive(root).problems == ()
    old = "".join(f"  - /old/{number}.html\n" for number in range(1001))
    (root / "content/articles/a.md").write_text(
        f"---\ntitle: A\ndate: 2025-05-08\naliases:\n{old}---\nText.\n"
    )
    much = check(request(root))
    assert [found.code for found in much] == ["host-limit"]
    assert build_archive(root).problems == check(request(root)) == much


STORY_OF = "---\ntitle: {}\ndate: {}\npeople: [{}]\n---\n{}\n"


def test_what_bears_on_no_problem_is_checked_alone_and_what_does_is_not(tmp_path: Path) -> None:
    """After each edit the check is what one without a memory finds, and tells whom it read."""
    root = write_archive(
        tmp_path,
        {
            "content/archive.yaml": SETTINGS,
            "content/people/jane.md": "---\nname: Jane Roe\nborn: 1980\n---\nA life.\n",
            "content/articles/a.md": STORY_OF.format("A", "2025-05-08", "jane", "[b](b.md#part)"),
            "content/articles/b.md": STORY_OF.format("B", "2025-05-09", "jane", "## Part"),
        },
    )
    edits = [
        ("content/articles/a.md", "title: A\n", "title: Another\nsummary: New.\n", True),
        ("content/articles/b.md", "## Part", "More.\n\n## Part", True),
        ("content/people/jane.md", "A life.", "A long life.", True),
        ("content/articles/b.md", "2025-05-09", "1979", False),
        ("content/articles/b.md", "1979", "2025-05-10", False),
        ("content/articles/a.md", "[jane]", "[Somebody Else]", False),
        ("content/articles/a.md", "title: Another\n", "title: Yet another\n\n", False),
        ("content/articles/b.md", "## Part", "## Parts", False),
    ]
    check(request(root))
    for path, before, after, is_alone in edits:
        file = root / path
        time.sleep(0.12)  # what changed a moment ago is read again in any case
        check(request(root))
        file.write_text(file.read_text().replace(before, after))
        stages: list[str] = []
        found = check(request(root)._replace(on_stage=stages.append))
        assert ("assemble" not in stages) == is_alone, (path, after)
        shutil.rmtree(root / ".backfile")
        assert check(request(root)) == found, (path, after)


def test_a_check_leaves_builds_as_they_are(tmp_path: Path) -> None:
    """A build after a check must not take for shown what was only looked at."""
    root = write_archive(
        tmp_path / "a",
        {
            "content/archive.yaml": SETTINGS,
            "content/articles/a.md": STORY.format("First", "Text."),
        },
    )
    build_archive(root)
    (root / "content/articles/a.md").write_text(STORY.format("Second", "Text."))
    assert check(request(root)) == ()
    build_archive(root)
    assert b"Second" in (root / "site/2025/05/a.html").read_bytes()
    shutil.rmtree(root / ".backfile")
    assert check(request(root)) == ()
    site = tree(root / "site")
    build_archive(root)
    assert tree(root / "site") == site


def test_a_check_writes_no_more_than_its_memory(tmp_path: Path) -> None:
    root = write_archive(tmp_path, {"content/articles/a.md": STORY.format("A", "[b](b.md)")})
    before = tree(root)
    for _ in range(2):
        assert brief(check(request(root))) == ["content/articles/a.md:5:5: error[dead-link]"]
    after = tree(root)
    assert {path for path in after if path not in before} == {
        path for path in after if path.startswith(".backfile/check/")
    }
    bare = tmp_path / "bare"
    bare.mkdir()
    assert brief(check(request(bare))) == ["content/archive.yaml: error[not-an-archive]"]
    assert list(bare.iterdir()) == []


def test_a_template_that_fails_is_found_again_and_when_mended_no_more(tmp_path: Path) -> None:
    override = "{% extends 'theme/article.html' %}{% block title %}{{ view.x }}{% endblock %}"
    root = write_archive(
        tmp_path,
        {
            "content/archive.yaml": SETTINGS,
            "content/articles/a.md": STORY.format("A", "Text."),
            "templates/article.html": override,
        },
    )
    for _ in range(2):
        assert [found.code for found in check(request(root))] == ["template-error"]
    (root / "templates/article.html").unlink()
    assert check(request(root)) == ()


# -- for who reviews -----------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        check=True,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            **{f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER")
               for what in ("NAME", "EMAIL")},
            "GIT_CONFIG_GLOBAL": os.devnull,
        },
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose folder `paper/` is an archive, with a branch that changes it."""
    root = write_archive(
        tmp_path / "paper",
        {
            "content/archive.yaml": SETTINGS,
            "content/articles/old.md": STORY.format("Old", "Text.[^1]"),
            "content/articles/linked.md": STORY.format("Linked", "[There](there.md)."),
            "content/articles/there.md": STORY.format("There", "Text."),
            ".gitignore": ".backfile/\n",
        },
    )
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "one")
    git(tmp_path, "checkout", "-qb", "branch")
    (root / "content/articles/new å.md").write_text(STORY.format("New", "Text.[^2]"))
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "two")
    # Main goes on: what changed there is no part of the branch.
    git(tmp_path, "checkout", "-q", "main")
    (root / "content/articles/old.md").write_text(STORY.format("Old", "Text.[^1] More."))
    git(tmp_path, "commit", "-qam", "three")
    git(tmp_path, "checkout", "-q", "branch")
    return root


def _codes(root: Path, *options: str) -> list[str]:
    done = run_backfile("-C", root, "check", "--format", "json", *options)
    assert done.stderr == "", done.stderr
    return [f"{found['path']} {found['code']}" for found in json.loads(done.stdout)]


def test_only_what_changed_is_told(repository: Path) -> None:
    old, new = (f"content/articles/{name}.md footnote-missing" for name in ("old", "new å"))
    assert _codes(repository) == [new, old]
    assert _codes(repository, "--since", "main") == [new]
    assert _codes(repository, "--since", "HEAD") == []
    # Not committed, and not even known to git, is changed as well.
    (repository / "content/articles/fresh.md").write_text(STORY.format("Fresh", "Text.[^3]"))
    assert _codes(repository, "--since", "HEAD") == ["content/articles/fresh.md footnote-missing"]
    # What a change breaks elsewhere stops the build, so it is told.
    (repository / "content/articles/there.md").unlink()
    told_now = _codes(repository, "--since", "main")
    assert "content/articles/linked.md dead-link" in told_now
    assert old not in told_now
    done = run_backfile("-C", repository, "check", "--since", "main", "--strict")
    assert done.returncode == 1
    assert "1 more in files that did not change" in done.stdout
    for revision in ("nowhere", "--output=x", ""):
        done = run_backfile("-C", repository, "check", f"--since={revision}")
        assert done.returncode == 2, revision
        assert "no such commit" in done.stderr
    assert not (repository / "x").exists()


def test_outside_of_a_repository_since_is_refused(tmp_path: Path) -> None:
    root = write_archive(tmp_path, {"content/articles/a.md": STORY.format("A", "Text.")})
    done = run_backfile(
        "-C", root, "check", "--since", "main", env={"GIT_CEILING_DIRECTORIES": "/"}
    )
    assert done.returncode == 2
    assert "--since needs git" in done.stderr


def test_forges_are_told_where_in_their_repository(repository: Path) -> None:
    github = run_backfile("-C", repository, "check", "--format", "github").stdout.splitlines()
    place = "paper/content/articles/new å.md"
    assert any(
        line.startswith(f"::warning file={place},line=5,title=footnote-missing::")
        for line in github
    ), github
    gitlab = json.loads(run_backfile("-C", repository, "check", "--format", "gitlab").stdout)
    for finding in gitlab:
        assert finding.keys() == {
            "description", "check_name", "fingerprint", "severity", "location"
        }  # fmt: skip
        assert finding["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert re.fullmatch(r"[0-9a-f]{64}", finding["fingerprint"])
    assert gitlab[0]["location"] == {"path": place, "lines": {"begin": 5}}
    assert len({finding["fingerprint"] for finding in gitlab}) == len(gitlab)
    # A line above it does not make another finding of it.
    new = repository / "content/articles/new å.md"
    new.write_text(new.read_text().replace("Text.", "Before.\n\nText."))
    again = json.loads(run_backfile("-C", repository, "check", "--format", "gitlab").stdout)
    assert again[0]["location"]["lines"] == {"begin": 7}
    assert [f["fingerprint"] for f in again] == [f["fingerprint"] for f in gitlab]
