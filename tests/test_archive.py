"""What the content model promises, on small whole archives built for real."""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING

import pytest
from lxml import html

from builder.build import BuildRequest, build
from builder.pages.listing import cut, page_urls
from tests.archives import (
    NOW,
    brief,
    build_archive,
    problems_of,
    request,
    run_backfile,
    tree,
    write_archive,
)
from tests.checkers.browse import click_depths
from tests.edits import PNG

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = {
    "content/people/jane-roe.md": (
        "---\nname: Jane Roe\nnames: {ru: Джейн Роу, zh: 简·罗}\naliases: [J. Roe]\n"
        "former_names: [Jane Doe]\nsort_name: Roe, Jane\nborn: 1931-04\ndied: 1999~\n"
        "roles:\n- {title: editor, from: 1960, to: 1971}\nids: {wikidata: Q42}\n---\nHer life.\n"
    ),
    "content/people/old-roe.md": "---\nname: Old Roe\nmerged_into: jane-roe\n---\n",
}


def _article(*lines: str, body: str = "The text of it.\n") -> str:
    head = ["title: A story", "date: 2025-05-08", *lines]
    keys = {line.split(":")[0]: line for line in head}
    return "---\n" + "\n".join(keys.values()) + f"\n---\n{body}"


def _page(root: Path, url: str) -> html.HtmlElement:
    return html.fromstring((root / "site" / url).read_bytes())


def _text(root: Path, url: str) -> str:
    return " ".join(_page(root, url).text_content().split())


def _links(root: Path, url: str) -> list[str]:
    return [str(href) for href in _page(root, url).xpath("//a/@href")]


SECRET = "Unspeakable"


@pytest.mark.parametrize(
    "lines",
    [
        ["status: draft"],
        ["status: embargoed", "embargo: 2026-01-01T00:00:01Z"],
        ["embargo: 2026-06-01"],
        ["status: embargoed", "embargo: 2026-01-01T01:00+00:59"],
    ],
)
def test_what_is_hidden_leaks_into_no_byte(lines: list[str], tmp_path: Path) -> None:
    shown = _article("translation_key: k", "people: [Jane Roe]", body="See [it](hidden.md).\n")
    hidden = _article(
        f"title: {SECRET} title",
        f"people: [Jane Roe, {SECRET} Person]",
        f"topics: [{SECRET} topic]",
        "translation_key: k",
        "lang: ru",
        f"image: {{src: media/{SECRET}.png, alt: {SECRET}}}",
        "notices: [unspeakable-notice]",
        "aliases: [/unspeakable/old.html]",
        "slug: unspeakable",
        "date: 1911-11-11",
        *lines,
        body=f"{SECRET} text.\n",
    )
    files: dict[str, str | bytes] = {
        "content/archive.yaml": "title: T\nbase_url: https://a.example/\nlanguages: [en, ru]\n",
        "content/articles/shown.md": shown,
        "content/notices/unspeakable-notice.md": f"---\nkind: appeal\n---\n{SECRET}\n",
        f"content/media/{SECRET}.png": PNG,
        **PEOPLE,
    }
    files["content/articles/hidden.md"] = _article("status: draft")
    root = write_archive(tmp_path, files)
    build_archive(root, search=True)
    without = tree(root / "site")
    write_archive(root, {"content/articles/hidden.md": hidden})
    result = build_archive(root, search=True)
    after = tree(root / "site")
    assert "content/articles/shown.md:7:10: warning[link-to-hidden]" in brief(result.problems)
    assert result.articles == 1
    for path, content in after.items():
        if not path.startswith("pagefind/"):
            assert SECRET.lower().encode() not in content.lower(), path
        assert SECRET.lower() not in path.lower()
        assert "1911" not in path
    assert set(after) - {p for p in after if p.startswith("pagefind/")} == set(without) - {
        p for p in without if p.startswith("pagefind/")
    }
    build_archive(root, drafts=True)
    assert (root / "site/ru/1911/11/unspeakable.html").is_file()
    assert (root / "site/unspeakable/old.html").is_file()


def test_embargo_ends_by_itself(tmp_path: Path) -> None:
    line = "embargo: 2025-12-31T23:59:59Z"
    root = write_archive(tmp_path, {"content/articles/a.md": _article("status: embargoed", line)})
    assert build_archive(root).articles == 1


def test_every_field_of_an_article_is_shown(tmp_path: Path) -> None:
    article = _article(
        'title: "Ice & <fire>"',
        "date: 1937-08~",
        "authors: [Ann Author, Bo Writer]",
        "people: [J. Roe]",
        "mentions: [jane-roe, Sam Passing]",
        "topics: [Rivers]",
        "places: [Oslo]",
        "summary: The standfirst.",
        "dateline: OSLO",
        "image: {src: media/map.png, alt: A map, caption: The caption, credit: The credit}",
        "source: {outlet: The Outlet, urls: ['https://outlet.example/a'], captured: 2020-02-03,"
        " sha256: " + "ab" * 32 + "}",
        "notices: [appeal]",
        "corrections: [{date: 2024-03-04, text: It was wrong.}]",
        "updated: 2024-03-05",
        "license: CC-BY-4.0",
        "aliases: [/old/path.html, /older]",
    )
    root = write_archive(
        tmp_path,
        {
            "content/archive.yaml": "title: T\nbase_url: https://a.example/\n"
            "taxonomies: [places]\n",
            "content/articles/ice.md": article,
            "content/notices/appeal.md": (
                "---\nkind: appeal\noutlet: The Outlet\nseen_from: 2019\nseen_to: 2021\n---\n"
                "Give [here](https://pay.example/now).\n"
            ),
            "content/media/map.png": PNG,
            **PEOPLE,
        },
    )
    assert "error" not in str(brief(build_archive(root).problems))
    url = "1937/08/ice.html"
    text = _text(root, url)
    for part in (
        "Ice & <fire>", "about August 1937", "Ann Author", "Bo Writer", "Jane Roe", "Sam Passing",
        "Rivers", "Oslo", "The standfirst.", "OSLO", "The caption", "The credit", "The Outlet",
        "https://outlet.example/a", "February 3, 2020", "ab" * 32, "It was wrong.",
        "March 4, 2024", "March 5, 2024", "CC-BY-4.0", "Give here", "https://pay.example/now",
    ):  # fmt: skip
        assert part in text, part
    page = _page(root, url)
    assert page.xpath("//img/@src") == ["../../media/map.png"]
    assert page.xpath("//img/@alt") == ["A map"]
    # The notice is folded and inert: nothing in it, and no address of the source, is a link.
    assert list(page.xpath("//details[@class='notice']//a")) == []
    assert not [href for href in _links(root, url) if "outlet.example" in href or "pay." in href]
    assert "Sam Passing" in text
    assert _links(root, url).count("../../people/jane-roe.html") == 1
    for old in ("old/path.html", "older/index.html"):
        redirect = (root / "site" / old).read_text()
        assert 'http-equiv="refresh"' in redirect
        assert "1937/08/ice.html" in redirect
    feed = (root / "site/feed.xml").read_text()
    assert "Give" not in feed
    assert "pay.example" not in feed
    assert "Ice &amp; &lt;fire&gt;" in feed


def test_a_person_page_sets_about_and_mentions_apart(tmp_path: Path) -> None:
    root = write_archive(
        tmp_path,
        {
            "content/articles/a.md": _article("title: About her", "people: [jane-roe, Zed]"),
            "content/articles/b.md": _article(
                "title: Names her", "mentions: [Jane Doe]", "people: [Zed]", "topics: [Law]"
            ),
            **PEOPLE,
        },
    )
    build_archive(root)
    text = _text(root, "people/jane-roe.html")
    for part in (
        "Jane Roe",
        "Джейн Роу",
        "简·罗",
        "J. Roe",
        "Jane Doe",
        "editor",
        "1960",
        "1971",
        "April 1931",
        "about 1999",
        "Q42",
        "Her life.",
        "Zed",
        "Law",
    ):
        assert part in text, part
    about, named = text.index("About her"), text.index("Names her")
    assert about < text.index("entioned", about) < named
    index = _text(root, "people.html")
    assert "Roe, Jane" in index
    assert re.search(r"Jane Doe.{0,40}Roe, Jane", index)
    assert "people/jane-roe.html" in (root / "site/people/old-roe.html").read_text()
    assert 'http-equiv="refresh"' in (root / "site/people/old-roe.html").read_text()


def test_two_languages_link_their_translations(tmp_path: Path) -> None:
    root = write_archive(
        tmp_path,
        {
            "content/archive.yaml": "title: T\nbase_url: https://a.example/\nlanguages: [en, ru]\n",
            "content/articles/a.md": _article("translation_key: k", "people: [jane-roe]"),
            "content/articles/a.ru.md": _article(
                "title: Рассказ", "translation_key: k", "people: [jane-roe]", body="Текст.\n"
            ),
            **PEOPLE,
        },
    )
    build_archive(root)
    english, russian = _page(root, "2025/05/a.html"), _page(root, "ru/2025/05/a.html")
    assert russian.get("lang") == "ru"
    assert "../../ru/2025/05/a.html" in _links(root, "2025/05/a.html")
    assert "../../../2025/05/a.html" in _links(root, "ru/2025/05/a.html")
    pairs = [
        sorted(
            (link.get("hreflang"), link.get("href"))
            for link in page.xpath("//link[@rel='alternate'][@hreflang]")
        )
        for page in (english, russian)
    ]
    assert pairs[0] == pairs[1]
    assert len(pairs[0]) >= 2
    assert "Джейн Роу" in _text(root, "ru/people/jane-roe.html")
    assert "../../people/jane-roe.html" in _links(root, "ru/people/jane-roe.html")
    assert "8 мая 2025" in _text(root, "ru/2025/05/a.html")


def test_withdrawn_article_leaves_a_tombstone(tmp_path: Path) -> None:
    root = write_archive(
        tmp_path,
        {
            "content/articles/a.md": _article(
                "people: [jane-roe]",
                "status: withdrawn",
                "withdrawn: {date: 2025-06-01, reason: A court said so.}",
                body="What it said.\n",
            ),
            **PEOPLE,
        },
    )
    assert build_archive(root).articles == 0
    text = _text(root, "2025/05/a.html")
    assert "A court said so." in text
    assert "June 1, 2025" in text
    for path, content in tree(root / "site").items():
        assert b"What it said" not in content
        if path.endswith((".xml", "index.html", "people/jane-roe.html")):
            assert b"2025/05/a.html" not in content, path


@pytest.mark.parametrize(
    ("pattern", "date", "url"),
    [
        ("/{year}/{month}/{slug}.html", "2025-05-08", "2025/05/s.html"),
        ("/{year}/{month}/{slug}.html", "1937?", "1937/s.html"),
        ("/{year}/{month}/{slug}.html", "undated", "undated/s.html"),
        ("/{year}-{month}-{day}-{slug}.html", "1937-08", "1937-08-s.html"),
        ("/{section}/{year}/{slug}/", "1937-08", "news/1937/s/index.html"),
        ("/{lang}/{slug}.html", "1937-08", "en/s.html"),
    ],
)
def test_permalinks(pattern: str, date: str, url: str, tmp_path: Path) -> None:
    settings = f"title: T\nbase_url: https://a.example/\npermalink: {pattern}\n"
    root = write_archive(
        tmp_path,
        {
            "content/archive.yaml": settings + "taxonomies: [sections]\n",
            "content/articles/s.md": _article(f"date: {date}", "sections: [News]"),
        },
    )
    build_archive(root)
    assert (root / "site" / url).is_file()
    main = {link for link in _links(root, "index.html") if link.endswith(url)}
    assert main == {url}


def test_values_keep_what_was_written(tmp_path: Path) -> None:
    settings = "title: T\nbase_url: https://a.example/\nlanguages: [en, no]\n"
    article = _article("title: 12:30", "lang: no", "slug: '007'", "topics: [yes, 1.10, null]")
    root = write_archive(
        tmp_path, {"content/archive.yaml": settings, "content/articles/a.md": article}
    )
    build_archive(root)
    text = _text(root, "no/2025/05/007.html")
    assert "12:30" in text
    for topic in ("Yes", "1.10", "Null"):
        assert topic in text or topic.lower() in text


@pytest.mark.parametrize("size", [10, 100])
def test_long_lists_are_cut_from_the_oldest(size: int) -> None:
    for count in range(5 * size):
        spans = cut(count, size)
        assert spans[0][0] == 0
        assert spans[-1][1] == count
        assert all(a[1] == b[0] for a, b in itertools.pairwise(spans))
        assert all(end - start == size for start, end in spans[1:])
        assert len(spans) == 1 or size <= spans[0][1] < 2 * size
    assert page_urls("topics/x.html", 3) == ("topics/x.html", "topics/x/2.html", "topics/x/1.html")


def test_adding_an_article_never_moves_the_old_pages(tmp_path: Path) -> None:
    settings = "title: T\nbase_url: https://a.example/\npage_size: 10\n"
    files: dict[str, str | bytes] = {"content/archive.yaml": settings}
    for n in range(35):
        files[f"content/articles/s{n:02d}.md"] = _article(
            f"title: Story {n}", f"date: 20{n:02d}-01-01", "topics: [Law]"
        )
    root = write_archive(tmp_path, files)
    build_archive(root)
    every = tree(root / "site")
    before = tree(root / "site/topics/law")
    assert set(before) >= {"1.html", "2.html", "feed.xml"}
    assert len(_page(root, "topics/law/1.html").xpath("//main//*[contains(., 'Story')]/a")) >= 10
    new = _article("title: The newest", "date: 2099-01-01", "topics: [Law]")
    write_archive(root, {"content/articles/new.md": new})
    result = build_archive(root)
    after = tree(root / "site/topics/law")
    assert after["1.html"] == before["1.html"]
    changed = [path for path in result.write.written if path in every]
    assert len(changed) < 20, changed


def test_long_lists_of_the_calendar_are_cut_from_the_oldest(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/archive.yaml": (
            "title: T\nbase_url: https://a.example/\npage_size: 10\nlite: true\n"
        )
    }
    spans = {
        "2025/05/08": [f"2025-05-08T{8 + n // 6:02d}:{n % 6}0" for n in range(35)],
        "1974/03": ["1974-03"] * 61,
        "1937": ["1937"] * 61,
        "undated": ["undated"] * 35,
    }
    for span, dates in spans.items():
        for n, date in enumerate(dates):
            files[f"content/articles/{span}/s{n:02d}.md"] = _article(
                f"title: Of {span} {n}",
                f"date: {date}",
                f"slug: s{n:02d}",
                *(["people: [Ann Roe]", f"mentions: [Bob {n % 20}]"] if span == "1937" else []),
            )
    root = write_archive(tmp_path, files)
    build_archive(root)
    site = root / "site"
    for start in (site, site / "lite"):
        depths = click_depths(start)
        stories = [url for url in tree(start) if re.search(r"s\d\d\.html$", url)]
        stories = [url for url in stories if not url.startswith("lite/")]
        assert len(stories) == 192
        assert [url for url in stories if depths.get(url, 99) > 4] == []
    for span, dates in spans.items():
        page = _page(root, f"{span}.html")
        assert 10 <= len(page.xpath("//*[@class='entry']")) < 20
        labels = page.xpath("//ol[@class='pager-pages']//a/text()")
        assert len(labels) == len(set(labels)) == len(dates) // 10
        oldest = _page(root, f"{span}/list/1.html")
        assert len(oldest.xpath("//*[@class='entry']")) == 10
        assert page.xpath("//h1")[0].text_content() in oldest.xpath("string(//title)")
    assert _page(root, "2025/05/08/list/2.html").xpath("//title/text()") == [
        "May 8, 2025 · 2025-05-08, 09:40–11:10 · T"
    ]
    assert _page(root, "1937/list/1.html").xpath("//title/text()") == ["1937 · 1937, 1–10 · T"]
    [named] = _page(root, "1937.html").xpath("//section[@class='year-terms']//section")
    shown = [" ".join(line.text_content().split()) for line in named.xpath(".//li")]
    assert shown[:3] == ["Ann Roe 61", "Bob 0 4", "Bob 1 3"]
    assert len(shown) == 12
    assert not _page(root, "2025.html").xpath("//section[@class='year-terms']")
    before = {path: file for path, file in tree(site).items() if "/list/" in path}
    new = _article("title: The newest", "date: 2025-05-08T23:00")
    write_archive(root, {"content/articles/new.md": new})
    assert not {path for path in build_archive(root).write.written if path in before}


def test_templates_override_a_file_or_a_block(tmp_path: Path) -> None:
    page = (
        "{% extends 'theme/page.html' %}{% block content %}<p>Ours: {{ view.title }}{% endblock %}"
    )
    root = write_archive(
        tmp_path,
        {
            "templates/page.html": page,
            "templates/static/site.css": "body { color: teal }",
            "templates/words/en.yaml": "home: Front door\n",
            "content/pages/about.md": "---\ntitle: A & B\n---\n",
        },
    )
    build_archive(root)
    shown = (root / "site/about.html").read_text()
    assert "<p>Ours: A &amp; B" in shown
    assert "Front door" in shown
    styles = [p for p in tree(root / "site/static") if p.endswith(".css")]
    assert len(styles) == 1
    assert "teal" in (root / "site/static" / styles[0]).read_text()


def test_content_cannot_break_out_of_the_page(tmp_path: Path) -> None:
    evil = "\"'><script>alert(1)</script><b onclick=x()></title><a onfocus=y()>&lt;"
    quoted = "'" + evil.replace("'", "''") + "'"
    lines = [f"{key}: {quoted}" for key in ("title", "summary", "dateline", "license")]
    lines += [f"{key}: [{quoted}]" for key in ("authors", "people", "mentions", "topics")]
    lines += [f"source: {{outlet: {quoted}}}", f"corrections: [{{date: 2025, text: {quoted}}}]"]
    root = write_archive(
        tmp_path,
        {
            "content/archive.yaml": f"title: {quoted}\nbase_url: https://a.example/\n"
            f"description: {quoted}\nlite: true\n",
            "content/articles/a.md": _article(*lines, body=evil + "\n\n<iframe src=/></iframe>\n"),
        },
    )
    build_archive(root)
    for path in sorted((root / "site").rglob("*.html")):
        document = html.fromstring(path.read_bytes())
        for script in document.xpath("//script"):
            if script.get("type") == "application/ld+json":
                assert not set("<>&") & set(script.text), path
                assert json.loads(script.text)["@context"], path
            else:
                assert "static/" in script.get("src", ""), path
        assert document.xpath("//@onclick | //iframe | //style | //@style | //@onfocus") == [], path


def test_second_build_touches_nothing(tmp_path: Path) -> None:
    root = write_archive(tmp_path, {"content/articles/a.md": _article("topics: [x]"), **PEOPLE})
    build_archive(root)
    before = {p: p.stat().st_mtime_ns for p in (root / "site").rglob("*") if p.is_file()}
    result = build_archive(root)
    assert result.write.written == ()
    assert before == {p: p.stat().st_mtime_ns for p in (root / "site").rglob("*") if p.is_file()}


def test_stale_pages_go_and_foreign_files_stay(tmp_path: Path) -> None:
    root = write_archive(tmp_path, {"content/articles/a.md": _article()})
    build_archive(root)
    (root / "site/CNAME").write_text("archive.example")
    (root / "site/2025/05/mine.txt").write_text("mine")
    (root / "content/articles/a.md").unlink()
    build_archive(root)
    assert not (root / "site/2025/05/a.html").exists()
    assert (root / "site/CNAME").read_text() == "archive.example"
    assert (root / "site/2025/05/mine.txt").read_text() == "mine"


def test_failed_build_leaves_the_last_good_site(tmp_path: Path) -> None:
    root = write_archive(tmp_path, {"content/articles/a.md": _article()})
    build_archive(root)
    before = tree(root / "site")
    broken_in_turn: tuple[dict[str, str | bytes], ...] = (
        {"content/articles/b.md": "---\ntitle: x\n"},
        {"content/articles/b.md": _article(), "templates/robots.txt": "{{ view.none }}"},
    )
    for broken in broken_in_turn:
        write_archive(root, broken)
        assert run_backfile("-C", root, "build", "--no-search").returncode == 1
        assert tree(root / "site") == before


def test_manifest_lists_every_file_and_verify_finds_changes(tmp_path: Path) -> None:
    root = write_archive(tmp_path, {"content/articles/a.md": _article(), **PEOPLE})
    build_archive(root, search=True)
    site = root / "site"
    listed = [entry["path"] for entry in json.loads((site / "manifest.json").read_bytes())["files"]]
    assert listed == sorted(set(tree(site)) - {"manifest.json"})
    assert run_backfile("-C", root, "verify").returncode == 0
    (site / "index.html").write_text("changed")
    (site / "404.html").unlink()
    (site / "added.html").write_text("new")
    result = run_backfile("verify", site)
    assert result.returncode == 1
    assert "index.html: has" in result.stderr
    assert "404.html: is missing" in result.stderr
    assert "added.html: is not in the manifest" in result.stderr


def test_purity(tmp_path: Path) -> None:
    """Other folder, time zone, locale, hash seed, order on disk: the same bytes."""
    files: dict[str, str | bytes] = {
        f"content/articles/s{n:02d}.md": _article(
            f"title: Story {n}", f"people: [Jane Roe, P{n % 7}]", f"topics: [T{n % 5}, U{n % 3}]"
        )
        for n in range(30)
    }
    files.update(PEOPLE)
    sites = []
    for number, zone in enumerate(["Pacific/Kiritimati", "America/Lima"]):
        root = tmp_path / f"copy{number}" / ("deep" * (number + 1))
        root.mkdir(parents=True)
        items = list(files.items())
        write_archive(root, dict(items if number else reversed(items)))
        env = {
            "TZ": zone,
            "LC_ALL": "C.UTF-8" if number else "C",
            "PYTHONHASHSEED": str(number),
            "SOURCE_DATE_EPOCH": "1767225600",
        }
        result = run_backfile("-C", root, "build", "--no-search", env=env)
        assert result.returncode == 0, result.stderr
        sites.append(tree(root / "site"))
    assert sites[0] == sites[1]


def test_base_url_of_the_command_line(tmp_path: Path) -> None:
    root = write_archive(tmp_path, {"content/articles/a.md": _article()})
    asked = request(root)
    build(
        BuildRequest(
            root=root, out=asked.out, now=NOW, base_url="https://b.example/x", with_search=False
        )
    )
    assert "https://b.example/x/2025/05/a.html" in (root / "site/sitemap/1.xml").read_text()
    assert "https://archive.example" not in (root / "site/index.html").read_text()


def test_check_finds_what_build_finds_and_writes_nothing(tmp_path: Path) -> None:
    root = write_archive(tmp_path, {"content/articles/a.md": _article("people: [Nobody]")})
    before = tree(root)
    found = brief(problems_of(root))
    after = tree(root)
    assert {path: after[path] for path in before} == before
    assert all(path.startswith(".backfile/check/") for path in after.keys() - before.keys())
    assert found == ["content/articles/a.md:4:10: warning[unknown-term]"]
    assert brief(build_archive(root).problems) == found
