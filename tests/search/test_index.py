"""The index is made by the real Pagefind; what is wrong with it, or with Pagefind, is said."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from builder.basics.problems import Problem, SearchError
from builder.search import build_index, formats, pagefind, verify, verify_bundle
from tests.search.pages import COUNTS, write_stories

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    write_stories(folder)
    return folder


@pytest.fixture(scope="module")
def good(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    bundle = tmp_path_factory.mktemp("good")
    build_index(site, bundle, expected=COUNTS)
    return bundle


@pytest.fixture
def bundle(good: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(good, tmp_path / "bundle"))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


def _files(bundle: Path) -> list[Path]:
    return sorted(path for path in bundle.rglob("*") if path.is_file())


def _stopped(
    site: Path, bundle: Path, *, expected: dict[str, int] = COUNTS, timeout_s: float | None = None
) -> tuple[Problem, ...]:
    with pytest.raises(SearchError) as stopped:
        build_index(site, bundle, expected=expected, timeout_s=timeout_s)
    assert {found.code for found in stopped.value.problems} == {"search-failed"}
    assert all(found.location.path.startswith("pagefind") for found in stopped.value.problems)
    return stopped.value.problems


# -- a whole index -------------------------------------------------------------------------------


def test_report_tells_pages_files_and_bytes(site: Path, empty: Path) -> None:
    report = build_index(site, empty, expected={**COUNTS, "fr": 0})
    files = _files(empty)
    assert report.is_built
    assert dict(report.pages) == COUNTS
    assert report.files == len(files)
    assert report.size_bytes == sum(path.stat().st_size for path in files)
    assert 0 < report.seconds < 60


def test_bundle_holds_what_the_page_uses_and_no_more(good: Path) -> None:
    top = {path.name.split(".")[0] for path in good.iterdir() if path.is_file()}
    assert top == {"pagefind", "pagefind-entry", "pagefind-worker", "wasm"}
    engines = {path.name for path in good.glob("wasm.*")}
    assert engines == {f"wasm.{lang}.pagefind" for lang in ("ar", "en", "ru", "unknown")}
    assert verify_bundle(good, COUNTS) == ()


def test_addresses_name_files_and_ignored_text_is_not_held(good: Path, site: Path) -> None:
    held = {}
    for path in sorted((good / "fragment").iterdir()):
        page = json.loads(formats.unpack(path.read_bytes()))
        held[page["url"]] = page["content"]
    written = {"/" + p.relative_to(site).as_posix() for p in site.rglob("*.html")} - {"/index.html"}
    assert set(held) == written
    assert not [text for text in held.values() if "Ignored" in text or "Navigation" in text]


def test_tags_are_counted_as_pagefind_writes_them(tmp_path: Path, empty: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    for name, lang in (("a", "zh-Hant"), ("b", "pt-BR"), ("c", "pt-br")):
        (site / f"{name}.html").write_text(
            f'<html lang="{lang}"><body><main data-pagefind-body>text'
        )
    expected = {"zh-Hant": 1, "pt-BR": 1, "pt-br": 1}
    report = build_index(site, empty, expected=expected)
    assert dict(report.pages) == expected
    entry = json.loads((empty / "pagefind-entry.json").read_text())
    assert {tag: one["page_count"] for tag, one in entry["languages"].items()} == {
        "zh-hant": 1,
        "pt-br": 2,
    }


@pytest.mark.parametrize("expected", [{}, {"en": 0}])
def test_without_pages_there_is_no_index(site: Path, empty: Path, expected: dict[str, int]) -> None:
    report = build_index(site, empty, expected=expected)
    assert not report.is_built
    assert (report.files, report.size_bytes) == (0, 0)
    assert list(empty.iterdir()) == []


def test_only_an_empty_folder_outside_the_site_is_written_to(site: Path, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("")
    inside = site / "pagefind"
    inside.mkdir()
    for folder in (full, inside, tmp_path / "absent"):
        with pytest.raises(ValueError, match="empty folder outside"):
            build_index(site, folder, expected=COUNTS)
    inside.rmdir()


def test_surroundings_do_not_steer_pagefind(
    site: Path, empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pagefind.toml").write_text('force_language = "xx"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAGEFIND_FORCE_LANGUAGE", "xx")
    assert dict(build_index(site, empty, expected=COUNTS).pages) == COUNTS


# -- damage --------------------------------------------------------------------------------------


def _spoilt(bundle: Path, change: Callable[[bytes], bytes | None]) -> list[str]:
    """Change each file in turn, put it back, and return those whose damage was not found."""
    missed = []
    for path in _files(bundle):
        before = path.read_bytes()
        after = change(before)
        if after is None:
            path.unlink()
        else:
            path.write_bytes(after)
        found = verify_bundle(bundle, COUNTS)
        name = path.relative_to(bundle).as_posix()
        if not any(one.location.path == f"pagefind/{name}" for one in found):
            missed.append(name)
        path.write_bytes(before)
    assert verify_bundle(bundle, COUNTS) == ()
    return missed


def test_each_file_that_is_cut_off_is_named(bundle: Path) -> None:
    assert _spoilt(bundle, lambda data: data[: len(data) // 2]) == []
    assert _spoilt(bundle, lambda data: data[:-1]) == []
    assert _spoilt(bundle, lambda _: b"") == []


def test_each_file_that_is_missing_is_named(bundle: Path) -> None:
    assert _spoilt(bundle, lambda _: None) == []


def test_each_file_with_other_bytes_is_named(bundle: Path) -> None:
    assert _spoilt(bundle, lambda data: data + b"x") == []
    assert _spoilt(bundle, lambda _: gzip.compress(b"<html>404")) == []

    def one_bit(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[len(data) * 2 // 3] ^= 0x10
        return bytes(changed)

    # In the entry a bit may turn a letter of what nobody reads; all else has a checksum.
    assert set(_spoilt(bundle, one_bit)) <= {"pagefind-entry.json"}


def test_a_file_of_another_index_is_named(bundle: Path) -> None:
    (bundle / "fragment/en_0000000.pf_fragment").write_bytes(b"")
    (bundle / "playground").mkdir()
    (bundle / "playground/index.html").write_text("")
    found = verify_bundle(bundle, COUNTS)
    assert [(one.location.path, one.message) for one in found] == [
        ("pagefind/fragment/en_0000000.pf_fragment", "this file belongs to no index"),
        ("pagefind/playground/index.html", "this file belongs to no index"),
    ]


def test_files_that_changed_places_are_named(bundle: Path) -> None:
    filters = sorted((bundle / "filter").glob("en_*"))
    assert len(filters) == 3
    first, second = filters[:2]
    first.rename(bundle / "x")
    second.rename(first)
    (bundle / "x").rename(second)
    assert {one.location.path for one in verify_bundle(bundle, COUNTS)} == {
        f"pagefind/filter/{path.name}" for path in (first, second)
    }
    fragments = sorted((bundle / "fragment").glob("en_*"))
    shutil.copy(fragments[0], fragments[1])
    assert verify_bundle(bundle, COUNTS)[-1].location.path.startswith("pagefind/fragment/en_")


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_a_symbolic_link_is_no_file_of_an_index(bundle: Path, tmp_path: Path) -> None:
    chunk = sorted((bundle / "index").iterdir())[0]
    chunk.rename(tmp_path / "elsewhere")
    chunk.symlink_to(tmp_path / "elsewhere")
    (found,) = verify_bundle(bundle, COUNTS)
    assert found.message == "this file is a symbolic link"


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({**COUNTS, "en": 29}, 'counts 28 pages in the language "en", but 29 were written'),
        ({**COUNTS, "fr": 1}, 'counts 0 pages in the language "fr", but 1 were written'),
        ({k: COUNTS[k] for k in ("en", "ru", "ar")}, '1 pages in the language "zh", but 0'),
    ],
)
def test_a_wrong_count_is_told_by_language(good: Path, expected: dict[str, int], said: str) -> None:
    (found,) = verify_bundle(good, expected)
    assert said in found.message
    assert "data-pagefind-body" in str(found.hint)


def test_scripts_of_a_version_that_nobody_wrote_down_are_looked_at(good: Path) -> None:
    script = (good / "pagefind.js").read_bytes().replace(b"1.5.2", b"9.9.9")
    engine = (good / "wasm.en.pagefind").read_bytes()
    check = verify._check_asset
    check("pagefind.js", "9.9.9", script)
    check("wasm.en.pagefind", "9.9.9", engine)
    for name, data in (
        ("pagefind.js", script[: len(script) // 2]),
        ("pagefind.js", script.replace(b"9.9.9", b"9.9.8")),
        ("pagefind-worker.js", b"}"),
        ("wasm.en.pagefind", gzip.compress(b"pagefind_dcd" + b"no wasm")),
        ("wasm.en.pagefind", engine[:-9]),
    ):
        with pytest.raises(formats.DamagedError):
            check(name, "9.9.9", data)


# -- a Pagefind that fails -----------------------------------------------------------------------


def test_pages_without_the_mark_are_the_theme_s_mistake(tmp_path: Path, empty: Path) -> None:
    """Where no page is marked Pagefind indexes all of them, and calls it a success."""
    site = tmp_path / "site"
    site.mkdir()
    for name in ("index", "article"):
        (site / f"{name}.html").write_text('<html lang="en"><body><p>text')
    (found,) = _stopped(site, empty, expected={"en": 1})
    assert "counts 2 pages" in found.message
    assert "data-pagefind-body" in str(found.hint)


def test_a_site_without_pages_quotes_pagefind(tmp_path: Path, empty: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (found,) = _stopped(site, empty, expected={"en": 1})
    assert "failed with exit code 1" in found.message
    assert "did not contain any html files" in found.message


def _fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """Put a program in Pagefind's place. Pagefind is not ours; its worst days are played."""
    path = tmp_path / "fake-pagefind"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setattr("pagefind_bin.get_executable", lambda: path)
    return path


def test_a_hanging_pagefind_is_stopped_with_all_it_started(
    site: Path, empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child"
    _fake(
        tmp_path,
        monkeypatch,
        f"echo waiting for room >&2; sleep 300 & echo $! > '{child}'; wait",
    )
    started = time.monotonic()
    (found,) = _stopped(site, empty, timeout_s=1.0)
    assert time.monotonic() - started < 20
    assert 'not done after 1 seconds and was stopped; its last words: "waiting for room"' in (
        found.message
    )
    assert not _is_running(int(child.read_text()))


def test_an_interrupted_build_leaves_no_pagefind(
    site: Path, empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = tmp_path / "pid"
    _fake(tmp_path, monkeypatch, f"echo $$ > '{pid}'; exec sleep 300")
    real = subprocess.Popen.communicate
    calls: list[float | None] = []

    def interrupted(
        self: subprocess.Popen[bytes], *, timeout: float | None = None
    ) -> tuple[bytes, bytes]:
        """Ctrl-C while we wait for the first time."""
        calls.append(timeout)
        if len(calls) == 1:
            while not pid.exists() or not pid.read_text():
                time.sleep(0.01)
            raise KeyboardInterrupt
        return real(self, timeout=timeout)

    monkeypatch.setattr(subprocess.Popen, "communicate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build_index(site, empty, expected=COUNTS)
    assert not _is_running(int(pid.read_text()))


def _is_running(pid: int) -> bool:
    for _ in range(100):
        try:
            # An orphan that nobody has buried yet is dead all the same.
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return False
        except FileNotFoundError:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (
            r"printf '\033[31mError:\033[0m  no\t space\n\nnote: run with x' >&2; exit 101",
            'Pagefind failed with exit code 101; its last words: "Error: no space"',
        ),
        ("echo only this; exit 3", 'exit code 3; its last words: "only this"'),
        ("exit 1", "Pagefind failed with exit code 1"),
        ("kill -9 $$", "Pagefind was stopped from outside (SIGKILL)"),
        ("exit 0", "this file is missing"),
    ],
)
def test_a_failing_pagefind_is_quoted(
    site: Path, empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    _fake(tmp_path, monkeypatch, script)
    (found,) = _stopped(site, empty)
    assert said in found.message
    assert found.hint


def test_a_torn_bundle_is_refused_and_its_files_are_counted(
    site: Path, empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pagefind.find_executable()
    _fake(
        tmp_path,
        monkeypatch,
        f'\'{real}\' "$@" && for f in fragment/*; do printf x > "$f"; done',
    )
    found = _stopped(site, empty)
    assert len(found) == 21
    assert "12 more files of the index are damaged" in [one.message for one in found]


def test_no_program_for_this_machine(
    site: Path, empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = _fake(tmp_path, monkeypatch, "")
    fake.write_bytes(b"\x7fELF for another machine")
    (found,) = _stopped(site, empty)
    assert "cannot be started: exec format error" in found.message
    fake.unlink()
    (found,) = _stopped(site, empty)
    assert "cannot be started: no such file" in found.message

    def absent() -> Path:
        raise FileNotFoundError("could not find any")

    monkeypatch.setattr("pagefind_bin.get_executable", absent)
    (found,) = _stopped(site, empty)
    assert "is not installed" in found.message
    assert "--no-search" in str(found.hint)
    monkeypatch.setitem(__import__("sys").modules, "pagefind_bin", None)
    (found,) = _stopped(site, empty)
    assert "is not installed" in found.message
