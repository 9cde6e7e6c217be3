"""Search bundles of chosen texts, cut into chosen shards, and a page that asks the engine there.

No archive is built: pages are written by hand and indexed by `builder.search`, so that a test says
exactly what stands in which shard.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any, Final

from builder.search import (
    CATALOGUE,
    BoundSeries,
    Member,
    Page,
    Shard,
    as_script,
    bind_series,
    bound_entry,
    divide_postings,
    group_entry,
    groups_of,
    make_catalogue,
    make_shard,
    member_of,
    name_volumes,
    pack,
    posting_path,
    postings_of,
    series_entry,
    shard_files,
    stack,
    unpack,
)
from builder.search import is_bound as belongs
from builder.search.words import split_words
from tests.archives import ROOT
from tests.browsing import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser

STATIC: Final = ROOT / "templates/static"
SERIES: Final = 3
"""Shards of a series, so that a few make up a group of several."""

PAGE: Final = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>Ask</title>
<link rel="icon" href="data:,"><main>ask</main>
<script src="static/search-engine.js"></script>
<script>
const here = new URL(".", location.href).href;
const engines = new Map();
let last = 0;
/* Returns the engine of a name: "worker" or "page", and further ones as "page 2". */
function engineOf(name, given) {{
  if (engines.has(name)) return engines.get(name);
  const port = name.startsWith("worker") ? new Worker("static/search-engine.js") : backfileEngine();
  const waiting = new Map();
  port.onmessage = ({{ data }}) => {{
    const one = waiting.get(data.id);
    if (!one) return;
    if (data.progress) {{ one.progress.push(data.progress); return; }}
    waiting.delete(data.id);
    one.resolve({{ ...data, progress: one.progress }});
  }};
  const ask = (message) => new Promise((resolve) => {{
    const id = ++last;
    waiting.set(id, {{ resolve, progress: [] }});
    port.postMessage({{ ...message, id }});
  }});
  const engine = {{ port, ask }};
  engines.set(name, engine);
  engine.opened = ask({{ do: "open", bundle: here + "pagefind/", root: here, lang: "{lang}",
    stemmers: {stemmers}, scripts: {scripts}, stock: here + "static/search-stock.js", ...given }});
  return engine;
}}
async function ask(name, message, given) {{
  const engine = engineOf(name, given);
  const {{ opened, failed }} = await engine.opened;
  return message.do === "open" ? {{ opened, failed }} : engine.ask(message);
}}
</script>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One article's page."""

    url: str
    title: str = "Untitled"
    body: str = ""
    """Plain text; a blank line ends a paragraph."""
    lang: str = "en"
    date: str = ""
    """YYYY-MM-DD, "" where undated."""
    topics: tuple[str, ...] = ()
    section: str = ""
    names: str = ""
    """What only the hidden meta field has."""
    html: str = field(default="", repr=False)
    """Behind the text."""

    @property
    def day(self) -> int | None:
        return dt.date.fromisoformat(self.date).toordinal() if self.date else None

    def page(self) -> str:
        """Return the page, marked up as the theme marks up articles."""
        filters = [f"year:{self.date[:4]}"] if self.date else []
        filters += [f"topic:{one}" for one in self.topics]
        filters += [f"section:{self.section}"] if self.section else []
        spans = "".join(f'<i data-pagefind-filter="{escape(one)}"></i>' for one in filters)
        if self.date:
            spans += (
                f'<time datetime="{self.date}" data-pagefind-meta="date" '
                f'data-pagefind-sort="date[datetime]">{self.date}</time>'
            )
        if self.names:
            spans += f'<span hidden data-pagefind-meta="names">{escape(self.names)}</span>'
        body = "".join(f"<p>{escape(part)}</p>" for part in self.body.split("\n\n"))
        return (
            f'<!doctype html><html lang="{self.lang}"><head><meta charset=utf-8><title>x</title>'
            f"</head><body><main><article data-pagefind-body>"
            f'<h1 data-pagefind-meta="title">{escape(self.title)}</h1>'
            f'<div data-pagefind-ignore="index">{spans}</div>{body}{self.html}</article>'
        )


def write_bundle(
    site: Path,
    shards: Sequence[Sequence[Text]],
    *,
    is_scripts: bool = False,
    is_bound: bool = False,
) -> tuple[dict[str, Any], ...]:
    """Write the pages and their index, one shard of each group of texts.

    Returns the catalogue's shards. `site` is made anew. `is_bound`: those of each language are in
    short series, which make up groups.
    """
    shutil.rmtree(site, ignore_errors=True)
    bundle = site / "pagefind"
    entries: list[dict[str, Any]] = []
    version = ""
    paths: set[str] = set()
    series: dict[str, list[Member]] = {}
    for group in shards:
        texts = {text.url: text for text in group}
        ordered = sorted(group, key=lambda text: (text.day or 0, text.url))
        pages = tuple(Page(text.url, text.lang, text.day) for text in ordered)
        stem = path = f"{ordered[0].lang}-{ordered[0].date or 'undated'}"
        while path in paths:
            path = f"{stem}-{len(paths)}"
        paths.add(path)
        shard = Shard(path, ordered[0].lang, pages, 0)
        made = make_shard(shard, partial(_html, texts))
        assert made.entry is not None, "a shard of which nothing can be found"
        entries.append(made.entry)
        if is_bound:
            member = member_of(path, shard.lang, made)
            series.setdefault(shard.lang, []).append(member)
            made = replace(made, files={n: c for n, c in made.files.items() if not belongs(n)})
        version = made.version
        for text in group:
            _write(site / text.url, text.page().encode())
        for name, content in made.runtime.items():
            _write(bundle / name, content)
        for name, content in shard_files(shard, made, is_scripts=is_scripts):
            _write(bundle / name, content)
    rows = [
        members[first : first + SERIES]
        for members in series.values()
        for first in range(0, len(members), SERIES)
    ]
    bound = {members[0].path: bind_series(members[0].path, members) for members in rows}
    for members, one in zip(rows, bound.values(), strict=True):
        _write_series(bundle, one, is_scripts=is_scripts)
        for place, (member, meta) in enumerate(zip(members, one.metas, strict=True)):
            at = next(n for n, entry in enumerate(entries) if entry["path"] == member.path)
            entries[at] = bound_entry(entries[at], series=one.path, place=place, meta=meta)
    groups = []
    for named in groups_of((members[0].lang, members[0].path) for members in rows).values():
        within = [member for members in rows if members[0].path in named for member in members]
        groups.append(_write_group(bundle, named, within, bound[named[0]].starts, is_scripts))
    catalogue = make_catalogue(
        entries,
        version=version,
        is_scripts=is_scripts,
        series=[
            series_entry(
                one.path,
                shards=len(one.metas),
                starts=one.starts,
                names=one.names,
                filters=one.filters,
            )
            for one in bound.values()
        ],
        groups=groups,
    )
    if is_scripts:
        _write(bundle / f"{CATALOGUE}.js", as_script(CATALOGUE, catalogue))
    else:
        _write(bundle / CATALOGUE, catalogue)
    shutil.copytree(STATIC, site / "static")
    write_ask_page(site, is_scripts=is_scripts)
    stored: tuple[dict[str, Any], ...] = tuple(json.loads(unpack(catalogue))["shards"])
    return stored


def _write_series(bundle: Path, bound: BoundSeries, *, is_scripts: bool) -> None:
    for name, content in bound.files.items():
        _write(bundle / name, content)
    for name, content in zip(bound.paths, bound.contents(), strict=True):
        _write_packed(bundle, name, content, is_scripts=is_scripts)


def _write_group(
    bundle: Path,
    series: Sequence[str],
    members: Sequence[Member],
    starts: Sequence[str],
    is_scripts: bool,  # noqa: FBT001
) -> dict[str, Any]:
    """Write the files of a group; return its place in the catalogue."""
    parts = (divide_postings(postings_of(one.words), starts) for one in members)
    contents = [stack(held) for held in zip(*parts, strict=True)]
    names = name_volumes(contents)
    for name, content in zip(names, contents, strict=True):
        _write_packed(bundle, posting_path(series[0], name), content, is_scripts=is_scripts)
    return group_entry(series[0], series=series, names=names)


def _write_packed(bundle: Path, name: str, content: bytes, *, is_scripts: bool) -> None:
    packed = pack(content)
    if is_scripts:
        _write(bundle / f"{name}.js", as_script(name, packed))
    else:
        _write(bundle / name, packed)


def word_lists(texts: Sequence[Text]) -> dict[str, bytes]:
    """Return the unpacked word lists that Pagefind makes of texts."""
    texts = sorted(texts, key=lambda text: (text.day or 0, text.url))
    pages = tuple(Page(text.url, text.lang, text.day) for text in texts)
    held = {text.url: text.page() for text in texts}
    made = make_shard(Shard("x", texts[0].lang, pages, 0), lambda page: held[page.url])
    member = member_of("x", texts[0].lang, made)
    lists = {n: unpack(c) for n, c in made.files.items() if n.startswith("index/")}
    assert sum(len(split_words(one)) for one in lists.values()) == len(member.words)
    return lists


def write_ask_page(site: Path, *, is_scripts: bool, lang: str = "en") -> None:
    """Write the page ask.html, whose script asks the engine for a test."""
    stemmers = json.dumps(
        {path.stem: f"STATIC{path.name}" for path in (STATIC / "stemmers").glob("*.js")}
    ).replace('"STATIC', 'here + "static/stemmers/')
    page = PAGE.format(lang=lang, stemmers=stemmers, scripts=json.dumps(is_scripts))
    (site / "ask.html").write_text(page, encoding="utf-8")


def _html(texts: Mapping[str, Text], page: Page) -> str:
    return texts[page.url].page()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


class Asker(Reader):
    """The page ask.html in the browser."""

    def __init__(self, browser: Browser, root: str, *, engine: str = "worker") -> None:
        super().__init__(browser, root)
        self.engine = engine
        self.open("ask.html")

    def ask(self, message: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Return the engine's answer; `given` goes into the "open" of an engine's first message."""
        return self.page.evaluate(
            "([name, message, given]) => ask(name, message, given)",
            [self.engine, dict(message), dict(given or {})],
        )

    def search(self, text: str, **query: Any) -> Any:  # noqa: ANN401 - JSON
        """Return what a search found: {found, top, terms}."""
        answer = self.ask({"do": "search", "query": {"text": text, **query}})
        assert "done" in answer, answer
        return answer["done"]

    def urls(self, text: str, *, count: int = 1_000_000, **query: Any) -> list[str]:  # noqa: ANN401 - JSON
        """Return the pages that a search finds, in order, from the site's root."""
        self.search(text, **query)
        return self.urls_of(self.ask({"do": "slice", "from": 0, "to": count})["refs"])

    def urls_of(self, refs: Sequence[Mapping[str, int]]) -> list[str]:
        """Return the addresses of these results."""
        return [item["url"].removeprefix(self.root) for item in self.items(refs)]

    def items(self, refs: Iterable[Mapping[str, int]]) -> list[dict[str, Any]]:
        """Return what is shown of these results."""
        answer = self.ask({"do": "show", "refs": [dict(ref) for ref in refs]})
        assert "items" in answer, answer
        items: list[dict[str, Any]] = answer["items"]
        return items


def days(count: int, *, start: str = "1987-03-01") -> list[str]:
    """Return `count` dates, one after another."""
    first = dt.date.fromisoformat(start)
    return [(first + dt.timedelta(days=n)).isoformat() for n in range(count)]
