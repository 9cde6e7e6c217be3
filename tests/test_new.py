"""`backfile new`: the file that it writes builds as it is, says what it was told, and is new."""

from __future__ import annotations

import sys
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.disk.texts import read_text
from builder.model.source import SourceFile
from builder.reading import parse_article, parse_settings, split
from builder.starter.content_file import NewFile, write_new
from tests.archives import NOW, brief, build_archive, problems_of, run_backfile, write_archive

if TYPE_CHECKING:
    from pathlib import Path

ARCHIVE = {
    "content/archive.yaml": (
        "title: T\nbase_url: https://a.example/\nlanguages: [en, ru]\n"
        "time_zone: Pacific/Kiritimati\ntaxonomies: [places, series]\n"
    ),
    "content/people/john-milton.md": "---\nname: John Milton\nnames: {ru: Джон Мильтон}\n---\n",
    "content/people/anna.md": "---\nname: Anna Politkovskaya\naliases: [Anna Mazepa]\n---\n",
    "content/places/riga.md": "---\ntitle: Riga\n---\n",
}
CLOCK = {"SOURCE_DATE_EPOCH": "1767261600"}  # 2026-01-01T10:00Z, already 2 January in Kiritimati


def test_every_kind_is_written_and_builds(tmp_path: Path) -> None:
    root = write_archive(tmp_path, ARCHIVE)
    made = {}
    for kind, title, *options in (
        ("article", 'No: "yes" # they said'),
        ("article", "Привет, мир", "--lang", "ru", "--date", "1937-08~", "--published"),
        ("person", "Jane Roe"),
        ("topic", "Samizdat"),
        ("places", "Tallinn"),
        ("place", "Vilnius"),
        ("series", "Letters"),
        ("notice", "Appeal of 2025"),
        ("page", "Method"),
    ):
        done = run_backfile("-C", root, "new", kind, title, *options, env=CLOCK)
        assert done.returncode == 0, done.stderr
        made[title] = done.stdout.strip()
        assert (root / made[title]).is_file()
    assert list(made.values()) == [
        "content/articles/2026/2026-01-02-no-yes-they-said.md",
        "content/articles/1937/privet-mir.md",
        "content/people/jane-roe.md",
        "content/topics/samizdat.md",
        "content/places/tallinn.md",
        "content/places/vilnius.md",
        "content/series/letters.md",
        "content/notices/appeal-of-2025.md",
        "content/pages/method.md",
    ]
    text = (root / "content/articles/2026/2026-01-02-no-yes-they-said.md").read_text()
    assert "date: 2026-01-02\nlang: en\n" in text
    assert "status: draft\n" in text
    assert brief(problems_of(root)) == []
    build_archive(root, drafts=True)
    assert (root / "site/2026/01/no-yes-they-said.html").is_file()
    assert (root / "site/ru/1937/08/privet-mir.html").is_file()


@pytest.mark.parametrize(
    ("kind", "title", "file"),
    [
        ("person", "John Milton", "content/people/john-milton.md"),
        ("person", "Milton, John", "content/people/john-milton.md"),
        ("person", "Джон  Мильтон", "content/people/john-milton.md"),
        ("person", "Jon Milton", "content/people/john-milton.md"),
        ("person", "ANNA POLITKOVSKAJA", "content/people/anna.md"),
        ("person", "Anna Mazeppa", "content/people/anna.md"),
        ("places", "riga", "content/places/riga.md"),
    ],
)
def test_nobody_is_described_twice_unawares(
    kind: str, title: str, file: str, tmp_path: Path
) -> None:
    root = write_archive(tmp_path, ARCHIVE)
    before = sorted(root.rglob("*"))
    refused = run_backfile("-C", root, "new", kind, title)
    assert refused.returncode == 1
    assert file in refused.stderr
    assert "Traceback" not in refused.stderr
    assert sorted(root.rglob("*")) == before
    again = run_backfile("-C", root, "new", kind, title, "--anyway", "--slug", "another")
    assert again.returncode == 0, again.stderr


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    root = write_archive(tmp_path, ARCHIVE)
    first = run_backfile("-C", root, "new", "article", "A story", env=CLOCK).stdout.strip()
    (root / first).write_text("mine")
    for options in ((), ("--anyway",)):
        done = run_backfile("-C", root, "new", "article", "A story", *options, env=CLOCK)
        assert done.returncode == 1
        assert first in done.stderr
    # Another day of the month would be the same address.
    done = run_backfile("-C", root, "new", "article", "A story", "--date", "2026-01-30")
    assert done.returncode == 1
    assert (root / first).read_text() == "mine"
    (root / "content/notices").symlink_to("/tmp")
    done = run_backfile("-C", root, "new", "notice", "Out of here")
    assert done.returncode == 2
    assert "leads out of the archive" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("topik", "x"), 'did you mean "topic"?'),
        (("article", " "), "the title is empty"),
        (("article", "!?"), "--slug"),
        (("article", "x", "--date", "8 May"), "--date '8 May'"),
        (("article", "x", "--lang", "fr"), "it has en, ru"),
        (("person", "x", "--published"), "for articles"),
        (("article", "x", "--slug", "../x"), "--slug"),
        (("article", "x", "--edit"), "set VISUAL or EDITOR"),
    ],
)
def test_what_cannot_be_is_said(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    root = write_archive(tmp_path, ARCHIVE)
    done = run_backfile("-C", root, "new", *arguments, env={"VISUAL": "", "EDITOR": ""})
    assert done.returncode == 2
    assert said in done.stderr
    assert not (root / "content/articles").exists()


def test_the_editor_is_opened_with_its_options(tmp_path: Path) -> None:
    root = write_archive(tmp_path, ARCHIVE)
    script = tmp_path / "my editor.py"
    script.write_text("import sys; open(sys.argv[2], 'a').write(sys.argv[1])")
    editor = f"{sys.executable} '{script}' --wait"
    done = run_backfile("-C", root, "new", "topic", "War", "--edit", env={"VISUAL": editor})
    assert done.returncode == 0, done.stderr
    assert (root / "content/topics/war.md").read_text().endswith("---\n\n--wait")


_SETTINGS = "title: T\nlanguages: [en]\n"


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_any_title_is_read_as_it_was_given(
    tmp_path_factory: pytest.TempPathFactory, title: str
) -> None:
    title = title.encode(errors="ignore").decode()
    root = write_archive(tmp_path_factory.mktemp("title"), {"content/archive.yaml": _SETTINGS})
    plain = " ".join(title.split())
    if not plain:
        return
    path = write_new(root, NewFile("article", title, slug="x"), NOW)
    source = read_text(root, SourceFile(path, (root / path).stat().st_size)).value
    assert source is not None
    head = split(source).value
    archive = parse_settings(source._replace(text=_SETTINGS, path="content/archive.yaml")).value
    assert head is not None
    assert archive is not None
    article = parse_article(head[0], path, archive)
    assert article.problems == ()
    assert article.value is not None
    assert article.value.title == " ".join(unicodedata.normalize("NFC", title).split())
