"""The checkers of a built site can fail: each finds what is planted in a small site, and only that.

The site is made by hand, so that no part of the builder is needed to trust its judges.
"""

from __future__ import annotations

import http.server
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tests.checkers import report
from tests.checkers.browse import click_depths, crawl
from tests.checkers.bytes import check_closed
from tests.checkers.feeds import check_atom, check_sitemap, check_sitemaps, sitemap_pages
from tests.checkers.html import check_html
from tests.checkers.links import check_links
from tests.checkers.needs import require_sitemap_xsd
from tests.checkers.references import css_urls, refresh_url, srcset_urls

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BASE = "https://archive.example/"

GOOD = {
    "index.html": """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Home</title>
<link rel="canonical" href="https://archive.example/">
<link rel="alternate" hreflang="ru" href="ru/index.html">
<link rel="alternate" type="application/atom+xml" title="Feed" href="feed.xml">
<link rel="license" href="https://licence.example/by">
<link rel="stylesheet" href="static/site.css">
<script type="application/ld+json">
{"url": "https://archive.example/", "a": "<b onclick=x>"}</script>
<script src="static/site.js" defer></script>
</head>
<body>
<h1>Home</h1>
<form action="search.html" method="get"><label>Find <input name="q"></label></form>
<ul>
<li><a href="1937/flood.html">Flood</a></li>
<li><a href="1937/flood.html#notes">Notes</a></li>
<li><a href="1937/%C3%A9t%C3%A9.html">In a name</a></li>
<li><a href="search.html?q=flood#results">Search</a></li>
<li><a href="https://elsewhere.example/style=1?onclick=2">Elsewhere</a></li>
<li><a href="mailto:desk@archive.example">Desk</a></li>
</ul>
<p>Write style="x" or onclick="y" or javascript: as you like.</p>
</body>
</html>
""",
    "1937/flood.html": """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Flood</title>
<link rel="stylesheet" href="../static/site.css"></head>
<body>
<h1 id="top-of-it">Flood</h1>
<p><a href="../index.html">Home</a> <a href="#notes">Notes</a> <a href="#">Up</a></p>
<img src="../media/a.svg" srcset="../media/a.svg 1x, ../media/a.svg 2x" alt="A">
<blockquote cite="https://elsewhere.example/"><p>Said.</p></blockquote>
<h2 id="notes">Notes</h2>
<p><a href="../media/a.svg#ring">The ring</a></p>
</body>
</html>
""",
    "1937/été.html": """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Été</title></head>
<body><h1>Été</h1><p><a href="flood.html">Flood</a></p></body></html>
""",
    "ru/index.html": """<!doctype html>
<html lang="ru"><head><meta charset="utf-8"><title>Начало</title></head>
<body><h1>Начало</h1><p><a href="../index.html" hreflang="en">English</a></p></body></html>
""",
    "search.html": """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Search</title></head>
<body><h1 id="results">Search</h1></body></html>
""",
    "old.html": """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Moved</title>
<meta http-equiv="refresh" content="0; url=1937/flood.html"></head>
<body><h1>Moved</h1><p><a href="1937/flood.html">Flood</a></p></body></html>
""",
    "404.html": """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><base href="/a/b/"><title>Not found</title></head>
<body><h1>Not found</h1><p><a href="index.html">Home</a></p></body></html>
""",
    "static/site.css": """@namespace svg url(http://www.w3.org/2000/svg);
/* url(http://elsewhere.example/a.png) */
body { background: url("../media/a.svg") }
""",
    "static/site.js": 'document.createElementNS("http://www.w3.org/2000/svg", "g");\n',
    "media/a.svg": '<svg xmlns="http://www.w3.org/2000/svg"><circle id="ring" r="9"/></svg>\n',
    "robots.txt": "User-agent: *\nAllow: /\n\nSitemap: https://archive.example/sitemap.xml\n",
    "sitemap.xml": """<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://archive.example/sitemap/1.xml</loc></sitemap>
</sitemapindex>
""",
    "sitemap/1.xml": """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:xhtml="http://www.w3.org/1999/xhtml">
<url><loc>https://archive.example/</loc>
<xhtml:link rel="alternate" hreflang="ru" href="https://archive.example/ru/index.html"/></url>
<url><loc>https://archive.example/1937/flood.html</loc><lastmod>1937-08-03</lastmod></url>
<url><loc>https://archive.example/1937/%C3%A9t%C3%A9.html</loc>
<lastmod>2025-05-08T14:00:00+03:00</lastmod></url>
</urlset>
""",
    "feed.xml": """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6</id>
<title>The Archive</title>
<subtitle>All of it</subtitle>
<updated>2025-05-08T11:00:00Z</updated>
<author><name>The Archive</name></author>
<link rel="self" type="application/atom+xml" href="https://archive.example/feed.xml"/>
<link rel="alternate" type="text/html" href="https://archive.example/"/>
<entry xml:lang="fr">
<id>urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a</id>
<title>Été</title>
<link href="https://archive.example/1937/%C3%A9t%C3%A9.html"/>
<link rel="via" href="https://elsewhere.example/ete"/>
<published>1937-08-03T00:00:00Z</published>
<updated>2025-05-08T14:00:00+03:00</updated>
<author><name>Jane Roe</name><uri>https://archive.example/people/roe.html</uri></author>
<category term="Summer"/>
<summary>Of a summer</summary>
</entry>
<entry>
<id>urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6b</id>
<title type="html">&lt;i&gt;Flood&lt;/i&gt;</title>
<link href="1937/flood.html"/>
<updated>1937-08-03T00:00:00.5Z</updated>
<content type="html">&lt;p&gt;&lt;a href="1937/flood.html"&gt;More&lt;/a&gt;&lt;/p&gt;</content>
</entry>
</feed>
""",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    for name, text in GOOD.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def change(site: Path, name: str, old: str, new: str) -> None:
    path = site / name
    text = path.read_text("utf-8")
    assert old in text, "the fault cannot be planted"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_links_of_a_good_site(site: Path) -> None:
    assert check_links(site, prefix="/a/b/", base_url=BASE) == []
    assert check_links(site, prefix="/a/b/", base_url=BASE, sample=3) == []


LINK_FAULTS = [
    ("index.html", "1937/flood.html", "1937/floods.html", "leads to nothing"),
    ("index.html", "1937/flood.html", "1937/Flood.html", "leads to nothing"),
    ("index.html", "flood.html#notes", "flood.html#Notes", "anchor"),
    ("index.html", "q=flood#results", "q=flood#gone", "anchor"),
    ("index.html", '"1937/flood.html"', '"1937/"', "names a folder"),
    ("index.html", '"1937/flood.html"', '"1937"', "names a folder"),
    ("index.html", '"1937/flood.html"', '"."', "names a folder"),
    ("index.html", '"1937/flood.html"', '""', "is empty"),
    ("index.html", '"1937/flood.html"', '"/1937/flood.html"', "from the host's root"),
    ("index.html", '"1937/flood.html"', '"../1937/flood.html"', "climbs out"),
    ("index.html", '"1937/flood.html"', '"%2e%2e/1937/flood.html"', "climbs out"),
    ("index.html", '"1937/flood.html"', '"1937/flood.html "', "not a clean address"),
    ("index.html", '"1937/flood.html"', '"1937\\flood.html"', "not a clean address"),
    ("index.html", '"1937/flood.html"', '"1937/100%.html"', "not a clean address"),
    ("index.html", "%C3%A9t%C3%A9", "%E9t%E9", "not UTF-8"),
    ("index.html", '"1937/flood.html"', f'"{BASE}1937/flood.html"', "by its whole address"),
    ("index.html", '"1937/flood.html"', '"javascript:void(0)"', "has the scheme javascript:"),
    ("index.html", '"1937/flood.html"', '"file:///etc/passwd"', "has the scheme file:"),
    ("index.html", '"mailto:', '"//host.example/', "names another host"),
    ("index.html", 'href="static/site.css', 'href="https://cdn.example/a.css', "another host"),
    ("index.html", 'src="static/site.js', 'src="https://cdn.example/a.js', "another host"),
    ("index.html", 'src="static/site.js', 'src="static/other.js', "leads to nothing"),
    ("index.html", 'action="search.html', 'action="find.html', "leads to nothing"),
    ("index.html", 'action="search.html', 'action="https://find.example/', "another host"),
    ("index.html", f'canonical" href="{BASE}', 'canonical" href="https://x.example/', "this site"),
    ("index.html", f'canonical" href="{BASE}', f'canonical" href="{BASE}x/', "leads to nothing"),
    ("index.html", 'href="ru/index.html', 'href="ru/home.html', "leads to nothing"),
    ("index.html", '<li><a href="mailto', '<li><a ping="https://x.example/" href="mailto', "ping"),
    ("index.html", "</head>", '<base href="/x/"></head>', "moves every link"),
    ("index.html", "</h1>", '</h1><i id="two"></i><i id="two"></i>', "ids stand twice: two"),
    ("index.html", "</h1>", '</h1><video poster="no.png"></video>', "leads to nothing"),
    ("index.html", "</h1>", '</h1><iframe src="https://x.example/"></iframe>', "another host"),
    ("index.html", "</h1>", '</h1><object data="no.pdf"></object>', "leads to nothing"),
    ("1937/flood.html", ", ../media/a.svg 2x", ", ../media/b.svg 2x", "<img srcset>"),
    ("1937/flood.html", 'src="../media', 'src="../../site/media', "climbs out"),
    ("1937/flood.html", "a.svg#ring", "a.svg#rung", "anchor"),
    ("old.html", "url=1937/flood", "url=1937/gone", "<meta refresh>"),
    ("old.html", "url=1937/flood.html", "url=https://x.example/", "<meta refresh>"),
    ("404.html", 'href="index.html', 'href="home.html', "leads to nothing"),
    ("404.html", '<base href="/a/b/">', '<base href="/c/">', "moves every link"),
    ("404.html", 'href="index.html"', 'href="#here"', "leads to the base"),
    ("static/site.css", "../media/a.svg", "../media/b.svg", "url()"),
    ("feed.xml", 'link href="1937/flood', 'link href="1937/gone', "leads to nothing"),
    ("feed.xml", 'a href="1937/flood', 'a href="1937/gone', "in <content>"),
    ("feed.xml", f'link href="{BASE}1937', f'link href="{BASE}1938', "leads to nothing"),
    ("feed.xml", f'link href="{BASE}1937', 'link href="https://x.example/1937', "another host"),
    ("sitemap/1.xml", "1937/flood.html", "1937/gone.html", "leads to nothing"),
    ("sitemap/1.xml", "ru/index.html", "ru/home.html", "leads to nothing"),
    ("sitemap.xml", "sitemap/1.xml", "sitemap/2.xml", "leads to nothing"),
    ("sitemap.xml", BASE, "https://x.example/", "does not begin with"),
    ("robots.txt", "sitemap.xml", "map.xml", "leads to nothing"),
    ("feed.xml", "</feed>", "", "not well-formed"),
    ("media/a.svg", "<circle", '<use href="#gone"/><circle', "anchor"),
]


@pytest.mark.parametrize(("name", "old", "new", "finding"), LINK_FAULTS)
def test_a_bad_link_is_found(site: Path, name: str, old: str, new: str, finding: str) -> None:
    change(site, name, old, new)
    found = check_links(site, prefix="/a/b/", base_url=BASE)
    assert [f for f in found if f.startswith(f"{name}: ") and finding in f], report(found)
    assert {f.partition(":")[0] for f in found} == {name}, report(found)


def test_links_of_a_page_outside_the_sample_are_not_read_but_its_anchors_are(site: Path) -> None:
    change(site, "search.html", "</h1>", '</h1><a href="gone.html">gone</a>')
    assert check_links(site, prefix="/a/b/", base_url=BASE)
    for path in site.rglob("*.html"):
        if path.name not in {"index.html", "search.html"}:
            path.unlink()
    (site / "ru" / "index.html").unlink()
    (site / "feed.xml").unlink()
    (site / "sitemap" / "1.xml").unlink()
    found = check_links(site, base_url=BASE, sample=1)
    assert not [f for f in found if f.startswith("search.html")], report(found)
    assert not [f for f in found if "#results" in f], report(found)


def test_without_a_base_address_nothing_absolute_is_ours(site: Path) -> None:
    found = check_links(site, prefix="/a/b/")
    assert [f for f in found if "canonical" in f], report(found)
    assert [f for f in found if f.startswith("sitemap.xml")], report(found)


def test_a_folder_without_pages_is_no_site(tmp_path: Path) -> None:
    assert check_links(tmp_path)


def test_clicks_from_home(site: Path) -> None:
    assert click_depths(site) == {
        "index.html": 0,
        "1937/flood.html": 1,
        "1937/été.html": 1,
        "search.html": 1,
    }
    change(site, "index.html", '<li><a href="1937/%C3%A9t%C3%A9.html">In a name</a></li>', "")
    assert "1937/été.html" not in click_depths(site)
    change(site, "1937/flood.html", "</h1>", '</h1><a href="%C3%A9t%C3%A9.html">été</a>')
    assert click_depths(site)["1937/été.html"] == 2


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401
        """Say nothing."""


@pytest.fixture
def served(site: Path) -> Iterator[str]:
    """The site at /site/ of a host that has other things at its root."""
    handler = partial(_Quiet, directory=str(site.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/site/"
        server.shutdown()
        thread.join()


def test_a_crawl_over_http_and_from_disk(site: Path, served: str) -> None:
    for root in (served, site.as_uri() + "/"):
        seen = crawl(root)
        assert seen.findings == []
        assert seen.depths == dict(sorted(click_depths(site).items()))
        # The four pages; their stylesheet, script and picture.
        assert seen.fetched == 7


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("1937/flood.html", "1937/gone.html", "gone.html"),
        ("static/site.js", "static/gone.js", "gone.js"),
        ("static/site.js", "https://127.0.0.2/a.js", "loads https://127.0.0.2/a.js"),
        ("1937/flood.html", "/1937/flood.html", "leaves the site"),
    ],
)
def test_a_crawl_sees(site: Path, served: str, old: str, new: str, finding: str) -> None:
    change(site, "index.html", f'"{old}"', f'"{new}"')
    assert [f for f in crawl(served).findings if finding in f]


def test_a_crawl_ends(served: str) -> None:
    assert "more than 2 files" in crawl(served, at_most=2).findings


def test_feeds_and_sitemaps_that_are_good(site: Path) -> None:
    assert check_atom(site / "feed.xml") == []
    assert check_sitemaps(site, BASE) == []
    assert sitemap_pages(site, BASE) == ["index.html", "1937/flood.html", "1937/été.html"]


ATOM_FAULTS = [
    ("<id>urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6</id>\n", "", ""),
    ("<id>urn:uuid:60a7", "<id>feed-60a7", "absolute IRI"),
    ("<title>The Archive</title>", "<title>A</title><title>B</title>", "title"),
    ("<title>The Archive</title>", "<title> </title>", "title is empty"),
    ("<updated>2025-05-08T11:00:00Z</updated>", "", ""),
    ("2025-05-08T11:00:00Z", "2025-05-08T11:00:00", "updated"),
    ("2025-05-08T11:00:00Z", "2025-05-08 11:00:00Z", "updated"),
    ("2025-05-08T11:00:00Z", "2025-05-08t11:00:00z", "updated"),
    ("2025-05-08T11:00:00Z", "2025-05-08", "updated"),
    ("2025-05-08T11:00:00Z", "2025-02-30T11:00:00Z", "no such time"),
    ("<author><name>The Archive</name></author>\n", "", "neither the feed nor the entry"),
    ("<author><name>The Archive</name></author>", "<author>The Archive</author>", ""),
    ("<author><name>The Archive</name></author>", "<author><name> </name></author>", ""),
    ("</name></author>", "</name><email>nobody</email></author>", ""),
    ('rel="self" ', 'rel="next" ', "no self link"),
    ('rel="self" ', 'rel="not a name" ', ""),
    ('href="https://archive.example/feed.xml"', "", ""),
    ('type="application/atom+xml"', 'type="atom"', ""),
    ('rel="self" type="application/atom+xml"', 'rel="alternate" type="text/html"', "2 links"),
    ('<link href="1937/flood.html"/>', '<link href="a.html"/><link href="b.html"/>', "2 links"),
    ('<link href="https://archive.example/1937/%C3%A9t%C3%A9.html"/>', "", "no alternate link"),
    ("aaaa-80da344efa6a", "aaaa-80da344efa6b", "two entries have the id"),
    ('<category term="Summer"/>', "<category/>", ""),
    ('<category term="Summer"/>', "<category>Summer</category>", ""),
    ('type="html">&lt;i&gt;', 'type="markdown">&lt;i&gt;', ""),
    ("<summary>Of", "<summary>Of <b>all</b>", ""),
    ("<summary>Of", "<description>Such</description><summary>Of", ""),
    ('xml:lang="fr"', 'xml:lang="français"', ""),
    ('<content type="html">', '<content type="image/png">', "needs a summary"),
    ("<entry>", "<published>1937-01-01T00:00:00Z</published><entry>", ""),
    ("</feed>", "", "not well-formed"),
    ("<feed ", "<rss ", "not well-formed"),
    ("2005/Atom", "2005/atom", ""),
]


@pytest.mark.parametrize(("old", "new", "finding"), ATOM_FAULTS)
def test_a_bad_feed_is_found(site: Path, old: str, new: str, finding: str) -> None:
    change(site, "feed.xml", old, new)
    found = check_atom(site / "feed.xml")
    assert [f for f in found if finding in f], report(found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<entry>", '<x:n xmlns:x="urn:x" a="1"><x:m/>free</x:n><entry>'),
        ('<title type="html">&lt;i&gt;Flood&lt;/i&gt;</title>', '<title type="text">F</title>'),
        ("<summary>Of a summer</summary>", '<summary type="html"/>'),
        (
            "<summary>Of a summer</summary>",
            '<summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>O</p></div></summary>',
        ),
        ("<author><name>Jane", "<source><title>Of old</title></source><author><name>Jane"),
        ("<published>", '<link rel="alternate" hreflang="ru" href="ru/index.html"/><published>'),
        ('<content type="html">', '<content xml:base="https://archive.example/" type="html">'),
        (
            "<title>The Archive</title>",
            '<generator uri="a:b" version="1">X</generator><title>T</title>',
        ),
        ("<title>The Archive</title>", '<title xml:lang="">T</title><icon>a.png</icon>'),
    ],
)
def test_what_atom_allows_is_not_found(site: Path, old: str, new: str) -> None:
    change(site, "feed.xml", old, new)
    assert check_atom(site / "feed.xml") == []


SITEMAP_FAULTS = [
    ("<loc>https://archive.example/</loc>", "", ""),
    ("<loc>https://archive.example/</loc>", "<loc>index.html</loc>", ""),
    ("%C3%A9t%C3%A9", "été", ""),
    ("1937-08-03", "03.08.1937", ""),
    ("1937-08-03", "1937-02-30", ""),
    ("T14:00:00+03:00", "T14:00:00", ""),
    ("<lastmod>1937-08-03</lastmod>", "<priority>2</priority>", ""),
    ("<lastmod>1937-08-03</lastmod>", "<changefreq>often</changefreq>", ""),
    ("<lastmod>1937-08-03</lastmod>", "<lastmod>1937-08-03</lastmod><note/>", ""),
    ("archive.example/1937/flood.html", "archive.example/", "stands twice"),
    ("sitemap/0.9", "sitemap/0.8", ""),
]


@pytest.mark.parametrize(("old", "new", "finding"), SITEMAP_FAULTS)
def test_a_bad_sitemap_is_found(site: Path, old: str, new: str, finding: str) -> None:
    change(site, "sitemap/1.xml", old, new)
    found = check_sitemap(site / "sitemap" / "1.xml")
    assert [f for f in found if finding in f], report(found)


def test_the_published_schema_of_sitemaps_has_its_say(site: Path) -> None:
    require_sitemap_xsd()
    # Ours leaves the length to the protocol's text; the published schema wants twelve characters.
    change(site, "sitemap/1.xml", "https://archive.example/1937/flood.html", "http://a.b/")
    assert [f for f in check_sitemap(site / "sitemap" / "1.xml") if "minLength" in f]


@pytest.mark.parametrize(
    ("name", "old", "new", "finding"),
    [
        ("robots.txt", "Sitemap:", "# Sitemap", "robots.txt: does not name"),
        ("sitemap.xml", "sitemap/1.xml", "sitemap/2.xml", "2.xml is absent"),
        ("sitemap.xml", "<sitemap>", "<sitemap><lastmod>2025</lastmod>", "lastmod"),
        ("sitemap/1.xml", f"{BASE}1937/f", "https://x.example/1937/f", "does not begin with"),
    ],
)
def test_bad_sitemaps_are_found(site: Path, name: str, old: str, new: str, finding: str) -> None:
    change(site, name, old, new)
    found = check_sitemaps(site, BASE)
    assert [f for f in found if finding in f], report(found)


@pytest.mark.tools
def test_html_of_the_good_site_and_of_bad_pages(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert check_html(pages, warnings=True) == []
    change(site, "1937/flood.html", ' alt="A"', "")
    change(site, "1937/flood.html", "<h2 id", "<div></p><h2 id")
    change(site, "index.html", "<h1>", "<b><h1>")
    change(site, "search.html", '<h1 id="results">', '<h1 id="results" align="center">')
    errors = check_html(pages)
    for name in ("1937/flood.html", "site/index.html", "site/search.html"):
        expected = name != "site/search.html"
        assert any(e.startswith(name) for e in errors) == expected, report(errors)
    assert any("obsolete" in w for w in check_html(pages, warnings=True))


def test_a_good_site_is_closed(site: Path) -> None:
    assert check_closed(site) == []


CLOSED_FAULTS = [
    ("index.html", "<h1>", '<h1 style="color: red">', "<h1 style>"),
    ("index.html", "<h1>", "<h1 style=color:red>", "<h1 style>"),
    ("index.html", "<h1>", "<h1 title='>' OnClick = x()>", "<h1 onclick>"),
    ("index.html", "<h1>", "<style>h1 { color: red }</style><h1>", "<style>"),
    ("index.html", "<h1>", "<script>x()</script><h1>", "inline script"),
    ("index.html", "<h1>", '<script type="module">x()</script><h1>', "inline script"),
    ("index.html", "<h1>", "<script>x()", "inline script"),
    ("index.html", "1937/flood.html", "javascript:x()", "runs code"),
    ("index.html", "1937/flood.html", "java&#x0A;Script&colon;x()", "runs code"),
    ("index.html", 'src="static', 'src="//cdn.example/static', "<script src> loads"),
    ("index.html", "<h1>", '<img src="HTTP://cdn.example/a.png" alt=""><h1>', "<img src> loads"),
    ("index.html", "<h1>", '<img src="/\\cdn.example/a.png" alt=""><h1>', "<img src> loads"),
    ("index.html", "<h1>", '<img srcset="a.png, https://x.example/b 2x"><h1>', "<img srcset>"),
    ("index.html", "<h1>", '<iframe srcdoc="<p>"></iframe><h1>', "<iframe srcdoc>"),
    ("index.html", "<h1>", '<a ping="https://x.example/" href="#">x</a><h1>', "<a ping>"),
    ("index.html", "<head>", '<head><base href="https://x.example/">', "<base href>"),
    ("index.html", "<head>", '<head><link rel="preconnect" href="https://x.example">', "<link"),
    ("index.html", "<head>", '<head><link rel="alternate stylesheet" href="//x.example/a">', "<li"),
    ("index.html", 'action="search.html"', 'action="https://x.example/"', "<form action>"),
    ("old.html", "url=1937/flood.html", "url=https://x.example/", "<meta refresh>"),
    ("static/site.css", "../media/a.svg", "https://x.example/a.svg", "the stylesheet loads"),
    ("static/site.css", "body", '@import "//x.example/a.css"; body', "the stylesheet loads"),
    ("static/site.js", "document", 'fetch("https://x.example/");document', "the script names"),
    ("static/site.js", "document", "import('//x.example/a.js');document", "the script names"),
    ("static/site.js", "document", "eval (x);document", "code from text"),
    ("media/a.svg", "<circle", '<image href="https://x.example/a.png"/><circle', "<image href>"),
    ("media/a.svg", "<circle", "<script>x()</script><circle", "inline script"),
    ("media/a.svg", "<svg", '<!DOCTYPE svg [<!ENTITY a "b">]><svg', "entities"),
    ("feed.xml", "&lt;p&gt;", '&lt;img src="https://x.example/a.png"&gt;', "<img src> loads"),
    ("feed.xml", "<feed", '<?xml-stylesheet href="https://x.example/a.xsl"?><feed', "stylesheet"),
]


@pytest.mark.parametrize(("name", "old", "new", "finding"), CLOSED_FAULTS)
def test_an_opening_is_found(site: Path, name: str, old: str, new: str, finding: str) -> None:
    change(site, name, old, new)
    found = check_closed(site)
    assert [f for f in found if f.startswith(f"{name}: ") and finding in f], report(found)


def test_the_place_of_the_build_is_no_part_of_the_site(site: Path) -> None:
    (site / "note.txt").write_text(f"made in {site.resolve()}\n")
    assert [f for f in check_closed(site) if f.startswith("note.txt: tells where")]


def test_references_are_split_as_a_browser_does() -> None:
    assert srcset_urls(" a.png 1x, b,c.png 2x,d.png,  e.png") == [
        "a.png",
        "b,c.png",
        "d.png",
        "e.png",
    ]
    assert srcset_urls("") == []
    assert refresh_url("5") is None
    assert refresh_url("0; URL='a.html'") == "a.html"
    assert refresh_url("0,a.html") == "a.html"
    assert css_urls("a{b:url( 'c d' ) url(e)}/*url(f)*/@import \"g\";") == ["c d", "e", "g"]


def test_a_report_is_short() -> None:
    assert report(["a", "b", "c"], at_most=2) == "3 findings\na\nb\n..."
