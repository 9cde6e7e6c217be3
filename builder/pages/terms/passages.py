"""The sentences of an article that name a person.

Case and marks of letters do not matter, and Cyrillic names are found in all their cases. Of a name
of several words the last will do as well, where nobody else of the same article is called so.
Pure, and quick where a text names nobody: a page may ask hundreds of texts, and a corrected text is
asked twice.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from functools import cache, lru_cache
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple

from builder.basics.sentences import fold_spaces, sentence_ends
from builder.pages.views.listing import Passage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from builder.model.content import Body
    from builder.model.site import Term

AT_MOST: Final = 2
"""As many sentences as are found in one article, each in a paragraph of its own."""
LENGTH: Final = 200
"""Most characters of a passage; half as many in scripts that write no spaces."""
_BEFORE: Final = 80
"""As many of them may stand before the name."""

_NOTE: Final = re.compile(r'<sup id="fnref_[^"]*">.*?</sup>', re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")
_BREAK: Final = re.compile(r"<br[^>]*>")
_WORD: Final = re.compile(r"[^\W_]+")
_UNSEEN: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u0640\u064b-\u065f\u0670\u00ad"
    "\u200b-\u200f\u2060]"
)
"""Marks over and under letters, the stroke that makes Arabic words longer, soft hyphens."""
_CYRILLIC: Final = re.compile("[\u0400-\u052f]+")
_ENDING: Final = re.compile("(?:ая|яя|ое|ее|ыи|ии|ои|[аеиоуыэюяьі])$")
"""What goes or changes when a Cyrillic name is declined; й reads as и here."""
_FLEETING: Final = re.compile(r"(\w{4,})ець?")
"""Names that lose a vowel in most cases: Кравец, Кравца. Кравцов is another."""
_ARABIC: Final = re.compile("[\u0620-\u06ff]+")
_ARABIC_PREFIX: Final = "[وفبلك]?(?:ال)?"
"""And, so, in, for, as; then the article: they are written together with the name."""
_UNPARTED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
)
"""Letters of scripts that put no space between words, or none before endings."""
_STARTS: Final = rf"(?<![^\W{_UNPARTED}])"
_ENDS: Final = rf"(?![^\W{_UNPARTED}])"
"""No letter of the same word stands before, or after."""
_STARTS_PLAIN: Final = r"(?<!\w)"
_ENDS_PLAIN: Final = r"(?!\w)"
"""The same in a text without such letters. Many a pattern is made, and these thirty times as
quickly."""
_NOT_SURNAMES: Final = frozenset({"jr", "sr", "ii", "iii", "iv", "vi", "vii", "viii", "ix"})
_BYNAME: Final = frozenset({"the", "le", "el", "den", "der", "die", "of", "from"})
"""Before a byname, which is not a name by itself: Peter the Great, Hamilton of Philadelphia."""
_JOINED_TO_NEXT: Final = frozenset({"عبد", "أبو", "ابو", "أبي", "أم", "بن", "ابن", "بنت", "آل"})
_JOINED_TO_LAST: Final = frozenset({"الله", "الدين"})
"""Arabic words that are a name together with their neighbour alone."""
_LEAST: Final = 3
"""Letters of a surname that is looked for alone; one more where no capital tells it from a word."""
_STEM: Final = 4
"""Letters that all cases of a Cyrillic name have to share, where it stands alone."""


@cache  # compiled with the first text that may have such letters: it takes a while
def _no_spaces() -> re.Pattern[str]:
    return re.compile(f"[{_UNPARTED}]")


class PersonNames(NamedTuple):
    """What a person is called."""

    whole: tuple[str, ...]
    surnames: tuple[str, ...]
    words: frozenset[str]
    """Every word of these names, folded."""


def person_names(term: Term) -> PersonNames:
    """Return what a person is called, and what may stand for it alone."""
    whole = tuple(dict.fromkeys(name for name, _ in term.names))
    sorted_under = {
        name: filed.partition(",")[0].strip() for name, filed in term.sort_names if "," in filed
    }
    surnames = dict.fromkeys(sorted_under.get(name) or _surname(name) for name in whole)
    return PersonNames(
        whole,
        tuple(name for name in surnames if name and name not in whole),
        frozenset(word for name in whole for word in _WORD.findall(_fold(name)[0])),
    )


def sought(own: PersonNames, others: Iterable[PersonNames]) -> tuple[str, ...]:
    """Return what names a person in an article that is about, or names, these others too.

    A single word that is a part of another's name says nothing.
    """
    taken = frozenset().union(*(other.words for other in others))
    return tuple(
        name for name in (*own.whole, *own.surnames) if not taken or not _is_taken(name, taken)
    )


def _is_taken(name: str, taken: frozenset[str]) -> bool:
    words = _WORD.findall(_fold(name)[0])
    return len(words) == 1 and words[0] in taken


def _surname(name: str) -> str:
    """Return the last word of a name of several; "" where it cannot stand alone."""
    if _no_spaces().match(name):
        first, _, last = name.rpartition("·")
        return last if first and len(last) > 1 else ""
    words = _WORD.findall(name)
    while words and (words[-1].casefold() in _NOT_SURNAMES or words[-1].isdigit()):
        words.pop()
    if len(words) < 2 or words[-2].casefold() in _BYNAME:
        return ""
    last = words[-1]
    if words[-2] in _JOINED_TO_NEXT or last in _JOINED_TO_LAST:
        return f"{words[-2]} {last}" if len(words) > 2 else ""
    least = _LEAST if last[0].isupper() else _LEAST + 1
    return "" if last[0].islower() or len(last) < least else last


def passages(
    body: Body | None, names: tuple[str, ...], at_most: int = AT_MOST
) -> tuple[Passage, ...]:
    """Return the first sentences that hold one of these names, which `sought` gave.

    Only paragraphs that can be linked to are looked at: no headings, lists or quotations.
    """
    if body is None or not names:
        return ()
    html = "".join([part for part in body.parts if isinstance(part, str)])
    search = _search(names)
    folded, places = _fold(html)
    found: list[Passage] = []
    at = 0
    while len(found) < at_most:
        hits = [hit for needle in search.needles if (hit := folded.find(needle, at)) >= 0]
        if not hits:
            break
        at = min(hits)
        here = at if places is None else places[at]
        opened = html.rfind('<p id="p', 0, here)
        end = html.find("</p>", opened)
        if opened < 0 or end < here:
            at += 1  # in a heading, a list, a quotation
            continue
        number, _, rest = html[opened + len('<p id="p') : end].partition('"')
        passage = _passage(int(number), rest.partition(">")[2], search)
        if passage is not None:
            found.append(passage)
        at = end if places is None else bisect_left(places, end)
    return tuple(found)


def _passage(number: int, html: str, search: _Search) -> Passage | None:
    """Return the first sentence of a paragraph that holds a name."""
    if "<" in html:
        html = _TAG.sub("", _BREAK.sub(" ", _NOTE.sub("", html)))
    text = fold_spaces(unescape(html))
    folded, places = _fold(text)
    is_plain = folded.isascii() or _no_spaces().search(folded) is None
    for found in _pattern(search, is_plain=is_plain).finditer(folded):
        start, end = found.span()
        if places is not None:
            start, end = places[start], places[end]
        # A surname is told from a common word by its capital.
        if found.lastgroup == "alone" and text[start].islower():
            continue
        return _cut(number, text, start, end)
    return None


def _cut(number: int, text: str, start: int, end: int) -> Passage:
    """Return the sentence around a name, or as much of a long one as is readable."""
    left = 0
    right = len(text)
    for stop in sentence_ends(text, 0, len(text)):
        if stop <= start:
            left = stop
        elif stop >= end:
            right = stop
            break
    while text[left] == " ":
        left += 1
    opening = closing = ""
    has_spaces = 20 * text.count(" ", left, right) > right - left
    length = LENGTH if has_spaces else LENGTH // 2
    if right - left > length:
        least = start - _BEFORE * length // LENGTH
        if left < least:
            at = text.find(" ", least, start) + 1 if has_spaces else least
            left, opening = at or least, "…"
        most = max(end, left + length)
        if most < right:
            at = text.rfind(" ", end, most) if has_spaces else most
            right, closing = (most if at < 0 else at), "…"
    return Passage(
        anchor=f"p{number}",
        before=opening + text[left:start],
        name=text[start:end],
        after=text[end:right].rstrip(" ,;:—–-،؛、，；：") + closing if closing else text[end:right],
    )


class _Search(NamedTuple):
    """Names, ready to be looked for in folded text."""

    needles: tuple[str, ...]
    """Plain text, one of which stands wherever a name does."""
    several: tuple[tuple[str, str, str], ...]
    """Patterns of names, each with what may stand before it and behind it."""
    alone: tuple[tuple[str, str, str], ...]
    """Those of names of one word."""


@lru_cache(maxsize=512)
def _search(names: tuple[str, ...]) -> _Search:
    needles: dict[str, None] = {}
    several: list[tuple[str, str, str]] = []
    alone: list[tuple[str, str, str]] = []
    # Longer ones first: of all that begin at one place the longest is marked.
    for name in sorted(names, key=len, reverse=True):
        words = _WORD.findall(_fold(name)[0])
        if not words:
            continue
        is_alone = len(words) == 1
        has_capital = not name[0].islower()
        stems = [_stem(word, is_alone=is_alone) for word in words]
        (alone if is_alone and has_capital else several).append(
            (
                _boundary(words[0]),
                r"[\W_]{1,4}".join(re.escape(stem) + ending for stem, ending in stems),
                "" if _no_spaces().match(words[-1]) else _ENDS,
            )
        )
        needles[max((stem for stem, _ in stems), key=len)] = None
    return _Search(tuple(needles), tuple(several), tuple(alone))


@lru_cache(maxsize=512)
def _pattern(search: _Search, *, is_plain: bool) -> re.Pattern[str]:
    """Return a pattern for names; its group `alone` is a name of one word.

    `is_plain`: the text has no letter of a script that puts no space between words.
    """
    pattern = _joined(list(search.several), list(search.alone))
    if is_plain:
        pattern = pattern.replace(_STARTS, _STARTS_PLAIN).replace(_ENDS, _ENDS_PLAIN)
    return re.compile(pattern)


def _joined(several: list[tuple[str, str, str]], alone: list[tuple[str, str, str]]) -> str:
    start = end = ""
    around = {(before, behind) for before, _, behind in (*several, *alone)}
    if len(around) == 1:
        # Nearly always; and once for all of them these classes of letters are compiled far sooner.
        ((start, end),) = around
        several = [("", name, "") for _, name, _ in several]
        alone = [("", name, "") for _, name, _ in alone]
    kinds = [f"(?:{'|'.join(map(''.join, several))})"] if several else []
    kinds += [f"(?P<alone>{'|'.join(map(''.join, alone))})"] if alone else []
    return f"{start}(?:{'|'.join(kinds)}){end}" if kinds else "(?!)"


def _boundary(word: str) -> str:
    if _no_spaces().match(word):
        return ""
    return _STARTS + (_ARABIC_PREFIX if _ARABIC.match(word) else "")


def _stem(word: str, *, is_alone: bool) -> tuple[str, str]:
    """Return what stays of a word in all its cases, and a pattern for what may follow it."""
    if not _CYRILLIC.fullmatch(word) or len(word) < 3:
        return word, ""
    fleeting = _FLEETING.fullmatch(word)
    if fleeting is not None:
        return fleeting[1], "(?:ець?|ц(?:[аеуыяюиі]|[ое]м|еві))"
    stem = _ENDING.sub("", word)
    if is_alone and len(stem) < _STEM:
        return word, ""
    return stem, "[\u0400-\u052f]{0,3}"


class _Folding(dict[int, str]):
    """One plain small letter for each letter, made when first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        plain = [c for c in unicodedata.normalize("NFD", char.casefold()) if not _UNSEEN.match(c)]
        folded = self[code] = plain[0] if len(plain) == 1 else char
        return folded


_FOLDING: Final = _Folding(
    {ord(a): b for a, b in zip("ىةکیٱۀ", "يهكياه", strict=True)} | {ord("ß"): "s"}
)


def _fold(text: str) -> tuple[str, list[int] | None]:
    """Return a text without case and marks, and the place of each of its letters in the text.

    None where it is the same place.
    """
    if text.isascii():
        return text.lower(), None
    if _UNSEEN.search(text) is None:
        return text.translate(_FOLDING), None
    places = [place for place, char in enumerate(text) if not _UNSEEN.match(char)]
    folded = "".join([text[place] for place in places]).translate(_FOLDING)
    return folded, [*places, len(text)]
