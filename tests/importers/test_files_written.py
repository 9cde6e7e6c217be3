"""Front matter that any reader of YAML reads as the text it is; settings edited in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from builder.basics.dates import parse_date
from builder.basics.problems import ImportFailed, Location
from builder.basics.yaml_text import scalar
from builder.importers.declare import declare, declared_kinds
from builder.importers.existing import scan
from builder.importers.front_matter import article_file, digest_without_mark
from builder.importers.plain_markdown import clean, clean_line
from builder.importers.record import ImportedArticle
from tests.importers.importing import SETTINGS, articles, new_archive

if TYPE_CHECKING:
    from pathlib import Path

_PIECES = [
    *"-?:,[]{}#&*!|>'\"%@` ~=<.+_\\/0123456789eExaé中\u00a0\ufeff\u202e\u2028\x85",
    *(
        "no",
        "yes",
        "null",
        "~",
        "1:30",
        "12e3",
        "0x1F",
        ": ",
        " #",
        "---",
        "...",
        "<<",
        "1987-02-26",
    ),
]
words = (st.lists(st.sampled_from(_PIECES), max_size=12).map("".join) | st.text(max_size=30)).map(
    lambda text: clean_line(text)[0]
)
names = words.filter(bool)


@given(words)
@example("no")
@example("1:30")
@example("~")
@example("* x")
@example("x: y # z")
@example('it\'s "so"')
@example("1_000")
def test_a_scalar_is_read_as_its_text(text: str) -> None:
    written = f"a: {scalar(text)}\nb: [{scalar(text, in_flow=True)}, x]\nc:\n  - {scalar(text)}\n"
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        assert yaml.load(written, loader) == {"a": text, "b": [text, "x"], "c": [text]}


@pytest.mark.parametrize(
    "text", ["OPEC sets 15.8 mln", "James Baker", "west-germany", "A & B (x) 5 pct", "Си Цзиньпин"]
)
def test_what_needs_no_quotes_has_none(text: str) -> None:
    assert scalar(text) == text


@given(
    title=names,
    people=st.lists(names, max_size=3),
    topics=st.lists(names, min_size=1, max_size=30),
    free=words,
    key=names,
    body=st.text(max_size=20),
)
def test_an_article_is_read_as_it_was_written(
    title: str, people: list[str], topics: list[str], free: str, key: str, body: str
) -> None:
    article = ImportedArticle(
        key=key,
        place=Location("x", 1),
        title=title,
        slug_stem="x",
        slug_tail=None,
        key_digest="12345678",
        date=parse_date("1987"),
        date_text="1987",
        body=clean(body)[0],
        people=tuple(people),
        terms={"topics": tuple(topics)},
        dateline="LONDON",
        outlet=title,
        urls=("https://a.example/x?y=z#w",),
        sha256="0" * 64,
        extra={"free": free, "number": 1.5, "yes": True},
    )
    text = article_file(article, "a: collection", ("a-notice",))
    head, rest = text.removeprefix("---\n").split("\n---\n", 1)
    read = yaml.load(head, yaml.CSafeLoader)
    mark = read["extra"].pop("import")
    assert mark["from"] == "a: collection"
    assert mark["id"] == key
    assert mark["digest"] == digest_without_mark(text)
    assert read == {
        "title": title,
        "date": 1987,
        **({"people": people} if people else {}),
        "topics": topics,
        "dateline": "LONDON",
        "source": {"outlet": title, "urls": ["https://a.example/x?y=z#w"], "sha256": "0" * 64},
        "notices": ["a-notice"],
        "extra": {"free": free, "number": 1.5, "yes": True},
    }
    assert rest == (f"\n{article.body}" if article.body else "")


def test_the_mark_is_found_in_whatever_form_an_editor_leaves_it(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    marks = {
        "a": "  import: {from: x, id: '1', digest: abc}\n",
        "b": "  import:\n    from: x\n    id: \"2, and: more\"\n    digest: 'abc'\n",
        "c": '  "import": {"from": "x", "id": "it\'s 3", "digest": "abc"}\n',
        "d": "  import: { digest: abc, id: 'it''s 4', from: x }  \n",
    }
    for name, mark in marks.items():
        path = archive / f"content/articles/by-hand/{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\ntitle: T\ndate: 1987\nextra:\n{mark}---\nText with import: x\n")
    (archive / "content/articles/other.md").write_text("---\ntitle: import\ndate: 1987\n---\n")
    stories = scan(archive).stories
    assert {key[1]: own.path[-4:] for key, own in stories.items()} == {
        "1": "a.md",
        "2, and: more": "b.md",
        "it's 3": "c.md",
        "it's 4": "d.md",
    }
    assert len(articles(archive)) == 5


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "taxonomies: [places, series]\n"),
        ("x_size", "x_size\ntaxonomies: [places, series]\n"),
        ("taxonomies: [sections] # why\n", "taxonomies: [sections, places, series] # why\n"),
        ("taxonomies: [ a, 'b' ]\n", "taxonomies: [ a, 'b', places, series ]\n"),
        ("taxonomies: []\n# end\n", "taxonomies: [places, series]\n# end\n"),
        (
            "taxonomies:   # none\nlicense: X\n",
            "taxonomies: [places, series]   # none\nlicense: X\n",
        ),
        ("taxonomies: ~\n", "taxonomies: [places, series]\n"),
        (
            "taxonomies: [\n  a,  # one [\n  b,\n]\n",
            "taxonomies: [\n  a,  # one [\n  b, places, series\n]\n",
        ),
        (
            "taxonomies: [\n  a, # x\n  b # last\n]\n",
            "taxonomies: [\n  a, # x\n  b # last\n, places, series]\n",
        ),
        (
            "taxonomies:\n  - a  # one\n  - b\n\n# end\nlicense: X\n",
            "taxonomies:\n  - a  # one\n  - b\n  - places\n  - series\n\n# end\nlicense: X\n",
        ),
        ("taxonomies:\n- a\n- b", "taxonomies:\n- a\n- b\n- places\n- series\n"),
        (
            "taxonomies:\n  a:\n  b:\n    title: B # x\n    titles:\n      ru: Б\n# end\n",
            (
                "taxonomies:\n  a:\n  b:\n    title: B # x\n    titles:\n      ru: Б\n  places:\n"
                "  series:\n# end\n"
            ),
        ),
        (
            "taxonomies: {a: {title: 'A}'}}\n",
            "taxonomies: {a: {title: 'A}'}, places: {}, series: {}}\n",
        ),
        ("# end\n...\n", "# end\ntaxonomies: [places, series]\n...\n"),
        (
            "taxonomies:\r\n  - a\r\n# é\r\n",
            "taxonomies:\r\n  - a\r\n  - places\r\n  - series\r\n# é\r\n",
        ),
        ("taxonomies: [series]\r\n", "taxonomies: [series, places]\r\n"),
    ],
)
def test_taxonomies_are_declared_without_touching_the_rest(before: str, after: str) -> None:
    start = "\ufeff# Ours: ключ\r\ntitle: T\r\n" if "\r" in before else "# Ours: ключ\ntitle: T\n"
    before, after = (
        before.replace("x_size", "page_size: 50"),
        after.replace("x_size", "page_size: 50"),
    )
    edited = declare(start + before, ("places", "series"))
    assert edited == start + after
    assert declare(edited, ("places", "topics", "series")) == edited
    assert {"topics", "places", "series"} <= set(declared_kinds(edited))


@pytest.mark.parametrize("text", ["{title: T}\n", "title: T\ntaxonomies: places\n"])
def test_settings_that_only_a_person_can_edit_are_left(text: str) -> None:
    with pytest.raises(ImportFailed) as failed:
        declare(text, ("series",))
    assert [found.code for found in failed.value.problems] == ["import-settings"]
    assert "series" in (failed.value.problems[0].hint or "")


def test_a_name_that_no_taxonomy_may_have_is_explained() -> None:
    with pytest.raises(ImportFailed) as failed:
        declare(SETTINGS, ("pagefind",))
    assert "taken by another part of the site" in failed.value.problems[0].message
