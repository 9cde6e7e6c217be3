"""Names of other alphabets in Latin letters, in each of the forms that newspapers print.

One name has many Latin forms: Хрущёв is Khrushchev in English, Khrouchtchev in French,
Chruschtschow in German, Chruszczow in Polish, Jruschov in Spanish and Chruščev in a library.
Whoever types one of them means the same man. The forms are made by the published tables, each named
where it stands; they are plain: small letters, no diacritics, no signs for soft and hard, since
search folds all that.

Covered: Russian and Ukrainian (all systems below), Belarusian, Bulgarian, Macedonian, Serbian,
Greek, Georgian and Armenian (the national system of each). Not covered, on purpose: alphabets
that leave vowels unwritten (Arabic, Hebrew), in which a Latin form cannot be known from the
letters, so that only common names' usual Latin spellings stand for each other; Chinese characters,
which have one reading or several; Korean and the scripts of India, whose names follow custom rather
than a table; and Cyrillic of other languages.

Pure, standard library only.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Rule = tuple[str, str]
"""A pattern over the letters of a word, and what stands for it."""


class _System(NamedTuple):
    """One table, ready to be used: all rules as one pattern, and what each of them gives."""

    pattern: str
    """Compiled when a word needs it: few archives have names for all systems."""
    gives: Mapping[str, str]
    """By letter."""
    ruled: Sequence[str]
    """By number of the rule."""

    def apply(self, word: str) -> str:
        def latin(found: re.Match[str]) -> str:
            number = found.lastindex
            return self.gives[found[0]] if number is None else self.ruled[number - 1]

        return _compiled(self.pattern).sub(latin, word)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _letters(*lines: str) -> dict[str, str]:
    """Return a table from "а a  б b  ь -", a hyphen for a letter that is left out."""
    flat = " ".join(lines).split()
    return {
        letter: "" if latin == "-" else latin
        for letter, latin in zip(flat[::2], flat[1::2], strict=True)
    }


def _system(letters: Mapping[str, str], rules: Iterable[Rule] = ()) -> _System:
    """Return a system; an earlier rule goes before a later one, any rule before the letters."""
    rules = tuple(rules)
    parts = [f"({pattern})" for pattern, _ in rules]
    parts.append(f"[{''.join(letters)}]")
    return _System("|".join(parts), letters, [latin for _, latin in rules])


# -- Russian -----------------------------------------------------------------------------------

_RU: Final = _letters(
    "а a  б b  в v  г g  д d  е e  ё e  ж zh  з z  и i  й y  к k  л l  м m  н n  о o  п p",
    "р r  с s  т t  у u  ф f  х kh  ц ts  ч ch  ш sh  щ shch  ъ -  ы y  ь -  э e  ю yu  я ya",
)
"""The letters of BGN/PCGN 1947, from which the other systems differ."""

_V: Final = "аеёиоуыэюя"
_SOFT: Final = rf"(?:^|(?<=[{_V}йъь]))"
"""Where е is spoken ye: at the beginning, after a vowel, after a sign."""
_SOFT_E: Final = f"{_SOFT}е"
_SOFT_YO: Final = f"{_SOFT}ё"
_AFTER_HUSH: Final = "(?<=[жчшщ])ё"
_BETWEEN: Final = rf"(?<=[{_V}])с(?=[{_V}])"
_KS: Final = "кс"
_SCHOLARLY: Final = _letters("ж z  й j  х ch  ц c  ч c  ш s  щ sc  ю ju  я ja")
"""What ISO/R 9:1968 writes otherwise, its diacritics left out."""

_RUSSIAN: Final = (
    # BGN/PCGN 1947 as printed, apostrophes and diaeresis left out: Yel'tsin, Zelenskiy, Alekseyev.
    _system(_RU, [(_SOFT_E, "ye"), (_SOFT_YO, "ye")]),
    # English newspapers: -y for -ий and -ый, yo for ё: Yeltsin, Dostoyevsky, Pyotr, Kiselyov.
    _system(
        _RU,
        [("[иы]й$", "y"), ("ия", "ia"), (_KS, "x"), (_SOFT_E, "ye"), (_AFTER_HUSH, "e"),
         ("ьё", "yo"), ("ё", "yo")],
    ),
    # The same by those who write no ye and i for й: Dostoevsky, Evgeny, Andrei, Tatiana.
    _system(
        _RU,
        [("(?<=[сц]к)ий$", "y"), ("ий$", "i"), ("ый$", "y"), ("ия", "ia"), ("ья", "ia"),
         (_KS, "x"), ("й", "i")],
    ),
    # And with -y, where the former has -i: Evgeny, Dmitry, Yury, Alexey.
    _system(_RU, [("[иы]й$", "y"), ("ия", "ia"), ("ья", "ia"), (_KS, "x")]),
    # Passports: ICAO Doc 9303 part 3 section 6, the same letters as ALA-LC 1997 without its
    # diacritics: Iurii, Zelenskii, Mariia.
    _system(_RU | _letters("й i  ю iu  я ia  ъ ie"), []),
    # French newspapers, and French passports of the Soviet time: Poutine, Eltsine, Khrouchtchev.
    _system(
        _RU | _letters("ж j  й i  у ou  ч tch  ш ch  щ chtch  ю iou  я ia"),
        [("ин$", "ine"), ("ын$", "yne"), ("ий$", "i"), ("ый$", "y"), ("ия", "ia"),
         ("г(?=[еёиыэ])", "gu"), (_BETWEEN, "ss"), (_AFTER_HUSH, "e"), ("ьё", "io"), ("ё", "io"),
         (rf"(?<=[{_V}ьъ])е", "ie"), (_KS, "x")],
    ),
    # German newspapers (Duden, transcription of Russian): Jelzin, Chruschtschow, Wladimir.
    _system(
        _RU | _letters("в w  ж sch  з s  й i  х ch  ц z  ч tsch  ш sch  щ schtsch  ю ju  я ja"),
        [("ий$", "i"), ("ый$", "y"), (_SOFT_E, "je"), (_AFTER_HUSH, "o"), ("ьё", "jo"),
         ("ё", "jo"), ("ьо", "jo"), (_BETWEEN, "ss"), (_KS, "x")],
    ),
    # Spanish newspapers, two hands: Jrushchov, Yevgueni; and Jruschov, Solzhenitsin.
    _system(
        _RU | _letters("х j"),
        [("ий$", "i"), ("[й]", "i"), ("ия", "ia"), ("г(?=[еёиэ])", "gu"), (_SOFT_E, "ye"),
         (_AFTER_HUSH, "o"), ("ьё", "io"), ("ё", "io")],
    ),
    _system(
        _RU | _letters("х j  щ sch  ы i"),
        [("[иы]й$", "i"), ("[й]", "i"), ("ия", "ia"), ("г(?=[еёиэ])", "gu"), (_SOFT_E, "ye"),
         (_AFTER_HUSH, "o"), ("ьё", "io"), ("ё", "io")],
    ),
    # Scholars and libraries, ISO/R 9:1968 without its diacritics: El'cin, Chruščev, Sergej. ISO
    # 9:1995 and GOST 7.79 A (Hruŝëv, Ûrij) are left out: without diacritics they tell too little.
    _system(_RU | _SCHOLARLY),
    # Czech and Slovak: Jelcin, Chruščov, Čajkovskij.
    _system(_RU | _SCHOLARLY, [(_SOFT_E, "je"), (_AFTER_HUSH, "o")]),
    # Slovene and Croatian: Hruščov, Hodorkovski.
    _system(
        _RU | _SCHOLARLY | _letters("х h"),
        [("(?<=[сц]к)ий$", "i"), ("ый$", "i"), (_SOFT_E, "je"), (_AFTER_HUSH, "o")],
    ),
    # Polish (the transcription of PWN): Jelcyn, Chruszczow, Czajkowski, Trocki, Dostojewski.
    _system(
        _RU | _letters("в w  е ie  ж z  й j  х ch  ц c  ч cz  ш sz  щ szcz  ю iu  я ia"),
        [("(?<=[сц]к)ий$", "i"), ("ый$", "y"), (_SOFT_E, "je"), ("(?<=[жчшщцл])е", "e"),
         ("(?<=[жчшщл])ё", "o"), (_SOFT_YO, "jo"), ("ё", "io"), ("(?<=[жшц])и", "y"),
         ("(?<=л)ю", "u"), ("(?<=л)я", "a"), (f"{_SOFT}ю", "ju"), (f"{_SOFT}я", "ja")],
    ),
    # Italian newspapers: Krusciov, Gorbaciov, Eltsin, Trotskij.
    _system(
        _RU | _SCHOLARLY | _letters("х k  ц ts"),
        [("(?<=[чщ])ё", "io"), ("ё", "io"), ("ч(?=[аоу])", "ci"), ("ш(?=[аоу])", "sci")],
    ),
    # Dutch newspapers (the Taalunie's tables): Poetin, Jeltsin, Chroesjtsjov, Tsjaikovski.
    _system(
        _RU | _letters("ж zj  х ch  й j  у oe  ч tsj  ш sj  щ sjtsj  ю joe  я ja"),
        [("ий$", "i"), ("ый$", "y"), (rf"й(?!$|[{_V}])", "i"), (_SOFT_E, "je"),
         (_AFTER_HUSH, "o"), ("ё", "jo")],
    ),
    # Swedish newspapers: Jeltsin, Chrusjtjov, Gorbatjov, Tjajkovskij.
    _system(
        _RU | _letters("ж zj  х ch  й j  ч tj  ш sj  щ sjtj  ю ju  я ja"),
        [(_SOFT_E, "je"), (_AFTER_HUSH, "o"), ("ё", "jo")],
    ),
)  # fmt: skip

_RUSSIAN_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "александр": ("alexander", "alexandre", "aleksander"),
    "дмитрий": ("dimitri",),
    "троцкий": ("trotzki",),
    "навальный": ("navalniy",),
    "чайковский": ("tchaikovsky",),
}
"""Forms that are usual and follow no table."""

# -- Ukrainian ---------------------------------------------------------------------------------

_UK: Final = _letters(
    "а a  б b  в v  г h  ґ g  д d  е e  є ye  ж zh  з z  и y  і i  ї yi  й y  к k  л l  м m  н n",
    "о o  п p  р r  с s  т t  у u  ф f  х kh  ц ts  ч ch  ш sh  щ shch  ь -  ю yu  я ya",
)
"""The letters of BGN/PCGN 1965."""
_UK_SOFT: Final = "(?:^|(?<=[аеєиіїоуюяйь]))"

_UKRAINIAN: Final = (
    # Resolution 55 of the Cabinet of Ministers, 2010: passports, and BGN/PCGN 2019. Zelenskyi.
    _system(
        _UK | _letters("є ie  ї i  й i  ю iu  я ia"),
        [("^є", "ye"), ("^ї", "yi"), ("^й", "y"), ("^ю", "yu"), ("^я", "ya"), ("зг", "zgh")],
    ),
    # BGN/PCGN 1965, apostrophes left out: Zelenskyy, Serhiy.
    _system(_UK),
    # English newspapers: Zelensky, Chornovil, Yulia.
    _system(_UK, [("ий$", "y"), ("ія", "ia"), ("ії", "ii")]),
    # French newspapers: Porochenko, Ianoukovitch, Zelensky.
    _system(
        _UK | _letters("є ie  ж j  ї i  й i  у ou  ч tch  ш ch  щ chtch  ю iou  я ia"),
        [("ий$", "y"), ("ій$", "i"), ("ія", "ia"), ("ьо", "io"), ("и(?=ч$)", "i")],
    ),
    # German newspapers (Duden, transcription of Ukrainian): Selenskyj, Janukowytsch, Wolodymyr.
    _system(
        _UK
        | _letters("в w  є je  ж sch  з s  ї ji  й j  х ch  ц z  ч tsch  ш sch  щ schtsch  ю ju")
        | _letters("я ja"),
        [("ьо", "jo")],
    ),
    # Spanish newspapers: Zelenski, Yanukóvich.
    _system(
        _UK | _letters("х j"),
        [("(?<=[сц])ький$", "ki"), ("ий$", "i"), ("ія", "ia"), ("[й]", "i"), ("и(?=ч$)", "i")],
    ),
    # Scholars and libraries (the scientific system, as ISO/R 9:1968): Zelens'kyj, Ševčenko.
    _system(_UK | _SCHOLARLY | _letters("є je  ї ji")),
    # Polish (the transcription of PWN): Szewczenko, Poroszenko, Zełenski.
    _system(
        _UK | _letters("в w  є ie  ж z  ї ji  й j  х ch  ц c  ч cz  ш sz  щ szcz  ю iu  я ia"),
        [("(?<=[сц])ький$", "ki"), (f"{_UK_SOFT}є", "je"), ("ьо", "io"),
         ("(?<=л)ю", "u"), ("(?<=л)я", "a"), (f"{_UK_SOFT}ю", "ju"), (f"{_UK_SOFT}я", "ja")],
    ),
)  # fmt: skip

# -- other Cyrillic ----------------------------------------------------------------------------

_BELARUSIAN: Final = (
    # BGN/PCGN 1979, apostrophes and breve left out: Lukashenka, Svyatlana.
    _system(
        _RU | _letters("г h  і i  ў w  ’ -"),
        [(f"(?:^|(?<=[{_V}іўйь’]))е", "ye"), (f"(?:^|(?<=[{_V}іўйь’]))ё", "yo"), ("ё", "yo")],
    ),
    # The instruction of the State Committee on Property, 2000/2007: Łukašenka as in passports
    # since 2023, diacritics left out.
    _system(
        _RU | _letters("г h  ж z  й j  і i  ў u  х ch  ц c  ч c  ш s  ’ -"),
        [(rf"(?:^|(?<=[{_V}іўйь’]))е", "je"), ("е", "ie"), ("ё", "io"), ("^ю", "ju"), ("ю", "iu"),
         ("^я", "ja"), ("я", "ia")],
    ),
)  # fmt: skip
_BULGARIAN: Final = (
    # The Transliteration Act of 2009, the same as BGN/PCGN 2013: Borisov, Sofia, Hristo.
    _system(_RU | _letters("х h  щ sht  ъ a  ь y"), [("ия$", "ia")]),
)
_SERBIAN_LETTERS: Final = _letters(
    "а a  б b  в v  г g  д d  ђ dj  е e  ж z  з z  и i  ј j  к k  л l  љ lj  м m  н n  њ nj  о o",
    "п p  р r  с s  т t  ћ c  у u  ф f  х h  ц c  ч c  џ dz  ш s",
)
_SERBIAN: Final = (
    # Gaj's Latin alphabet, which Serbian is written in as well; đ as dj and, below, as d.
    _system(_SERBIAN_LETTERS),
    _system(_SERBIAN_LETTERS | {"ђ": "d"}),
)
_MACEDONIAN: Final = (
    # The Macedonian Academy's system of 1970 and the passports' English-like letters.
    _system(_SERBIAN_LETTERS | _letters("ѓ gj  ќ kj  ѕ dz")),
    _system(_SERBIAN_LETTERS | _letters("ж zh  ѓ gj  ќ kj  ѕ dz  ц ts  ч ch  џ dj  ш sh")),
)

# -- other alphabets ---------------------------------------------------------------------------

_EL_VOICED: Final = "(?=[αεηιουωβγδζλμνρ])"
_EL: Final = _letters(
    "α a  β v  γ g  δ d  ε e  ζ z  η i  θ th  ι i  κ k  λ l  μ m  ν n  ξ x  ο o  π p  ρ r  σ s",
    "ς s  τ t  υ y  φ f  χ ch  ψ ps  ω o",
)
_EL_RULES: Final[tuple[Rule, ...]] = (
    ("ου", "ou"), (f"αυ{_EL_VOICED}", "av"), ("αυ", "af"), (f"ευ{_EL_VOICED}", "ev"),
    ("ευ", "ef"), (f"ηυ{_EL_VOICED}", "iv"), ("ηυ", "if"), ("γγ", "ng"), ("γξ", "nx"),
    ("γχ", "nch"), ("^μπ", "b"),
)  # fmt: skip
_GREEK: Final = (
    # ELOT 743, the same as ISO 843 type 2 and UN 1987: Tsipras, Papandreou; with b for μπ
    # at the beginning, as the standard allows.
    _system(_EL, _EL_RULES),
    # What newspapers make of it: d and g for ντ and γκ at the beginning, h for χ.
    _system(_EL | {"χ": "h"}, [*_EL_RULES, ("^ντ", "d"), ("^γκ", "g")]),
)
_GEORGIAN: Final = (
    # The national system of 2002, BGN/PCGN 2009, apostrophes left out: Saakashvili.
    _system(
        _letters(
            "ა a  ბ b  გ g  დ d  ე e  ვ v  ზ z  თ t  ი i  კ k  ლ l  მ m  ნ n  ო o  პ p  ჟ zh  რ r",
            "ს s  ტ t  უ u  ფ p  ქ k  ღ gh  ყ q  შ sh  ჩ ch  ც ts  ძ dz  წ ts  ჭ ch  ხ kh  ჯ j",
            "ჰ h",
        )
    ),
)
_ARMENIAN: Final = (
    # BGN/PCGN 1981, apostrophes left out: Sargsyan, Yerevan.
    _system(
        _letters(
            "ա a  բ b  գ g  դ d  ե e  զ z  է e  ը y  թ t  ժ zh  ի i  լ l  խ kh  ծ ts  կ k  հ h",
            "ձ dz  ղ gh  ճ ch  մ m  յ y  ն n  շ sh  ո o  չ ch  պ p  ջ j  ռ r  ս s  վ v  տ t  ր r",
            "ց ts  ւ v  փ p  ք k  օ o  ֆ f  և ev",
        ),
        [("ու", "u"), ("^ե", "ye"), ("^ո(?!վ)", "vo"), ("^և", "yev")],
    ),
)

_SYSTEMS: Final[Mapping[str, tuple[_System, ...]]] = {
    "ru": _RUSSIAN,
    "uk": _UKRAINIAN,
    "be": _BELARUSIAN,
    "bg": _BULGARIAN,
    "sr": _SERBIAN,
    "mk": _MACEDONIAN,
    "el": _GREEK,
    "ka": _GEORGIAN,
    "hy": _ARMENIAN,
}

CYRILLIC: Final = frozenset({"ru", "uk", "be", "bg", "sr", "mk"})
_NOT_COVERED: Final = frozenset(
    {"ab", "av", "ba", "bs", "ce", "cv", "kk", "ky", "mn", "os", "sah", "tg", "tk", "tt", "tyv"}
    | {"udm", "uz", "az", "cnr", "cu", "rue"}
)
"""Languages that are, or are at times, written in Cyrillic."""
_OWN_LETTERS: Final = (
    ("be", re.compile("ў")),
    ("uk", re.compile("[іїєґ]|[сц]ьк")),
    ("mk", re.compile("[ѓќѕ]")),
    ("sr", re.compile("[ђћљњџј]")),
    ("ru", re.compile("[ёыэъ]")),
)
"""Letters by which a name tells its language, the telling ones first."""

_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_BY_SCRIPT: Final = (
    ("el", re.compile("[\u0370-\u03ff]")),
    ("ka", re.compile("[\u10d0-\u10ff]")),
    ("hy", re.compile("[\u0561-\u0587]")),
)


def language_of(word: str, tag: str | None = None) -> str | None:
    """Return by which language's tables a small-lettered word is to be read; None: by none.

    `tag` is the language that somebody said it is in, which counts where it is written in Cyrillic.
    Cyrillic that neither says nor shows its language is taken for Russian; that of a language which
    is not covered is left alone.
    """
    base = None if tag is None else tag.split("-", maxsplit=1)[0]
    if _CYRILLIC.search(word):
        if base in CYRILLIC:
            return base
        if base in _NOT_COVERED:
            return None
        return next((lang for lang, own in _OWN_LETTERS if own.search(word)), "ru")
    return next((lang for lang, letters in _BY_SCRIPT if letters.search(word)), None)


@lru_cache(maxsize=65536)
def romanised(word: str, lang: str) -> tuple[str, ...]:
    """Return the Latin forms of one word in small letters, each once, the plainest first.

    `word` is in Unicode NFC, the Greek without its accents. Nothing where a letter of it has no
    place in the tables of `lang`.
    """
    forms: dict[str, None] = {}
    for system in _SYSTEMS[lang]:
        form = system.apply(word)
        if not form.isascii() or not form.isalpha():
            return ()
        forms[form] = None
    if lang == "ru":
        forms |= dict.fromkeys(_RUSSIAN_NAMES.get(word, ()))
    if lang in {"ru", "uk"}:
        # Of the endings that Latin forms of -ский and -ський are seen with, those of the first
        # table's stem are enough, and -ski for the German -skyj.
        forms |= dict.fromkeys(latin_forms(next(iter(forms))))
        forms |= {form[:-2] + "i": None for form in tuple(forms) if form.endswith("skyj")}
    return tuple(forms)


_SKYY: Final = re.compile(r"(.{2,}(?:sk|zk))(?:yy|yi|iy|ii|ij|yj)")
_SKY: Final = re.compile(r"(.{2,}(?:sk|zk))y")
_SKAYA: Final = re.compile(r"(.{2,}(?:sk|zk)a)(?:ya|ia|ja)")


_ARABIC: Final = """
muhammad mohammad mohammed mohamed muhammed mohamad
ahmad ahmed
hussein husayn hossein husain hussain hosein
mahmoud mahmud mahmood
mustafa mostafa moustafa
yusuf youssef yousef yusef yousuf yusof
abdullah abdallah abdollah abdulla
khaled khalid
osama usama oussama
suleiman sulayman soleiman sulaiman souleiman
tariq tarek tareq
faisal faysal feisal
ibrahim ebrahim
gaddafi qaddafi kadhafi gadhafi qadhafi kaddafi
"""
"""Names that Arabic and Persian write in one way and Latin letters in several, a line for each."""
_SAME_NAME: Final = {
    word: tuple(same for same in names if same != word)
    for names in map(str.split, _ARABIC.strip().splitlines())
    for word in names
}
"""By each of them the others."""


def latin_forms(word: str) -> tuple[str, ...]:
    """Return the other Latin forms of a name of which only one Latin form is known.

    Only what nobody else can be called by: another spelling of an Arabic or Persian name that has
    no one spelling in Latin letters; an ending such as -skyy or -skiy comes from Cyrillic
    alone, and so from -ский or -ський, which is printed as -sky as well. But -sky does not lead to
    -ski: Polansky and Polanski are two names. `word` is in small letters, without diacritics.
    """
    endings: tuple[str, ...]
    if word in _SAME_NAME:
        return _SAME_NAME[word]
    if found := _SKYY.fullmatch(word):
        endings = ("y", "yy", "iy", "yi", "ii", "i")
    elif found := _SKY.fullmatch(word):
        endings = ("yy", "iy", "yi", "ii")
    elif found := _SKAYA.fullmatch(word):
        endings = ("ya", "ia", "ja")
    else:
        return ()
    return tuple(found[1] + ending for ending in endings if found[1] + ending != word)
