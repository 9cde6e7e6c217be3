"""The ways in: front page, each day of the year, series, the archive in numbers, a draw by lot."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pytest
from lxml import html

from tests.archives import ROOT, build_archive, write_archive
from tests.browsing import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

FOLDERS: Final = {"en": "", "ru": "ru/", "ar": "ar/", "zh": "zh/"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("front")
    (root / "content").symlink_to(ROOT / "content")
    assert build_archive(root).write.files > 0
    return root / "site"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def page(site: Path, url: str) -> html.HtmlElement:
    return html.fromstring((site / url).read_bytes())


def links(site: Path, url: str, path: str = "//main//a/@href") -> list[str]:
    """Return where links of a page lead, from the root of the site, fragments left off."""
    folder = (site / url).parent
    found = [href.partition("#")[0] for href in page(site, url).xpath(path)]
    return [
        (folder / href).resolve().relative_to(site.resolve()).as_posix() for href in found if href
    ]


def article_rows(site: Path) -> list[dict[str, str]]:
    return [
        json.loads(line)
        for path in sorted((site / "data/articles").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


def test_each_day_of_the_year_lists_exactly_its_articles(sample: Path) -> None:
    wanted: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in article_rows(sample):
        if match := re.match(r"(\d{4})-(\d\d-\d\d)", row["date"] or ""):
            wanted[row["lang"]][match[2]].append((match[1], row["url"]))
    assert sum(len(days) for days in wanted.values()) > 40
    for lang, folder in FOLDERS.items():
        days = wanted[lang]
        found = {path.stem for path in (sample / f"{folder}on-this-day").glob("*.html")}
        assert found == set(days)
        index = [url for url in links(sample, f"{folder}on-this-day.html") if "on-this-day/" in url]
        assert index == [f"{folder}on-this-day/{day}.html" for day in sorted(days)]
        assert len(page(sample, f"{folder}on-this-day.html").xpath("//main//ol/li")) == 366
        order = sorted(days)
        for place, day in enumerate(order):
            url = f"{folder}on-this-day/{day}.html"
            years = page(sample, url).xpath("//section[@class='day-year']")
            assert len(years) == len({year for year, _ in days[day]})
            listed = links(sample, url, "//section[@class='day-year']//li/a/@href")
            assert sorted(listed) == sorted(article for _, article in days[day])
            calendar = links(sample, url, "//section[@class='day-year']/h2/a/@href")
            assert calendar == sorted(
                {f"{folder}{year}/{day.replace('-', '/')}.html" for year, _ in days[day]}
            )
            for other in calendar:
                assert url in links(sample, other)
            around = order[place - 1], order[(place + 1) % len(order)]
            steps = links(sample, url, "//nav[@class='steps']//a/@href")
            assert steps == [f"{folder}on-this-day/{near}.html" for near in around]


def test_a_day_stands_with_its_years_in_order(tmp_path: Path) -> None:
    dates = (
        "2020-02-29",
        "1936-02-29",
        "1936-02-29T10:00",
        "1936-02",
        "1937?",
        "1904-03-01/1904-03-04",
    )
    files: dict[str, str | bytes] = {
        f"content/articles/a{n}.md": f"---\ntitle: Story {n}\ndate: {date}\n---\nText.\n"
        for n, date in enumerate(dates)
    }
    build_archive(write_archive(tmp_path, files))
    site = tmp_path / "site"
    assert {path.stem for path in (site / "on-this-day").glob("*")} == {"02-29", "03-01"}
    day = page(site, "on-this-day/02-29.html")
    assert day.xpath("//section[@class='day-year']/h2//text()") == ["1936", "2020"]
    assert day.xpath("//section[@class='day-year']//li//text()") == [
        "Story 1",
        "Story 2",
        "Story 0",
    ]
    assert day.xpath("//h1/text()") == ["February 29"]


def test_numbers_equal_those_of_the_pages(sample: Path) -> None:
    compared = 0
    for folder in FOLDERS.values():
        url = f"{folder}numbers.html"
        for figure in page(sample, url).xpath("//dl[@class='figures']/div"):
            (href,) = figure.xpath("dt/a/@href")
            index = page(sample, f"{folder}{href.rpartition('/')[2]}")
            (note,) = index.xpath("//p[@class='page-note']")
            shown = re.findall(r"\d+", note.text_content())
            number = int(figure.xpath("string(dd)"))
            assert shown[:1] == [str(number)] or number <= 2, (url, href)
        for line in page(sample, url).xpath("//figure[@class='ranking']//tr[th/a]"):
            (target,) = line.xpath("th/a/@href")
            count = int(line.xpath("string(td)"))
            target = (sample / folder / target).resolve().relative_to(sample.resolve()).as_posix()
            if target.endswith("index.html"):
                (note,) = page(sample, target).xpath("//ul[@class='archive-size']/li[1]/text()")
                assert re.findall(r"\d+", note)[:1] in ([str(count)], []), target
                continue
            headings = page(sample, target).xpath(
                "//section[@class='term-articles' or @class='term-mentions']"
                "/h2/span[@class='count']/text()"
            )
            about = headings if "people/" in target else headings[:1]
            assert count == sum(map(int, about)), target
            compared += 1
    assert compared > 80


def test_every_chart_leads_to_its_rows(sample: Path) -> None:
    charts = 0
    for path in sorted(sample.rglob("*.html")):
        tree = html.fromstring(path.read_bytes())
        for figure in tree.xpath("//figure[@class='chart' or @class='ranking']"):
            hrefs = [href for href in figure.xpath(".//a/@href") if "data.html#" in href]
            assert len(hrefs) == 1, path
            target, _, anchor = hrefs[0].partition("#")
            data = html.fromstring((path.parent / target).read_bytes())
            assert data.xpath(f"//section[h2[@id='{anchor}']]//a[contains(@href, '.csv')]")
            charts += 1
    assert charts > 60


def test_parts_of_a_series_come_in_order(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/archive.yaml": "title: T\ntaxonomies: [series, sections]\npage_size: 10\n"
    }
    for n in range(1, 26):
        files[f"content/articles/s{n:02d}.md"] = (
            f"---\ntitle: Story {n}\ndate: {1950 + n // 5}-01-{n:02d}\n"
            "series: [Trials]\n---\nText.\n"
        )
    build_archive(write_archive(tmp_path, files))
    site = tmp_path / "site"
    shown: dict[str, str] = {}
    for url, parts in (("trials.html", range(11, 26)), ("trials/1.html", range(1, 11))):
        tree = page(site, f"series/{url}")
        titles = tree.xpath("//p[@class='entry-title']//text()")
        assert titles == [f"Story {n}" for n in parts]
        shown |= dict(zip(tree.xpath("//p[@class='entry-part']/text()"), titles, strict=True))
    assert shown == {f"Part {n}": f"Story {n}" for n in range(1, 26)}
    (card,) = page(site, "index.html").xpath("//ul[@class='front-series']/li")
    assert "25 parts" in card.text_content()
    assert "Begins with: Story 1" in " ".join(card.text_content().split())


def test_the_front_leads_to_every_way_in_and_stays_light(sample: Path) -> None:
    for folder in FOLDERS.values():
        url = f"{folder}index.html"
        ways = {"on-this-day.html", "random.html", "numbers.html", "data.html", "dates.html"}
        assert {f"{folder}{way}" for way in ways} <= set(links(sample, url))
        assert not page(sample, url).xpath("//script[@src]")
        assert len(gzip.compress((sample / url).read_bytes())) < 20_000
    years = page(sample, "index.html").xpath("//figure[@class='chart']//table//th[@scope='row']/a")
    for year in years:
        target, _, anchor = year.get("href").partition("#")
        assert page(sample, target).xpath(f"//*[@id='{anchor}']"), year.get("href")
    assert len(years) > 15


@pytest.mark.browser
def test_a_draw_by_lot_with_scripts_and_without(sample: Path, browser: Browser) -> None:
    articles = {row["url"] for row in article_rows(sample)}
    address = (sample / "random.html").as_uri()
    tab = browser.new_page()
    faults: list[str] = []
    tab.on("console", lambda message: faults.append(message.text))
    drawn = set()
    for _ in range(12):
        tab.goto(address)
        tab.get_by_role("button", name="Draw one and read it").click()
        tab.wait_for_url(lambda url: "random.html" not in url)
        drawn.add(tab.url.partition("/site/")[2])
    assert drawn <= articles
    assert len(drawn) > 1
    assert faults == []
    tab.close()
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(address)
    assert plain.get_by_role("button", name="Draw one and read it").count() == 0
    assert plain.locator("main article a").count() == 20
    plain.close()


def test_the_draw_changes_seldom(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"content/articles/a{n}.md": f"---\ntitle: Story {n}\ndate: 19{n % 90 + 10}\n---\nText.\n"
        for n in range(600)
    }
    build_archive(write_archive(tmp_path, files))
    before = set(links(tmp_path / "site", "random.html", "//main//article//a/@href"))
    new = {
        f"content/articles/b{n}.md": f"---\ntitle: New {n}\ndate: 2001\n---\n." for n in range(9)
    }
    build_archive(write_archive(tmp_path, new))
    after = set(links(tmp_path / "site", "random.html", "//main//article//a/@href"))
    assert len(before) == len(after) == 20
    assert len(after - before) <= 2
