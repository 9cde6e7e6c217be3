"""Charts of a person's and a term's articles over time: picture, table and lists say the same."""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pytest
from lxml import html

from tests.archives import SETTINGS, build_archive, write_archive

if TYPE_CHECKING:
    from pathlib import Path

DATES: Final[dict[str, tuple[str, ...]]] = {
    "decade": ("1643", "1789-07", "1970-05-01", "1974", "2021-10-08", "undated"),
    "year": ("1968-04-30", "1970", "1971", "1983-06", "1983-07-01", "undated"),
    "month": ("1986-04-26", "1986-12-23", "1987-03", "1988-01-02", "undated"),
}
"""Dates that make a chart of each scale."""
BASE: Final = "https://archive.example/"


def _archive(root: Path, dates: tuple[str, ...], lang: str) -> list[tuple[str, bool]]:
    """Write articles; return the date of each, and whether it is about the person."""
    rolls = random.Random(lang + dates[0])
    made = [(rolls.choice(dates), rolls.random() < 0.6) for _ in range(90)]
    files = {"content/archive.yaml": f"{SETTINGS}languages: [{lang}]\npage_size: 10\n"}
    for number, (date, is_about) in enumerate(made):
        files[f"content/articles/story-{number}.md"] = (
            f"---\ntitle: Story {number}\ndate: {date}\ntopics: [trials]\n"
            f"{'people' if is_about else 'mentions'}: [Anna Nowak]\n---\nThe text of it.\n"
        )
    write_archive(root, files)
    return made


def _page(root: Path, url: str) -> Any:  # noqa: ANN401 - lxml has no types
    page = html.fromstring((root / "site" / url).read_bytes())
    page.make_links_absolute(BASE + url)
    return page


def _bar(bar: Any) -> tuple[str, str, int, list[int]]:  # noqa: ANN401
    """Return a bar's link, its words, its slot and the heights of its parts."""
    title, _, *parts = bar
    heights = []
    for part in parts:
        found = re.fullmatch(r"M\.1 (\d+)h\.8V(\d+)h-\.8z", part.get("d"))
        assert found is not None, part.get("d")
        heights.append(int(found[2]) - int(found[1]))
    return bar.get("href"), title.text, int(bar.get("transform")[10:-1]), heights


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("scale", DATES)
def test_chart_table_and_lists_agree(scale: str, lang: str, tmp_path: Path) -> None:
    made = _archive(tmp_path, DATES[scale], lang)
    build_archive(tmp_path)
    length = {"decade": 3, "year": 4, "month": 7}[scale]
    for url, columns in (("people/anna-nowak.html", 2), ("topics/trials.html", 1)):
        [chart] = _page(tmp_path, url).xpath("//figure[@class='chart']")
        rows: dict[str, tuple[str, tuple[int, ...]]] = {}
        for row in chart.xpath(".//tbody/tr"):
            counts = tuple(int(cell.text) for cell in row.xpath("./td"))
            links = row.xpath(".//a/@href")
            assert bool(links) == (sum(counts) > 0), "what has articles leads to them"
            rows |= {link: (row.xpath("string(th)"), counts) for link in links}

        # The table has the numbers of the articles, those without a date in a row of their own.
        wanted = Counter((date[:length], is_about or columns == 1) for date, is_about in made)
        assert Counter(counts for _, counts in rows.values()) == Counter(
            tuple(wanted[span, is_about] for is_about in (True, False)[:columns])
            for span in {span for span, _ in wanted}
        )

        # Each of its dated rows has a bar: same link, same name, heights as the numbers are.
        dated = {link: row for link, row in rows.items() if not link.endswith("undated")}
        assert len(dated) == len(rows) - 1
        top = int(chart.xpath("string(./svg/*[@class='chart-line-label'])"))
        assert top >= max(sum(counts) for _, counts in dated.values()) > 0.7 * top
        bars = [_bar(bar) for bar in chart.xpath("./svg/svg/a")]
        assert [link for link, *_ in bars] == list(dated)
        for (_, title, _, heights), (label, counts) in zip(bars, dated.values(), strict=True):
            assert title.startswith(label)
            assert heights == pytest.approx([100 * n / top for n in counts if n], abs=2)

        # Time runs as the page is read, each bar in a slot of its own.
        slots = [slot for _, _, slot, _ in bars]
        assert slots == sorted(set(slots), reverse=lang == "ar")
        assert min(slots) == 0

        # A link leads to a heading, and below it stands what the row is about.
        for link, (label, _) in rows.items():
            page, _, fragment = link.removeprefix(BASE).partition("#")
            [heading] = _page(tmp_path, page).xpath(f"//*[@id='{fragment}']")
            found = {date[:4] for date in heading.getparent().xpath(".//time/@datetime")}
            year = re.search(r"-(\d{4})(?:-\d\d)?$", fragment)
            assert found == (set() if year is None else {year[1]})
            assert year is None or scale != "year" or label == year[1]
