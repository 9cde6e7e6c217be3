"""Every mistake is told: where, which, all in one run. The cases stand in cases/problems."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from builder.basics.codes import CODES
from builder.basics.problems import BuilderError
from tests.archives import (
    ROOT,
    brief,
    build_archive,
    files_of,
    problems_of,
    run_backfile,
    tree,
    write_archive,
)
from tests.edits import PNG

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = sorted((Path(__file__).parent / "cases" / "problems").glob("*.txt"))
_CODE = re.compile(r"\[([a-z0-9-]+)\]")


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_case(case: Path, tmp_path: Path) -> None:
    files = files_of(case.read_text(encoding="utf-8"))
    expected = files.pop("expected").splitlines()
    root = write_archive(
        tmp_path, {path: PNG if text == "PNG\n" else text for path, text in files.items()}
    )
    started = time.monotonic()
    found = problems_of(root)
    assert brief(found) == expected, "\n".join(f"{p.location} {p.message}" for p in found)
    assert time.monotonic() - started < 20
    assert all(p.message and not p.message.endswith(".") for p in found)


# -- what cannot be told in a text file: bytes, file systems, processes ---------------------------


def _story(**changes: str) -> str:
    head = {"title": "A story", "date": "2025-05-08", **changes}
    lines = "".join(f"{key}: {value}\n" for key, value in head.items())
    return f"---\n{lines}---\nText.\n"


def _huge_picture(root: Path) -> list[str]:
    story = _story(image="{src: media/a.png, alt: A}")
    # Its head says ten thousand million pixels.
    huge = PNG[:16] + (100_000).to_bytes(4, "big") * 2 + PNG[24:29]
    huge += zlib.crc32(huge[12:]).to_bytes(4, "big") + PNG[33:]
    write_archive(root, {"content/articles/a.md": story, "content/media/a.png": huge})
    return ["content/media/a.png: warning[image-not-resized]"]


def _not_utf8(root: Path) -> list[str]:
    story = _story().encode() + "Привет".encode("cp1251")
    write_archive(root, {"content/articles/a.md": story})
    return ["content/articles/a.md:6:1: error[not-utf8]"]


def _too_large(root: Path) -> list[str]:
    write_archive(root, {"content/articles/a.md": _story() + "x" * 50_000_000})
    return ["content/articles/a.md:1:1: error[file-too-large]"]


def _large_front_matter(root: Path) -> list[str]:
    write_archive(root, {"content/articles/a.md": _story(summary="x" * 300_000)})
    return ["content/articles/a.md:2:1: error[front-matter-too-large]"]


def _link_out(root: Path) -> list[str]:
    write_archive(root, {})
    (root / "content/articles").mkdir()
    (root / "content/articles/a.md").symlink_to("/etc/passwd")
    (root / "content/people").symlink_to("/etc")
    return [
        "content/articles/a.md: error[outside-archive]",
        "content/people: error[outside-archive]",
    ]


def _dangling_link(root: Path) -> list[str]:
    write_archive(root, {})
    (root / "content/articles").mkdir()
    (root / "content/articles/a.md").symlink_to("nowhere.md")
    return ["content/articles/a.md: error[outside-archive]"]


def _no_archive(root: Path) -> list[str]:
    (root / "content").mkdir()
    return ["content/archive.yaml: error[not-an-archive]"]


SPECIAL: dict[str, Callable[[Path], list[str]]] = {
    "not-utf8": _not_utf8,
    "image-not-resized": _huge_picture,
    "file-too-large": _too_large,
    "front-matter-too-large": _large_front_matter,
    "outside-archive": _link_out,
    "outside-archive-dangling": _dangling_link,
    "not-an-archive": _no_archive,
}


@pytest.mark.parametrize("name", SPECIAL)
def test_special_case(name: str, tmp_path: Path) -> None:
    expected = SPECIAL[name](tmp_path)
    assert brief(problems_of(tmp_path)) == expected


def test_unreadable_file(tmp_path: Path) -> None:
    root = write_archive(tmp_path, {"content/articles/a.md": _story()})
    target = root / "content/articles/a.md"
    if os.geteuid() == 0:
        # Root reads everything; a file that vanishes between listing and reading is the same.
        from builder.disk.listing import list_content
        from builder.disk.texts import read_text

        files = list_content(root).files
        target.unlink()
        found = next(f for f in files if f.path.endswith("a.md"))
        problems = read_text(root, found).problems
    else:
        target.chmod(0)
        problems = problems_of(root)
    assert [p.code for p in problems] == ["unreadable-file"]


def test_output_busy(tmp_path: Path) -> None:
    root = write_archive(tmp_path, {"content/articles/a.md": _story()})
    from builder.disk.lock import build_lock

    with build_lock(root / ".backfile"):
        result = run_backfile("-C", root, "build", "--no-search")
    assert result.returncode == 1
    assert "error[output-busy]" in result.stderr
    assert run_backfile("-C", root, "build", "--no-search").returncode == 0


def test_lock_of_a_killed_build_does_not_hold(tmp_path: Path) -> None:
    root = write_archive(tmp_path, {"content/articles/a.md": _story()})
    code = (
        "import sys, time; from pathlib import Path; from builder.disk.lock import build_lock\n"
        "with build_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", code, str(root / ".backfile")],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert owner.stdout is not None
    with owner.stdout:
        assert owner.stdout.readline() == b"held\n"
        owner.send_signal(signal.SIGKILL)
        owner.wait()
    assert run_backfile("-C", root, "build", "--no-search").returncode == 0


def test_output_blocked(tmp_path: Path) -> None:
    root = write_archive(tmp_path, {"content/articles/a.md": _story()})
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (root / "site").mkdir()
    (root / "site/2025").symlink_to(elsewhere)
    with pytest.raises(BuilderError) as stopped:
        build_archive(root)
    assert {p.code for p in stopped.value.problems} == {"output-blocked"}
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("link", ["", "/templates", "/pictures", "/memory.sqlite", "/texts-1"])
def test_a_link_in_the_builder_s_own_folder_leads_nowhere(link: str, tmp_path: Path) -> None:
    root = write_archive(tmp_path / "archive", {"content/articles/a.md": _story()})
    elsewhere = tmp_path / "elsewhere"
    for name in ("templates/base.html", "texts-2", "memory.sqlite"):
        (elsewhere / name).parent.mkdir(parents=True, exist_ok=True)
        (elsewhere / name).write_text("precious")
    before = tree(elsewhere)
    place = root / f".backfile{link}"
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(elsewhere / "memory.sqlite" if "." in link[1:] else elsewhere)
    result = run_backfile("-C", root, "build", "--no-search", "--clean")
    assert result.returncode == 1
    assert result.stderr.startswith(f".backfile{link}: error[output-blocked]: a symbolic link")
    assert tree(elsewhere) == before
    assert not (root / "site").exists()
    assert run_backfile("-C", root, "check").returncode == 0
    assert tree(elsewhere) == before


def test_address_gone(tmp_path: Path) -> None:
    root = write_archive(tmp_path, {"content/articles/a.md": _story()})
    build_archive(root)
    (root / "content/articles/a.md").rename(root / "content/articles/b.md")
    assert "site/2025/05/a.html: warning[address-gone]" in brief(build_archive(root).problems)
    assert "address-gone" not in {p.code for p in build_archive(root).problems}


def test_every_code_is_shown_to_occur() -> None:
    here = Path(__file__).parent
    shown: set[str] = set()
    for case in CASES:
        expected = files_of(case.read_text(encoding="utf-8"))["expected"]
        shown.update(_CODE.findall(expected))
    # The room of Markdown has case files of its own.
    for case in sorted((here / "prose" / "cases").glob("*.md")):
        shown.update(re.findall(r"(?:error|warning)\[([a-z-]+)\]", case.read_text()))
    for test in here.rglob("test_*.py"):
        shown.update(re.findall(r"[\"'\[]([a-z0-9]+(?:-[a-z0-9]+)+)[\"'\]]", test.read_text()))
    assert sorted(set(CODES) - shown) == []


def test_every_code_is_documented() -> None:
    text = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    for code, entry in CODES.items():
        assert f"### `{code}`\n\n{entry.severity.capitalize()}. {entry.meaning} " in text


def test_every_code_is_used() -> None:
    source = "".join(path.read_text() for path in sorted((ROOT / "builder").rglob("*.py")))
    assert [code for code in CODES if source.count(f'"{code}"') < 2] == []


def test_all_mistakes_in_one_run_in_order(tmp_path: Path) -> None:
    broken = "---\ntitel: x\ndate: 2025-13-45\nslug: ../x\n---\n"
    root = write_archive(
        tmp_path,
        {
            "content/articles/b.md": broken,
            "content/articles/a.md": broken,
            "content/people/p.md": "---\nnam: P\n---\n",
        },
    )
    result = run_backfile("-C", root, "check")
    lines = [line for line in result.stderr.splitlines() if line.startswith("content/")]
    assert result.returncode == 1
    assert len(lines) == 10
    assert lines == sorted(lines)
    assert 'hint: did you mean "title"?' in result.stderr
    assert "  | date: 2025-13-45\n  |       ^" in result.stderr


def test_right_results_of_odd_files(tmp_path: Path) -> None:
    composed, decomposed, wide = "José Café", "José Café", "Ｊosé Ｃafé"
    files: dict[str, str | bytes] = {
        "content/people/jose.md": f"---\nname: {composed}\n---\n",
        "content/articles/bom.md": "\ufeff" + _story(people=f"[{composed}]"),
        "content/articles/crlf.md": _story(people=f"[{decomposed}]").replace("\n", "\r\n"),
        "content/articles/wide.md": _story(people=f"[{wide}]", lang="'en'"),
        "content/articles/2025-05-08-named.md": "---\ntitle: no\n---\n",
    }
    root = write_archive(tmp_path, files)
    assert brief(problems_of(root)) == []
    build_archive(root)
    page = (root / "site/people/jose.html").read_text(encoding="utf-8")
    assert all(f"2025/05/{name}.html" in page for name in ("bom", "crlf", "wide"))
    assert "<h1" in (root / "site/2025/05/named.html").read_text(encoding="utf-8")
