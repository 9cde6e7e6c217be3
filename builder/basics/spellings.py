"""All the ways in which one person, or one term, may be written by whoever looks for them.

Two things come out of the names that the archive gives: the words that an article's page carries
for the search index, and spellings by which a name look-up can tell what was typed. Both rest on
`fold`, which templates/static/search-names.js does in the same way.

A Latin form is made of a Cyrillic, Greek, Georgian or Armenian name only where it is that person's
own name: Джон Мильтон is how Russian writes John Milton, and "Dzhon Milton" is nobody. So where
Latin names are given too, a name is romanised when a Latin form of its last word is among them and
the name is of that language by its looks: a Slavic family name's ending, or a Slavic first name.
(Карл Маркс has neither: "Marks" must not find Marx.) A miss costs an alias in the person's file; a
false join would show one person's articles for another.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from builder.basics.letters import PLAIN
from builder.basics.romanise import CYRILLIC, language_of, latin_forms, romanised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Named = tuple[str, str | None]
"""A name and the language that it is said to be in, if any is said."""

Words = tuple[tuple[str, ...], ...]
"""A spelling: for each word the forms that it may have, folded."""


PROPER_KINDS: Final = frozenset({"people", "places", "organisations"})
"""Kinds of terms that have names of their own, which are romanised, and not titles in words."""


class Spellings(NamedTuple):
    """What one person or term may be called."""

    given: tuple[str, ...]
    """Names as the archive gives them, in small letters, without what is in another one."""
    derived: tuple[str, ...]
    """Latin words that were made of them and are not among them, folded."""
    words: tuple[Words, ...]
    """Every spelling, word by word, for a look-up."""


_FOLDED: Final = str.maketrans({**PLAIN, "ς": "σ"})
_SILENT: Final = re.compile("['’‘ʼʹʻ`´\u0640\u200c\u200d\u00ad]")
"""What stands inside a word and does not part it: apostrophes, the Arabic stretch, joiners."""

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
"""As passports write them: ICAO Doc 9303 part 3, section 6."""

_PATRONYMIC: Final = re.compile(r".{2,}(?:ович|евич|ьич|йич|овна|евна|ична|івна|ївна)")
_FAMILY: Final = re.compile(
    r".{2,}(?:[оеёєї]в|[иыії]н|[оеёє]ва|[иыії]на|ск(?:ий|ая|и|а|і)|ськ(?:ий|а)|цк(?:ий|ая|і)"
    r"|цьк(?:ий|а)|ко|нка|[ую]к|ич|ић|[ыио]й|ая|[ыи]х|дзе|швили)"
)
"""Endings of family names that are at home where Cyrillic is."""
_FIRST_NAMES: Final = """
андрей алексей александр александра анатолий борис вадим валерий валерия василий виталий
владимир владислав всеволод вячеслав геннадий георгий григорий дмитрий евгений евгения иван
игорь илья иосиф кирилл константин лев леонид михаил никита николай олег павел пётр петр семён
семен сергей станислав степан фёдор федор юлий юрий яков галина дарья екатерина елена ирина
ксения лариса людмила надежда наталья наталия оксана ольга светлана татьяна юлия андрій
анатолій борис василь віталій володимир вячеслав григорій дмитро євген іван ігор микола михайло
олександр олександра олексій петро сергій тарас федір юлія юрій ярослав
"""
"""First names in their Russian and Ukrainian forms, those left out that the West writes alike."""
_FIRST: Final = frozenset(_FIRST_NAMES.split())
_PERSIAN: Final = str.maketrans("یک", "يك")
_SEPARATE: Final = re.compile(r"[^\w\s'’ʼ-]|_")


def fold(text: str) -> str:
    """Return a text in the form in which two ways of writing it are equal.

    Small letters without diacritics: ё is е, й is и, é is e, Ł is l; Persian ی is Arabic ي.
    """
    if text.isascii():
        return text.lower()
    return _unmarked(unicodedata.normalize("NFKD", text).lower()).translate(_FOLDED)


def _unmarked(text: str) -> str:
    """Return small letters without the marks that Pagefind takes off, too."""
    marked = unicodedata.normalize("NFKD", text)
    return "".join([char for char in marked if unicodedata.category(char) != "Mn"])


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded: letters and digits, whatever else stands between."""
    text = _SILENT.sub("", fold(text))
    if text.isalnum():
        return (text,)
    spaced = "".join([char if char.isalnum() else " " for char in text])
    return tuple(spaced.split())


def token(kind: str, slug: str) -> str:
    """Return the hidden word by which search finds the pages of one person or term.

    Letters and digits alone, a digit at the end, so that no index takes it apart and no stemmer
    shortens it: `bfpeople0xi0jinping9`. A hyphen is 0; what else would be mistaken is 9 and a sign.
    """
    escaped = "".join([_ESCAPED.get(char, char) for char in slug])
    return f"bf{kind}0{escaped}9"


_ESCAPED: Final = {"-": "0", "0": "90", "_": "91", ".": "92", "9": "99"}


def spell(names: Iterable[Named], *, is_proper: bool) -> Spellings:
    """Return every spelling of one person or term from all its names.

    `is_proper`: whether Latin forms are made; those of a topic's name would be nobody's words.
    """
    given: dict[tuple[str, ...], Named] = {}
    shown: dict[str, tuple[str, tuple[str, ...]]] = {}
    for name, tag in names:
        words = words_of(name)
        if words:
            given.setdefault(words, (name, tag))
            lower = unicodedata.normalize("NFC", name.lower())
            shown.setdefault(_unmarked(lower), (lower, words))
    spelled: dict[Words, None] = {tuple((word,) for word in words): None for words in given}
    # Letters that Pagefind does not fold, as in Łuczywo or Straße, it gets folded as well.
    derived = {word: None for words in given for word in words}
    if is_proper:
        for forms in _latin(given):
            spelled[forms] = None
            derived.update(dict.fromkeys(word for same in forms for word in same))
    written = _shown(list(shown.values()))
    known = {
        word
        for name in written
        for word in _unmarked(name).replace("'", "").replace("-", " ").replace("ς", "σ").split()
    }
    return Spellings(
        given=tuple(written),
        derived=tuple(word for word in derived if word not in known),
        words=tuple(_not_covered(list(spelled))),
    )


def _shown(names: Sequence[tuple[str, tuple[str, ...]]]) -> list[str]:
    """Return the names that are not a run of words of another one, words parted by spaces.

    No dots between the parts of a Chinese transcription, which Pagefind would take for one word;
    Persian letters as Arabic ones, too, which it does not fold.
    """
    joined = {words: f" {' '.join(words)} " for _, words in names}
    written: dict[str, None] = {}
    for name, words in names:
        if any(joined[words] in other for key, other in joined.items() if key != words):
            continue
        spaced = " ".join(_SEPARATE.sub(" ", name).split())
        written |= {spaced: None, spaced.translate(_PERSIAN): None}
    return list(written)


def _latin(given: Mapping[tuple[str, ...], Named]) -> Iterator[Words]:
    """Yield for each name its words with all their Latin forms, where any word gained one."""
    latin = {form for words in given for word in words for form in (word, *latin_forms(word))}
    latin = {form for form in latin if form.isascii() and not form.isdigit()}
    tags = {tag.split("-")[0] for _, tag in given.values() if tag is not None}
    for words, (name, tag) in given.items():
        letters = _own_words(name)
        if len(letters) != len(words):  # a sign such as ¼ that folding takes apart
            letters = list(words)
        if all(word.isascii() for word in words):
            forms = tuple(
                dict.fromkeys((word, *latin_forms(word), own.translate(_UMLAUTS)))
                for word, own in zip(words, letters, strict=True)
            )
            if any(len(same) > 1 for same in forms):
                yield tuple(tuple(form for form in same if form.isascii()) for same in forms)
            continue
        said = _cyrillic_tag(letters, tags) if tag is None else tag
        made = tuple(_forms(word, said) for word in letters)
        if all(made) and (not latin or _is_own(letters, made, latin)):
            yield made


def _is_own(letters: Sequence[str], made: Words, latin: set[str]) -> bool:
    """Return whether a name is the person's own and not how another language writes it."""
    known = [not latin.isdisjoint(forms) for forms in made]
    last = max((n for n, word in enumerate(letters) if not _PATRONYMIC.fullmatch(word)), default=0)
    if not known[last]:
        return False
    if not any(map(_is_cyrillic, letters)):
        return True
    return _FAMILY.fullmatch(letters[last]) is not None or any(
        is_known and word in _FIRST for word, is_known in zip(letters, known, strict=True)
    )


def _own_words(name: str) -> list[str]:
    """Return the words of a name in small letters of its own; Greek without accents."""
    text = _SILENT.sub("", unicodedata.normalize("NFC", name.lower()))
    words = "".join([char if char.isalnum() else " " for char in text]).split()
    return [fold(word) if language_of(word) == "el" else word for word in words]


def _is_cyrillic(word: str) -> bool:
    return any("\u0400" <= char <= "\u04ff" for char in word)


def _cyrillic_tag(letters: Sequence[str], tags: set[str]) -> str | None:
    """Return the language of a Cyrillic name without a tag: as its letters or others tell."""
    if not any(map(_is_cyrillic, letters)):
        return None
    told = sorted({lang for word in letters if (lang := language_of(word)) not in {"ru", None}})
    if told:
        return told[0]
    found = tags & CYRILLIC
    return found.pop() if len(found) == 1 else None


def _forms(word: str, tag: str | None) -> tuple[str, ...]:
    lang = language_of(word, tag)
    if lang is not None:
        return romanised(word, lang)
    plain = fold(word)
    return (plain,) if plain.isascii() else ()


def _not_covered(spelled: Sequence[Words]) -> Iterator[Words]:
    """Yield the spellings that are not among the forms of another one."""
    for number, one in enumerate(spelled):
        if not any(
            len(other) == len(one)
            and all(set(mine) <= set(theirs) for mine, theirs in zip(one, other, strict=True))
            for place, other in enumerate(spelled)
            if place != number and (place < number or other != one)
        ):
            yield one
