"""A small site in four languages, written by hand: only what search looks at, no theme."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Final

from builder.basics.languages import direction
from builder.search import (
    CATALOGUE,
    Page,
    as_script,
    make_catalogue,
    make_shard,
    plan_shards,
    shard_files,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

LANGUAGES: Final = ("en", "ru", "ar", "zh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article's page."""

    path: str
    title: str
    text: str
    date: str = ""
    """ISO, "" where undated."""
    shown: str = "undated"
    topics: tuple[str, ...] = ()
    section: str = ""
    extra: str = field(default="", repr=False)
    """HTML at the end of the article."""

    def html(self, lang: str) -> str:
        """Return the page, marked up as the theme marks up articles."""
        sort = f' data-pagefind-sort="date:{self.date}"' if self.date else ""
        year = f'<span data-pagefind-filter="year:{self.date[:4]}"></span>' if self.date else ""
        links = "".join(f'<a data-pagefind-filter="topic">{escape(t)}</a> ' for t in self.topics)
        if self.section:
            links += f'<a data-pagefind-filter="section">{escape(self.section)}</a>'
        return (
            f'<!doctype html><html lang="{lang}" dir="{direction(lang)}"><head>'
            f'<meta charset=utf-8><title>x</title><link rel=icon href="data:,">'
            f"</head><body><nav>Navigation word</nav><main>"
            f'<article data-pagefind-body><h1 data-pagefind-meta="title">{escape(self.title)}</h1>'
            f'<p data-pagefind-ignore="index"{sort}>{year}'
            f'<span data-pagefind-meta="date">{self.shown}</span></p>'
            f"<p>{escape(self.text)}</p>"
            f'<p data-pagefind-ignore>Ignored word</p><div data-pagefind-ignore="index">{links}'
            f"</div>{self.extra}</article></main></body></html>"
        )


STORIES: Final[dict[str, tuple[Story, ...]]] = {
    "en": (
        Story(
            path="2025/05/lighthouse.html",
            title="The lighthouse paper",
            text="A keeper printed a newspaper at the lighthouse, and the café read it aloud.",
            date="2025-05-08",
            shown="May 8, 2025",
            topics=("Printing", "Islands & sea"),
            section="World",
        ),
        Story(
            path="2024/06/barge.html",
            title="A newspaper on a barge",
            text="The barge carried its newspaper along the canal from the end of june until the "
            "lock was closed for the winter and the river had frozen from bank to bank.",
            date="2024-06",
            shown="June 2024",
            topics=("Islands & sea",),
        ),
        Story(
            path="1937/attic.html",
            title='Attic <press> & "friends"',
            text="In an attic stood a newspaper press; its type read <b>bold</b> & was lost.",
            date="1937",
            shown="1937",
            topics=("Printing",),
            section="World",
        ),
        Story(
            path="undated/leaflet.html",
            title="A leaflet without a date",
            text="Nobody knows when this newspaper leaflet was printed.",
            topics=("Printing",),
        ),
        Story(
            path="1999/harvest.html",
            title="Harvest",
            text="The presses stood still from june to october.",
            date="1999-10",
            shown="October 1999",
        ),
        *(
            Story(
                path=f"2001/{day:02}.html",
                title=f"Diary of day {day}",
                text=f"The diary has a page for each day; this one is number {day}.",
                date=f"2001-01-{day:02}",
                shown=f"January {day}, 2001",
                topics=("Diaries",),
            )
            for day in range(1, 24)
        ),
    ),
    "ru": (
        Story(
            path="ru/2025/gazeta.html",
            title="Газета на маяке",
            text="Смотритель печатал газету на маяке, и её читали вслух.",
            date="2025-05-08",
            shown="8 мая 2025 г.",
            topics=("Печать",),
        ),
        Story(
            path="ru/2024/barzha.html",
            title="Баржа с типографией",
            text="Баржа везла типографию и новую газету по каналу.",
            date="2024-06",
            shown="июнь 2024 г.",
        ),
    ),
    "ar": (
        Story(
            path="ar/2025/manara.html",
            title="جريدة المنارة",
            text="كان الحارس يطبع الجريدة في المنارة ويقرؤها الناس في المقهى.",
            date="2025-05-08",
            shown="8 مايو 2025",
        ),
    ),
    "zh": (
        Story(
            path="zh/2025/dengta.html",
            title="灯塔 报纸",
            text="守塔人 在 灯塔 里 印刷 报纸。" + "海风吹过岛屿和渔村的每一个清晨" * 40,
            date="2025-05-08",
            shown="2025年5月8日",
        ),
    ),
}

COUNTS: Final = {lang: len(stories) for lang, stories in STORIES.items()}


def write_stories(site: Path) -> None:
    """Write the pages of all stories, and one page that is none."""
    for lang, stories in STORIES.items():
        for story in stories:
            path = site / story.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(story.html(lang), encoding="utf-8")
    (site / "index.html").write_text('<html lang="en"><body><main>newspaper index')


def pages_of(stories: Mapping[str, Sequence[Story]]) -> list[Page]:
    """Return stories as the builder plans them."""
    return [
        Page(story.path, lang, _day(story.date), len(story.html(lang).encode()))
        for lang, told in stories.items()
        for story in told
    ]


def _day(date: str) -> int | None:
    if not date:
        return None
    parts = [int(part) for part in date.split("-")]
    return dt.date(*[*parts, 1, 1][:3]).toordinal()


def make_bundle(
    stories: Mapping[str, Sequence[Story]] = STORIES, *, is_scripts: bool = False
) -> dict[str, bytes]:
    """Return a search index of stories, by path below `pagefind/`."""
    texts = {story.path: story.html(lang) for lang, told in stories.items() for story in told}
    files: dict[str, bytes] = {}
    entries = []
    version = ""
    for shard in plan_shards(pages_of(stories)):
        made = make_shard(shard, lambda page: texts[page.url])
        files |= made.runtime
        files |= dict(shard_files(shard, made, is_scripts=is_scripts))
        version = made.version
        if made.entry is not None:
            entries.append(made.entry)
    catalogue = make_catalogue(entries, version=version, is_scripts=is_scripts)
    if is_scripts:
        files[f"{CATALOGUE}.js"] = as_script(CATALOGUE, catalogue)
    else:
        files[CATALOGUE] = catalogue
    return files


def write_bundle(
    site: Path, stories: Mapping[str, Sequence[Story]] = STORIES, *, is_scripts: bool = False
) -> Path:
    """Write a search index of stories into a site; return its folder."""
    bundle = site / "pagefind"
    for name, content in make_bundle(stories, is_scripts=is_scripts).items():
        path = bundle / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return bundle
