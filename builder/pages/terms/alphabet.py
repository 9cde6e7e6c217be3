"""The order of names in an index: Unicode collation (UTS 10) as each language has it in CLDR.

What is here of CLDR's root collation is the letters of seven alphabets, in groups that have one
primary weight; letters with marks are taken apart (NFD) and so need no place of their own. Names in
scripts without an alphabet are read out in Latin letters: Chinese in pinyin with its tones, sign by
sign, as CLDR's `zh` orders it but for the strokes. The tests hold the order against ICU's own.

Source: CLDR 48, common/collation (root.xml, ar.xml, es.xml, fa.xml, uk.xml), Unicode License v3.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROOT: Final = {
    "Latin": (
        "a ẚ b ƀ ɓ ƃ c ȼ ƈ dđð ȸ ɖ ɗ ƌ ȡ ẟ e ɇ ǝ ə ɛ f ƒ g ǥ ɠ ɣ ƣ hħ ƕ i ı ɨ ɩ j ȷ ɉ k ƙ lł "
        "ỻ ƚ ȴ ƛ m n ɲ ƞ ȵ ŋ oø ɔ ɵ ȣ p ƥ q ȹ ɋ ĸ r ʀ ɍ s ȿ ẜ ẝ ʃ ƪ t ƾ ŧ ƫ ƭ ʈ ȶ u ʉ ɯ ʊ v "
        "ʋ ỽ ʌ w x y ɏ ƴ ỿ ȝ z ƍ ƶ ȥ ɀ ʒ ƹ ƺ þ ƿ ƻ ƨ ƽ ƅ ɂ ŉ ǀ ǁ ǂ ǃ "
    ),
    "Greek": (
        "α β γ δ ε ϝ ͷ ϛ ζ ͱ η θ ι ϳ κ ϗ λ μ ν ξ ο π ϻ ϟ ϙ ρ ϼ σς ͼ ͻ ͽ τ υ φ χ ψ ω ϡ ͳ ϸ ϣ "
        "ϥ ϧ ϩ ϫ ϭ ϯ "
    ),
    "Cyrillic": (
        "а ә ӕ б в гґ ғ ӻ ҕ ӷ д ԁ ђ ԃ ҙ е є ж ԫ җ з ԅ ԑ ѕ ӡ ԇ и ҋ і й ј к қ ӄ ҡ ҟ ҝ ԟ ԛ л ӆ "
        "ԯ ԓ ԡ љ ԉ ԕ м ӎ н ԩ ӊ ң ӈ ԣ ҥ њ ԋ о ө п ԥ ҧ ҁ р ҏ ԗ с ԍ ҫ т ԏ ҭ ћ у ү ұ ѹ ф х ӽ ӿ ҳ "
        "һ ԧ ѡ ѿ ѽ ѻ ц ҵ ч ԭ ҷ ӌ ҹ ҽ ҿ џ ш щ ъ ы ь ҍ ѣ э ю я ԙ ѥ ѧ ѫ ѩ ѭ ѯ ѱ ѳ ѵ ҩ ԝ ӏ "
    ),
    "Georgian": (
        "ა ბ გ დ ე ვ ზ ჱ თ ი კ ლ მ ნ ჲ ო პ ჟ რ ს ტ ჳ უ ფ ქ ღ ყ შ ჩ ც ძ წ ჭ ხ ჴ ჯ ჰ ჵ ჶ ჷ ჸ ჹ ჺ "
    ),
    "Armenian": (
        "ա ՠ բ գ դ ե և զ է ը թ ժ ի լ խ ծ կ հ ձ ղ ճ մ յ ն շ ո չ պ ջ ռ ս վ տ ր ց ւ փ ք օ ֆ "
    ),
    "Hebrew": ("א ב ג ד ה ו ז ח ט י כך ל מם נן ס ע פף צץ ק ר ש ת "),
    "Arabic": (
        "ءٴ ٵ ٶ ٷ ٸ آ أ ٲ ٱ ؤ إ ٳ ئ ا ٮ ب ٻ پ ڀ ة ت ث ٹ ٺ ټ ٽ ٿ ج ڃ ڄ چ ڿ ڇ ح خ ځ ڂ څ د ذ ڈ "
        "ډ ڊ ڋ ڌ ڍ ڎ ڏ ڐ ر ز ڑ ڒ ړ ڔ ڕ ږ ڗ ژ ڙ س ش ښ ڛ ڜ ص ض ڝ ڞ ط ظ ڟ ع غ ڠ ف ڡ ڢ ڣ ڤ ڥ ڦ ٯ "
        "ق ڧ ڨ ك ک ڪ ګ ڬ ڭ ڮ گ ڰ ڱ ڲ ڳ ڴ ػ ؼ ل ڵ ڶ ڷ ڸ م ن ں ڻ ڼ ڽ ڹ ه ھ ہ ۃ ە و ۄ ۅ ۆ ۇ ۈ ۉ "
        "ۊ ۋ ۏ ى ي ی ۍ ێ ې ۑ ؽ ؾ ؿ ؠ ے "
    ),
}
"""Letters of one primary weight stand together, in the order of their secondary weights."""

_TAILORED: Final = {
    "ar": (("ٸ", "ءأؤإئا ٱ"), ("ڀ", "ةت"), ("ۏ", "یىي")),
    "es": (("n", "ñ"),),
    "fa": (("ٸ", "آ اٱ ءأٲإٳؤئ"), ("ڨ", "کڪګكڬڭڮ"), ("ۏ", "هەہةۃۀھ یىےيېۑۍێ")),
    "uk": (("г", "ґ"), ("і", "ї")),
}
"""Groups that stand elsewhere in a language: behind the group of which letter."""
_EXPANDED: Final = {"æ": "ae", "œ": "oe", "ß": "ss", "ẞ": "ss"}
_EXPANDED_IN: Final = {"ar": {"آ": "ءا"}}
_HEADED: Final = {"ء": "ا", "ة": "ت", "ی": "ي"}
"""Under which letter a group stands in Arabic; others stand under their first."""
_FIRST_SCRIPT: Final = {
    "Cyrillic": "be bg kk ky mk mn ru sr tg uk",
    "Arabic": "ar ckb fa ps sd ug ur",
    "Greek": "el",
    "Georgian": "ka",
    "Armenian": "hy",
    "Hebrew": "he yi",
}
"""The script that comes before all others in a language; Latin in every other."""

_BEFORE_LETTERS: Final = " _-‐–—―,;:!¡?¿.…·'‘’‚‹›\"“”„«»()[]{}§@*/\\&#%•0123456789"
"""Signs and figures in the root's order; what is not here is passed over."""
_NO_ALPHABET: Final = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "YI ")
_FIRST_LEVEL: Final = (0xB0A1, 0xD7F9)
_MARKS: Final = (
    "\u0313\u0314\u0301\u0300\u0306\u0302\u030c\u030a\u0308"
    "\u030b\u0303\u0307\u0338\u0327\u0328\u0304"
)
"""Marks in the root's order."""
_MANY: Final = 10_000
_OF_TWO: Final = 100_000
"""What a letter that is sorted as two has over these two."""


class Place(NamedTuple):
    """Where a name stands in an index."""

    letter: str
    """The heading; "" for what begins with none."""
    rank: int
    """Of the letter, among all letters."""
    key: tuple[object, ...]
    """Of the name, below its letter."""


class Alphabet:
    """The letters of all scripts in the order of one language."""

    def __init__(self, lang: str) -> None:
        """Take the language of the page."""
        base = lang.split("-", maxsplit=1)[0]
        self._is_chinese = base == "zh"
        first = next((s for s, tags in _FIRST_SCRIPT.items() if base in tags.split()), "Latin")
        groups = {script: text.split() for script, text in _ROOT.items()}
        for anchor, text in _TAILORED.get(base, ()):
            moved = text.split()
            for script, found in groups.items():
                if any(anchor in group for group in found):
                    groups[script] = _placed(found, anchor, moved)
        ordered = [*groups[first], *(g for s in groups if s != first for g in groups[s])]
        heads = _HEADED if base == "ar" else {"ء": "ا"} if base == "fa" else {}
        self._letters: dict[str, tuple[int, int]] = {}
        self._heads: dict[int, str] = {}
        for rank, sign in enumerate(_BEFORE_LETTERS):
            self._letters[sign] = rank, 0
        for rank, group in enumerate(ordered, start=len(_BEFORE_LETTERS)):
            self._heads[rank] = _capital(heads.get(group[0], group[0]))
            for number, letter in enumerate(group):
                self._letters[letter] = rank, number * _MANY
        self._expanded = _EXPANDED | _EXPANDED_IN.get(base, {})

    def place(self, name: str) -> Place:
        """Return where a name stands."""
        read: Sequence[str | int] = name
        if not name.isascii():
            name = unicodedata.normalize("NFC", name)
            read = _read_out(name)
        is_read_out = read is not name
        primary: list[int] = []
        secondary: list[int] = []
        capitals: list[bool] = []
        for char in read:
            if isinstance(char, int):
                primary.append(char)
                secondary.append(0)
                capitals.append(False)
                continue
            small = char.casefold() if char not in self._expanded else char
            parts = self._expanded.get(small, small)
            for letter in parts:
                self._add(letter, primary, secondary)
            if small in _EXPANDED:
                secondary[-len(parts)] += _OF_TWO
            capitals.extend([small != char] * (len(primary) - len(capitals)))
        first = next((rank for rank in primary if rank >= len(_BEFORE_LETTERS) - 10), None)
        head = "" if first is None else self._heads.get(first, "")
        # In Chinese the names read out come first below their letter.
        late = self._is_chinese and not is_read_out
        key = (late, tuple(primary), tuple(secondary), tuple(capitals), name)
        return Place(head, _MANY if first is None or not head else first, key)

    def _add(self, letter: str, primary: list[int], secondary: list[int]) -> None:
        """Add a letter's weights, or those of its parts; a mark's to the letter before it."""
        found = self._letters.get(letter)
        if found is not None:
            primary.append(found[0])
            secondary.append(found[1])
            return
        for part in unicodedata.normalize("NFD", letter):
            if unicodedata.combining(part):
                if secondary:
                    place = _MARKS.find(part) + 1
                    secondary[-1] += place or len(_MARKS) + ord(part)
            elif part.isalnum():
                rank, weight = self._letters.get(part, (_MANY + ord(part), 0))
                primary.append(rank)
                secondary.append(weight)


@cache
def alphabet(lang: str) -> Alphabet:
    """Return the alphabet of a language, made once."""
    return Alphabet(lang)


def _placed(groups: list[str], anchor: str, moved: list[str]) -> list[str]:
    """Return groups without the letters of the moved ones, and those behind the anchor's group."""
    letters = set("".join(moved))
    kept = ["".join(c for c in group if c not in letters) for group in groups]
    at = next(place for place, group in enumerate(kept) if anchor in group) + 1
    return [group for group in (*kept[:at], *moved, *kept[at:]) if group]


def _capital(letter: str) -> str:
    large = letter.upper()
    return large if len(large) == 1 and not "ა" <= letter <= "ჺ" else letter


def _read_out(name: str) -> Sequence[str | int]:
    """Return a name with what stands in scripts without an alphabet in Latin letters.

    Behind a syllable a blank, so that those of one sign come before those that begin like it; then
    the place of the sign among those that are read so, which keeps families of one name together.
    """
    if not any(unicodedata.name(char, "").startswith(_NO_ALPHABET) for char in name):
        return name
    from anyascii import anyascii  # noqa: PLC0415 - a large table

    read: list[str | int] = []
    for char in name:
        if unicodedata.name(char, "").startswith(_NO_ALPHABET):
            read += (*anyascii(char), " ", _among_its_like(char))
        else:
            read.append(char)
    return read


def _among_its_like(sign: str) -> int:
    """Return a number that orders signs of one syllable by its tones.

    The 3,755 signs of the first level of GB 2312 stand in the order of pinyin there, tones
    included, which spares a dictionary. Others come behind them.
    """
    try:
        code = int.from_bytes(sign.encode("gb2312"))
    except UnicodeEncodeError:
        code = 0
    return code if _FIRST_LEVEL[0] <= code <= _FIRST_LEVEL[1] else 0x1_0000 + ord(sign)
