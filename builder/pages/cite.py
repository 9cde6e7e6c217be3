"""How an article is cited: in words, and as BibTeX, RIS and CSL-JSON to take away.

The three files are `data:` addresses: they need no script, no file more for each article, and work
from a disk too. All but the end of each is made here, ready for an attribute: the end names the
version of the text, which a corrected text changes alone. Pure; called by `articles`.

BibTeX fields are those of biblatex 3.20 (whose dates are EDTF), with year and month for older
styles; RIS follows its specification of 2011, CSL-JSON the schema of CSL 1.0.2.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import json

from builder.pages.views import Citation, Download

if TYPE_CHECKING:
    from collections.abc import Iterable

    from builder.basics.dates import ArchiveDate
    from builder.model.content import ArticleHead
    from builder.model.words import Words


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)

# What is no code point of an address (URL standard, 4.3), what an attribute would need escaped, and
# the percent sign itself, first. Letters beyond ASCII may stand as they are.
_CODED: Final = tuple(
    (character, f"%{ord(character):02X}") for character in "% \r\n\"'<>#&\\^`{|}[]"
)
_TEX: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: "\\" + character for character in "&%$#_"},
}
_TEX_SPECIAL: Final = re.compile(r"[\\{}~^&%$#_]|([-`'])(?=\1)|[?!](?=`)")
"""And what TeX would join: two hyphens to a dash, two marks to a quotation mark."""
_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")

_FAMILY_FIRST: Final = frozenset({"zh", "ja", "ko", "hu", "vi", "km"})
_NAME: Final = re.compile(r"(?=[^\W\d_])[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.-?)+")
_PATRONYMIC: Final = re.compile(r".+(?:ович|евич|ич|овна|евна|ична|йович|івна|ївна)")
_OFFICES: Final = _words("""
    agence agency archive associated board bureau centre center collective committee correspondent
    correspondents council daily department desk dispatch editor editorial editors foundation
    gazette group herald independent institute international journal magazine media monitor network
    news newsroom newspaper observer office organisation organization post press project radio
    redaction reporter reporters review service staff standard team telegraph telegram times today
    tribune union voice watch wire writer writers
    агентство бюро газета журнал корреспондент комитет новости отдел редакция служба фонд центр
    агенція відділ новини редакція служба
""")
"""Words of which no one's name consists: what has one is an office and stays whole."""


class _Spelled(NamedTuple):
    """One text as each of the three files has it, ready for an address."""

    bibtex: str
    ris: str
    json: str


def cite(
    head: ArticleHead, *, slug: str, words: Words, date_text: str, archive: str, address: str | None
) -> Citation:
    """Return how an article is cited.

    `slug` is the last part of its address, `address` the permalink, None without a base_url.
    """
    lang, date = head.lang, head.date
    outlet = None if head.source is None else head.source.outlet
    shown = outlet or archive
    title = _spelled(head.title)
    inside = _kept(shown)
    year = "" if date.year is None else f"-{date.year:04d}"
    bibtex = [f"{_BIBTEX}{_coded(slug)}{year}"]
    ris = [_RIS]
    item = [f"{_CSL}{_coded(slug)}{year}", _ITEM_TITLE, title.json, _QUOTE]
    if head.authors:
        names = [_author(name, lang) for name in head.authors]
        bibtex += (_AUTHOR, "%20and%20".join([name.bibtex for name in names]), _END)
        ris += [f"{_AU}{name.ris}" for name in names]
        item += (_ITEM_AUTHORS, ",".join([name.json for name in names]), _ITEM_AUTHORS_END)
    bibtex += (_TITLE, title.bibtex, _TITLE_END, _JOURNAL, inside.bibtex, _END)
    ris += (_TI, title.ris, _T2, inside.ris)
    item += (_ITEM_INSIDE, inside.json, _QUOTE)
    if date.year is not None:
        dated = _dated(date)
        bibtex.append(dated.bibtex)
        ris.append(dated.ris)
        item.append(dated.json)
    if outlet is not None:
        kept = _kept(archive)
        bibtex += (_LIBRARY, kept.bibtex, _END)
        ris += (_DB, kept.ris)
        item += (_ITEM_ARCHIVE, kept.json, _QUOTE)
    bibtex += (_LANGUAGE, lang, _END)
    ris += (_LA, lang)
    item += (_ITEM_LANGUAGE, lang, _QUOTE)
    if address is not None:
        coded = _coded(address)
        bibtex += (_URL, coded, _END)
        ris += (_UR, coded)
        item += (_ITEM_URL, coded, _QUOTE)
    values = {"title": head.title, "source": shown, "date": date_text}
    if head.authors:
        text = words.format("cited", names=words.names(head.authors), **values)
    else:
        text = words.format("cited_unsigned", **values)
    return Citation(
        text=text,
        archive=None if outlet is None else archive,
        address=address,
        downloads=(
            _download("BibTeX", f"{slug}.bib", (*bibtex, _VERSION), _BIBTEX_END),
            _download("RIS", f"{slug}.ris", (*ris, _N1), _RIS_END),
            _download("CSL-JSON", f"{slug}.json", (*item, _ITEM_VERSION), _CSL_END),
        ),
    )


def _download(label: str, name: str, parts: Iterable[str], end: str) -> Download:
    return Download(label=label, name=name, start="".join(parts), end=end)


# -- spelling ----------------------------------------------------------------------------------


def _coded(text: str) -> str:
    for character, code in _CODED:
        if character in text:
            text = text.replace(character, code)
    return text


def _tex(text: str) -> str:
    if _TEX_SPECIAL.search(text) is None:
        return text
    tex = _TEX_SPECIAL.sub(lambda found: _TEX.get(found[0]) or found[0] + "{}", text)
    if "{" in text or "}" in text:
        # The plain way, which all readers know, where BibTeX, counting them, comes out even.
        plain = tex.replace(_TEX["{"], r"\{").replace(_TEX["}"], r"\}")
        return plain if _is_even(text) else tex
    return tex


def _is_even(text: str) -> bool:
    """Whether every brace that is opened is closed, and in this order."""
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


def _spelled(text: str) -> _Spelled:
    if _BREAKS.search(text) is not None:
        text = _BREAKS.sub(" ", text)
    ris = _coded(text)
    tex = _tex(text)
    bibtex = ris if tex is text else _coded(tex)
    if '"' in text or "\\" in text:
        return _Spelled(bibtex, ris, _coded(json.encode(text)[1:-1].decode()))
    return _Spelled(bibtex, ris, ris)


_kept = lru_cache(maxsize=1024)(_spelled)
"""For what many articles have in common."""


@lru_cache(maxsize=4096)
def _author(name: str, lang: str) -> _Spelled:
    """Return an author's name; one that is no plain name of a person is kept in one piece."""
    name = " ".join(name.split())
    parts = name_parts(name, lang)
    if parts is None:
        bare = name.replace("*", "")  # RIS knows no asterisk in a name
        return _Spelled(
            _coded(f"{{{_tex(name)}}}"),
            # A comma would part family and given name.
            _coded(bare.replace(",", "")),
            _coded(json.encode({"literal": name}).decode()),
        )
    given, family = parts
    return _Spelled(
        _coded(f"{_tex(family)}, {_tex(given)}"),
        _coded(f"{family}, {given}"),
        _coded(json.encode({"family": family, "given": given}).decode()),
    )


def is_office(name: str) -> bool:
    """Whether an author is an agency, a desk, a staff, rather than a person."""
    return not _OFFICES.isdisjoint(name.lower().split())


def name_parts(name: str, lang: str) -> tuple[str, str] | None:
    """Return the given and the family name of a plain "Given Family"; None where it may be other.

    Plain are two words, or three of which the second is initials or a patronymic, each with a
    capital, in a language that puts the family last; and none of them a word of an office.
    """
    words = name.split(" ")
    if lang.split("-", maxsplit=1)[0] in _FAMILY_FIRST or not 2 <= len(words) <= 3:
        return None
    if is_office(name):
        return None
    middle = words[1] if len(words) == 3 else ""
    if middle and not (_INITIALS.fullmatch(middle) or _PATRONYMIC.fullmatch(middle)):
        return None
    given, family = words[0], words[-1]
    if not _NAME.fullmatch(family) or not (_NAME.fullmatch(given) or _INITIALS.fullmatch(given)):
        return None
    # A capital, and not all of them: scripts without them tell nothing, and BBC is nobody.
    if not (given[0].isupper() and family[0].isupper()) or family.isupper():
        return None
    if given.isupper() and not _INITIALS.fullmatch(given):
        return None
    return (f"{given} {middle}" if middle else given), family


@lru_cache(maxsize=4096)
def _dated(date: ArchiveDate) -> _Spelled:
    """Return the lines of a date, as precise as it is known; the time of day is left out."""
    year = date.year or 1
    text = "/".join(_edtf(point) for point in (date, date.end) if point is not None)
    bibtex = f",\n  date = {{{text}}},\n  year = {{{year:04d}}}"
    if date.month is not None:
        bibtex += f",\n  month = {_MONTHS[date.month - 1]}"
    month = "" if date.month is None else f"{date.month:02d}"
    day = "" if date.day is None else f"{date.day:02d}"
    # The last part is for what year, month and day cannot say.
    doubt = "circa" if date.approximate else "?" if date.uncertain else ""
    if date.end is not None:
        doubt = f"{doubt} to {date.end.edtf()}".strip()
    ris = f"\r\nPY  - {year:04d}\r\nDA  - {year:04d}/{month}/{day}/{doubt}"
    issued: dict[str, object] = {
        "date-parts": [
            [part for part in (point.year, point.month, point.day) if part is not None]
            for point in (date, date.end)
            if point is not None
        ]
    }
    if date.approximate or date.uncertain:
        issued["circa"] = True
    item = f',"issued":{json.encode(issued).decode()}'
    return _Spelled(_coded(bibtex), _coded(ris), _coded(item))


def _edtf(date: ArchiveDate) -> str:
    """Return one point of a date as EDTF to the day at most."""
    mark = {(True, True): "%", (True, False): "?", (False, True): "~"}
    return date.iso().partition("T")[0] + mark.get((date.uncertain, date.approximate), "")


# -- the parts that are always the same, as they stand in an address ---------------------------

_BIBTEX: Final = "data:application/x-bibtex;charset=utf-8," + _coded("@article{")
_END: Final = _coded("}")
_AUTHOR: Final = _coded(",\n  author = {")
_TITLE: Final = _coded(",\n  title = {{")  # the second pair keeps its capitals
_TITLE_END: Final = _coded("}}")
_JOURNAL: Final = _coded(",\n  journal = {")
_LIBRARY: Final = _coded(",\n  library = {")
_LANGUAGE: Final = _coded(",\n  language = {")
_URL: Final = _coded(",\n  url = {")
_VERSION: Final = _coded(",\n  version = {")
_BIBTEX_END: Final = _coded("}\n}\n")

_RIS: Final = "data:application/x-research-info-systems;charset=utf-8," + _coded("TY  - NEWS")
_AU: Final = _coded("\r\nAU  - ")
_TI: Final = _coded("\r\nTI  - ")
_T2: Final = _coded("\r\nT2  - ")
_DB: Final = _coded("\r\nDB  - ")
_LA: Final = _coded("\r\nLA  - ")
_UR: Final = _coded("\r\nUR  - ")
_N1: Final = _coded("\r\nN1  - version ")
_RIS_END: Final = _coded("\r\nER  - \r\n")

_CSL: Final = "data:application/vnd.citationstyles.csl+json;charset=utf-8," + _coded('[{"id":"')
_ITEM_TITLE: Final = _coded('","type":"article-newspaper","title":"')
_ITEM_AUTHORS: Final = _coded(',"author":[')
_ITEM_AUTHORS_END: Final = _coded("]")
_ITEM_INSIDE: Final = _coded(',"container-title":"')
_ITEM_ARCHIVE: Final = _coded(',"archive":"')
_ITEM_LANGUAGE: Final = _coded(',"language":"')
_ITEM_URL: Final = _coded(',"URL":"')
_ITEM_VERSION: Final = _coded(',"version":"')
_QUOTE: Final = _coded('"')
_CSL_END: Final = _coded('"}]\n')
