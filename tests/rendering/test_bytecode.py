"""Compiled templates are used again, and only where they are exactly what would be compiled."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from builder.disk.theme import default_theme
from builder.rendering import make_environment
from builder.rendering.bytecode import Bytecode

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment


@pytest.fixture
def theme(tmp_path: Path) -> Path:
    folder = tmp_path / "theme"
    folder.mkdir()
    (folder / "a.html").write_text("<p>{{ view }}</p>", encoding="utf-8")
    return folder


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "state" / "templates"


def _shown(theme: Path, kept: Path) -> str:
    return make_environment(theme, None, bytecode=kept).get_template("a.html").render(view="<")


def _compiling_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> str:
        raise AssertionError

    monkeypatch.setattr("builder.rendering.environment.PageEnvironment.compile", fail)


def test_compiled_once(theme: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _shown(theme, kept) == "<p>&lt;</p>"
    assert len(list(kept.iterdir())) == 1
    _compiling_fails(monkeypatch)
    assert _shown(theme, kept) == "<p>&lt;</p>"


def test_a_changed_template_is_compiled_anew(theme: Path, kept: Path) -> None:
    _shown(theme, kept)
    (theme / "a.html").write_text("<b>{{ view }}</b>", encoding="utf-8")
    assert _shown(theme, kept) == "<b>&lt;</b>"
    assert len(list(kept.iterdir())) == 1


def test_a_damaged_file_counts_as_none(theme: Path, kept: Path) -> None:
    _shown(theme, kept)
    (path,) = kept.iterdir()
    whole = path.read_bytes()
    for end in (0, 1, 31, 32, 33, len(whole) - 1):
        path.write_bytes(whole[:end])
        assert _shown(theme, kept) == "<p>&lt;</p>"
        assert path.read_bytes() == whole
    for place in range(0, len(whole), 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert _shown(theme, kept) == "<p>&lt;</p>"
        assert path.read_bytes() == whole


def test_another_template_or_builder_does_not_fit(
    theme: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (theme / "b.html").write_text("<i>{{ view }}</i>", encoding="utf-8")
    _shown(theme, kept)
    (first,) = kept.iterdir()
    make_environment(theme, None, bytecode=kept).get_template("b.html")
    (second,) = set(kept.iterdir()) - {first}
    first.write_bytes(second.read_bytes())
    assert _shown(theme, kept) == "<p>&lt;</p>"
    monkeypatch.setattr("builder.rendering.bytecode._sources", lambda _: [("x.py", 1, 1)])
    _compiling_fails(monkeypatch)
    with pytest.raises(AssertionError):
        _shown(theme, kept)


@pytest.mark.skipif(os.name == "nt", reason="a file where a folder must be")
def test_a_folder_that_cannot_be_written_stops_nothing(theme: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert _shown(theme, tmp_path / "file" / "state") == "<p>&lt;</p>"


def test_the_theme_itself(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("article.html", "term.html", "feed.xml", "theme/base.html", "base.html")

    def load() -> Environment:
        environment = make_environment(default_theme(), None, bytecode=kept)
        for name in names:
            environment.get_template(name)
        return environment

    load()
    assert isinstance(load().bytecode_cache, Bytecode)
    _compiling_fails(monkeypatch)
    load()


def test_the_packaged_theme_is_compiled_once_for_all_archives(
    theme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "package" / "__pycache__" / "bytecode.pyc"
    monkeypatch.setattr("builder.rendering.bytecode.__spec__.cached", str(code))
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    overrides = tmp_path / "overrides"
    overrides.mkdir()
    (overrides / "b.html").write_text("<i>{{ view }}</i>", encoding="utf-8")

    def show(state: Path) -> None:
        environment = make_environment(theme, overrides, bytecode=state, is_packaged=True)
        assert environment.get_template("a.html").render(view="<") == "<p>&lt;</p>"
        assert environment.get_template("b.html").render(view="<") == "<i>&lt;</i>"

    show(tmp_path / "one")
    assert len(list(code.parent.iterdir())) == 1
    assert len(list((tmp_path / "one").iterdir())) == 1  # the archive's own
    (overrides / "b.html").unlink()
    (theme / "b.html").write_text("<i>{{ view }}</i>", encoding="utf-8")
    show(tmp_path / "two")
    assert len(list(code.parent.iterdir())) == 2
    assert not (tmp_path / "two").exists()
    _compiling_fails(monkeypatch)
    show(tmp_path / "three")


@pytest.mark.parametrize("reason", ["read-only", "unwanted"])
def test_what_cannot_stand_beside_the_package_is_kept_with_the_archive(
    theme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    code = tmp_path / "file" / "__pycache__" / "bytecode.pyc"
    monkeypatch.setattr("builder.rendering.bytecode.__spec__.cached", str(code))
    if reason == "read-only":
        (tmp_path / "file").write_text("", encoding="utf-8")
    else:
        monkeypatch.setattr("sys.dont_write_bytecode", True)
    for _ in range(2):
        environment = make_environment(theme, None, bytecode=tmp_path / "state", is_packaged=True)
        assert environment.get_template("a.html").render(view="<") == "<p>&lt;</p>"
        assert len(list((tmp_path / "state").iterdir())) == 1
        assert not code.exists()
        _compiling_fails(monkeypatch)
