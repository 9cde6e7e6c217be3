"""The sentences that name a person: found in every script, cut well, and linked to their place."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, Final

import pytest
from lxml import html

from builder.basics.problems import Location
from builder.build import BuildRequest, build
from builder.model.content import TermRecord
from builder.model.site import Term
from builder.pages.terms.passages import LENGTH, passages, person_names, sought
from builder.prose import convert
from tests.archives import NOW, SETTINGS, build_archive, tree, write_archive

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from builder.pages.views.listing import Passage


def _person(name: str, *, sort_name: str | None = None, **names: str) -> Term:
    record = TermRecord(
        path="", kind="people", slug="x", name=name, names=names, sort_name=sort_name, lang="en",
        location=Location(""),
    )  # fmt: skip
    return Term(
        kind="people", slug="x", record=record, name=name, about={}, mentioned={}, parent=None,
        children=(), see_also=(),
    )  # fmt: skip


def _found(text: str, person: Term, *others: Term) -> tuple[Passage, ...]:
    body = convert(text, path="a.md", first_line=1).value
    return passages(body, sought(person_names(person), [person_names(term) for term in others]))


MILTON: Final = _person(
    "John Milton", ru="Джон Мильтон", uk="Джон Мілтон", ar="جون ميلتون", zh="约翰·弥尔顿"
)
HIS_WIFE: Final = _person("Mary Milton", ru="Мэри Мильтон")
PLAGUE: Final = "He left London before the plague. "


@pytest.mark.parametrize(
    ("person", "text", "wanted"),
    [
        # The whole sentence, no more of its neighbours; abbreviations and initials end none.
        (MILTON, f"{PLAGUE}Now Mr. J. Milton wrote. It rained.", "Now Mr. J. [Milton] wrote."),
        (MILTON, f'{PLAGUE}“Read John Milton!” they cried.', "“Read [John Milton]!” they cried."),
        # Letters are letters, whatever their case, marks or tags.
        (MILTON, "JOHN *MILTON* was blind.", "[JOHN MILTON] was blind."),
        (_person("Émile Zola"), "Cher Emile Zola, adieu.", "Cher [Emile Zola], adieu."),
        (_person("Helena Luczywo"), "Łuczywo albo LUCZYWO.", "Łuczywo albo [LUCZYWO]."),
        (_person("Naim"), "Na\u00adi\u0308m came.", "[Na\u00adi\u0308m] came."),
        (MILTON, "A & B, Milton &amp; sons[^1].\n\n[^1]: Milton.", "A & B, [Milton] & sons."),
        # A surname alone begins with a capital, and stands by itself.
        (_person("Jimmy Lai"), "He did lai on. Then Lai's men came.", "Then [Lai]'s men came."),
        (_person("Ann Roe"), "Roebuck and Monroe met. Roe did not.", "[Roe] did not."),
        (_person("Li Bo"), "Bo knows.", None),
        (_person("Peter the Great"), "Great Britain sent a ship.", None),
        (_person("Xi Jinping", sort_name="Xi, Jinping"), "Xi met Jinping.", "[Xi] met Jinping."),
        (_person("Henry Ford II"), "Ford sold cars.", "[Ford] sold cars."),
        # Cyrillic names in their cases; what they have not in common is another word.
        (MILTON, "Книга Джона Мильтона сгорела.", "Книга [Джона Мильтона] сгорела."),
        (MILTON, "О Мильтоне молчали.", "О [Мильтоне] молчали."),
        (MILTON, "Мильтонианцы спорили.", None),
        (MILTON, "Про Джона Мілтона.", "Про [Джона Мілтона]."),
        (_person("Андрей Горький"), "С Горьким спорили.", "С [Горьким] спорили."),
        (_person("Анна Ким"), "Кимберли вышла.", None),
        (_person("Михаил Горбачёв"), "Горбачеву ответили.", "[Горбачеву] ответили."),
        (_person("Ольга Кравец"), "Звонили Кравцову и Кравцу.", "Звонили Кравцову и [Кравцу]."),
        (_person("Іван Кравець"), "Разом із Кравцем.", "Разом із [Кравцем]."),
        # Arabic writes particles and the name together, and may mark its vowels.
        (MILTON, "قرأ الناس لميلتون كثيرا. ثم ناموا.", "قرأ الناس [لميلتون] كثيرا."),
        (_person("أحمد"), "جاء أَحْمَد أمس.", "جاء [أَحْمَد] أمس."),
        (_person("لينا عطا الله"), "الحمد لله. قال الله. كتبت عطا الله.", "كتبت [عطا الله]."),
        (_person("علی کریمی"), "نامهٔ علي كريمي.", "نامهٔ [علي كريمي]."),
        # Chinese puts no space between words.
        (MILTON, "他读书。这是约翰·弥尔顿的书。", "这是[约翰·弥尔顿]的书。"),
        (MILTON, "弥尔顿写道。", "[弥尔顿]写道。"),
        # Only what can be linked to, and nothing in an address.
        (MILTON, "> Milton said so.\n\n- Milton\n\n## Milton", None),
        (MILTON, "See [this](https://milton.example/Milton).", None),
    ],
)  # fmt: skip
def test_the_sentence_and_the_name(person: Term, text: str, wanted: str | None) -> None:
    shown = [f"{found.before}[{found.name}]{found.after}" for found in _found(text, person)]
    assert shown == ([] if wanted is None else [wanted])


def test_a_name_that_two_share_stands_for_neither() -> None:
    text = "Milton wrote. Mary Milton read."
    assert [found.name for found in _found(text, MILTON)] == ["Milton"]
    assert _found(text, MILTON, HIS_WIFE) == ()
    assert [found.name for found in _found(text, HIS_WIFE, MILTON)] == ["Mary Milton"]


def test_at_most_two_each_of_its_own_paragraph() -> None:
    text = "Milton wrote. Milton read.\n\n> Milton\n\nIt rained.\n\nMilton slept.\n\nMilton woke."
    assert [(found.anchor, found.after) for found in _found(text, MILTON)] == [
        ("p1", " wrote."),
        ("p3", " slept."),
    ]


@pytest.mark.parametrize("word", ["word ", "слово ", "كلمة ", "字"])
@pytest.mark.parametrize("place", [0, 20, 100])
def test_long_sentences_are_cut_around_the_name(word: str, place: int) -> None:
    [found] = _found(f"{word * place}Milton {word * (200 - place)}.", MILTON)
    shown = found.before + found.name + found.after
    assert len(shown) <= (LENGTH if " " in word else LENGTH // 2) + 2
    assert found.name == "Milton"
    assert found.before.startswith("…") == (place > 0 and not (place == 20 and " " not in word))
    assert found.after.endswith("…")
    assert {part for part in re.split(r"[ …]+", shown.replace(found.name, " ")) if part} <= (
        {word.strip()} if " " in word else {"字" * n for n in range(1, 201)}
    )


# -- on the pages of people --------------------------------------------------------------------

STORY: Final = "---\ntitle: {title}\ndate: {date}\n{heads}\n---\n{body}\n"


def _story(title: str, date: str, heads: str, body: str) -> str:
    return STORY.format(title=title, date=date, heads=heads, body=body)


ARCHIVE: Final[Mapping[str, str | bytes]] = {
    "content/archive.yaml": f"{SETTINGS}languages: [en, ru, ar, zh]\n",
    "content/people/john-milton.md": (
        "---\nname: John Milton\nnames: {ru: Джон Мильтон, ar: جون ميلتون, zh: 约翰·弥尔顿}\n---\n"
    ),
    "content/people/mary-milton.md": "---\nname: Mary Milton\n---\n",
    "content/articles/one.md": _story(
        "One",
        "1644-11",
        "people: [John Milton]",
        "A book.\n\nJohn Milton wrote it. So *what*?",
    ),
    "content/articles/both.md": _story(
        "Both", "1650", "people: [John Milton]\nmentions: [Mary Milton]", "Milton left. A word."
    ),
    "content/articles/hidden.md": _story(
        "Hidden", "1651", "status: draft\npeople: [John Milton]", "John Milton, unseen."
    ),
    "content/articles/ein.ru.md": _story(
        "Раз", "1660", "mentions: [john-milton]", "Дождь.\n\nСуд над Мильтоном."
    ),
    "content/articles/ein.ar.md": _story("مرة", "1660", "people: [john-milton]", "جون ميلتون كتب."),
    "content/articles/ein.zh.md": _story("一", "1660", "people: [john-milton]", "弥尔顿的书。"),
}


def _passages_of(site: Path, page: str) -> list[tuple[str, str]]:
    """Return the name that each passage of a page marks, and the paragraph that it leads to."""
    tree_of: Any = html.fromstring((site / page).read_bytes())
    tree_of.make_links_absolute(f"https://archive.example/{page}")
    found = []
    for link in tree_of.xpath("//p[@class='entry-passage']/a"):
        url, _, anchor = link.get("href").removeprefix("https://archive.example/").partition("#")
        article: Any = html.fromstring((site / url).read_bytes())
        [paragraph] = article.xpath(f"//*[@id='{anchor}']")
        assert link.text_content().strip("…") in paragraph.text_content()
        found.append((link.xpath("string(mark)"), f"{url}#{anchor}"))
    return found


def test_passages_lead_to_their_paragraphs_in_each_language(tmp_path: Path) -> None:
    build_archive(write_archive(tmp_path, ARCHIVE))
    site = tmp_path / "site"
    assert _passages_of(site, "people/john-milton.html") == [
        ("John Milton", "1644/11/one.html#p2"),
    ]
    assert _passages_of(site, "people/mary-milton.html") == []
    assert _passages_of(site, "ru/people/john-milton.html") == [
        ("Мильтоном", "ru/1660/ein.html#p2"),
    ]
    assert _passages_of(site, "ar/people/john-milton.html") == [
        ("جون ميلتون", "ar/1660/ein.html#p1"),
    ]
    assert _passages_of(site, "zh/people/john-milton.html") == [
        ("弥尔顿", "zh/1660/ein.html#p1"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "is_quick", "wanted"),
    [
        ("So *what*?", "So *what*?\n\nNothing more.", True, [("John Milton", "p2")]),
        ("So *what*?", "So? John Milton slept.", True, [("John Milton", "p2")]),
        ("So *what*?", "\n\nMilton slept.", False, [("John Milton", "p2"), ("Milton", "p3")]),
        ("John Milton wrote it.", "He wrote it.", False, []),
        ("John Milton wrote", "A paragraph.\n\nJohn Milton wrote", False, [("John Milton", "p3")]),
    ],
)  # fmt: skip
def test_a_corrected_text_is_quick_unless_it_names_somebody_else(
    *, old: str, new: str, is_quick: bool, wanted: list[tuple[str, str]], tmp_path: Path
) -> None:
    root = write_archive(tmp_path / "a", ARCHIVE)
    time.sleep(0.12)  # what changed just now is read again in any case
    build_archive(root)
    path = "content/articles/one.md"
    edited = str(ARCHIVE[path]).replace(old, new)
    assert edited != ARCHIVE[path]
    write_archive(root, {path: edited})
    stages: list[str] = []
    build(BuildRequest(root=root, out=root / "site", now=NOW, with_search=False,
                       on_stage=stages.append))  # fmt: skip
    assert ("assemble" not in stages) == is_quick, stages
    shown = _passages_of(root / "site", "people/john-milton.html")
    assert [(name, url.rpartition("#")[2]) for name, url in shown] == wanted
    clean = write_archive(tmp_path / "b", {**ARCHIVE, path: edited})
    build_archive(clean)
    assert tree(root / "site") == tree(clean / "site")
