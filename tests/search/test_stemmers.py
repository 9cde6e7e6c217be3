"""Our stemmers cut words as the index was cut, in every language that Pagefind stems.

The words: Reuters stories and the repository's own archive where they are of that language, the
names that CLDR has in each, and these words with the endings of one another. Real Pagefind indexes
them one behind another; the word at each place of its index is the stem to compare with.
"""

from __future__ import annotations

import random
import re
import unicodedata
from typing import TYPE_CHECKING, Final

import pytest

from builder.model.words import own_locale
from builder.search import Page, Shard, make_shard
from builder.search.assets import ASSETS
from builder.search.formats import read_cbor, unpack
from builder.search.letters import PLAIN
from tests.archives import ROOT
from tests.search.bundles import STATIC
from tests.search.stories import reuters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser
    from playwright.sync_api import Page as BrowserPage

STEMMERS: Final = STATIC / "stemmers"

STEMMED: Final = sorted(
    {name.split(".")[1] for name in ASSETS["1.5.2"] if name.startswith("wasm.")} - {"unknown"}
)
"""Languages that Pagefind has an engine with a stemmer for."""

SAME: Final = {"nb": "no", "nn": "no"}
"""One algorithm, several engines; search-engine.js knows it, too."""

MOST_WORDS: Final = 6_000

LEAST_WORDS: Final = {"hi": 500, "ne": 400, "ta": 400, "yi": 900}
"""What CLDR has in these; in the others there are more."""


def test_each_language_that_pagefind_stems_has_a_stemmer() -> None:
    present = {path.stem for path in STEMMERS.glob("*.js")}
    assert present == {SAME.get(lang, lang) for lang in STEMMED}


def test_each_stemmer_names_its_version_and_licence() -> None:
    for path in STEMMERS.glob("*.js"):
        head = path.read_text(encoding="utf-8").partition("*/")[0]
        assert re.search(r"Snowball 3\.\d\.\d,", head)
        assert "BSD-3-Clause" in head
        assert "Redistributions of source code must retain" in head


@pytest.fixture(scope="module")
def stemming_page(browser: Browser) -> Iterator[BrowserPage]:
    """A page with all stemmers in it."""
    page = browser.new_page()
    for path in sorted(STEMMERS.glob("*.js")):
        page.add_script_tag(path=path)
    yield page
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("lang", STEMMED)
def test_our_stems_are_those_of_the_index(lang: str, stemming_page: BrowserPage) -> None:
    words = _words(lang)
    assert len(words) > LEAST_WORDS.get(lang, 1_900), "too few words to say anything"
    theirs = _indexed(lang, words)
    ours: list[str] = stemming_page.evaluate(
        "([lang, words]) => words.map((word) => backfileStemmers[lang](word))",
        [SAME.get(lang, lang), [_folded(word) for word in words]],
    )
    ours = ["".join(PLAIN.get(letter, letter) for letter in stem) for stem in ours]
    wrong = [(word, ours[i], theirs[i]) for i, word in enumerate(words) if ours[i] != theirs[i]]
    assert not wrong, (lang, len(wrong), len(words), wrong[:20])


def _folded(word: str) -> str:
    """Return a word as Pagefind hands it to a stemmer, and our engine too."""
    lower = "".join(letter.lower() for letter in unicodedata.normalize("NFC", word))
    spelled = unicodedata.normalize("NFD", lower)
    return "".join(letter for letter in spelled if not unicodedata.category(letter).startswith("M"))


def _words(lang: str) -> list[str]:
    """Return words of a language, in small letters, always the same ones."""
    locale = own_locale({"no": "nb"}.get(lang, lang))
    tables = (
        *(locale.languages, locale.territories, locale.currencies, locale.scripts, locale.variants),
        *(names for widths in locale.months.values() for names in widths.values()),
        *(names for widths in locale.days.values() for names in widths.values()),
    )
    text = " ".join(str(name) for table in tables for name in table.values())
    if lang == "en":
        text += " ".join(f"{story.title} {story.body}" for story in reuters(2_000))
    if lang in {"ar", "en", "ru"}:
        text += " ".join(
            path.read_text(encoding="utf-8") for path in sorted((ROOT / "content").rglob("*.md"))
        )
    letters = {"ar": r"[\u0621-\u063a\u0641-\u064a]+", "ru": r"[а-яё]+"}.get(
        lang,
        # Marks are letters there, apostrophes nowhere.
        r"[^\W\d_ʹ-ʿ](?:[^\W\d_ʹ-ʿ]|[\u0300-\u036f\u0900-\u096f\u0971-\u0d7f])*",
    )
    small = "".join(letter.lower() for letter in text)
    found = sorted({word for word in re.findall(letters, small) if 1 < len(word) < 40})
    chance = random.Random(lang)
    chance.shuffle(found)
    real = found[:MOST_WORDS]
    made = [
        a[: chance.randint(3, 8)] + b[-chance.randint(1, 5) :]
        for a, b in zip(real, chance.sample(real, len(real)), strict=True)
    ]
    return sorted({word for word in (*real, *made) if word == "".join(map(str.lower, word))})


def _indexed(lang: str, words: list[str]) -> list[str]:
    """Return what Pagefind made of each word."""
    per_page = 1_000
    pages = tuple(Page(f"{start:06}.html", lang, None) for start in range(0, len(words), per_page))

    def read(page: Page) -> str:
        start = int(page.url.partition(".")[0])
        text = " ".join(words[start : start + per_page])
        return (
            f'<!doctype html><html lang="{lang}"><head><title></title></head>'
            f"<body data-pagefind-body><p>{text}</p></body></html>"
        )

    made = make_shard(Shard(f"{lang}-undated", lang, pages, 0), read)
    stems: dict[int, str] = {}
    for name, content in made.files.items():
        if not name.startswith("index/"):
            continue
        for word, plain, *variants in read_cbor(unpack(content))[0][0]:
            for lists in (plain, *(found for _, found in (variants[0] if variants else ()))):
                page = 0
                for step, places, *_ in lists:
                    page += step
                    place = 0
                    for value in places:
                        place = 0 if value < 0 else place + value
                        if value >= 0:
                            stems[page * per_page + place] = word
    return [stems[i] for i in range(len(words))]
