"""The open data: valid by its own description, and the same as front matter and pages say."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from lxml import html

from builder.basics.slugs import fold_name
from tests.archives import ROOT, build_archive, files_of, write_archive

if TYPE_CHECKING:
    from collections.abc import Iterator

TAXONOMIES: Final = ("topics", "sections", "series", "places", "organisations")
FORMULA: Final = re.compile(r"[=+\-@\t\r＝＋－＠]")

TRICKY: Final = files_of("""\
-- content/archive.yaml --
title: "Comma, \\"quote\\" and co."
base_url: https://archive.example/
license: Nobody may sell it
languages: [en, ru]
taxonomies: [places]
-- content/articles/formula.md --
---
title: "=HYPERLINK(\\"https://evil.example/\\", \\"click\\")"
date: 2025-05-08T14:00:00+03:00
authors: ["@someone", "Roe, Jane | Reuters"]
people: [jane-roe]
mentions: [Nobody Yet]
topics: [Floods, "-7 degrees"]
places: [Riga]
dateline: -RIGA-
summary: "+ or -"
source:
  outlet: "'=x"
  urls: ["https://a.example/1", "https://b.example/?x=1,2"]
  captured: 2025-06
---
Text.
-- content/articles/quote.md --
---
title: "'Enough', she said, \\"and no more\\""
date: 1937-08~/1937-09
lang: ru
people: [J. Roe]
topics: [floods]
license: CC0-1.0
---
Text.
-- content/articles/undated.md --
---
title: "'=1"
date: undated
people: [Jane Roe]
topics: [floods]
---
Text.
-- content/people/jane-roe.md --
---
name: Jane Roe
names: {ru: Джейн Роу}
aliases: [J. Roe]
former_names: [Jane Doe]
sort_name: Roe, Jane
born: 1931?
roles: [{title: "Editor, chief", from: 1960, to: 1970-05}]
ids: {wikidata: Q42}
---
-- content/people/jane-row.md --
---
name: Jane Row
merged_into: jane-roe
---
-- content/topics/floods.md --
---
title: Floods
parent: water
scope_note: Water, where it should not be.
---
-- content/topics/water.md --
---
title: Water
---
""")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    (root / "content").symlink_to(ROOT / "content")
    assert build_archive(root).write.files > 0
    return root / "site"


@pytest.fixture(scope="module")
def tricky(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_archive(tmp_path_factory.mktemp("tricky"), TRICKY)
    build_archive(root)
    return root / "site"


def described(site: Path) -> dict[str, Any]:
    """Return the resources of the package by name."""
    package = json.loads((site / "data/datapackage.json").read_text("utf-8"))
    return {resource["name"]: resource for resource in package["resources"]}


def mentions(site: Path) -> list[dict[str, Any]]:
    """Return who and what stands in the articles, as the articles have it in JSON lines."""
    found = []
    for row in rows(site, "articles"):
        about = {"people": row["people"], **row["terms"]}
        named = [("people", slug, "mentions") for slug in row["mentions"]]
        listed = [(kind, slug, "about") for kind, slugs in about.items() for slug in slugs]
        # People come first, those that are only named after the others.
        order = listed[: len(row["people"])] + named + listed[len(row["people"]) :]
        found += [
            {"article": row["url"], "kind": kind, "slug": slug, "relation": relation}
            for kind, slug, relation in order
        ]
    return found


def rows(site: Path, table: str) -> list[dict[str, Any]]:
    """Return all rows of a table, as JSON lines have them."""
    paths = described(site)[f"{table}-jsonl"]["path"]
    return [
        json.loads(line)
        for path in ([paths] if isinstance(paths, str) else paths)
        for line in (site / "data" / path).read_text("utf-8").splitlines()
    ]


def cells(site: Path, table: str) -> Iterator[dict[str, str]]:
    """Yield all rows of a table, as CSV has them."""
    paths = described(site)[table]["path"]
    for path in [paths] if isinstance(paths, str) else paths:
        with (site / "data" / path).open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines, strict=True)


def validated(site: Path) -> subprocess.CompletedProcess[str]:
    """Run Frictionless on the package, as a researcher would."""
    return subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", "data/datapackage.json"],
        cwd=site,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("archive", ["sample", "tricky"])
def test_the_package_is_valid(archive: str, request: pytest.FixtureRequest) -> None:
    site: Path = request.getfixturevalue(archive)
    done = validated(site)
    assert done.returncode == 0, done.stdout[-4000:]
    package = json.loads((site / "data/datapackage.json").read_text("utf-8"))
    assert package["homepage"].startswith("https://")
    assert "created" not in package
    listed = {
        f"data/{path}"
        for resource in package["resources"]
        for path in ([resource["path"]] if isinstance(resource["path"], str) else resource["path"])
    }
    found = {path.relative_to(site).as_posix() for path in (site / "data").rglob("*.*")}
    assert listed | {"data/datapackage.json"} == found


def test_a_wrong_row_is_found(tricky: Path, tmp_path: Path) -> None:
    """The validity that the test above sees is one that can be missed."""
    copy = Path(shutil.copytree(tricky, tmp_path / "site"))
    file = copy / "data/mentions/2025.csv"
    file.write_bytes(file.read_bytes().replace(b",jane-roe,", b",jane-rue,"))
    done = validated(copy)
    assert done.returncode != 0
    assert "jane-rue" in re.sub(r"\s+", " ", done.stdout)


@pytest.mark.parametrize("archive", ["sample", "tricky"])
def test_both_formats_hold_the_same(archive: str, request: pytest.FixtureRequest) -> None:
    site: Path = request.getfixturevalue(archive)
    for table, resource in described(site).items():
        if resource["format"] != "csv":
            continue
        types = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        found = mentions(site) if table == "mentions" else rows(site, table)
        assert found
        for row, line in zip(found, cells(site, table), strict=True):
            assert list(row)[: len(line)] == list(line) == list(types)
            for name, value in list(row.items())[: len(line)]:
                cell = line[name]
                if cell and cell[0] == "'" and FORMULA.match(cell.lstrip("'")):
                    cell = cell[1:]
                else:
                    assert not FORMULA.match(cell), (table, line)
                if types[name] == "array":
                    assert json.loads(cell or "[]") == value
                else:
                    assert cell == ("" if value is None else str(value))


def test_formulas_are_disarmed_and_nothing_is_lost(tricky: Path) -> None:
    (line,) = (line for line in cells(tricky, "articles") if line["url"].startswith("2025/"))
    (row,) = (row for row in rows(tricky, "articles") if row["url"].startswith("2025/"))
    assert line["title"] == "'" + row["title"]
    assert row["title"] == '=HYPERLINK("https://evil.example/", "click")'
    assert (line["outlet"], row["outlet"]) == ("''=x", "'=x")
    assert (line["dateline"], line["summary"]) == ("'-RIGA-", "'+ or -")
    assert row["authors"] == ["@someone", "Roe, Jane | Reuters"]
    titles = {line["title"] for line in cells(tricky, "articles")}
    assert "'Enough', she said, \"and no more\"" in titles
    assert "''=1" in titles


def test_rows_tell_what_was_written(tricky: Path) -> None:
    articles = {row["title"][:4]: row for row in rows(tricky, "articles")}
    news = articles["=HYP"]
    assert news["date"] == "2025-05-08T14:00+03:00"
    assert (news["earliest"], news["latest"]) == ("2025-05-08", "2025-05-08")
    assert news["source_urls"] == ["https://a.example/1", "https://b.example/?x=1,2"]
    assert (news["captured"], news["license"]) == ("2025-06", "Nobody may sell it")
    old = articles["'Eno"]
    assert (old["date"], old["lang"], old["license"]) == ("1937-08~/1937-09", "ru", "CC0-1.0")
    assert (old["earliest"], old["latest"]) == ("1937-08-01", "1937-09-30")
    assert articles["'=1"]["date"] is articles["'=1"]["earliest"] is None
    names = {(row["name"], row["lang"], row["use"]) for row in rows(tricky, "names")}
    assert names >= {
        ("Jane Roe", "en", "name"),
        ("Джейн Роу", "ru", "translation"),
        ("J. Roe", None, "alias"),
        ("Jane Doe", None, "former"),
        ("Jane Row", "en", "alias"),
        ("Nobody Yet", None, "name"),
    }
    assert rows(tricky, "roles") == [
        {"person": "jane-roe", "role": "Editor, chief", "start": "1960", "end": "1970-05"}
    ]
    (jane,) = (row for row in rows(tricky, "people") if row["slug"] == "jane-roe")
    assert (jane["born"], jane["sort_name"], jane["wikidata"]) == ("1931?", "Roe, Jane", "Q42")
    (floods,) = (row for row in rows(tricky, "terms") if row["slug"] == "floods")
    assert (floods["parent"], floods["kind"]) == ("water", "topics")


def test_rows_equal_the_front_matter_of_the_sample(sample: Path) -> None:
    """Every field, read by another parser from every file; names by the table of names."""
    slugs: dict[tuple[str, str], str] = {}
    for row in rows(sample, "names"):
        slugs[row["kind"], fold_name(row["name"])] = row["slug"]
    for row in rows(sample, "terms"):
        slugs[row["kind"], row["slug"]] = row["slug"]
    wanted: Counter[tuple[str, ...]] = Counter()
    fields: Counter[str] = Counter()
    for path in (ROOT / "content/articles").rglob("*.md"):
        head = yaml.load(path.read_text("utf-8").split("---\n")[1], yaml.BaseLoader)
        if head.get("status", "published") != "published":
            continue
        suffix = path.stem.partition(".")[2]
        lang = head.get("lang", suffix or "en")
        source = head.get("source", {})
        named = (lang, head["title"], head["date"], head.get("authors", []), head.get("summary"))
        known = (source.get("outlet"), source.get("urls", []), head.get("translation_key"))
        fields[repr((*named, *known))] += 1
        for kind in ("people", "mentions", *TAXONOMIES):
            for name in head.get(kind, []):
                of = "people" if kind == "mentions" else kind
                relation = "mentions" if kind == "mentions" else "about"
                wanted[head["title"], of, slugs[of, fold_name(name)], relation] += 1
    articles = {row["url"]: row for row in rows(sample, "articles")}
    names = ("lang", "title", "date", "authors", "summary", "outlet", "source_urls")
    given = ([row[name] for name in (*names, "translation_key")] for row in articles.values())
    assert Counter(repr(tuple(row)) for row in given) == fields
    found = Counter(
        (articles[row["article"]]["title"], row["kind"], row["slug"], row["relation"])
        for row in mentions(sample)
    )
    assert found == wanted
    assert sum(found.values()) > 200


def test_numbers_equal_those_of_the_pages(sample: Path) -> None:
    languages = {row["url"]: row["lang"] for row in rows(sample, "articles")}
    about: Counter[tuple[str, str, str]] = Counter()
    together: Counter[tuple[str, ...]] = Counter()
    for row in mentions(sample):
        if row["relation"] == "about":
            about[languages[row["article"]], row["kind"], row["slug"]] += 1
    for row in rows(sample, "co-appearances"):
        one, other = (row["kind"], row["slug"]), (row["with_kind"], row["with_slug"])
        together[row["lang"], *one, *other] += row["articles"]
        together[row["lang"], *other, *one] += row["articles"]
    compared = 0
    for row in rows(sample, "terms"):
        for lang, folder in (("en", ""), ("ru", "ru/"), ("ar", "ar/"), ("zh", "zh/")):
            path = sample / f"{folder}{row['url']}"
            if not path.exists():
                assert not about[lang, row["kind"], row["slug"]]
                continue
            page = html.fromstring(path.read_bytes())
            counts = page.xpath("//section[@class='term-articles']/h2/span[@class='count']/text()")
            assert int(counts[0]) == about[lang, row["kind"], row["slug"]], path
            for link in page.xpath("//*[contains(@class, 'appears-with')]//li[a][span]"):
                href = link.xpath("a/@href")[0].split("/")
                count = int(link.xpath("span[@class='count']/text()")[0])
                key = (lang, row["kind"], row["slug"], href[-2], href[-1].removesuffix(".html"))
                assert together[key] == count, (path, key)
                compared += 1
    assert compared > 500


def test_the_page_on_the_data_leads_to_every_file(sample: Path) -> None:
    for folder in ("", "ru/", "ar/", "zh/"):
        page = html.fromstring((sample / f"{folder}data.html").read_bytes())
        links = [href for href in page.xpath("//main//@href") if "data/" in href]
        up = "../" if folder else ""
        files = {f"{up}{p.relative_to(sample)}" for p in (sample / "data").rglob("*.*")}
        assert set(links) == files
        for table, resource in described(sample).items():
            if resource["format"] == "csv":
                last = described(sample).get(f"{table}-jsonl", resource)
                shown = page.xpath(f"//h2[@id='bf-{table}']/..//th/code/text()")
                assert shown == [field["name"] for field in last["schema"]["fields"]]


def test_an_archive_without_articles_has_no_tables(tmp_path: Path) -> None:
    build_archive(write_archive(tmp_path, {"content/archive.yaml": "title: Nothing yet\n"}))
    assert not (tmp_path / "site/data").exists()
    page = html.fromstring((tmp_path / "site/data.html").read_bytes())
    assert not page.xpath("//main//a")


def test_data_can_be_left_out(tmp_path: Path) -> None:
    files = {**TRICKY, "content/archive.yaml": TRICKY["content/archive.yaml"] + "data: false\n"}
    build_archive(write_archive(tmp_path, files))
    site = tmp_path / "site"
    assert not (site / "data").exists()
    assert not (site / "data.html").exists()
    assert "data.html" not in (site / "index.html").read_text("utf-8")
