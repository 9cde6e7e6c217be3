"""JSON lines -> articles: every field, every bad line, and nothing lost in silence."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from builder.basics.problems import ImportFailed, UsageError
from builder.importers import parse_mapping
from builder.importers.jsonl_fields import read_byline
from tests.importers.importing import (
    SETTINGS,
    articles,
    import_into,
    new_archive,
    write_lines,
)

if TYPE_CHECKING:
    from pathlib import Path

STORY: dict[str, Any] = {
    "id": 7,
    "title": "Bread is * dear * again",
    "date": "1987-02-26T15:01:01.79",
    "dateline": "OSLO, Feb 26 -",
    "author": "By Kari Nordmann and Li Wei, Wire",
    "topics": ["grain", "cpi", "grain"],
    "places": ["norway"],
    "people": ["gro-harlem-brundtland"],
    "orgs": ["efta"],
    "exchanges": ["ose"],
    "companies": [],
    "type": "NORM",
    "body": "The first <BAC> paragraph.\n\n1. The second *one*.",
}


def _import(
    tmp_path: Path,
    *records: dict[str, Any],
    **options: Any,  # noqa: ANN401 - the fields of ImportOptions
) -> Path:
    archive = new_archive(tmp_path / "archive")
    report = import_into(archive, "jsonl", write_lines(tmp_path / "wire.jsonl", records), **options)
    assert report.problems == ()
    return archive


def test_every_field_is_taken(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    source = write_lines(tmp_path / "wire.jsonl.gz", [STORY])
    report = import_into(
        archive, "jsonl", source, outlet="The Wire", topics=("prices",), terms={"series": ("x",)}
    )
    name, (article, text) = next(iter(articles(archive).items()))
    assert name == "wire/1987/02/bread-is-dear-again-7.md"
    assert article.title == "Bread is * dear * again"
    assert (article.date.iso(), article.date.microsecond) == ("1987-02-26T15:01:01", 790_000)
    assert article.dateline == "OSLO, Feb 26"
    assert article.authors == ("Kari Nordmann", "Li Wei")
    assert article.extra["byline"] == STORY["author"]
    assert [name.text for name in article.people] == ["gro-harlem-brundtland"]
    terms = {kind: [name.text for name in names] for kind, names in article.terms.items()}
    assert terms == {
        "topics": ["grain", "cpi", "prices"],
        "places": ["norway"],
        "organisations": ["efta"],
        "series": ["x"],
    }
    assert article.source is not None
    assert article.source.outlet == "The Wire"
    assert text == "The first \\<BAC> paragraph.\n\n1\\. The second *one*.".replace("*", "\\*")
    assert report.taxonomies_declared == ("places", "organisations", "series")
    assert report.columns_not_taken == (("companies", 0), ("exchanges", 1), ("type", 1))
    settings = (archive / "content/archive.yaml").read_text()
    assert settings == SETTINGS + "taxonomies: [places, organisations, series]\n"
    value = json.loads(report.to_json())
    assert (value["taken"], value["read"], value["skipped_records"]) == (1, 1, [])


def test_any_column_can_be_mapped(tmp_path: Path) -> None:
    record = {
        "uuid": "A-1",
        "meta": {"headline": "H", "when": 541335661},
        "text": ["One.", "Two."],
        "ose": "x; y",
        "kind": "NORM",
        "n": 3,
        "link": "https://a.example/1",
        "tongue": "en",
    }
    mapping = parse_mapping(
        [
            "id=uuid",
            "title=meta.headline",
            "date=meta.when",
            "body=text",
            "exchanges=ose",
            "extra.kind=kind",
            "extra.n=n",
            "url=link",
            "lang=tongue",
        ]
    )
    archive = _import(tmp_path, record, mapping=mapping, into="deep/er")
    ((name, (article, text)),) = articles(archive).items()
    assert name.startswith("deep/er/1987/02/h-")
    assert text == "One.\n\nTwo."
    assert article.date.iso() == "1987-02-26T11:01:01Z"
    assert [name.text for name in article.terms["exchanges"]] == ["x", "y"]
    assert article.extra["date_as_given"] == "541335661"
    assert (article.extra["kind"], article.extra["n"], article.lang) == ("NORM", "3", "en")
    assert article.source is not None
    assert article.source.urls == ("https://a.example/1",)


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("tilte=x", 'did you mean "title"'),
        ("status=x", "cannot be taken from a column"),
        ("Ex-Changes=x", "may hold only a-z"),
        ("extra.import=x", "may hold only a-z"),
        ("title", "not of the form"),
        ("title=", "not of the form"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(pair: str, said: str, tmp_path: Path) -> None:
    source = write_lines(tmp_path / "wire.jsonl", [STORY])
    archive = new_archive(tmp_path / "archive")
    with pytest.raises(UsageError, match=said):
        import_into(archive, "jsonl", source, mapping=parse_mapping([pair]))


def test_stories_without_title_or_body(tmp_path: Path) -> None:
    table = "GRAIN FUTURES - APR 7\n  WHEAT    1 ` 2\n\n    OATS   ```  3"
    long = "Words " * 40
    archive = new_archive(tmp_path / "archive")
    records = [
        {"id": 1, "date": "1987", "title": "Only a title", "body": "", "raw": ""},
        {"id": 2, "date": "1987", "title": "", "body": "", "raw": table},
        {"id": 3, "date": "1987", "title": None, "body": long},
        {"id": 4, "date": "1987", "title": " ", "body": "\n", "raw": "\n\n", "topics": ["x"]},
        {"id": 5, "title": "x" * 600},
        {"id": 6, "title": "...", "body": "Con"},
    ]
    report = import_into(archive, "jsonl", write_lines(tmp_path / "wire.jsonl", records))
    found = {
        article.extra["import"]["id"]: (article, text)
        for article, text in articles(archive).values()
    }
    assert found["1"][1] == ""
    assert found["2"][1] == f"````\n{table}\n````"
    assert found["2"][0].title == "GRAIN FUTURES - APR 7"
    assert found["2"][0].extra["title_from_text"] == "true"
    assert found["3"][0].title.startswith("Words Words")
    assert found["3"][0].title.endswith("Words…")
    assert len(found["3"][0].title) <= 90
    assert found["5"][1] == "x" * 600
    assert found["5"][0].date.is_known is False
    assert [str(one.place)[-2:] + one.reason for one in report.skipped_records] == [
        ":4it has neither a title nor any text"
    ]
    assert (report.taken, report.skipped, report.titles_made_up, report.undated) == (5, 1, 3, 2)
    names = sorted(path for path in articles(archive) if "undated" in path)
    assert names == ["wire/undated/story-6.md", f"wire/undated/{'x' * 60}-5.md"]


def test_bad_lines_are_told_and_the_rest_is_taken(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    lines = [
        b'\xef\xbb\xbf{"id": 1, "title": "One", "date": "1987"}',
        '{"id": 2, "title": "Привет"}'.encode("cp1251"),
        b'{"id": 3, "title": "broken"',
        b"[1, 2]",
        b"",
        b"[" * 100_000,
        b'{"id": 4, "title": "' + b"x" * 9_000_000 + b'"}',
        b'{"id": 5, "title": 1' + b"0" * 5_000 + b"}",
        b'{"id": 6, "title": "Six \\ud800\\u0007", "date": "1987", "body": {"a": 1}}',
        (
            b'{"id": 7, "title": "Seven", "date": "1987-02-30", "topics": [[""], "y"], '
            b'"people": "A; B"}'
        ),
        b'{"id": 8, "title": "Eight", "date": "yesterday"}',
        b'{"id": 1, "title": "One", "date": "1987"}',
        b'{"id": 1, "title": "Another", "date": "1987"}',
    ]
    source = tmp_path / "wire.jsonl"
    source.write_bytes(b"\r\n".join(lines))
    report = import_into(archive, "jsonl", source)
    assert [(one.location.line, one.code) for one in report.problems] == [
        (2, "import-bad-line"),
        (3, "import-bad-line"),
        (4, "import-bad-line"),
        (6, "import-bad-line"),
        (7, "import-bad-line"),
        (8, "import-bad-line"),
        (9, "import-bad-value"),
        (10, "import-bad-date"),
        (10, "import-bad-value"),
        (11, "import-bad-date"),
        (13, "import-same-id"),
    ]
    assert all(not one.message[0].isupper() and one.message[-1] != "." for one in report.problems)
    assert "byte 21 is 0xcf" in report.problems[0].message
    assert (report.taken, report.skipped, report.characters_dropped) == (5, 7, 2)
    assert f"the same record stands in {source}:1" in report.skipped_records[-1].reason
    by_title = {article.title: article for article, _ in articles(archive).values()}
    assert sorted(by_title) == ["Another", "Eight", "One", "Seven", "Six"]
    assert by_title["Seven"].date.edtf() == "1987-02"
    assert by_title["Seven"].extra["date_as_given"] == "1987-02-30"
    assert [name.text for name in by_title["Seven"].people] == ["A", "B"]
    assert [name.text for name in by_title["Seven"].terms["topics"]] == ["y"]
    assert by_title["Eight"].date.is_known is False
    again = import_into(archive, "jsonl", source)
    assert (again.taken, again.unchanged, again.skipped) == (0, 5, 7)


def test_a_damaged_file_gives_what_it_has(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    source = write_lines(
        tmp_path / "wire.jsonl.gz", ({**STORY, "id": n, "x": str(n) * n} for n in range(500))
    )
    data = source.read_bytes()
    source.write_bytes(data[: len(data) // 2])
    report = import_into(archive, "jsonl", source)
    assert 0 < report.taken < 500
    assert [one.code for one in report.problems] == ["import-bad-line"]
    assert "damaged from here on" in report.problems[0].message


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "does not exist"),
        (b"", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"\x1f\x8bnot gzip at all", "cannot be read"),
        ("{}".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04", "packed"),
        (b'[\n{"id": 1},\n{"id": 2},\n]\n', "holds no record"),
    ],
)
def test_a_source_that_is_none_is_refused_before_anything_is_written(
    data: bytes | None, said: str, tmp_path: Path
) -> None:
    archive = new_archive(tmp_path / "archive")
    source = tmp_path / "wire.jsonl"
    if data is not None:
        source.write_bytes(data)
    with pytest.raises(ImportFailed) as failed:
        import_into(archive, "jsonl", source)
    assert [one.code for one in failed.value.problems] == ["import-unreadable"]
    assert said in failed.value.problems[0].message
    assert articles(archive) == {}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Janie Gabbett, Reuters", ("Janie Gabbett",)),
        ("BY TED D'AFFLISIO, REUTERS", ("TED D'AFFLISIO",)),
        ("By Norma Cohen and Geert Linnebank, Reuters.", ("Norma Cohen", "Geert Linnebank")),
        ("by Solange De Santis", ("Solange De Santis",)),
        ("By Jane Roe, The Daily Bugle", ("Jane Roe",)),
        ("By A. Roe, B. Moe and C. Doe", ("A. Roe", "B. Moe", "C. Doe")),
        ("By Brad Schade Wire", ("Brad Schade",)),
        ("Garcia Marquez, Gabriel", ("Garcia Marquez, Gabriel",)),
        ("Byron", ("Byron",)),
        ("by", ("by",)),
    ],
)
def test_a_byline_becomes_names(text: str, names: tuple[str, ...]) -> None:
    assert read_byline(text, "wire") == names
