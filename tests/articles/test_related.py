"""Related articles: which, why, and that a new one changes hardly any old page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import html

from tests.archives import build_archive, write_archive

if TYPE_CHECKING:
    from pathlib import Path


def article(number: int, **fields: str) -> tuple[str, str]:
    year, day = 1970 + number // 28, number % 28 + 1
    lines = "".join(f"{name}: {value}\n" for name, value in fields.items())
    head = f"title: Story {number}\ndate: {year}-03-{day:02d}\nslug: s{number}\n{lines}"
    return f"content/articles/{number:04d}.md", f"---\n{head}---\nText {number}.\n"


def related(site: Path, number: int) -> list[tuple[str, str]]:
    """Return (title, reason) of what is related to an article."""
    (page,) = site.rglob(f"s{number}.html")
    links = html.fromstring(page.read_text("utf-8")).xpath(
        "//section[contains(@class,'related')]//a"
    )
    return [
        (
            link.xpath("string(*[@class='neighbour-title'])"),
            link.xpath("string(*[@class='step'])"),
        )
        for link in links
    ]


def test_the_more_and_the_rarer_is_shared_the_nearer(tmp_path: Path) -> None:
    files = dict(
        [
            article(0, people="[Sakharov]", topics="[Chronicle, Moscow]"),
            article(1, people="[Bonner]", topics="[Moscow]"),
            article(2, topics="[Moscow]"),
            article(3, topics="[Moscow]"),
            article(4, people="[Sakharov]", topics="[Chronicle, Moscow]", series="[Letters]"),
            article(5, people="[Bonner]", topics="[Moscow]", series="[Letters]"),
            article(6, people="[Nobody]"),
        ]
    )
    files["content/archive.yaml"] = "title: A\nbase_url: https://a.example/\ntaxonomies: [series]\n"
    root = write_archive(tmp_path, files)
    build_archive(root)
    site = root / "site"
    assert related(site, 4) == [
        ("Story 0", "Also about Sakharov and Chronicle"),
        ("Story 3", "Also about Moscow"),
        ("Story 2", "Also about Moscow"),
    ]
    # The next one under its rarest term is shown too, at the end.
    assert related(site, 0)[-1] == ("Story 4", "Also about Sakharov, Chronicle, and Moscow")
    assert related(site, 6) == []
    page = (site / "1970/03/s4.html").read_text("utf-8")
    assert re.findall(r'href="(?:\.\./)+(1970/03/s5.html)"><span class="step">Next part', page)
    assert "Previous part" not in page


def test_a_new_article_changes_few_old_pages(tmp_path: Path) -> None:
    """Of a thousand that share their terms, also where the new one comes between old ones."""
    files = dict(
        article(n, people=f"[P{n % 7}, P{n % 11}]", topics=f"[T{n % 3}, T{n % 30}, News]")
        for n in range(1000)
    )
    root = write_archive(tmp_path, files)
    before = build_archive(root)
    assert before.write.files > 1000
    for number, day in ((2000, "2010-01-01"), (2001, "1985-03-10T12:00")):
        path, text = article(number, people="[P1, P2]", topics="[T1, T29, News]")
        text = re.sub(r"date: .*", f"date: {day}", text)
        write_archive(root, {path: text})
        done = build_archive(root)
        stories = [url for url in done.write.written if re.search(r"/s\d+\.html$", url)]
        assert len(stories) <= 20, stories
