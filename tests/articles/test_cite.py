"""Citations say what the front matter says, whatever characters it holds."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder.basics.dates import parse_date
from builder.disk.theme import default_theme
from builder.model.source import SourceText
from builder.model.words import Words
from builder.pages.cite import cite, name_parts
from builder.reading import parse_words
from tests.archives import build_archive, files_of, write_archive
from tests.articles.reading import downloads_of, read_bibtex, read_csl, read_ris

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VERSION = "0123456789ab"


class Head:
    """What a citation reads of an article."""

    def __init__(self, **values: Any) -> None:  # noqa: ANN401
        self.lang = "en"
        self.title = "A title"
        self.authors: tuple[str, ...] = ()
        self.date = parse_date("2025-05-08")
        self.source: Any = None
        self.__dict__.update(values)


class Source:
    def __init__(self, outlet: str | None) -> None:
        self.outlet = outlet


def words(lang: str) -> Words:
    path = default_theme() / f"words/{lang}.yaml"
    entries = parse_words(SourceText(path=path.name, text=path.read_text("utf-8"))).value
    assert entries is not None
    return Words(lang, entries)


WORDS = {lang: words(lang) for lang in ("en", "ru", "ar", "zh")}


def files(head: Head, address: str | None = "https://a.example/2025/05/x.html") -> list[str]:
    """Return BibTeX, RIS and CSL-JSON."""
    citation = cite(
        head,  # type: ignore[arg-type]
        bytes.fromhex(VERSION),
        url="2025/05/x.html",
        words=WORDS[head.lang],
        date_text=WORDS[head.lang].date(head.date),
        archive="The Archive",
        address=address,
    )
    found = []
    for file in citation.downloads:
        whole = file.address
        assert not re.search(r"[\s\"'<>&\\^`{|}#\[\]]", whole), "stands in an attribute as it is"
        found.append(unquote(whole.partition(",")[2], errors="strict"))
    return found


LETTERS = st.characters(codec="utf-8", exclude_categories=("C", "Z"))
WORD = st.one_of(
    st.sampled_from(["&", "{", "}", "\\", "#1", "100%", "$5", "_a_", "~", "^", '"', "'", "--"]),
    st.sampled_from(["``q''", "</script>", "<b>", "ER  -", "Ж", "شعب", "真理", "a|b", "[x]", "?`"]),
    st.sampled_from(["\\textbf{x}", "@article{a,", "},", "%0A", "\\u0022", "]]>", "a,b", "*"]),
    st.text(LETTERS, min_size=1, max_size=8),
)
TITLE = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
AUTHOR = st.one_of(
    st.sampled_from(["Jane Roe", "J. Q. Roe", "Анна Петрова", "Иван Ильич Петров", "新华社"]),
    st.sampled_from(["Roe, Jane", "Reuters Staff", "Smith & Sons {Press}", "ابن خلدون", "and"]),
    TITLE.filter(lambda name: bool(name.replace("*", "").replace(",", "").strip())),
)
calm = settings(deadline=None)


@settings(calm, max_examples=150)
@given(TITLE, st.lists(AUTHOR, max_size=3), st.none() | TITLE, st.sampled_from(sorted(WORDS)))
@example("}", ["{"], "\\", "en")
@example("A --- B", ["and others"], None, "en")
def test_what_is_read_back_is_what_was_written(
    title: str, authors: list[str], outlet: str | None, lang: str
) -> None:
    source = None if outlet is None else Source(outlet)
    bibtex, ris, csl = files(Head(title=title, authors=tuple(authors), source=source, lang=lang))
    shown = outlet or "The Archive"
    item = read_csl(csl)
    assert (item["title"], item["container-title"]) == (title, shown)
    assert item.get("archive") == (None if outlet is None else "The Archive")
    authors = [" ".join(name.split()) for name in authors]
    parts = [name_parts(name, lang) for name in authors]
    names = [
        {"literal": name} if part is None else {"given": part[0], "family": part[1]}
        for name, part in zip(authors, parts, strict=True)
    ]
    assert item.get("author", []) == names
    assert (item["version"], item["language"]) == (VERSION, lang)
    entry = read_ris(ris)
    assert (entry["title"], entry["secondary_title"]) == (title, shown)
    assert len(entry.get("authors", [])) == len(authors)
    entry = read_bibtex(bibtex)
    assert (_folded(entry["title"]), _folded(entry["journal"])) == (_folded(title), _folded(shown))
    assert [_folded(name) for name in entry["author"]] == [
        _folded(name if part is None else part) for name, part in zip(authors, parts, strict=True)
    ]
    assert (entry["version"], entry["language"]) == (VERSION, lang)


def _folded(value: Any) -> Any:  # noqa: ANN401
    """Return text as the reader of BibTeX has it, who takes a no-break space for a space."""
    if isinstance(value, tuple):
        return tuple(map(_folded, value))
    return re.sub(r"\s+", " ", value).strip()


@pytest.mark.parametrize(
    ("date", "bibtex", "ris", "csl"),
    [
        ("2025-05-08", "2025-05-08", "2025/05/08/", {"date-parts": [[2025, 5, 8]]}),
        ("2025-05-08T14:00+03:00", "2025-05-08", "2025/05/08/", {"date-parts": [[2025, 5, 8]]}),
        ("1937-08", "1937-08", "1937/08//", {"date-parts": [[1937, 8]]}),
        ("1937", "1937", "1937///", {"date-parts": [[1937]]}),
        ("0932?", "0932?", "0932///?", {"date-parts": [[932]], "circa": True}),
        ("1937-08~", "1937-08~", "1937/08//circa", {"date-parts": [[1937, 8]], "circa": True}),
        (
            "1937-08-03/1937-08-05",
            "1937-08-03/1937-08-05",
            "1937/08/03/to 1937-08-05",
            {"date-parts": [[1937, 8, 3], [1937, 8, 5]]},
        ),
        ("undated", None, None, None),
    ],
)
def test_dates_are_as_precise_as_known(
    date: str, bibtex: str | None, ris: str | None, csl: dict[str, Any] | None
) -> None:
    texts = files(Head(date=parse_date(date)))
    entry = read_bibtex(texts[0])
    assert entry.get("date") == bibtex
    assert entry.get("year") == (None if bibtex is None else bibtex[:4])
    assert read_ris(texts[1]).get("date") == ris
    assert read_csl(texts[2]).get("issued") == csl


@pytest.mark.parametrize(
    ("name", "lang", "parts"),
    [
        ("Jane Roe", "en", ("Jane", "Roe")),
        ("J. Roe", "en", ("J.", "Roe")),
        ("Jane Q. O'Neil-Roe", "en", ("Jane Q.", "O'Neil-Roe")),
        ("Анна Политковская", "ru", ("Анна", "Политковская")),
        ("Андрей Дмитриевич Сахаров", "ru", ("Андрей Дмитриевич", "Сахаров")),
        ("Gabriel García Márquez", "es", None),  # which of two is the family?
        ("Ludwig van Beethoven", "de", None),
        ("Nagy Imre", "hu", None),
        ("Reuters Staff", "en", None),
        ("BBC Moscow", "en", None),
        ("محمود درويش", "ar", None),
        ("莫言", "zh", None),
        ("Roe", "en", None),
        ("Roe, Jane", "en", None),
    ],
)
def test_only_a_plain_name_is_parted(name: str, lang: str, parts: tuple[str, str] | None) -> None:
    assert name_parts(name, lang) == parts


NASTY = """\
-- content/articles/1974/x.md --
---
title: 'Tom & "Jerry" {bold} </script> 50% of \\textbf{$_#~^} — 真理 شعب'
date: 1974-04~
authors: ["Анна Петрова", "Smith & Sons {Press}"]
people: ["</script><script>alert(1)</script>"]
source: {outlet: "Правда & <правда>", urls: ["https://a.example/?a=1&b=%20"]}
---
A text.
"""


def test_a_page_gives_its_citations(tmp_path: Path) -> None:
    root = write_archive(tmp_path, files_of(NASTY))
    build_archive(root)
    page = (root / "site/1974/04/x.html").read_text("utf-8")
    found = downloads_of(page)
    title = 'Tom & "Jerry" {bold} </script> 50% of \\textbf{$_#~^} — 真理 شعب'
    assert read_csl(found["x.json"])["title"] == title
    assert read_bibtex(found["x.bib"])["title"] == title
    assert read_ris(found["x.ris"])["title"] == title
    assert read_csl(found["x.json"])["URL"] == "https://archive.example/1974/04/x.html"
    source = (root / "content/articles/1974/x.md").read_bytes()
    version = hashlib.sha256(source).hexdigest()[:12]
    assert read_csl(found["x.json"])["version"] == version


@pytest.mark.browser
@pytest.mark.parametrize("way", ["file", "http"])
def test_a_browser_saves_them_without_a_script(browser: Browser, tmp_path: Path, way: str) -> None:
    from tests.browsing import serve

    root = write_archive(tmp_path, files_of(NASTY))
    build_archive(root)
    page_path = "1974/04/x.html"
    expected = downloads_of((root / "site" / page_path).read_text("utf-8"))
    with serve(root / "site") as address:
        start = address if way == "http" else (root / "site").as_uri() + "/"
        context = browser.new_context(java_script_enabled=False, accept_downloads=True)
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(start + page_path)
        page.locator(".cite > summary").click()
        for name, text in expected.items():
            with page.expect_download() as download:
                page.locator(f'a[download="{name}"]').click()
            assert download.value.suggested_filename == name
            assert Path(download.value.path()).read_bytes().decode() == text
        assert not any("Security" in message for message in said), said
        context.close()
