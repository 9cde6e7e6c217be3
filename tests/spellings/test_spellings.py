"""Which spellings a person's names come to, and which of them are left out as nobody's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.basics.spellings import Named, Spellings, fold, spell, token, words_of

SLUGS = st.from_regex(r"[a-z0-9]+(?:[-_.]?[a-z0-9]+)*", fullmatch=True)


def person(*names: str | Named) -> Spellings:
    return spell(
        [(name, None) if isinstance(name, str) else name for name in names], is_proper=True
    )


def searched(found: Spellings) -> set[str]:
    """Return every word under which the index has it."""
    return {word for name in found.given for word in words_of(name)} | set(found.derived)


PUTIN = (
    ("Vladimir Putin", "en"),
    ("Владимир Путин", "ru"),
    ("弗拉基米尔·普京", "zh"),
    ("فلاديمير بوتين", "ar"),
    "Vladimir Vladimirovich Putin",
)


def test_all_names_and_their_latin_forms_are_there() -> None:
    found = person(*PUTIN)
    assert found.given == (
        "vladimir putin",
        "владимир путин",
        "弗拉基米尔 普京",
        "فلاديمير بوتين",
        "vladimir vladimirovich putin",
    )
    assert found.derived == ("wladimir", "poutine", "poetin")
    assert (("vladimir", "wladimir"), ("putin", "poutine", "poetin")) in found.words


@pytest.mark.parametrize(
    ("names", "wanted", "unwanted"),
    [
        # Only Cyrillic is given: it is read as it stands.
        ([("Никита Хрущёв", "ru")], "khrushchev khrouchtchev jruschov nikita", ""),
        ([("Володимир Зеленський", "uk")], "zelenskyy zelensky selenskyj volodymyr", "vladimir"),
        # A Latin name that agrees, and one that is a form of it.
        ([("Volodymyr Zelenskyy", "en"), ("Владимир Зеленский", "ru")],
         "zelensky zelenskiy selenski vladimir volodymyr", ""),
        ([("Sergey Shoigu", "en"), ("Сергей Шойгу", "ru")], "choigou schoigu serguei", ""),
        ([("Yuli Daniel", "en"), ("Юлий Даниэль", "ru")], "iouli juli", ""),
        ([("Joseph Brodsky", "en"), ("Иосиф Бродский", "ru")], "brodski iosif brodskij", ""),
        # Only Latin is given: endings that Cyrillic alone has.
        (["Volodymyr Zelensky"], "zelenskyy zelenskiy", "zelenski"),
        (["Roman Polanski"], "", "polansky"),
        (["Vladimir Putin"], "", "путин poutine"),
        # How Russian writes foreigners is no name of theirs.
        ([("John Milton", "en"), ("Джон Мильтон", "ru")], "", "dzhon"),
        ([("Karl Marx", "en"), ("Карл Маркс", "ru")], "", "marks"),
        ([("Václav Havel", "cs"), ("Вацлав Гавел", "ru")], "", "gavel vatslav"),
        ([("Hans Scholl", "de"), ("Ганс Шолль", "ru")], "", "gans choll"),
        ([("Emile Zola", "en"), ("Эмиль Золя", "ru")], "", "zolya"),
        ([("Xi Jinping", "en"), ("Си Цзиньпин", "ru")], "", "si tszinpin"),
        # Letters that Pagefind does not fold.
        (["Helena Łuczywo"], "luczywo", ""),
        (["Günter Strauß"], "guenter strauss", ""),
        (["Conor O’Brien"], "obrien", ""),
        ([("محمد خاتمی", "fa")], "", ""),
        # Latin spellings of one Arabic name.
        ([("Mohammad Khatami", "en"), ("محمد خاتمی", "fa")], "mohammed muhammad", ""),
        (["Muammar Gaddafi"], "qaddafi kadhafi", ""),
        (["Нұрсұлтан Назарбаев"], "", "nazarbaev"),
    ],
)  # fmt: skip
def test_latin_forms_are_made_where_they_are_the_persons_own(
    names: list[str | Named], wanted: str, unwanted: str
) -> None:
    found = searched(person(*names))
    assert set(wanted.split()) <= found
    assert found.isdisjoint(unwanted.split())


def test_persian_letters_are_found_by_arabic_ones_and_the_other_way_round() -> None:
    assert person("محمد خاتمی").given == ("محمد خاتمی", "محمد خاتمي")
    assert person("محمد خاتمي", "محمد خاتمی").given == ("محمد خاتمي", "محمد خاتمی")


def test_titles_are_not_romanised() -> None:
    found = spell([("Цензура", "ru"), ("Censorship", "en")], is_proper=False)
    assert found.given == ("цензура", "censorship")
    assert found.derived == ()


def test_a_name_within_another_is_written_once() -> None:
    assert person("Vladimir Lenin", "Lenin", "V. I. Lenin", "LENIN").given == (
        "vladimir lenin",
        "v i lenin",
    )


@pytest.mark.parametrize(
    ("slug", "word"),
    [
        ("xi-jinping", "bfpeople0xi0jinping9"),
        ("a-b", "bfpeople0a0b9"),
        ("a0b", "bfpeople0a90b9"),
        ("a_b.c9", "bfpeople0a91b92c999"),
    ],
)
def test_a_token_is_one_word(slug: str, word: str) -> None:
    assert token("people", slug) == word


@given(SLUGS, SLUGS)
def test_no_two_slugs_share_a_token(one: str, other: str) -> None:
    assert (token("people", one) == token("people", other)) == (one == other)
    assert token("topics", one).isalnum()


@given(st.text())
def test_folding_twice_is_folding_once_for_what_words_are_made_of(text: str) -> None:
    words = words_of(text)
    assert words_of(" ".join(words)) == words


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_every_given_word_leads_to_its_name(names: list[str]) -> None:
    found = person(*names)
    led = {form for words in found.words for forms in words for form in forms}
    assert {word for name in names for word in words_of(name)} <= led


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ёлкин", "елкин"),
        ("Чайковский", "чаиковскии"),
        ("É", "e"),
        ("Łódź", "lodz"),
        ("أحمد", "احمد"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded
