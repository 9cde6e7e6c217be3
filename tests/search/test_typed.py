"""What readers type, and paste from what they read: signs, letters and dates of many kinds."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.search.signs import read_signs, spell_signs
from tests.browsing import serve
from tests.search.bundles import Asker, Text, write_bundle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

ENGLISH: Final = (
    "The capital—Moscow—fell … He came — and left & won, `so` they said. The oﬃcer’s hat."
)
FRENCH: Final = "L’Assemblée nationale : liberté, égalité ! Il dit « Non » — un cœur d’État."
TEXTS: Final = (
    Text(url="en.html", title="Now & then", body=ENGLISH, date="1969-12-31"),
    Text(url="wide.html", body="The code name was ＮＨＫ in Łódź.", date="1970-01-01"),
    Text(url="fr.html", lang="fr", body=FRENCH, date="1970-01-02"),
    Text(url="ru.html", lang="ru", body="Москва — столица. — Нет, — сказал он.", date="1970-01-03"),
    Text(url="uk.html", lang="uk", body="Обʼєднання лікарень.", date="1970-01-04"),
    Text(url="uk2.html", lang="uk", body="Об’єднання на ґанку.", date="1970-01-05"),
    Text(url="tr.html", lang="tr", body="Irak ve Kıbrıs.", date="1970-01-06"),
    Text(url="fa.html", lang="fa", body="می‌خواهم كتاب علي را.", date="1970-01-07"),
    Text(url="he.html", lang="he", body="דוד בן־גוריון בתל־אביב.", date="1970-01-08"),
    Text(url="de.html", lang="de", body="Der »Prager Frühling« war groß.", date="1970-01-09"),
)
ALL: Final = {text.url for text in TEXTS}

TYPED: Final = {
    # signs take words apart, and do not stand between the words of a phrase
    "moscow": {"en.html"},
    '"capital—Moscow—fell"': {"en.html"},
    '"came — and left"': {"en.html"},
    '"came and left & won"': {"en.html"},
    '"Now & then"': {"en.html"},
    "assemblée": {"fr.html"},
    "“l'Assemblée nationale : liberté, égalité !”": {"fr.html"},
    "«Москва — столица»": {"ru.html"},
    '"нет сказал"': {"ru.html"},
    "גוריון": {"he.html"},
    "می خواهم": {"fa.html"},
    "»Prager Frühling«": {"de.html"},
    "»Frühling Prager«": set(),
    "「prager frühling」": {"de.html"},
    # apostrophes that are letters
    "об'єднання": {"uk.html", "uk2.html"},
    "обʼєднання": {"uk.html", "uk2.html"},
    # letters that readers have no key for
    "officer": {"en.html"},
    "oﬃcer": {"en.html"},
    "nhk": {"wide.html"},
    "ＮＨＫ": {"wide.html"},
    "lodz": {"wide.html"},
    "Łódź": {"wide.html"},
    "coeur": {"fr.html"},
    "cœur": {"fr.html"},
    "ганку": {"uk2.html"},
    "ırak": {"tr.html"},
    "KIBRIS": {"tr.html"},
    "کتاب": {"fa.html"},
    "علی": {"fa.html"},
    "gross": {"de.html"},
    # the day that scripts count from, dates in other hands, and what is none
    "before:1970": {"en.html"},
    "after:1970": ALL - {"en.html"},
    "year：１９６９": {"en.html"},
    "before: 1970/1/2": {"en.html", "wide.html"},
    "year:1969–1970 moscow": {"en.html"},
    "moscow year:1970-1969": set(),
    "moscow before:soon": set(),
    "moscow after:1969-13": set(),
}


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "bound"])
def asker(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asker]:
    site = tmp_path_factory.mktemp("typed")
    langs = dict.fromkeys(text.lang for text in TEXTS)
    groups = [[text for text in TEXTS if text.lang == lang] for lang in langs]
    write_bundle(site, groups, is_bound=request.param)
    with serve(site) as root:
        one = Asker(browser, root)
        yield one
        one.close()


@pytest.mark.browser
def test_what_is_typed_is_understood(asker: Asker) -> None:
    found = {typed: set(asker.urls(typed)) for typed in TYPED}
    assert {typed: urls for typed, urls in found.items() if urls != TYPED[typed]} == {}


@pytest.mark.browser
def test_what_is_shown_has_its_signs(asker: Asker) -> None:
    for typed, marked, text in (
        ("assemblée", "L’Assemblée", FRENCH),
        ('"came and left"', "came — and left &", ENGLISH.replace("ﬃ", "ffi")),
    ):
        (item,) = asker.items(asker.search(typed)["top"])
        shown = "".join(part for part, _ in item["excerpt"])
        assert re.sub(r"\s", " ", shown).endswith(text)
        assert [re.sub(r"\s", " ", part) for part, is_hit in item["excerpt"] if is_hit] == [marked]
    assert item["title"] == "Now & then"


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("— &`'\u02bcﬁ")))
def test_signs_come_back(text: str) -> None:
    """But for spaces of several signs, what is joined or wide, and what nobody sees."""
    escaped = re.sub("[<&>]", lambda sign: f"&#{ord(sign[0])};", text)
    spelled = spell_signs(f"<p>{escaped}</p>")
    back = re.sub(r"\s+", " ", read_signs(spelled))
    told = re.sub("[\u00ad\u2060\ufeff]", "", escaped)
    assert unicodedata.normalize("NFKC", back) == unicodedata.normalize(
        "NFKC", re.sub(r"\s+", " ", f"<p>{told}</p>")
    )
    assert not [
        char
        for char in spelled
        if not char.isascii() and unicodedata.category(char) == "Po" and char < "\U00010000"
    ]
