"""Feeds as readers use them: walked to the end, with whole texts, as JSON; and the search's own."""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin

import feedparser
import pytest
from jsonschema import Draft202012Validator
from lxml import etree, html

from builder.pages.feeds.cutting import cut_feed
from tests.archives import ROOT, build_archive, tree, write_archive
from tests.checkers import report
from tests.checkers.feeds import check_atom, check_sitemaps
from tests.edits import SMALL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from feedparser import FeedParserDict

BASE: Final = "https://archive.example/sub/"
SETTINGS: Final = "title: Two <rivers> & a title of some length\nlanguages: [en, ru, ar]\n"
HISTORY: Final = "http://purl.org/syndication/history/1.0"
_OPENSEARCH: Final = "{http://a9.com/-/spec/opensearch/1.1/}"


def articles(first: int, last: int, lang: str = "en") -> dict[str, str]:
    """Return articles from old to new, three of a day."""
    return {
        f"content/articles/{lang}-{n:03d}.md": (
            f"---\ntitle: '{n} & <{lang}>'\ndate: {1950 + n // 3}-02-03\nlang: {lang}\n"
            f"people: [jane-roe{'' if n % 5 else ', john-doe'}]\n---\nText {n}.\n"
        )
        for n in range(first, last + 1)
    }


def built(folder: Path, settings: str, files: Mapping[str, str | bytes]) -> Path:
    """Build an archive and return its site."""
    write_archive(folder, {"content/archive.yaml": SETTINGS + settings, **files})
    build_archive(folder)
    return folder / "site"


class Walk:
    """What a reader finds who follows a feed to its end (RFC 5005 section 4.3)."""

    def __init__(self, site: Path, url: str, base: str | None) -> None:
        self.site, self.base = site, base
        self.documents: list[str] = []
        self.entries: list[FeedParserDict] = []
        step: str | None = url
        while step is not None:
            assert step not in self.documents, "the walk goes round"
            self.documents.append(step)
            feed = self.read(step)
            self.entries += feed.entries
            step = self.way(feed, step, "prev-archive")

    def read(self, url: str) -> FeedParserDict:
        path = self.site / url
        faults = check_atom(path)
        assert not faults, report(faults)
        return feedparser.parse(path.read_bytes())

    def way(self, feed: FeedParserDict, url: str, rel: str) -> str | None:
        """Return the file that a document's link leads to."""
        found = [link.href for link in feed.feed.links if link.rel == rel]
        assert len(found) <= 1
        return (
            self.file(urljoin(self.base + url if self.base else url, found[0])) if found else None
        )

    def file(self, address: str) -> str:
        url = unquote(address.removeprefix(self.base or ""))
        assert "://" not in url
        return posixpath.normpath(url)


@pytest.mark.parametrize("base", [BASE, None])
def test_a_reader_walks_every_article_once(base: str | None, tmp_path: Path) -> None:
    settings = "feed_size: 4\nfeeds: {history: all, page_size: 7}\n"
    settings += f"base_url: {base}\n" if base else ""
    site = built(tmp_path, settings, articles(1, 40) | articles(1, 9, "ru"))
    for url, count in (
        ("feed.xml", 40), ("ru/feed.xml", 9), ("people/jane-roe/feed.xml", 40),
        ("people/john-doe/feed.xml", 8), ("ru/people/john-doe/feed.xml", 1),
    ):  # fmt: skip
        walk = Walk(site, url, base)
        pages = [page for page in walk.documents if page != url]
        assert [entry.title for entry in walk.entries] == [
            entry.title
            for entry in sorted(walk.entries, key=lambda e: (e.published, e.link), reverse=True)
        ]
        assert len({entry.id for entry in walk.entries}) == len(walk.entries) == count
        links = {walk.file(urljoin((base or "") + walk.documents[0], e.link)) for e in walk.entries}
        if base:
            assert len(links) == count
            assert all((site / link).is_file() for link in links)
        whole = (count - 4) // 7
        assert pages == [f"{url[:-4]}/{number}.xml" for number in range(whole, 0, -1)]
        for place, page in enumerate(walk.documents):
            feed = walk.read(page)
            size = len(feed.entries)
            assert size == 7 if place else min(4, count) <= size < 11
            marks = etree.parse(site / page).findall(f"{{{HISTORY}}}archive")
            assert len(marks) == (place > 0)
            assert walk.way(feed, page, "self") == page
            assert walk.way(feed, page, "current") == (url if place else None)
            newer = walk.documents[place - 1] if place > 1 else None
            assert walk.way(feed, page, "next-archive") == newer
            assert feed.feed.id == walk.read(url).feed.id


def test_pages_that_are_full_do_not_change(tmp_path: Path) -> None:
    settings = f"base_url: {BASE}\nfeed_size: 4\nfeeds: {{history: all, page_size: 7}}\n"
    site = built(tmp_path, settings, articles(1, 31))
    moved: dict[int, set[str]] = {}
    for n in range(32, 41):
        before = tree(site)
        built(tmp_path, settings, articles(n, n))
        after = tree(site)
        changed = {path for path, data in after.items() if before.get(path) != data}
        moved[n] = {path for path in changed if re.fullmatch(r"feed(/\d+)?\.(xml|json)", path)}
    full = {n for n in moved if (n - 4) // 7 > (n - 5) // 7}
    assert full == {32, 39}
    for n, paths in moved.items():
        last = (n - 4) // 7
        # The page before a new one learns of it; all others stay as they are.
        new = {f"feed/{last}.xml", f"feed/{last - 1}.xml"} if n in full else set()
        assert paths == {"feed.xml", "feed.json"} | new


def test_cutting_is_whole_and_steady() -> None:
    for count in range(200):
        spans = cut_feed(count, 10, 7)
        places = [place for span in (spans[0], *spans[:0:-1]) for place in range(*span)]
        assert places == list(range(count))
        assert all(end - start == 7 for start, end in spans[1:])
        longer = cut_feed(count + 1, 10, 7)
        assert [(count - end, count - start) for start, end in spans[1:]] == [
            (count + 1 - end, count + 1 - start) for start, end in longer[1 : len(spans)]
        ]


TEXTS: Final = {
    **SMALL,
    "content/articles/2025/notes.md": (
        '---\ntitle: Notes\ndate: 2025-06-01\nnotices: [appeal]\n---\nA "word" href="#x" [^1] and'
        " ![a map](media/map.png) of [the flood](flood.md#the-river), [here](#end),"
        " [a draft](draft.md).\n\n<script>alert(1)</script>\n\n## End\n\n[^1]: A note.\n"
    ),
}


@pytest.mark.parametrize("base", [BASE, None])
def test_whole_texts(base: str | None, tmp_path: Path) -> None:
    settings = "taxonomies: [places, series]\nfeeds: {content: full}\n"
    settings += f"base_url: {base}\n" if base else ""
    site = built(tmp_path, settings, {k: v for k, v in TEXTS.items() if "archive.yaml" not in k})
    feed = Walk(site, "feed.xml", base).read("feed.xml")
    seen = 0
    for entry in feed.entries:
        url = unquote(urljoin(base or "", entry.link).removeprefix(base or ""))
        page = html.fromstring((site / url).read_bytes())
        shown = page.xpath("//article//div[@class='prose']")[0]
        text = html.fromstring(f"<div>{entry.content[0].value}</div>")
        for figure in text.xpath("./figure[1][not(preceding-sibling::*)]"):
            figure.drop_tree()
        assert text.text_content().split() == shown.text_content().split(), url
        assert "Give us money" not in text.text_content()
        for link in text.xpath("//a/@href"):
            target = urljoin((base or "") + "feed.xml", link)
            file, _, anchor = target.removeprefix(base or "").partition("#")
            assert (site / unquote(file)).is_file(), link
            assert not anchor or f'id="{anchor}"' in (site / file).read_text("utf-8"), link
            seen += 1
        copies = " ".join(text.xpath("//img/@srcset")).replace(",", " ").split()
        for src in (*text.xpath("//img/@src"), *(copy for copy in copies if "/" in copy)):
            assert base is not None
            assert (site / src.removeprefix(base)).is_file(), src
        assert not text.xpath("//script | //@onclick | //@style | //@id")
    assert seen >= 5
    words = (site / "feed.xml").read_text("utf-8")
    assert "draft.html" not in words
    assert ("map.png" in words) == (base is not None)


def test_json_feeds_say_the_same(tmp_path: Path) -> None:
    settings = "taxonomies: [places, series]\nfeeds: {content: full, json: all}\n"
    files = {k: v for k, v in TEXTS.items() if "archive.yaml" not in k}
    site = built(tmp_path, f"{settings}base_url: {BASE}\n", files)
    schema = json.loads((ROOT / "tests/schemas/json-feed.json").read_text("utf-8"))
    check = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    feeds = sorted(site.rglob("feed.json"))
    assert {path.with_suffix(".xml") for path in feeds} == set(site.rglob("feed.xml"))
    for path in feeds:
        found = json.loads(path.read_bytes())
        faults = [
            f"{path}: {fault.json_path}: {fault.message}" for fault in check.iter_errors(found)
        ]
        assert not faults, report(faults)
        atom = feedparser.parse(path.with_suffix(".xml").read_bytes())
        assert found["feed_url"] == f"{BASE}{path.relative_to(site).as_posix()}"
        assert found["home_page_url"] == atom.feed.link
        assert [item["id"] for item in found["items"]] == [entry.id for entry in atom.entries]
        for item, entry in zip(found["items"], atom.entries, strict=True):
            assert item["url"] == entry.link
            assert item["title"] == html.fromstring(entry.title).text_content()
            assert item["date_published"] == entry.published
            assert item.get("date_modified", item["date_published"]) == entry.updated
            assert item.get("tags", []) == [tag.term for tag in entry.get("tags", [])]
            shown = [html.fromstring(t) for t in (item["content_html"], entry.content[0].value)]
            assert shown[0].text_content() == shown[1].text_content()
        folder = path.parent
        page = folder / "index.html" if folder.parent in {site, tmp_path} else None
        page = page or folder.with_suffix(".html")
        links = html.parse(page).xpath("//link[@type='application/feed+json']/@href")
        assert path in {(page.parent / link).resolve() for link in links}, path
    schema["required"].append("nothing")
    assert list(Draft202012Validator(schema).iter_errors(json.loads(feeds[0].read_bytes())))


def test_a_feed_is_as_new_as_its_newest_entry(tmp_path: Path) -> None:
    """Whatever zones their times are written in."""
    times = ("2025-05-08T23:00+03:00", "2025-05-08T22:00Z", "2025-05-08T12:00-05:00")
    text = "---\ntitle: A\ndate: {}\nslug: a{}\n---\nText.\n"
    files = {f"content/articles/{n}.md": text.format(t, n) for n, t in enumerate(times)}
    feed = feedparser.parse((built(tmp_path, "", files) / "feed.xml").read_bytes())
    assert feed.feed.updated == "2025-05-08T22:00:00Z"
    assert [entry.published_parsed[3] for entry in feed.entries] == [22, 20, 17]


def test_what_feeds_there_are(tmp_path: Path) -> None:
    def found(settings: str) -> set[str]:
        site = built(tmp_path, settings, articles(1, 60))
        names = (path.relative_to(site).as_posix() for path in site.rglob("*feed*"))
        page = (site / "index.html").read_text("utf-8")
        assert ("application/feed+json" in page) == (site / "feed.json").exists()
        assert ("opensearchdescription" in page) == (site / "opensearch.xml").exists()
        return {name for name in names if "/" not in name} | {
            path.relative_to(site).as_posix() for path in site.rglob("feed/*.xml")
        }

    assert found("") == {"feed.xml"}
    assert found("feed_size: 10\n") == {"feed.xml", "feed", "feed/1.xml"}
    base = f"base_url: {BASE}\n"
    assert found(base) == {"feed.xml", "feed.json"}
    assert found(f"{base}feeds: {{json: none}}\nfeed_size: 10\n") == {
        "feed.xml", "feed", "feed/1.xml",
    }  # fmt: skip
    assert found("feeds: {history: none}\nfeed_size: 10\n") == {"feed.xml"}


def test_search_is_described(tmp_path: Path) -> None:
    titles = "titles: {ru: Реки}\ndescription: A & B\n"
    site = built(tmp_path, f"base_url: {BASE}\n{titles}", articles(1, 1) | articles(1, 1, "ru"))
    for lang, folder in (("en", ""), ("ru", "ru/")):
        found = etree.fromstring((site / folder / "opensearch.xml").read_bytes())
        said = {element.tag.removeprefix(_OPENSEARCH): element.text for element in found}
        assert said["Language"] == lang
        assert said["Description"] == "A & B"
        assert 0 < len(said["ShortName"]) <= 16
        assert 0 < len(said["LongName"]) <= 48
        ways = {url.get("type"): url.get("template") for url in found.iter(f"{_OPENSEARCH}Url")}
        assert ways == {
            "text/html": f"{BASE}{folder}search.html?q={{searchTerms}}",
            "application/opensearchdescription+xml": f"{BASE}{folder}opensearch.xml",
        }
        assert (site / folder / "search.html").is_file()
        for page in ("index.html", "people/jane-roe.html"):
            links = html.parse(site / folder / page).xpath("//link[@rel='search']/@href")
            assert [posixpath.normpath(posixpath.join(folder, posixpath.dirname(page), link))
                    for link in links] == [f"{folder}opensearch.xml"]  # fmt: skip
    assert not list(tree(built(tmp_path / "b", "", articles(1, 1))).keys() & {"opensearch.xml"})


@pytest.mark.parametrize(
    ("lines", "changed"),
    [
        ("date: 2025-05-08", "2025-05-08"),
        ("date: 2025-05", None),
        ("date: 1644-11-23", None),
        ("date: 1644-11-23\nupdated: 2024-01-02", "2024-01-02"),
        ("date: 2025-05-08\ncorrections: [{date: 2025-06-01T10:00, text: A name.}]", "2025-06-01"),
        ("date: undated", None),
    ],
)
def test_sitemap_says_when_an_article_changed(
    lines: str, changed: str | None, tmp_path: Path
) -> None:
    text = f"---\ntitle: A story\n{lines}\nslug: a\n---\nText.\n"
    site = built(tmp_path, f"base_url: {BASE}\n", {"content/articles/a.md": text})
    assert not check_sitemaps(site, BASE)
    part = etree.parse(site / "sitemap/1.xml")
    (entry,) = [url for url in part.getroot() if url[0].text.endswith("/a.html")]
    assert [element.text for element in entry[1:]] == ([changed] if changed else [])
