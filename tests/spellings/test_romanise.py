"""Names that everybody knows, in the Latin forms that newspapers and passports print."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.basics.romanise import language_of, latin_forms, romanised

RUSSIAN = {
    "путин": "putin poutine poetin",
    "ельцин": "yeltsin eltsine jelzin elcin jelcin jelcyn jeltsin eltsin",
    "хрущёв": "khrushchev khrouchtchev chruschtschow jruschov chruscev chruszczow chruscov"
    " hruscov krusciov chroesjtsjov chrusjtjov",
    "горбачёв": "gorbachev gorbatchev gorbatschow gorbachov gorbacev gorbaczow gorbacov gorbaciov"
    " gorbatsjov gorbatjov",
    "солженицын": "solzhenitsyn soljenitsyne solschenizyn solzhenitsin solzenicyn",
    "зеленский": "zelensky zelenskyy zelenskiy zelenskyi zelenskii zelenski selenski zelenskij",
    "достоевский": "dostoyevsky dostoevsky dostoyevskiy dostoevskii dostoievski dostojewski"
    " dostojevskij dostojevski",
    "чайковский": "chaikovsky tchaikovski tschaikowski chaikovskii cajkovskij czajkowski cajkovski"
    " tchaikovsky tsjaikovski tjajkovskij",
    "чехов": "chekhov tchekhov tschechow chejov cechov",
    "пушкин": "pushkin pouchkine puschkin puskin",
    "толстой": "tolstoy tolstoi tolstoj",
    "жуков": "zhukov joukov schukow",
    "троцкий": "trotsky trotskiy trotskii trotski trockij trocki trotzki",
    "троцкая": "trotskaya trotskaia trozkaja",
    "ходорковский": "khodorkovsky chodorkowski jodorkovski khodorkovskii",
    "навальный": "navalny navalnyy navalnyi nawalny navalniy navalnyj",
    "политковская": "politkovskaya politkovskaia politkowskaja",
    "соловьёв": "solovyov solowjow soloviov solovyev",
    "владимир": "vladimir wladimir",
    "александр": "aleksandr alexander alexandre alexandr",
    "сергей": "sergey sergei serguei sergej",
    "юрий": "yury yuri yuriy iurii iouri juri jurij",
    "евгений": "yevgeny evgeny yevgeniy evgenii evgueni jewgeni",
    "дмитрий": "dmitry dmitri dmitriy dmitrii dimitri",
    "пётр": "pyotr petr piotr pjotr",
    "наталья": "natalya natalia natalja",
    "мария": "maria mariya mariia marija",
}
UKRAINIAN = {
    "зеленський": "zelenskyy zelenskyi zelensky zelenskiy zelenski selenskyj selenski zelenskyj",
    "володимир": "volodymyr wolodymyr",
    "порошенко": "poroshenko porochenko poroschenko poroszenko",
    "янукович": "yanukovych ianoukovitch janukowytsch yanukovich janukovyc",
    "шевченко": "shevchenko chevtchenko schewtschenko sevcenko szewczenko",
    "сергій": "serhii serhiy serhij",
    "єрмак": "yermak iermak jermak",
    "згурський": "zghurskyi zhurskyy",
    "їжакевич": "yizhakevych",
}
OTHERS = [
    ("be", "лукашэнка", "lukashenka lukasenka"),
    ("be", "святлана", "svyatlana sviatlana"),
    ("bg", "борисов", "borisov"),
    ("bg", "христо", "hristo"),
    ("bg", "георги", "georgi"),
    ("sr", "ђинђић", "djindjic dindic"),
    ("sr", "милошевић", "milosevic"),
    ("mk", "груевски", "gruevski"),
    ("el", "τσιπρας", "tsipras"),
    ("el", "παπανδρεου", "papandreou"),
    ("el", "μητσοτακης", "mitsotakis"),
    ("el", "μπακογιαννη", "bakogianni"),
    ("ka", "სააკაშვილი", "saakashvili"),
    ("ka", "ზურაბიშვილი", "zurabishvili"),
    ("hy", "սարգսյան", "sargsyan"),
    ("hy", "փաշինյան", "pashinyan"),
]
CASES = [
    *(("ru", *case) for case in RUSSIAN.items()),
    *(("uk", *case) for case in UKRAINIAN.items()),
    *OTHERS,
]


@pytest.mark.parametrize(("lang", "word", "wanted"), CASES)
def test_a_name_has_the_forms_that_are_printed(lang: str, word: str, wanted: str) -> None:
    found = romanised(word, lang)
    assert set(wanted.split()) <= set(found)
    assert len(found) == len(set(found)) <= 22


@pytest.mark.parametrize(
    ("word", "tag", "lang"),
    [
        ("путин", None, "ru"), ("зеленський", None, "uk"), ("шамякін", "be", "be"),
        ("ціхановская", None, "uk"), ("ціханоўская", None, "be"), ("ђинђић", None, "sr"),
        ("путин", "en", "ru"), ("шмигаль", "uk-UA", "uk"), ("назарбаев", "kk", None),
        ("putin", "ru", None), ("普京", "zh", None), ("بوتين", None, None), ("ציפי", None, None),
        ("τσιπρας", None, "el"), ("τσιπρας", "en", "el"), ("김정은", None, None),
    ],
)  # fmt: skip
def test_a_word_tells_by_which_tables_it_is_read(word: str, tag: str, lang: str | None) -> None:
    assert language_of(word, tag) == lang


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("zelenskyy", "zelensky zelenskiy zelenskyi zelenskii zelenski"),
        ("zelensky", "zelenskyy zelenskiy zelenskyi zelenskii"),
        ("zelenskiy", "zelensky zelenskyy zelenskyi zelenskii zelenski"),
        ("politkovskaya", "politkovskaia politkovskaja"),
        ("mohammed", "muhammad mohammad mohamed muhammed mohamad"),
        ("polanski", ""),
        ("sky", ""),
        ("whisky", "whiskyy whiskiy whiskyi whiskii"),
        ("kowalska", ""),
        ("putin", ""),
        ("kelly", ""),
    ],
)
def test_one_latin_form_leads_to_another_only_where_no_other_name_is_meant(
    word: str, others: str
) -> None:
    assert set(latin_forms(word)) == set(others.split())


def test_a_letter_that_the_tables_do_not_have_gives_nothing() -> None:
    assert romanised("қазақ", "ru") == ()
    assert romanised("і", "ru") == ()


@given(
    st.sampled_from(["ru", "uk", "be", "bg", "sr", "mk", "el", "ka", "hy"]),
    st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўђљњћџјѓќѕαβγδεζηθსაქართաբգու", min_size=1),
)
def test_forms_are_plain_latin_words(lang: str, word: str) -> None:
    for form in romanised(word, lang):
        assert form
        assert set(form) <= set(string.ascii_lowercase)
