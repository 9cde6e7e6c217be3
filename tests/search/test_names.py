"""Every spelling of a person finds the same pages, in every language of the archive.

A small archive is built as a user builds it; the hidden words are looked for in Pagefind's own
files, and asked for in a real browser. The look-up's files are also made for archives of thousands.
"""

from __future__ import annotations

import json
import random
import shutil
from html import escape
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.basics.spellings import fold, spell, token, words_of
from builder.model.content import TermRecord
from builder.model.site import Term
from builder.search import Page, Shard, make_shard, name_files, names_key
from builder.search.formats import pack, read_cbor, unpack
from builder.search.names import MOST_ALIKE, NameFiles
from tests.archives import build_archive, files_of, write_archive
from tests.browsing import serve
from tests.search.bundles import STATIC, Asker, write_ask_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser

    from builder.model.site import Site

ARCHIVE: Final = """\
-- content/archive.yaml --
title: Names
base_url: https://archive.example/
languages: [en, ru, ar, zh, uk]
taxonomies: [places]
-- content/people/vladimir-putin.md --
---
name: Vladimir Putin
names: {ru: Владимир Путин, zh: 弗拉基米尔·普京, ar: فلاديمير بوتين}
---
-- content/people/volodymyr-zelenskyy.md --
---
name: Volodymyr Zelenskyy
names: {uk: Володимир Зеленський, ru: Владимир Зеленский, zh: 弗拉基米尔·泽连斯基}
aliases: ["Ze & <Co>: a, b[c]"]
---
-- content/people/volodymyr-olexandrovych.md --
---
name: V. O. Zelenskyi the president
merged_into: volodymyr-zelenskyy
---
-- content/people/nikita-khrushchev.md --
---
name: Никита Хрущёв
---
-- content/people/naji-al-ali.md --
---
name: Naji al-Ali
names: {ar: ناجي العلي}
---
-- content/topics/press-law.md --
---
title: Press law
titles: {ru: Закон о печати, zh: 新闻法}
aliases: [Statutes on printing]
---
-- content/articles/one.md --
---
title: One in English
date: 2025-01-01
people: [vladimir-putin]
mentions: [Naji al-Ali]
---
About the river alone.
-- content/articles/two.md --
---
title: Два по-русски
date: 2025-01-02
lang: ru
mentions: [vladimir-putin, volodymyr-zelenskyy, Никита Хрущёв]
topics: [press-law]
---
Только о реке.
-- content/articles/three.md --
---
title: ثلاثة
date: 2025-01-03
lang: ar
people: [vladimir-putin, volodymyr-olexandrovych]
---
عن النهر فقط.
-- content/articles/four.md --
---
title: 四
date: 2025-01-04
lang: zh
people: [volodymyr-zelenskyy, vladimir-putin]
topics: [press-law]
---
只有河流。
-- content/articles/five.md --
---
title: П'ять
date: 2025-01-05
lang: uk
people: [volodymyr-zelenskyy]
mentions: [vladimir-putin]
topics: [press-law]
---
Лише про річку.
-- content/articles/six.md --
---
title: Six
date: 2025-01-06
---
Nobody at all.
"""

ONE, TWO, THREE, FOUR, FIVE = (
    "2025/01/one.html",
    "ru/2025/01/two.html",
    "ar/2025/01/three.html",
    "zh/2025/01/four.html",
    "uk/2025/01/five.html",
)
PUTIN: Final = {ONE, TWO, THREE, FOUR, FIVE}
ZELENSKYY: Final = {TWO, THREE, FOUR, FIVE}
SPELLINGS: Final = [
    ("Putin", PUTIN),
    ("Путин", PUTIN),
    ("Poutine", PUTIN),
    ("普京", PUTIN),
    ("بوتين", PUTIN),
    ("Wladimir Putin", PUTIN),
    ("putin vladimir", PUTIN),
    ("person:vladimir-putin", PUTIN),
    ("person:путин", PUTIN),
    ('person:"Wladimir Putin"', PUTIN),
    ("Zelenskyy", ZELENSKYY),
    ("Zelensky", ZELENSKYY),
    ("Zelenskiy", ZELENSKYY),
    ("Zelenskyi", ZELENSKYY),
    ("Zelenski", ZELENSKYY),
    ("Selenskyj", ZELENSKYY),
    ("Зеленський", ZELENSKYY),
    ("Зеленский", ZELENSKYY),
    ("泽连斯基", ZELENSKYY),
    ("Khrushchev", {TWO}),
    ("Khrouchtchev", {TWO}),
    ("Chruschtschow", {TWO}),
    ("Хрущев", {TWO}),
    ("al-Ali", {ONE}),
    ("العلي", {ONE}),
    ("topic:press-law", {TWO, FOUR, FIVE}),
    ('topic:"закон о печати"', {TWO, FOUR, FIVE}),
    ("statutes", {TWO, FOUR, FIVE}),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive's site, with search."""
    root = write_archive(tmp_path_factory.mktemp("names"), files_of(ARCHIVE))
    result = build_archive(root, search=True)
    assert not any(problem.is_error for problem in result.problems)
    shutil.copytree(STATIC, root / "site/static", dirs_exist_ok=True)
    write_ask_page(root / "site", is_scripts=True)
    return root / "site"


# -- the hidden words --------------------------------------------------------------------------


def test_a_page_without_people_and_topics_has_nothing_hidden(site: Path) -> None:
    page = (site / "2025/01/six.html").read_text(encoding="utf-8")
    assert '<h1 data-pagefind-meta="title">Six</h1>' in page
    assert "data-names" not in page


def test_names_are_in_no_text_and_signs_cannot_break_the_attribute(site: Path) -> None:
    page = (site / TWO).read_text(encoding="utf-8")
    assert page.count("data-names") == 2
    assert "bfpeople0volodymyr0zelenskyy9 volodymyr zelenskyy " in page
    assert " володимир зеленський " in page
    assert "ze co a b c" in page
    assert "v o zelenskyi the president" in page  # of the record that was merged into his


@pytest.mark.parametrize("lang", ["en", "ru", "ar", "zh", "uk", "fr", "xx"])
def test_pagefind_finds_hidden_names_whole_and_shows_none(lang: str) -> None:
    """In every language with a stemmer or without: nothing of a token is cut off or split."""
    slugs = ("xi-jinping", "a-0.9_b", "x" * 120, "yuri-2-gagarins", "mikhail-gorbachev")
    tokens = [token(kind, slug) for slug in slugs for kind in ("people", "topics")]
    names = spell([("Vladimir O'Neill, a:b [c]", "en"), ("普京", "zh")], is_proper=True).given
    page = (
        f'<!doctype html><html lang="{lang}"><head><title>t</title></head><body>'
        '<article data-pagefind-body><h1 data-pagefind-meta="title, names[data-names]" '
        f'data-names="{escape(" ".join((*tokens, *names)))}">Title</h1><p>Body</p></article>'
    )
    made = make_shard(Shard(f"{lang}-x", lang, (Page("a.html", lang, 1),), 0), lambda _: page)
    found: set[str] = set()
    for name, content in made.files.items():
        if name.startswith("index/"):
            found |= {word[0] for word in read_cbor(unpack(content))[0][0]}
        elif name.startswith("fragment/"):
            fragment = json.loads(unpack(content))
            assert fragment["content"] == "Title. Body."
            assert fragment["word_count"] == 2
    assert set(tokens) <= found
    assert {"普京", "a", "b", "c"} <= found
    assert not any(word.startswith("bf") for word in found - set(tokens))
    assert made.entry is not None
    assert made.entry["fields"] == ["names", "title"]


def test_an_alias_makes_the_pages_anew_that_carry_it_and_no_others(tmp_path: Path) -> None:
    root = write_archive(tmp_path, files_of(ARCHIVE))
    build_archive(root)
    before = {path: path.read_bytes() for path in (root / "site").rglob("2025/01/*.html")}
    person = root / "content/people/naji-al-ali.md"
    person.write_text(
        person.read_text(encoding="utf-8").replace("\n---\n", "\naliases: [Nadji al-Ali]\n---\n"),
        encoding="utf-8",
    )
    build_archive(root)
    changed = {
        path.relative_to(root / "site").as_posix()
        for path, content in before.items()
        if path.read_bytes() != content
    }
    assert changed == {ONE}


# -- the look-up's files -----------------------------------------------------------------------

ALPHABETS: Final = (
    "abcdeghiklmnoprstuvwz",
    "абвгдеёжзийклмнопрстуфхцчшщыьэюя",
    "一丁七万丈三上下不与",
)


def person(name: str, count: int = 0, **names: str) -> Term:
    record = TermRecord(
        path="",
        kind="people",
        slug=name,
        name=name,
        names=names,
        lang="en",
        location=cast("Any", 0),
    )
    slug = f"{'-'.join(words_of(name))}-{count}"
    return Term(
        kind="people",
        slug=slug,
        record=record if names else None,
        name=name,
        about={"en": cast("Any", (None,) * count)},
        mentioned={},
        parent=None,
        children=(),
        see_also=(),
    )


def site_of(people: Sequence[Term]) -> Site:
    """Return as much of a site as the look-up asks of one."""
    return cast(
        "Site",
        SimpleNamespace(
            languages=("en", "ru"),
            settings=SimpleNamespace(term_kinds=("people", "topics")),
            terms={"people": {term.slug: term for term in people}, "topics": {}},
            prefix=lambda lang: "" if lang == "en" else f"{lang}/",
        ),
    )


def crowd(number: int, seed: int = 1) -> list[Term]:
    """Return so many people: few first names, many family names, a third of them in two scripts."""
    chance = random.Random(seed)

    def name(alphabet: str) -> str:
        return "".join(chance.choices(alphabet, k=chance.randint(3, 9))).capitalize()

    first = [name(ALPHABETS[0]) for _ in range(120)]
    people = []
    for count in range(number):
        own = f"{chance.choice(first)} {name(ALPHABETS[0])}"
        more = {"ru": f"{name(ALPHABETS[1])} {name(ALPHABETS[1])}ов"} if count % 3 == 0 else {}
        people.append(person(own, chance.randint(0, 40), **more))
    return people


def files_for(made: NameFiles, start: str, *, is_prefix: bool) -> list[str]:
    """Return the files that a reader loads for a word, as search-names.js does."""
    starts: list[str] = made.index["from"].split("\n")
    names: list[str] = made.index["files"].split("\n")
    first = max(n for n, one in enumerate(starts) if utf16(one) <= utf16(start))
    last = first
    while is_prefix and last + 1 < len(starts) and starts[last + 1].startswith(start):
        last += 1
    return names[first : last + 1 if last - first < 2 else first + 1]


def utf16(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def entries_in(made: NameFiles, name: str) -> list[list[Any]]:
    found: list[list[Any]] = json.loads(unpack(made.files[f"names/{name}.pf_names"]))
    return found


def test_ten_thousand_people_are_split_into_small_files() -> None:
    people = crowd(10_000)
    made = name_files(site_of(people))
    assert made is not None
    assert max(map(len, made.files.values())) < 10_000
    assert len(pack(json.dumps(made.index).encode())) < 8_000
    starts = made.index["from"].split("\n")
    assert starts == sorted(set(starts), key=utf16)
    assert starts[0] == ""
    for term in random.Random(2).sample(people, 300):
        for name, _ in term.names:
            *others, last = words_of(name)
            listed = entries_in(made, files_for(made, last, is_prefix=True)[0])
            spellings = [one for entry in listed if entry[1] == term.slug for one in entry[6]]
            assert any(
                all(word in one.replace("/", " ").split() for word in (*others, last))
                for one in spellings
            ), name
    for letters in ("a", "b", "ab", "п"):
        files = files_for(made, letters, is_prefix=True)
        assert len(files) <= 2
        listed = entries_in(made, files[0])
        most = max(
            (term for term in people if any(w.startswith(letters) for w in led(term))),
            key=lambda term: len(term.about["en"]),
        )
        assert len(most.about["en"]) == max(
            entry[4] for entry in listed if any(w.startswith(letters) for w in shown(entry))
        )


def led(term: Term) -> set[str]:
    words = spell(term.names, is_proper=True).words
    return {form for one in words for forms in one for form in forms}


def shown(entry: list[Any]) -> list[str]:
    return [word for one in entry[6] for word in one.replace("/", " ").split()]


def test_one_name_that_hundreds_bear_leads_to_those_with_the_most_articles() -> None:
    made = name_files(site_of([person("Ivan Ivanov", count) for count in range(300)]))
    assert made is not None
    (name,) = set(files_for(made, "ivan", is_prefix=False))
    counts = [entry[4] for entry in entries_in(made, name)]
    assert counts[:MOST_ALIKE] == list(range(299, 299 - MOST_ALIKE, -1))


def test_a_new_person_changes_the_files_of_its_names_alone() -> None:
    people = crowd(3_000)
    before, after = name_files(site_of(people)), name_files(site_of([*people, person("Zzyx Qqoq")]))
    assert before is not None
    assert after is not None
    assert len(set(after.files) - set(before.files)) <= 2 < len(before.files) / 10


def test_order_of_people_does_not_count_and_the_key_tells_what_does() -> None:
    people = crowd(200)
    one, other = site_of(people), site_of(people[::-1])
    assert name_files(one) == name_files(other)
    assert names_key(one) != names_key(site_of(people[:-1]))
    assert names_key(site_of([person("A B", 1)])) != names_key(site_of([person("A B", 2)]))
    assert name_files(site_of([])) is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.sampled_from("abЁё习近平𠀀普京 ·-"), min_size=1, max_size=8), max_size=30)
)
def test_every_word_of_every_name_is_in_the_file_for_it(names: list[str]) -> None:
    people = [person(name, count) for count, name in enumerate(names) if words_of(name)]
    made = name_files(site_of(people))
    for term in people:
        assert made is not None
        for word in words_of(term.name):
            files = files_for(made, word, is_prefix=False)
            slugs = {entry[1] for name in files for entry in entries_in(made, name)}
            assert term.slug in slugs


# -- in the browser ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def asker(browser: Browser, site: Path) -> Iterator[Asker]:
    """A page of the site that asks the engine."""
    with serve(site) as root:
        reader = Asker(browser, root)
        yield reader
        reader.close()


def suggested(asker: Asker, text: str, lang: str = "en") -> list[dict[str, Any]]:
    asker.engine = f"worker {lang}"
    given = {"lang": lang, "names": f"{asker.root}static/search-names.js"}
    names: list[dict[str, Any]] = asker.ask({"do": "names", "text": text}, given)["names"]
    return names


@pytest.mark.browser
@pytest.mark.parametrize(("text", "pages"), SPELLINGS)
def test_every_spelling_finds_the_same_pages(asker: Asker, text: str, pages: set[str]) -> None:
    suggested(asker, text)  # opens the engine
    assert set(asker.urls(text)) == pages


@pytest.mark.browser
def test_nothing_hidden_is_shown(asker: Asker) -> None:
    suggested(asker, "a")
    asker.search("Poutine")
    refs = asker.ask({"do": "slice", "from": 0, "to": 10})["refs"]
    for item in asker.items(refs):
        told = json.dumps(item, ensure_ascii=False)
        assert "bfpeople" not in told
        assert "poutine" not in told.lower()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("text", "lang", "name", "url"),
    [
        ("Putin", "en", "Vladimir Putin", "people/vladimir-putin.html"),
        ("Poutine", "ru", "Владимир Путин", "ru/people/vladimir-putin.html"),
        ("Пути", "zh", "弗拉基米尔·普京", "zh/people/vladimir-putin.html"),
        ("普京", "ar", "فلاديمير بوتين", "ar/people/vladimir-putin.html"),
        ("弗拉基米尔普京", "en", "Vladimir Putin", "people/vladimir-putin.html"),
        ("zelensky v", "uk", "Володимир Зеленський", "uk/people/volodymyr-zelenskyy.html"),
        ("SELENSKYJ", "ar", "Volodymyr Zelenskyy", "ar/people/volodymyr-zelenskyy.html"),
        ("хрущев", "en", "Никита Хрущёв", "people/nikita-khrushchev.html"),
        ("закон о печ", "en", "Press law", "topics/press-law.html"),
        ("person:naji", "ru", "Naji al-Ali", "people/naji-al-ali.html"),
    ],
)
def test_a_name_offers_its_page_first(
    asker: Asker, text: str, lang: str, name: str, url: str
) -> None:
    first = suggested(asker, text, lang)[0]
    assert (first["name"], first["url"]) == (name, url)
    assert first["kind"] == ("topics" if "topics" in url else "people")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("zelenksyy", ["people/volodymyr-zelenskyy.html"]),
        ("khruschov nikta", ["people/nikita-khrushchev.html"]),
        ("Хрушев", ["people/nikita-khrushchev.html"]),
        ("putni", ["people/vladimir-putin.html"]),
        ("pu77n", []),
        ("nobody", []),
    ],
)
def test_what_was_mistyped_is_guessed_when_it_is_asked_for(
    asker: Asker, text: str, urls: list[str]
) -> None:
    assert suggested(asker, text) == []
    given = {"lang": "en", "names": f"{asker.root}static/search-names.js"}
    near = asker.ask({"do": "names", "text": text, "isNear": True}, given)["names"]
    assert [one["url"] for one in near] == urls


@pytest.mark.browser
def test_a_suggestion_is_told_in_its_own_language_and_direction(asker: Asker) -> None:
    putin = suggested(asker, "putin", "ar")[0]
    assert (putin["lang"], putin["dir"], putin["count"]) == ("ar", "rtl", 5)
    ali = suggested(asker, "naji", "ru")[0]
    assert (ali["lang"], ali["dir"], ali["count"]) == ("en", "ltr", 1)
    assert suggested(asker, "nobody") == []
    assert suggested(asker, "  ,") == []


@pytest.mark.browser
def test_script_and_builder_fold_alike(asker: Asker) -> None:
    texts = ["Ёлкин Чайковский", "Łódź Øre Æsop ß", "ΣΊΣΥΦΟΣ", "İstanbul ılgaz", "أحمد خاتمی",
             "ﬁn ½", "𝖠𠀀", "Đinđić", "김정은", "O’Brien", "ქართ", "हिन्दी"]  # fmt: skip
    asker.page.add_script_tag(url=f"{asker.root}static/search-names.js")
    found = asker.page.evaluate("texts => texts.map(backfileNames.fold)", texts)
    assert found == [fold(text) for text in texts]
    slugs = ["xi-jinping", "a0b_c.9", "-"]
    found = asker.page.evaluate("slugs => slugs.map(s => backfileNames.token('people', s))", slugs)
    assert found == [token("people", slug) for slug in slugs]


# -- the sample archive ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample_asker(
    browser: Browser, sample: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asker]:
    """A page of the sample archive that asks the engine."""
    site = tmp_path_factory.mktemp("sample-names") / "site"
    shutil.copytree(sample / "site", site)
    shutil.copytree(STATIC, site / "static", dirs_exist_ok=True)
    write_ask_page(site, is_scripts=True)
    with serve(site) as root:
        reader = Asker(browser, root)
        yield reader
        reader.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("slug", "spellings"),
    [
        ("vladimir-putin", "Putin Путин Poutine 普京 普丁 بوتين"),
        (
            "aleksandr-solzhenitsyn",
            "Solzhenitsyn Солженицын Soljenitsyne Solschenizyn 索尔仁尼琴 سولجنيتسين",
        ),
        (
            "mikhail-gorbachev",
            "Gorbachev Горбачёв Горбачев Gorbatchev Gorbatschow 戈巴契夫 غورباتشوف",
        ),
        ("emile-zola", "Zola Золя 左拉 زولا"),
        ("andrei-sakharov", "Sakharov Сахаров Sacharow Sajarov 萨哈罗夫"),
        ("anna-politkovskaya", "Politkovskaya Политковская Politkowskaja بوليتكوفسكايا"),
        ("vaclav-havel", "Havel Гавел 哈维尔 هافيل"),
    ],
)
def test_the_people_of_the_sample_are_found_by_every_spelling(
    sample_asker: Asker, slug: str, spellings: str
) -> None:
    found = {}
    for text in spellings.split():
        assert suggested(sample_asker, text)[0]["slug"] == slug
        found[text] = frozenset(sample_asker.urls(text))
    assert len(set(found.values())) == 1, found
    assert frozenset(sample_asker.urls(f"person:{slug}")) in found.values()
