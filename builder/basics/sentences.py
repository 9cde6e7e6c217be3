"""Where sentences end, in the languages of newspapers, and how a long one is cut.

Plain text in, places in it out; rules of thumb that would rather join two sentences than part one.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_CJK: Final = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# A line break between two ideographs or their marks is the writer's, not the text's.
# (Not compiled before a text needs it: that takes longer than all else here.)
_CJK_BREAK: Final = (
    f"(?<=[{_CJK}\u3001-\u3003\u3008-\u3011\uff00-\uff65])[ \t]*\n[ \t]*"
    f"(?=[{_CJK}\u3001-\u3003\u3008-\u3011\uff00-\uff65])"
)
# Not every Unicode space: a no-break space was put there on purpose.
# (A pattern that matches every single space as well takes three times as long.)
_SPACES: Final = re.compile("[ ]*[\t\n\r\f\v][ \t\n\r\f\v]*|  +")

_CLOSERS: Final = "\"'’”»›)\\]）」』】》〉"
_SENTENCE_END: Final = re.compile(
    f"(?P<wide>[。！？｡]+[{_CLOSERS}]*)"  # CJK: no space follows
    f"|(?P<mark>[.!?…؟۔।։።។။]+[{_CLOSERS}]*)(?= |$)"
)
_LAST_WORD: Final = re.compile(r"[^\s(\[«„“\"‘]+$")
_INITIALS: Final = re.compile(r"(?:[^\W\d_][.-]?)*[^\W\d_]")
_SHORT_NUMBER: Final = re.compile(r"\d{1,2}|[IVXL]{1,4}")

# Words whose full stop belongs to them. Where one also ends a sentence now and then ("etc.", "г."),
# the cut only comes a sentence earlier or later.
_ABBREVIATION_LIST: Final = (
    # English
    "Mr Mrs Ms Dr Prof St Sen Rep Gov Gen Col Lt Capt Sgt Maj Cmdr Adm Rev Hon Jr Sr Inc Ltd Co "
    "Corp Bros vs No Nos Vol vol p pp ed eds etc al cf ca approx est Fig fig Art Sec ch Ave Blvd "
    "Mt Ft Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec "
    # Russian, Ukrainian
    "гг вв др пр им ул пл руб коп тыс млн млрд трлн см стр рис св проф акад ген обл респ изд ред "
    "экз чел кв мин сек тел н.э т.е т.д т.п т.к "
    # German, French, Spanish, Italian, Polish
    "Nr Hr Fr bzw Abs Str usw geb gest ggf Mme Mlle MM éd Sra Srta Sres Ud Uds Sig Dott ul tzw itd "
    "itp np"
)
_ABBREVIATIONS: Final = frozenset(_ABBREVIATION_LIST.split())
_BEFORE_NUMBERS: Final = frozenset({"no", "nos", "art", "sec", "vols", "nr", "tel"})
"""Words, most of them, but before a number abbreviations."""


def fold_spaces(text: str) -> str:
    """Return the text in one line: runs of white space become one space, none at the ends."""
    if "\n" in text:
        text = _SPACES.sub(" ", text if text.isascii() else re.sub(_CJK_BREAK, "", text))
    elif "  " in text or _has_breaks(text):
        text = _SPACES.sub(" ", text)
    return text.strip(" ")


def _has_breaks(text: str) -> bool:
    return "\t" in text or "\r" in text or "\f" in text or "\v" in text


def sentence_ends(text: str, start: int, end: int) -> Iterator[int]:
    """Yield the index after each sentence that ends between two indexes of a text in one line."""
    for found in _SENTENCE_END.finditer(text, start, end):
        if found.group("wide") is not None or _ends_sentence(text, found):
            yield found.end()


def _ends_sentence(text: str, found: re.Match[str]) -> bool:
    """Whether the mark at `found`, before a space, ends a sentence rather than an abbreviation."""
    following = text[found.end() + 1 : found.end() + 2]
    if following and following.islower():
        return False
    mark = found.group("mark")
    if mark[0] != "." or mark.startswith(".."):
        return True
    word_found = _LAST_WORD.search(text, max(0, found.start() - 30), found.start())
    if word_found is None:
        return False
    word = word_found.group()
    return not (
        (_INITIALS.fullmatch(word) is not None and (len(word) == 1 or "." in word))
        or word in _ABBREVIATIONS
        or (following.isdigit() and word.lower() in _BEFORE_NUMBERS)
        or _SHORT_NUMBER.fullmatch(word) is not None
    )


def cut_at_word(text: str, max_length: int) -> str:
    """Return the beginning of a text that is longer than `max_length`, cut between two words."""
    cut = text.rfind(" ", 0, max_length)
    if cut < max_length // 2:  # one endless word, or a script without spaces
        cut = max_length - 1
        while cut > 1 and (
            unicodedata.combining(text[cut]) or text[cut] in "\u200c\u200d\ufe0e\ufe0f"
        ):
            cut -= 1
    return text[:cut].rstrip(" ,;:—–-(«„“‘\"'،؛、，；：") + "…"
