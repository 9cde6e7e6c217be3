"""A small archive under an editor's hands: what people do to its files between two builds.

`Desk` keeps no picture of the archive in memory: each change reads the files and writes them, so
that going back to an earlier state is nothing but writing earlier bytes.
"""

from __future__ import annotations

import os
import re
import shutil
import struct
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from builder.disk.theme import default_theme
from tests.archives import files_of, tree, write_archive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def _png(width: int) -> bytes:
    """Return a grey picture, one pixel high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        rest = kind + data
        return struct.pack(">I", len(data)) + rest + struct.pack(">I", zlib.crc32(rest))

    head = struct.pack(">IIBBBBB", width, 1, 8, 0, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(bytes(width + 1)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + data + chunk(b"IEND", b"")


PNG: Final = _png(1)
WIDE_PNG: Final = _png(500)
"""One that has a smaller copy."""

SMALL: Final[Mapping[str, str | bytes]] = {
    **files_of("""\
-- content/archive.yaml --
title: Two rivers
titles: {ru: Две реки, ar: نهران}
description: An archive to be edited
base_url: https://archive.example/
languages: [en, ru, ar]
taxonomies: [places, series]
page_size: 10
home_size: 3
feed_size: 3
-- content/articles/2025/flood.md --
---
title: A flood
date: 2025-05-08
translation_key: flood
people: [Jane Roe]
topics: [floods]
places: [Riga]
notices: [appeal]
image: {src: media/map.png, alt: A map, credit: Jane Roe}
---
The river rose in the night. Jane Roe saw it.

## The river

It fell again; see [the trial](../1937/trial.md#the-verdict).

A last word.
-- content/articles/2025/flood.ru.md --
---
title: Наводнение
date: 2025-05-09
translation_key: flood
people: [jane-roe]
topics: [floods]
---
Река поднялась ночью.

См. [суд](../1937/trial.md).
-- content/articles/2025/flood.ar.md --
---
title: فيضان
date: 2025-05-08
translation_key: flood
topics: [Floods]
places: [riga]
---
ارتفع النهر ليلا.
-- content/articles/1937/trial.md --
---
title: A trial
date: 1937-08~
people: [john-milton]
mentions: [J. Roe]
topics: [courts]
series: [Trials]
aliases: [/old/trial.html]
---
They were tried, John Milton and others.

## The verdict

Guilty.
-- content/articles/1937/sentence.ru.md --
---
title: Приговор
date: 1937?
mentions: [John Milton, Jane Roe]
topics: [courts, floods]
series: [Trials]
---
Приговор вынесен Мильтону. [Суд](trial.md) окончен.
-- content/articles/leaflet.md --
---
title: A leaflet
date: undated
people: [Ivan the Unknown]
source: {outlet: The Leaflet, urls: ["https://leaflet.example/1"]}
---
Nobody knows when ![map](media/map.png "A map") it was printed.
-- content/articles/2025/draft.md --
---
title: A draft
date: 2025-05-10
status: draft
topics: [floods]
people: [john-milton]
---
Not yet, says [the flood](flood.md).
-- content/articles/2025/later.md --
---
title: For later
date: 2025-05-08
embargo: 2026-03-01T00:00:00Z
topics: [courts]
translation_key: later
---
In the spring.
-- content/articles/2025/later.ru.md --
---
title: На потом
date: 2025-05-08
translation_key: later
---
Весной.
-- content/articles/2025/gone.md --
---
title: A mistake
date: 2025-04-30
status: withdrawn
withdrawn: {date: 2025-05-02, reason: It was wrong.}
---
Wrong.
-- content/people/jane-roe.md --
---
name: Jane Roe
names: {ru: Джейн Роу}
aliases: [J. Roe]
portrait: {src: media/roe.png, alt: Jane Roe}
born: 1931
---
She wrote about [the flood](../articles/2025/flood.md).
-- content/people/john-milton.md --
---
name: John Milton
sort_name: Milton, John
---
A poet.
-- content/people/jan-row.md --
---
name: Jan Row
---
Perhaps the same.
-- content/topics/water.md --
---
title: Water
titles: {ru: Вода}
---
All water.
-- content/topics/floods.md --
---
title: Floods
parent: water
---
Much water.
-- content/topics/courts.md --
---
title: Courts
see_also: [water]
---
-- content/places/riga.md --
---
title: Riga
---
A town on [a river](../articles/2025/flood.md#the-river).
-- content/notices/appeal.md --
---
kind: appeal
outlet: The Leaflet
---
Give us money.
-- content/pages/about.md --
---
title: About
translation_key: about
---
About [the flood](../articles/2025/flood.md).
-- content/pages/about.ru.md --
---
title: О нас
translation_key: about
---
О нас.
"""),
    "content/media/map.png": WIDE_PNG,
    "content/media/roe.png": PNG + b"roe",
    "content/media/spare.png": PNG + b"spare",
}

LONG: Final[Mapping[str, str | bytes]] = {
    **SMALL,
    "content/archive.yaml": (
        f"{SMALL['content/archive.yaml']!s}"
        "feeds: {content: full, json: all, history: all, page_size: 3}\nlite: true\n"
    ),
    **{
        f"content/articles/serial/part-{n:02d}.md": (
            f"---\ntitle: Part {n}\ndate: 19{40 + n // 8}-0{1 + n % 3}-1{n % 4}\nseries: [Serial]\n"
            f"mentions: [Jane Roe]\n---\nPart {n} of it.\n"
        )
        for n in range(1, 31)
    },
    **{
        f"content/articles/{date}/line-{n:02d}.md": (
            f"---\ntitle: Line {n}\ndate: {date}\n---\nIt.\n"
        )
        for date in ("1941-02-11", "undated")
        for n in range(18)
    },
}
"""With lists one article short of, or just over, what is cut into pages."""

PEOPLE: Final = ("Jane Roe", "john-milton", "jan-row", "Джейн Роу", "Ivan the Unknown")
SENTENCES: Final = (
    "Other words.", "More, or less.", "So said Jane Roe. And again.", "Роу видела Мильтона.",
    "Milton came, and *J. Roe* went.", "Nobody but Row, Milton, Roe and Ivan the Unknown.",
)  # fmt: skip
"""Paragraphs, most of which name somebody."""
TERMS: Final[Mapping[str, tuple[str, ...]]] = {
    "topics": ("floods", "Courts", "water", "Вода", "harvests"),
    "places": ("riga", "Tartu"),
    "series": ("Trials", "Serial"),
}
DATES: Final = (
    "2025-05-08", "2025-05", "2024-02-29", "2025", "1937?", "1937-08-03/1937-08-05", "undated",
    "2025-05-08T14:00+03:00", "1941-02-11",
)  # fmt: skip
STATES: Final[tuple[Mapping[str, str | None], ...]] = (
    {"status": None, "embargo": None, "withdrawn": None},
    {"status": "draft", "embargo": None, "withdrawn": None},
    {"status": None, "embargo": "2026-03-01T00:00:00Z", "withdrawn": None},
    {"status": "withdrawn", "embargo": None, "withdrawn": "{date: 2025-06, reason: Wrong.}"},
)
SMALL_FIELDS: Final[tuple[tuple[str, str | None], ...]] = (
    ("summary", "A summary of its own."), ("summary", None),
    ("authors", "[Jane Roe, A. N. Other]"), ("authors", None),
    ("dateline", "RIGA"), ("updated", "2025-06-01"), ("license", "CC-BY-4.0"),
    ("corrections", '[{date: 2025-05-10, text: "A name."}]'), ("corrections", None),
    ("source", '{outlet: The Times, urls: ["https://times.example/2025/05/08/x"]}'),
    ("source", None), ("extra", "{mood: sad}"),
    ("notices", "[appeal]"), ("notices", None),
    ("image", "{src: media/spare.png, alt: Spare}"), ("image", None),
)  # fmt: skip
SETTINGS: Final[tuple[tuple[str, str | None], ...]] = (
    ("title", "Three rivers"), ("title", "Two rivers"), ("titles", "{ru: Три реки}"),
    ("description", "Another description"), ("page_size", "11"), ("page_size", "10"),
    ("home_size", "5"), ("home_size", "1"), ("feed_size", "1"),
    ("permalink", '"/{year}/{slug}.html"'), ("permalink", '"/{lang}/{slug}/"'),
    ("permalink", None), ("languages", "[ru, ar, en]"), ("languages", "[en, ru, ar, zh]"),
    ("languages", "[en, ru, ar]"), ("languages", "[en, ru]"),
    ("taxonomies", "{series: {title: Rows}, places: }"), ("taxonomies", "[places, series]"),
    ("taxonomies", "[places, series, sections]"), ("taxonomies", "[series]"),
    ("base_url", "https://elsewhere.example/sub/"), ("base_url", None),
    ("feeds", "{content: full, json: all, history: all, page_size: 2}"),
    ("feeds", "{json: none, history: none}"), ("feeds", None),
    ("theme", '{accent: "#1d4f8c", logo: media/map.png, menu: [topics/floods, dates]}'),
    ("theme", "{menu: [people, about, {to: topics/floods, label: Water}]}"), ("theme", None),
    ("support", "{text: Help, languages: [en]}"), ("support", None),
    ("data", "false"), ("data", None),
    ("lite", "true"), ("lite", None),
    ("time_zone", "Europe/Riga"), ("license", "CC0-1.0"), ("hosting", "{path: /archive/}"),
    ("hosting", "{hosts: [gitlab], security: {contact: [tel:+1], expires: 2026-05-01}}"),
)  # fmt: skip


def _theme(name: str) -> str:
    return (default_theme() / name).read_text(encoding="utf-8")


_ARTICLE: Final = '{% extends "theme/article.html" %}\n{% block content %}{{ super() }}'
OVERRIDES: Final[tuple[tuple[str, str | None], ...]] = (
    ("article.html", _ARTICLE + "<p>One.</p>\n{% endblock %}\n"),
    ("article.html", _ARTICLE + '{% include "own/box.html" %}\n{% endblock %}\n'),
    ("article.html", _ARTICLE + "{{ view.extra.mood|default('none') }}\n{% endblock %}\n"),
    # What these leave out is not even made.
    ("article.html", "<h1>{{ view.title }}</h1>\n{{ view.body }}\n"),
    # What these say of a text cannot be mended by putting another one in its place.
    ("article.html", _ARTICLE + "{{ view.body | length }}\n{% endblock %}\n"),
    ("article.html", "{{ view.body }}\n{{ view.citation.version | upper }}\n{{ view.body }}\n"),
    ("term.html", "<h1>{{ view.name }}</h1>\n{{ view.body }}\n"),
    ("article.html", None),
    ("article.html", "{% extends 'theme/article.html' %}{% block %}"),
    ("own/box.html", "<p>A box.</p>\n"),
    ("own/box.html", "<p>Another box, {{ view.title }}.</p>\n"),
    ("own/box.html", None),
    ("base.html", '{% extends "theme/base.html" %}\n{% block masthead %}<p>!</p>{% endblock %}\n'),
    ("base.html", None),
    ("parts/lists.html", _theme("parts/lists.html") + "{# more #}\n"),
    ("parts/lists.html", _theme("parts/lists.html").replace("<li", '<li class="x"')),
    ("parts/lists.html", None),
    ("term.html", _theme("term.html").replace("</h1>", "!</h1>")),
    ("term.html", None),
    ("feed.xml", _theme("feed.xml") + "<!-- ours -->\n"),
    ("feed.xml", None),
    ("static/site.css", "p { color: red }\n"),
    ("static/site.css", "p { color: tan }\n"),
    ("static/site.css", None),
    ("static/own.css", "p { margin: 0 }\n"),
    ("static/own.css", None),
    ("words/en.yaml", 'home: "Start"\n'),
    ("words/en.yaml", 'home: "Begin"\nmentioned: "Named"\n'),
    ("words/en.yaml", None),
    ("words/ru.yaml", 'home: "Начало"\n'),
    ("words/ru.yaml", None),
)
"""A file of templates/ and what it comes to hold; None: it is taken away."""

SOURCES: Final = ("content", "templates")
_LINK: Final = re.compile(r"(!?)\[([^\]]*)\]\(([^)#\s]*)(#[^)\s]*)?[^)]*\)")
_SWAPS: Final = {"e": "a", "a": "e", "t": "d", "d": "t", "o": "u", "u": "o", "n": "m", "m": "n",
                 "g": "k", "y": "i", "s": "z", "r": "l"}  # fmt: skip
_TITLE_LETTER: Final = re.compile(rf"^(?:title|name): .*([{''.join(_SWAPS)}])", re.MULTILINE)
_LAST_LETTER: Final = re.compile(rf"([{''.join(_SWAPS)}])\.$", re.MULTILINE)


@dataclass(slots=True)
class Paper:
    """A Markdown file: its fields, a line each, and its body, a block each."""

    fields: dict[str, str]
    blocks: list[str]

    @classmethod
    def of(cls, text: str) -> Paper:
        """Return a text in its parts."""
        _, head, body, *_ = (*text.split("---\n", 2), "", "")  # one that is not closed has no body
        lines = (line.partition(":") for line in head.splitlines() if line)
        fields = {key: value.strip() for key, _, value in lines}
        return cls(fields, [block for block in body.strip("\n").split("\n\n") if block])

    def __str__(self) -> str:
        """Return the text."""
        head = "".join(f"{key}: {value}\n" for key, value in self.fields.items())
        return f"---\n{head}---\n" + "\n\n".join(self.blocks) + "\n"

    def set(self, key: str, value: str | None) -> None:
        """Give a field its value, or take the field away."""
        self.fields.pop(key, None)
        if value is not None:
            self.fields[key] = value


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All sources of an archive at one moment: bytes and time of change by path."""

    files: Mapping[str, tuple[bytes, int]]


class Desk:
    """An archive in a folder of its own, and everything that may be done to its files."""

    def __init__(self, root: Path, files: Mapping[str, str | bytes]) -> None:
        """Write the archive; the folder need not exist."""
        self.root = write_archive(root, files)

    # -- looking -------------------------------------------------------------------------------

    def markdown(self, folder: str) -> list[str]:
        """Return the Markdown files of a folder of content/, as paths from the root."""
        found = (self.root / "content" / folder).rglob("*.md")
        return sorted(path.relative_to(self.root).as_posix() for path in found)

    def pick(self, folder: str, n: int) -> str | None:
        """Return the n-th Markdown file of a folder, counted round and round."""
        found = self.markdown(folder)
        return found[n % len(found)] if found else None

    def read(self, path: str) -> Paper:
        """Return a Markdown file in its parts."""
        return Paper.of((self.root / path).read_text(encoding="utf-8"))

    def sources(self) -> list[str]:
        """Return every file of the archive's sources, as paths from the root."""
        return sorted(self.snapshot().files)

    # -- writing -------------------------------------------------------------------------------

    def write(self, path: str, content: str | bytes | Paper) -> None:
        """Write a file of the archive, whatever stood there."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Paper):
            content = str(content)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())

    @contextmanager
    def time_kept(self, path: str, *, is_on: bool = True) -> Iterator[None]:
        """Put back the time of change of a file that is changed inside, where it was there."""
        target = self.root / path
        stat = target.stat() if target.exists() else None
        yield
        if is_on and stat is not None and target.exists():
            os.utime(target, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    def set(self, path: str, **fields: str | None) -> None:
        """Give fields of a Markdown file their values."""
        paper = self.read(path)
        for key, value in fields.items():
            paper.set(key, value)
        self.write(path, paper)

    def set_setting(self, key: str, value: str | None) -> None:
        """Give a line of archive.yaml its value, or take it away."""
        path = self.root / "content/archive.yaml"
        lines = [
            line
            for line in path.read_text(encoding="utf-8").splitlines()
            if not line.startswith(f"{key}:")
        ]
        if value is not None:
            lines.append(f"{key}: {value}")
        self.write("content/archive.yaml", "\n".join(lines) + "\n")

    def remove(self, path: str) -> None:
        """Remove a file and the folder that it leaves empty."""
        target = self.root / path
        target.unlink(missing_ok=True)
        if target.parent.is_dir() and not any(target.parent.iterdir()):
            target.parent.rmdir()

    def relink(self, path: str, to: str | None, anchor: str | None = None) -> None:
        """Make links to a file lead to another, or, without one, plain text of them.

        With an anchor only links to that heading change: they lead to the top of the file.
        """
        for source in sorted(path for path in self.sources() if path.endswith(".md")):
            self.relink_in(source, path, to, anchor)

    def relink_in(self, source: str, path: str, to: str | None, anchor: str | None = None) -> None:
        """Do as `relink` does, in one file."""
        here = PurePosixPath(source).parent

        def changed(found: re.Match[str]) -> str:
            mark, label, href, fragment = found.groups()
            target = os.path.normpath(here / href) if href else source
            if mark or target != path or (anchor is not None and fragment != f"#{anchor}"):
                return found[0]
            if to is None:
                return str(label)
            kept = fragment if anchor is None and fragment else ""
            return f"[{label}]({os.path.relpath(to, here)}{kept})"

        old = (self.root / source).read_text(encoding="utf-8")
        new = _LINK.sub(changed, old)
        if new != old:
            self.write(source, new)

    def rename(self, path: str, to: str) -> None:
        """Rename an article as `git mv` does, its time of change kept; links in it still hold."""
        paper = self.read(path)
        stat = (self.root / path).stat()
        target = self.root / to
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).rename(target)
        if PurePosixPath(path).parent != PurePosixPath(to).parent:
            here, there = PurePosixPath(path).parent, PurePosixPath(to).parent

            def moved(found: re.Match[str]) -> str:
                mark, label, href, fragment = found.groups()
                if mark or not href:
                    return found[0]
                way = os.path.relpath(os.path.normpath(here / href), there)
                return f"[{label}]({way}{fragment or ''})"

            paper.blocks = [_LINK.sub(moved, block) for block in paper.blocks]
            self.write(to, paper)
        else:
            os.utime(target, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    def swap_a_letter(self, path: str, *, in_title: bool) -> bool:
        """Change one letter of a file for another; size and time of change stay as they were."""
        target = self.root / path
        old = target.read_text(encoding="utf-8")
        head_end = old.index("\n---\n", 3) + 5
        pattern = _TITLE_LETTER if in_title else _LAST_LETTER
        places = [found.start(1) for found in pattern.finditer(old)]
        places = [at for at in places if (at < head_end) == in_title]
        if not places:
            return False
        at = places[-1]
        stat = target.stat()
        target.write_text(old[:at] + _SWAPS[old[at]] + old[at + 1 :], encoding="utf-8")
        os.utime(target, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert target.stat().st_size == stat.st_size
        return True

    # -- states --------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Return all sources as they are."""
        return Snapshot(
            {
                path.relative_to(self.root).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
                for source in SOURCES
                for path in (self.root / source).rglob("*")
                if path.is_file()
            }
        )

    def contents(self) -> frozenset[tuple[str, bytes]]:
        """Return path and bytes of all sources."""
        return frozenset((path, data) for path, (data, _) in self.snapshot().files.items())

    def restore(self, state: Snapshot, *, with_times: bool) -> None:
        """Go back to an earlier state: with the times of then, as a backup, or as git does.

        As git does: only files that differ are written, and they are as new as now.
        """
        for path, (content, _) in self.snapshot().files.items():
            if path not in state.files:
                self.remove(path)
            elif not with_times and state.files[path][0] == content:
                continue
        for path, (content, mtime_ns) in state.files.items():
            target = self.root / path
            if with_times or not target.exists() or target.read_bytes() != content:
                self.write(path, content)
                if with_times:
                    os.utime(target, ns=(mtime_ns, mtime_ns))

    def copy_to(self, folder: Path) -> Path:
        """Write the sources, and nothing else, into another folder, as a clone has them."""
        if folder.exists():
            shutil.rmtree(folder)
        return write_archive(
            folder, {path: content for path, (content, _) in self.snapshot().files.items()}
        )

    def site(self) -> dict[str, bytes]:
        """Return what stands in site/."""
        return tree(self.root / "site")
