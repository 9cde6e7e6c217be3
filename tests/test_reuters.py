"""The whole Reuters-21578 collection, in and out: counts, links, validity, memory, growth.

The collection is kept beside this repository, never in it; without it these tests are skipped, and
nothing is shown here alone: `test_sample.py` and `importers/` hold the same on our own.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from lxml import html

from tests.archives import ROOT, run_backfile
from tests.browsing import Reader, serve
from tests.checkers import report
from tests.checkers.access import Inspector
from tests.checkers.browse import click_depths
from tests.checkers.feeds import check_atom, check_sitemaps
from tests.checkers.html import check_html
from tests.checkers.links import check_links
from tests.checkers.lite import HEAVIEST, ORDINARY, lite_weights
from tests.test_accessibility import look, pages_to_look_at
from tests.test_quiet import LIMIT, sent, weight
from tests.test_sample import page_kinds, some_of_each

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

CORPUS = ROOT.parent / "shared" / "corpora" / "reuters21578.jsonl.gz"
BASE_URL = "https://reuters.example/"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.xdist_group("reuters"),
    pytest.mark.skipif(
        not CORPUS.is_file(), reason="the Reuters corpus is not beside the repository"
    ),
]


@pytest.fixture(scope="module")
def reuters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the collection, imported and built with search."""
    root = tmp_path_factory.mktemp("reuters")
    assert run_backfile("init", root, "--title", "Reuters-21578").returncode == 0
    imported = run_backfile("-C", root, "import", "jsonl", CORPUS, "--report", root / "import.json")
    assert imported.returncode == 0, imported.stderr
    built = run_backfile(
        "-C", root, "build", "--base-url", BASE_URL, "--report", root / "build.json"
    )
    assert built.returncode == 0, built.stderr[-2000:]
    return root


def _stories() -> list[dict[str, object]]:
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_counts(reuters: Path) -> None:
    imported = json.loads((reuters / "import.json").read_text())
    assert (imported["taken"], imported["skipped"]) == (21_577, 1)
    assert [skipped["id"] for skipped in imported["skipped_records"]] == ["12793"]
    built = json.loads((reuters / "build.json").read_text())
    assert built["articles"] == 21_577
    assert {found["severity"] for found in built["problems"]} <= {"warning"}
    # The corpus has terms one letter apart: iceland and ireland, f-cattle and l-cattle.
    assert {found["code"] for found in built["problems"]} == {"unknown-term", "similar-terms"}
    assert set(built["seconds"]) >= {"scan", "read", "assemble", "plan", "render", "write"}


@pytest.mark.parametrize(
    ("kind", "column", "codes", "given"),
    [
        ("topics", "topics", 120, 14_302),
        ("places", "places", 147, 22_791),
        ("people", "people", 114, 1_391),
        ("organisations", "orgs", 32, 986),
    ],
)
def test_every_term_has_its_page_with_the_right_count(
    reuters: Path, kind: str, column: str, codes: int, given: int
) -> None:
    counts: Counter[str] = Counter()
    all_given = 0
    for story in _stories():
        values = story[column]
        assert isinstance(values, list)
        all_given += len(values)
        if story["id"] != 12_793:
            counts.update(set(values))
    assert (len(counts), all_given) == (codes, given)
    index = html.fromstring((reuters / "site" / f"{kind}.html").read_bytes())
    shown = {}
    for entry in index.xpath("//section[@class='letter']//li[not(@class='see')]"):
        code = entry.xpath("string(a/@href)").rpartition("/")[2].removesuffix(".html")
        shown[code] = int(entry.xpath("string(*[@class='count'])").replace(",", ""))
    assert shown == dict(counts)
    for code in counts:
        assert (reuters / "site" / kind / f"{code}.html").is_file()


def test_pages_with_lists_are_light_with_their_style(reuters: Path) -> None:
    site = reuters / "site"
    [sheet] = (site / "static").glob("site-*.css")
    style = len(gzip.compress(sheet.read_bytes()))
    lists = {"calendar", "data", "dates", "day-of-year", "days-of-year", "home", "numbers"}
    lists |= {"person", "random", "term", "term-list", "terms"}
    kinds = page_kinds(site)
    assert {f"{kind} en" for kind in lists} <= kinds.keys()
    pages = [page for kind in sorted(lists) for page in kinds[f"{kind} en"]]
    assert len(pages) > 1_500
    weights = {page: style + len(gzip.compress((site / page).read_bytes())) for page in pages}
    assert {page: size for page, size in weights.items() if size >= LIMIT} == {}


def test_links(reuters: Path) -> None:
    findings = check_links(reuters / "site", base_url=BASE_URL)
    assert not findings, report(findings)


def test_every_article_within_four_clicks(reuters: Path) -> None:
    site = reuters / "site"
    depths = click_depths(site)
    articles = [p.relative_to(site).as_posix() for p in (site / "1987").glob("*/*.html")]
    stories = [url for url in articles if not url.rpartition("/")[2][:2].isdigit() or "-" in url]
    assert len(stories) >= 21_000
    assert [url for url in stories if depths.get(url, 99) > 4] == []


def test_html_feeds_and_sitemap(reuters: Path) -> None:
    site = reuters / "site"
    findings = check_html([site / page for page in some_of_each(site, 20)])
    findings += check_sitemaps(site, BASE_URL)
    for feed in sorted(site.rglob("feed.xml"))[::20]:
        findings += check_atom(feed)
    assert not findings, report(findings)


def test_text_is_shown_as_it_was_sent(reuters: Path) -> None:
    site = reuters / "site"
    by_id = {int(str(story["id"])): story for story in _stories()[:400]}
    pages = {}
    for path in sorted((site / "1987" / "02").glob("*.html")):
        tail = path.stem.rpartition("-")[2]
        if tail.isdigit() and int(tail) in by_id:
            pages[int(tail)] = path
    assert len(pages) > 200
    for number, path in pages.items():
        story = by_id[number]
        page = html.fromstring(path.read_text(encoding="utf-8"))
        text = " ".join(page.text_content().split())
        assert " ".join(str(story["title"]).split()) in text
        for paragraph in str(story["body"]).split("\n\n"):
            assert " ".join(paragraph.split()) in text, (number, paragraph)


@pytest.mark.browser
def test_search_finds_a_story_by_words_of_its_body(reuters: Path, browser: Browser) -> None:
    with serve(reuters / "site") as root:
        page = browser.new_page()
        page.goto(f"{root}search.html?q=temporao+Comissaria+Smith")
        page.wait_for_selector(".search-result a")
        found = [str(a.get_attribute("href")) for a in page.query_selector_all(".search-result a")]
        assert any(href.endswith("/bahia-cocoa-review-1.html") for href in found), found


@pytest.mark.browser
def test_pages_can_be_used_by_all_and_are_light(reuters: Path, browser: Browser) -> None:
    site = reuters / "site"
    pages = pages_to_look_at(site, "en")
    with serve(site) as root:
        reader = Reader(browser, root)
        inspector = Inspector(reader.page)
        findings = [fault for page in pages for fault in look(reader, inspector, page)]
        reader.close()
    assert not findings, report(findings)
    kinds = page_kinds(site)
    for kind in ("article", "term", "person"):
        largest = sorted(
            (site / page for page in kinds[f"{kind} en"]), key=lambda page: -page.stat().st_size
        )
        measure = weight if kind == "article" else sent
        assert max(measure(page) for page in largest[:20]) < LIMIT


def test_the_text_only_edition_weighs_little_more_than_its_texts(
    reuters: Path, tmp_path: Path
) -> None:
    settings = reuters / "content/archive.yaml"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(f"{before}lite: true\n", encoding="utf-8")
    built = run_backfile("-C", reuters, "build", "--no-search", "--out", tmp_path / "site")
    settings.write_text(before, encoding="utf-8")
    assert built.returncode == 0, built.stderr[-2000:]
    weights = list(lite_weights(tmp_path / "site/lite"))
    assert len(weights) == 21_577
    pages, texts = (sum(sizes) for sizes in list(zip(*weights, strict=True))[1:])
    assert pages <= HEAVIEST * texts, f"{pages / texts:.4f}"
    heavy = [found for found in weights if found[2] >= ORDINARY and found[1] > HEAVIEST * found[2]]
    assert heavy == []


def _cost(stories: int, folder: Path) -> tuple[float, int]:
    """Return CPU seconds and peak memory in KiB of a build of the first stories."""
    source = folder / "some.jsonl"
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        source.write_text("".join(line for line, _ in zip(lines, range(stories), strict=False)))
    root = folder / "archive"
    assert run_backfile("init", root).returncode == 0
    assert run_backfile("-C", root, "import", "jsonl", source).returncode == 0
    # Through a small process: the kernel counts for one the memory of that which started it.
    timer = [sys.executable, "-I", "-S", str(ROOT / "benchmarks/timer.py"), "600", "0"]
    command = [sys.executable, "-m", "builder", "-C", str(root), "build", "--no-search"]
    timed = subprocess.run(
        [*timer, *command],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    told = json.loads(timed.stdout)
    assert told["code"] == 0
    return told["cpu_s"], round(told["largest_mib"] * 1024)


def test_no_step_is_quadratic(tmp_path: Path) -> None:
    costs = []
    for stories in (2_500, 10_000):
        folder = tmp_path / str(stories)
        folder.mkdir()
        costs.append(_cost(stories, folder))
    (small, _), (large, peak_kib) = costs
    # Both are CPU seconds of one run after another: a ratio, not a time.
    assert large <= 5 * small, costs
    assert peak_kib < 1.5 * 1024 * 1024
