"""Indexes in the reader's own order: held against ICU in a browser, and on pages built for real."""

from __future__ import annotations

import gzip
import random
from typing import TYPE_CHECKING, Any, Final

import pytest
from lxml import html

from builder.pages.terms.alphabet import alphabet
from tests.archives import SETTINGS, build_archive, write_archive

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

SIGNS: Final = {
    "en": "aábcčdđðeéfghiíjklłmnñoóöøœæprřsštþuüvwxyzAÁÉŁØÆabcdef '-.,",
    "es": "aábcdeéfghiíjklmnñoópqrstuúvxyzÑN '-",
    "fr": "aàâbcçdeéèêëfghiîïjklmnoôœpqrstuùvwxyzÉŒ '-",
    "ru": "абвгґдеёєжзиіїйклмнопрстуфхцчшщъыьэюяАЁЙІabc -",
    "uk": "абвгґдеєёжзиіїйклмнопрстуфхцчшщьюяыэҐЄІЇz -",
    "ar": "ءآأؤإئابتةثجحخدذرزسشصضطظعغفقكلمنهوىيپچگ a",
    "fa": "آاأءئبپتثجچحخدذرزژسشصضطظعغفقکكگلمنوهةیيى z",
    # Some have one syllable, none the same tone as well: then CLDR counts strokes.
    "zh": "黎李刘柳六钦瓦习约王汪望张马毛周江蒋胡温文何贺高郭石史施",
}
"""Of these the names are made that are put in order."""


@pytest.mark.browser
@pytest.mark.parametrize("lang", SIGNS)
def test_names_stand_in_the_order_of_cldr(lang: str, browser: Browser) -> None:
    rolls = random.Random(lang)
    made = {
        "".join(rolls.choice(SIGNS[lang]) for _ in range(rolls.randint(1, 4))).strip(" '-.,")
        for _ in range(2_000)
    }
    names = sorted(made - {""})
    page = browser.new_page()
    in_order = page.evaluate(
        "([lang, names]) => names.sort(new Intl.Collator(lang).compare)", [lang, names]
    )
    page.close()
    place_of = alphabet(lang).place
    assert sorted(in_order, key=lambda name: place_of(name).key) == in_order


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("en", "A:Åse Öberg|L:Łuczywo|O:Öberg,Ørsted|S:Şahin,Škoda|Z:Zola|Е:Ежов|م:محمد|#:1984"),
        ("ru", "Е:Ежов,Ёлкин,Ельцин|И:Иванов|Й:Йоргенсен|Э:Эренбург|Z:Zola"),
        ("uk", "Г:Гончар|Ґ:Ґонта|Е:Енко|Є:Євшан|И:Ирій|І:Івасюк|Ї:Їжак|Й:Йогансен"),
        ("es", "N:Núñez,Nuño|Ñ:Ñandú|O:Oña"),
        ("fr", "C:Camus,Çelik|E:Eco,Émile,Éon"),
        ("ar", "ا:آدم,إبراهيم,ابن رشد,أحمد|ت:تامر|ك:كمال|ي:ياسر|Z:Zola"),
        ("fa", "آ:آذر|ا:ابراهیم,احمد|پ:پروین|چ:چنگیز|ک:کریم|گ:گلشیری|ه:هدایت|ی:یوشیج"),
        ("zh", "D:邓小平|L:刘晓波|X:习近平|Y:约翰·弥尔顿|Z:周恩来,Zola"),
    ],
)
def test_letters_of_an_index(lang: str, names: str, tmp_path: Path) -> None:
    wanted = [group.split(":") for group in names.split("|")]
    everybody = [name for _, group in wanted for name in group.split(",")]
    files = {"content/archive.yaml": f"{SETTINGS}languages: [{lang}]\n"}
    for number, name in enumerate(reversed(everybody)):
        files[f"content/people/p{number}.md"] = f"---\nname: {name!r}\n---\n"
    build_archive(write_archive(tmp_path, files))
    page: Any = html.fromstring((tmp_path / "site/people.html").read_bytes())
    shown = [
        [section.xpath("string(h3)"), ",".join(section.xpath("./ul/li/a/text()"))]
        for section in page.xpath("//section[@class='letter']")
    ]
    assert shown == wanted
    jumps = page.xpath("//nav[@class='letters']//a")
    assert [link.text_content().strip() for link in jumps] == [letter for letter, _ in wanted]
    for link, section in zip(jumps, page.xpath("//section[@class='letter']"), strict=True):
        assert link.get("href").rpartition("#")[2] == section.xpath("string(h3/@id)")


def test_a_long_index_has_a_page_for_each_letter(tmp_path: Path) -> None:
    rolls = random.Random(3)
    letters = "abcdefghijklmnopqrstuvwzабвгдежз"
    people = {
        f"p{n}": f"{rolls.choice(letters)}{''.join(rolls.choices(letters, k=9))}".title()
        for n in range(1_500)
    }
    files = {"content/archive.yaml": SETTINGS}
    for slug, name in people.items():
        files[f"content/people/{slug}.md"] = (
            f"---\nname: {name}\naliases: [{name[::-1].title()} {slug}]\n---\n"
        )
    for number in range(40):
        files[f"content/articles/story-{number}.md"] = (
            f"---\ntitle: Story {number}\ndate: {1950 + number % 30}-05\n"
            f"people: [p0, p{1 + number % 20}]\n---\nText.\n"
        )
    build_archive(write_archive(tmp_path, files))
    site = tmp_path / "site"
    index: Any = html.fromstring((site / "people.html").read_bytes())
    seen: list[str] = []
    for link in index.xpath("//nav[contains(@class, 'letters')]//a"):
        path = site / link.get("href")
        content = path.read_bytes()
        assert len(gzip.compress(content)) < 25_000, path
        page: Any = html.fromstring(content)
        lines = page.xpath("//section[@class='letter']//li[not(@class='see')]")
        assert int(link.xpath("string(*[@class='count'])")) == len(lines)
        seen += [line.xpath("string(a)") for line in lines]
    assert sorted(seen) == sorted(people.values())
    assert len(gzip.compress((site / "people.html").read_bytes())) < 8_000

    # By count: in all years, and in each decade.
    counted: Any = html.fromstring((site / "people-by-count.html").read_bytes())
    shown = {
        section.xpath("string(h3)"): [
            (line.xpath("string(a)"), int(line.xpath("string(*[@class='count'])")))
            for line in section.xpath("./ul/li")
        ]
        for section in counted.xpath("//section[@class='letter']")
    }
    assert list(shown) == ["In all years", "1970s", "1960s", "1950s"]
    assert shown["In all years"][0] == (people["p0"], 40)
    assert {count for _, count in shown["In all years"][1:]} == {2}
    assert len(shown["In all years"]) == 21
    # Of forty articles in thirty years the first ten years have two each.
    assert [group[0] for group in shown.values()][1:] == [
        (people["p0"], count) for count in (10, 10, 20)
    ]


def test_topics_stand_as_a_tree_of_any_depth(tmp_path: Path) -> None:
    parents = {"law": "", "press-law": "law", "libel": "press-law", "seditious-libel": "libel"}
    files = {}
    for slug, parent in parents.items():
        above = f"parent: {parent}\n" if parent else ""
        files[f"content/topics/{slug}.md"] = f"---\ntitle: {slug}\n{above}---\n"
    build_archive(write_archive(tmp_path, files))
    page: Any = html.fromstring((tmp_path / "site/topics.html").read_bytes())
    for slug, parent in parents.items():
        [line] = page.xpath(f"//section[@class='tree']//li[a='{slug}']")
        assert line.xpath("string(../../a)") == parent
    [leaf] = [html.fromstring((tmp_path / "site/topics/libel.html").read_bytes())]
    assert leaf.xpath("//p[@class='kicker']/a/text()") == ["law", "press-law"]
