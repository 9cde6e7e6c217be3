"""How an article is cited: in words, and as BibTeX, RIS and CSL-JSON to take away.

The three files are `data:` addresses: they need no script, no file more for each article, and work
from a disk too. They are long and the same in many places, so what is the same is made once. Pure;
called by `articles`, and by `correction` for a new version of a text.

BibTeX fields are those of biblatex 3.20 (whose dates are EDTF), with year and month for older
styles; RIS follows its specification of 2011, CSL-JSON the schema of CSL 1.0.2.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import json

from builder.basics.dates import ArchiveDate
from builder.basics.digests import version_of
from builder.pages.views.articles import Citation, Download

if TYPE_CHECKING:
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
_UNCODED: Final = re.compile(r"[A-Za-z0-9/:.,_~\-]*")
"""As most addresses are."""
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
_PLAIN: Final = re.compile(r"[A-Za-z0-9 ,.:;!()/*+=@<>\-]*")
"""Texts that all three files write alike: nothing in them is special but in an address."""
_BREAKS: Final = r"[\x00-\x1f\x7f\x85\u2028\u2029]+"

_FAMILY_FIRST: Final = frozenset({"zh", "ja", "ko", "hu", "vi", "km"})
_NAME: Final = r"[^\W\d_]+(?:['’\-][^\W\d_]+)*"
_INITIALS: Final = r"(?:[^\W\d_]\.-?)+"
_PATRONYMIC: Final = r".+(?:ович|евич|ич|овна|евна|ична|йович|івна|ївна)"
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
    """One thing as each of the three files has it, ready for an address."""

    bibtex: str = ""
    ris: str = ""
    json: str = ""


_NOTHING: Final = _Spelled()


def cite(
    head: ArticleHead,
    digest: bytes,
    *,
    url: str,
    words: Words,
    date_text: str,
    archive: str,
    address: str | None,
) -> Citation:
    """Return how an article is cited.

    `digest` is the SHA-256 of its file, `url` counts from the site's root, `address` is the
    permalink, None without a base_url.
    """
    version = version_of(digest)
    # The part of the address that names the article.
    slug = url.removesuffix(".html").removesuffix("/index").rpartition("/")[2]
    lang, date = head.lang, head.date
    outlet = None if head.source is None else head.source.outlet
    shown = outlet or archive
    title = _spelled(head.title)
    names = _authors(head.authors, lang) if head.authors else _NOTHING
    kept_in = None if outlet is None else archive
    if date.end is None:
        doubts = date.uncertain, date.approximate
        told = _told(shown, kept_in, lang, (date.year, date.month, date.day), doubts)
    else:
        told = _around(shown, kept_in, lang, _lines(date))
    key = slug if date.year is None else f"{slug}-{date.year:04d}"
    where = _NOTHING
    if address is not None:
        coded = _coded(address)
        where = _Spelled(f"{_URL}{coded}{_END}", f"{_UR}{coded}", f"{_ITEM_URL}{coded}{_QUOTE}")
    bibtex = (
        f"{_BIBTEX}{key}{names.bibtex}{_TITLE}{title.bibtex}{_TITLE_END}{told.bibtex}"
        f"{where.bibtex}{_VERSION}{version}{_BIBTEX_END}"
    )
    ris = f"{_RIS}{names.ris}{_TI}{title.ris}{told.ris}{where.ris}{_N1}{version}{_RIS_END}"
    item = (
        f"{_CSL}{key}{_ITEM_TITLE}{title.json}{_QUOTE}{names.json}{told.json}{where.json}"
        f"{_ITEM_VERSION}{version}{_CSL_END}"
    )
    if head.authors:
        text = words.format(
            "cited",
            names=words.names(head.authors),
            title=head.title,
            source=shown,
            date=date_text,
        )
    else:
        text = words.format("cited_unsigned", title=head.title, source=shown, date=date_text)
    return Citation(
        text=text,
        archive=kept_in,
        address=address,
        version=version,
        downloads=(
            Download(label="BibTeX", name=f"{slug}.bib", address=bibtex),
            Download(label="RIS", name=f"{slug}.ris", address=ris),
            Download(label="CSL-JSON", name=f"{slug}.json", address=item),
        ),
    )


# -- spelling ----------------------------------------------------------------------------------


def _coded(text: str) -> str:
    if _UNCODED.fullmatch(text) is not None:
        return text
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
    if _PLAIN.fullmatch(text) is not None and "--" not in text:
        coded = text.replace(" ", "%20")
        if "<" in coded or ">" in coded:
            coded = coded.replace("<", "%3C").replace(">", "%3E")
        return _Spelled(coded, coded, coded)
    if not text.isprintable():  # as breaks are not
        text = re.sub(_BREAKS, " ", text)
    ris = _coded(text)
    tex = _tex(text)
    bibtex = ris if tex is text else _coded(tex)
    if '"' in text or "\\" in text:
        return _Spelled(bibtex, ris, _coded(json.encode(text)[1:-1].decode()))
    return _Spelled(bibtex, ris, ris)


@lru_cache(maxsize=4096)
def _told(
    shown: str,
    archive: str | None,
    lang: str,
    day: tuple[int | None, int | None, int | None],
    doubts: tuple[bool, bool],
) -> _Spelled:
    """Return all that many articles say alike; of a date that is no span, to the day at most."""
    (year, month, number), (is_uncertain, is_approximate) = day, doubts
    date = ArchiveDate(
        precision="day",
        year=year,
        month=month,
        day=number,
        uncertain=is_uncertain,
        approximate=is_approximate,
    )
    return _around(shown, archive, lang, _NOTHING if year is None else _lines(date))


def _around(shown: str, archive: str | None, lang: str, dated: _Spelled) -> _Spelled:
    """Return what an article appeared in, when, where it is kept that appeared elsewhere."""
    inside = _spelled(shown)
    bibtex, ris, item = "", "", ""
    if archive is not None:
        name = _spelled(archive)
        bibtex = f"{_LIBRARY}{name.bibtex}{_END}"
        ris = f"{_DB}{name.ris}"
        item = f"{_ITEM_ARCHIVE}{name.json}{_QUOTE}"
    return _Spelled(
        f"{_JOURNAL}{inside.bibtex}{_END}{dated.bibtex}{bibtex}{_LANGUAGE}{lang}{_END}",
        f"{_T2}{inside.ris}{dated.ris}{ris}{_LA}{lang}",
        f"{_ITEM_INSIDE}{inside.json}{_QUOTE}{dated.json}{item}{_ITEM_LANGUAGE}{lang}{_QUOTE}",
    )


@lru_cache(maxsize=4096)
def _authors(authors: tuple[str, ...], lang: str) -> _Spelled:
    names = [_author(name, lang) for name in authors]
    return _Spelled(
        f"{_AUTHOR}{'%20and%20'.join([name.bibtex for name in names])}{_END}",
        "".join([f"{_AU}{name.ris}" for name in names]),
        f"{_ITEM_AUTHORS}{','.join([name.json for name in names])}{_ITEM_AUTHORS_END}",
    )


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
    if middle and not (re.fullmatch(_INITIALS, middle) or re.fullmatch(_PATRONYMIC, middle)):
        return None
    given, family = words[0], words[-1]
    if not re.fullmatch(_NAME, family) or not (
        re.fullmatch(_NAME, given) or re.fullmatch(_INITIALS, given)
    ):
        return None
    # A capital, and not all of them: scripts without them tell nothing, and BBC is nobody.
    if not (given[0].isupper() and family[0].isupper()) or family.isupper():
        return None
    if given.isupper() and not re.fullmatch(_INITIALS, given):
        return None
    return (f"{given} {middle}" if middle else given), family


def _lines(date: ArchiveDate) -> _Spelled:
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
    return date.iso().partition("T")[0] + date.mark


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
