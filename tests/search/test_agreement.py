"""Our engine and Pagefind's own find the same pages in the same bundle.

Hundreds of queries drawn from the texts, always the same ones: words, pairs of words, beginnings of
words, phrases, filters. Ranking is not compared, but for the first result of a single index.

What we do otherwise on purpose is kept out here; test_differences.py has it. Pagefind is made to
load all of an index before it is asked (or what a prefix finds would depend on borders of files).
Shards that lack one of the words are left out (it would find strangers), and so are beginnings of
one letter, and phrases with a word that is spelled in several ways, with diacritics and without.
"""

from __future__ import annotations

import html
import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

from builder.search.formats import read_cbor, unpack
from builder.search.letters import PLAIN
from tests.browsing import serve
from tests.search.bundles import Asker, write_bundle
from tests.search.stories import reuters, sample_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.search.bundles import Text

pytestmark = pytest.mark.browser

COUNT: Final = 60
"""Queries of each kind, language and number of shards."""

STOCK: Final = """async ([bundle, shard, froms]) => {
  self.stock ??= new Map();
  if (!self.stock.has(shard)) {
    const { createInstance } = await import(`${bundle}pagefind.js`);
    // The runtime looks in each shard for what stands once beside them.
    self.plainFetch ??= self.fetch;
    self.fetch = (url, ...rest) =>
      self.plainFetch(String(url).replace(/[^/]+[/](wasm[.])/, "$1"), ...rest);
    const path = new URL(`${bundle}${shard}/`).pathname;
    const instance = createInstance({ basePath: path, baseUrl: "/", noWorker: true });
    await instance.search("");
    for (const from of froms) await instance.preload(from);
    self.stock.set(shard, instance);
  }
}"""

ASK: Final = """async ([shard, queries]) => {
  const found = [];
  for (const [text, filters] of queries) {
    const asked = { filters: Object.fromEntries(
      Object.entries(filters).map(([name, values]) => [name, { any: values }])) };
    const { results } = await self.stock.get(shard).search(text, asked);
    found.push(results.map(({ id }) => id));
  }
  return found;
}"""

OURS: Final = """async ([name, queries]) => {
  const engine = engineOf(name);
  await engine.opened;
  const found = [];
  for (const [text, filters] of queries) {
    const { done, failed } = await engine.ask({ do: "search", query: { text, filters } });
    if (failed) throw new Error(failed.message);
    found.push((await engine.ask({ do: "slice", from: 0, to: 1e6 })).refs);
  }
  return found;
}"""

PLACES: Final = """async ([shard, queries]) => {
  const found = [];
  for (const text of queries) {
    const { results } = await self.stock.get(shard).search(text);
    const shown = await Promise.all(results.slice(0, 3).map(({ data }) => data()));
    // The text's own words: what is marked in it stands between tags.
    found.push(results.slice(0, 3).map(({ id }, i) => ({ id, locations: shown[i].locations,
      words: shown[i].raw_content.split(" ") })));
  }
  return found;
}"""

STEM: Final = """([stemmer, words]) => words.map((word) => backfileStemmers[stemmer](
  word.normalize("NFD").replace(/[\\p{M}]/gu, "")))"""


@dataclass(frozen=True, slots=True)
class Query:
    text: str
    words: tuple[str, ...]
    filters: dict[str, list[str]]


def _words(text: str) -> list[str]:
    """Return the plain words of a text: letters alone, so that each is one word of the index."""
    return [
        word.lower()
        for word in re.findall(r"(?<!\S)[^\W\d_]{2,}(?=[.,;:!?]?(?!\S))", text)
        if word[1:] == word[1:].lower()
    ]


def _draw(kind: str, texts: Sequence[Text], chance: random.Random) -> Query:
    text = chance.choice(texts)
    words = _words(text.body)
    if not words:
        return _draw(kind, texts, chance)
    one = chance.choice(words)
    if kind == "word":
        return Query(one, (one,), {})
    if kind == "pair":
        two = chance.choice(words)
        return Query(f"{one} {two}", (one, two), {})
    if kind == "prefix":
        part = one[: chance.randint(2, max(2, len(one) - 1))]
        return Query(part, (part,), {})
    if kind == "phrase":
        lines = [part for line in text.body.split("\n") for part in re.split(r"[.,;:!?()\"]", line)]
        runs = [run for run in (part.split() for part in lines) if len(run) >= 2]
        plain = [run for run in runs if all(re.fullmatch(r"[^\W\d_]+", word) for word in run)]
        if not plain:
            return _draw(kind, texts, chance)
        run = chance.choice(plain)
        start = chance.randrange(len(run) - 1)
        chosen = [word.lower() for word in run[start : start + chance.randint(2, 3)]]
        return Query(f'"{" ".join(chosen)}"', tuple(chosen), {})
    filters: dict[str, list[str]] = {"year": [text.date[:4]]} if text.date else {}
    if text.topics:
        another = chance.choice(chance.choice(texts).topics or ("x",))
        filters["topic"] = sorted({text.topics[0], another})
    if text.section and chance.random() < 0.5:
        filters["section"] = [text.section]
    return Query(one, (one,), filters)


def _texts(lang: str) -> tuple[Text, ...]:
    if lang == "en":
        return reuters(400) or sample_texts("en")
    return sample_texts(lang)


@dataclass(slots=True)
class Bench:
    """A bundle in one of the forms, open in the browser."""

    asker: Asker
    shards: tuple[dict[str, Any], ...]
    names: dict[str, list[str]]
    """Each shard's fragments in the order of its pages."""
    indexed: dict[str, dict[str, int]]
    """Each shard's words, and how many spellings each has."""


@pytest.fixture(scope="module", params=["en", "ru", "ar"])
def lang(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(
    scope="module",
    params=[(1, False), (3, False), (4, True)],
    ids=["one shard", "three shards", "four bound"],
)
def bench(
    request: pytest.FixtureRequest,
    lang: str,
    browser: Browser,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Bench]:
    texts = sorted(_texts(lang), key=lambda text: (text.date, text.url))
    assert len(texts) >= 20
    count, is_bound = request.param
    step = -(-len(texts) // count)
    site = tmp_path_factory.mktemp("agreement")
    groups = [texts[at : at + step] for at in range(0, len(texts), step)]
    shards = write_bundle(site, groups)
    if is_bound:
        write_bundle(site / "bound", groups, is_bound=True)
    names: dict[str, list[str]] = {}
    indexed: dict[str, dict[str, int]] = {}
    with serve(site) as root:
        asker = Asker(browser, f"{root}bound/" if is_bound else root)
        for shard in shards:
            folder = site / "pagefind" / shard["path"]
            meta = read_cbor(unpack((folder / f"pagefind.{shard['meta']}.pf_meta").read_bytes()))[0]
            names[shard["path"]] = [name for name, _ in meta[1]]
            indexed[shard["path"]] = {
                word: bool(plain) + len(variants)
                for path in sorted((folder / "index").iterdir())
                for word, plain, variants in read_cbor(unpack(path.read_bytes()))[0][0]
            }
            froms = [chunk[0] for chunk in meta[2]]
            asker.page.evaluate(STOCK, [f"{root}pagefind/", shard["path"], froms])
        asker.page.add_script_tag(url=f"{root}static/stemmers/{lang}.js")
        yield Bench(asker, shards, names, indexed)
        asker.close()


@pytest.mark.parametrize("kind", ["word", "pair", "prefix", "phrase", "filter"])
def test_the_same_pages_are_found(kind: str, lang: str, bench: Bench) -> None:
    chance = random.Random(f"{kind} {lang}")
    texts = _texts(lang)
    queries = [_draw(kind, texts, chance) for _ in range(COUNT)]
    asked = [[query.text, query.filters] for query in queries]
    ours = bench.asker.page.evaluate(OURS, ["worker", asked])
    compared = found = 0
    wrong: list[tuple[str, object]] = []
    stems = bench.asker.page.evaluate(STEM, [lang, [w for query in queries for w in query.words]])
    known = dict(zip([w for query in queries for w in query.words], stems, strict=True))
    plain = {stem: "".join(PLAIN.get(letter, letter) for letter in stem) for stem in stems}
    for number, shard in enumerate(bench.shards):
        path = shard["path"]
        theirs = bench.asker.page.evaluate(ASK, [path, asked])
        for at, query in enumerate(queries):
            mine = {bench.names[path][ref["page"]] for ref in ours[at] if ref["shard"] == number}
            theirs_too = [known[word] for word in query.words]
            own = [plain[stem] for stem in theirs_too]
            if kind == "phrase":
                spellings = [bench.indexed[path].get(stem, 0) for stem in own]
                is_known = all(spellings)
                is_same = max(spellings) < 2
            else:
                is_known = all(
                    any(word.startswith(stem) for word in bench.indexed[path]) for stem in own
                )
                is_same = all(len(stem) > 1 for stem in own)
            is_same = is_same and own == theirs_too  # ours alone knows plain letters
            if mine and not is_known:
                wrong.append((query.text, "found where a word is not indexed"))
            if not is_known or not is_same:
                continue
            compared += 1
            found += len(mine)
            if mine != set(theirs[at]):
                only = sorted(mine - set(theirs[at])), sorted(set(theirs[at]) - mine)
                wrong.append((query.text, (query.filters, path, only)))
    assert wrong == []
    assert compared >= COUNT * 2 // 3
    assert found > compared // 2


def test_the_first_result_of_one_index_is_the_same(
    lang: str, browser: Browser, tmp_path: Path
) -> None:
    """The rest may differ among near equals: lengths are rounded, and parts of compound words count
    by themselves."""
    texts = _texts(lang)
    (shard,) = write_bundle(tmp_path, [texts])
    chance = random.Random(f"first {lang}")
    queries = [_draw("word", texts, chance) for _ in range(COUNT)]
    asked = [[query.text, {}] for query in queries]
    with serve(tmp_path) as root:
        asker = Asker(browser, root)
        folder = tmp_path / "pagefind" / shard["path"]
        meta = read_cbor(unpack((folder / f"pagefind.{shard['meta']}.pf_meta").read_bytes()))[0]
        froms = [chunk[0] for chunk in meta[2]]
        asker.page.evaluate(STOCK, [f"{root}pagefind/", shard["path"], froms])
        ours = asker.page.evaluate(OURS, ["worker", asked])
        theirs = asker.page.evaluate(ASK, [shard["path"], asked])
        asker.close()
    names = [name for name, _ in meta[1]]
    same = sum(
        names[mine[0]["page"]] in stock[:3]
        for mine, stock in zip(ours, theirs, strict=True)
        if mine
    )
    assert same >= COUNT * 9 // 10


@pytest.mark.parametrize("is_bound", [False, True], ids=["one", "bound"])
def test_what_is_marked_in_an_excerpt_is_what_the_index_has(
    lang: str,
    is_bound: bool,  # noqa: FBT001
    browser: Browser,
    tmp_path: Path,
) -> None:
    """We look for words in the text itself, so that their places need not be loaded."""
    texts = sorted(_texts(lang), key=lambda text: (text.date, text.url))
    half = len(texts) // 2
    (shard,) = write_bundle(tmp_path, [texts])
    if is_bound:
        write_bundle(tmp_path / "bound", [texts[:half], texts[half:]], is_bound=True)
    chance = random.Random(f"marked {lang}")
    queries = [_draw(kind, texts, chance).text for kind in ["word", "prefix", "pair"] * 20]
    checked = 0
    with serve(tmp_path) as root:
        asker = Asker(browser, f"{root}bound/" if is_bound else root)
        folder = tmp_path / "pagefind" / shard["path"]
        meta = read_cbor(unpack((folder / f"pagefind.{shard['meta']}.pf_meta").read_bytes()))[0]
        asker.page.evaluate(STOCK, [f"{root}pagefind/", shard["path"], [c[0] for c in meta[2]]])
        names = {name: page for page, (name, _) in enumerate(meta[1])}
        theirs = asker.page.evaluate(PLACES, [shard["path"], queries])
        for query, results in zip(queries, theirs, strict=True):
            refs = []
            for result in results:
                page = names[result["id"]]
                is_older = is_bound and page < half  # newer shards come first
                own = page - half if is_bound and not is_older else page
                refs.append({"shard": int(is_older), "page": own})
            asker.search(query)
            for item, result in zip(asker.items(refs), results, strict=True):
                spaced = (html.unescape(result["words"][n]) for n in result["locations"])
                located = {one for word in spaced for one in word.split() if re.search(r"\w", one)}
                pairs = [
                    (word, is_hit)
                    for part, is_hit in item["excerpt"]
                    for word in part.split(" ")
                    if re.search(r"\w", word)
                ][1:-1]
                marked = {word for word, is_hit in pairs if is_hit}
                plain = {word for word, is_hit in pairs if not is_hit}
                assert marked <= located, (query, item)
                assert not plain & located, (query, item)
                checked += len(marked)
        asker.close()
    assert checked >= 60
