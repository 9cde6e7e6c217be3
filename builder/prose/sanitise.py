"""Raw HTML in a text: read strictly, kept where the allow list has it, closed where it is open.

Three walls, one behind the other. `read_html` lets only well-formed tags be tags. `keep_attributes`
and `ALLOWED_TAGS` say which of them stay, and what to report. `clean` sends the whole body through
nh3 with an allow list of its own, which decides last and knows no address at all: `convert` puts
those in afterwards. Called by `convert` alone.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html import escape, unescape
from typing import TYPE_CHECKING, Final

import nh3

from builder.basics.languages import normal_tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID_TAGS: Final = _names("br hr img")

ALLOWED_TAGS: Final = _names(
    "p br em strong i b u s del ins sub sup small mark q cite abbr dfn blockquote ul ol li dl dt "
    "dd table caption thead tbody tfoot tr th td figure figcaption img a h2 h3 h4 h5 h6 hr pre "
    "code kbd samp var time span div details summary ruby rt rp bdi bdo"
)

FORMATTING_TAGS: Final = _names("a b code em i s small strong u")
"""Those that a parser opens again in every following block until they are closed (13.2.4.3)."""

OPTIONAL_END: Final = _names("p li dt dd rt rp thead tbody tfoot tr th td caption")
"""Those whose end tag HTML lets a writer leave out."""

_CELLS: Final = _names("th td")
_ROWS: Final = _CELLS | {"tr"}
_SECTIONS: Final = _ROWS | {"thead", "tbody", "tfoot", "caption"}
IMPLIED_END: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(
        _names("p ul ol dl table figure h2 h3 h4 h5 h6 hr pre div details blockquote"), _names("p")
    ),
    "li": _names("li p"),
    "dt": _names("dt dd p"),
    "dd": _names("dt dd p"),
    "rt": _names("rt rp"),
    "rp": _names("rt rp"),
    **dict.fromkeys(_CELLS, _CELLS | {"p"}),
    "tr": _ROWS | {"p", "caption"},
    **dict.fromkeys(_names("thead tbody tfoot"), _SECTIONS | {"p"}),
}
"""Which open elements end where another one starts (HTML 13.1.2.4)."""

DROPPED_WITH_CONTENT: Final = _names(
    "script style template iframe noscript noembed noframes object applet svg math select audio "
    "video canvas"
)
"""What stands in these is no text of the article."""


def _is_count(value: str) -> bool:
    return value.isascii() and value.isdigit() and 0 < int(value[:9]) <= 1000 and len(value) < 5


def _is_pixels(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 6


def _is_number(value: str) -> bool:
    return re.fullmatch(r"-?[0-9]{1,9}", value) is not None


def _is_web(value: str) -> bool:
    return re.fullmatch(r"https?://[^\s\"'<>\\]+", value) is not None


def _is_datetime(value: str) -> bool:
    return re.fullmatch(r"[0-9PTYMWDHSZ][0-9A-Z:.,+\- ]{0,40}", value) is not None


_GLOBAL: Final[dict[str, Callable[[str], bool]]] = {
    "lang": lambda value: normal_tag(value) is not None,
    "dir": lambda value: value.lower() in {"ltr", "rtl", "auto"},
    "title": lambda _: True,
}
_BY_TAG: Final[dict[str, dict[str, Callable[[str], bool]]]] = {
    "a": {"href": lambda _: True},
    "blockquote": {"cite": _is_web},
    "del": {"cite": _is_web, "datetime": _is_datetime},
    "details": {"open": lambda _: True},
    "img": {
        "src": lambda _: True,
        "alt": lambda _: True,
        "width": _is_pixels,
        "height": _is_pixels,
    },
    "ins": {"cite": _is_web, "datetime": _is_datetime},
    "li": {"value": _is_number},
    "ol": {"start": _is_number},
    "q": {"cite": _is_web},
    "td": {"colspan": _is_count, "rowspan": _is_count},
    "th": {
        "colspan": _is_count,
        "rowspan": _is_count,
        "scope": lambda value: value.lower() in {"row", "col", "rowgroup", "colgroup"},
    },
    "time": {"datetime": _is_datetime},
}

MARK: Final = "data-bf"
"""The one attribute of ours that nh3 lets through; its value stands for attributes kept aside."""

_EMPTY: Final = re.compile(f'<p(?: {MARK}="[0-9a-f]+-[0-9]+")?></p>')
_ADDRESSES: Final = frozenset({"href", "src"})
_CLEANER: Final = nh3.Cleaner(
    tags=set(ALLOWED_TAGS),
    attributes={
        "*": {*_GLOBAL, MARK},
        **{tag: set(names) - _ADDRESSES for tag, names in _BY_TAG.items() if tag != "a"},
    },
    link_rel=None,
    url_schemes={"http", "https"},
)

_NAME: Final = r"[A-Za-z][A-Za-z0-9-]*+"
_ATTRIBUTE: Final = (
    r"\s++(?P<name>[A-Za-z_:][A-Za-z0-9:._-]*+)"
    r"(?:\s*+=\s*+(?P<value>[^\s\"'=<>`]++|'[^']*+'|\"[^\"]*+\"))?+"
)
_ATTRIBUTES: Final = re.sub(r"\?P<\w+>", "?:", _ATTRIBUTE)
_ONE_ATTRIBUTE: Final = re.compile(_ATTRIBUTE)
_PIECE: Final = re.compile(
    r"<!--(?:-?>|(?s:.*?)-->)"
    r"|<(?P<close>/)?(?P<tag>" + _NAME + r")(?P<attributes>(?:" + _ATTRIBUTES + r")*+)"
    r"\s*+(?P<void>/)?>"
    r"|<\?(?s:.*?)\?>"
    r"|<!\[CDATA\[(?s:.*?)\]\]>"
    r"|<![A-Za-z][^>]*+>"
)
_START_TAG: Final = re.compile(r"<([a-z][a-z0-9]*)")


@dataclass(frozen=True, slots=True)
class Tag:
    """A well-formed tag, name in small letters, values free of entities."""

    name: str
    is_end: bool
    is_closed: bool
    """Written as `<x/>`."""
    attributes: tuple[tuple[str, str], ...]
    line: int
    """From 0, within what was read."""


@dataclass(frozen=True, slots=True)
class Text:
    """What stands between tags: HTML text whose only markup is character references."""

    html: str


@dataclass(frozen=True, slots=True)
class Removed:
    """Something that was left out and should be reported."""

    what: str
    """In the writer's words: `<script>`, `<!DOCTYPE>`."""
    line: int


@dataclass(frozen=True, slots=True)
class Unclosed:
    """A `<` that starts no well-formed tag or comment; it stands in the text as a character."""

    what: str
    line: int


def read_html(source: str) -> Iterator[Tag | Text | Removed | Unclosed]:
    """Yield the tags and texts of raw HTML as it stands in a Markdown text.

    Comments are left out. Elements whose content is not text, such as scripts, are left out whole
    where they are closed.
    """
    # Where one kind of thing is never closed again, looking for its end each time is quadratic.
    ends = {end: source.rfind(end) for end in ("-->", "?>", "]]>", ">")}
    never_closed: set[str] = set()
    place = 0
    line_of = _LineCounter(source)
    while (start := source.find("<", place)) >= 0:
        if start > place:
            yield Text(source[place:start])
        found = _PIECE.match(source, start) if _may_end(source, start, ends) else None
        if found is None:
            opener = source[start : start + 4]
            if opener == "<!--" or opener[1:2].isalpha() or opener[1:2] in {"/", "?", "!"}:
                yield Unclosed("<!--" if opener == "<!--" else "<", line_of(start))
            yield Text("&lt;")
            place = start + 1
            continue
        place = found.end()
        name = found.group("tag")
        if name is None:
            if not source.startswith("<!--", start):
                what = re.match(r"<[?!]\[?[A-Za-z]*", found.group())
                yield Removed(f"{what.group() if what else '<!'}…>", line_of(start))
            continue
        name = name.lower()
        if name in DROPPED_WITH_CONTENT - never_closed and not found.group("close"):
            end = _end_of(name, source, place)
            if end:
                yield Removed(f"<{name}>", line_of(start))
                place = end
                continue
            never_closed.add(name)
        yield Tag(
            name=name,
            is_end=found.group("close") is not None,
            is_closed=found.group("void") is not None,
            attributes=_read_attributes(found.group("attributes")),
            line=line_of(start),
        )
    if place < len(source):
        yield Text(source[place:])


def keep_attributes(tag: Tag) -> tuple[dict[str, str], list[str]]:
    """Return the attributes that may stay, and those that may not as a report names them.

    A name given twice counts once, as in a browser: the first.
    """
    allowed = _BY_TAG.get(tag.name, {})
    kept: dict[str, str] = {}
    removed: list[str] = []
    for name, value in tag.attributes:
        check = allowed.get(name) or _GLOBAL.get(name)
        if check is not None and check(value):
            kept.setdefault(name, value)
        else:
            # Of an attribute that could stay, the value is to blame.
            removed.append(name if check is None else f'{name}="{value[:40]}"')
    return kept, removed


def write_attributes(attributes: dict[str, str]) -> str:
    """Return attributes as they stand in a start tag, each with a space in front."""
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())


def clean(html: str) -> tuple[str, list[str]]:
    """Return well-formed HTML of the allow list, and the names of elements that lost their tags.

    A parser drops what stands where it cannot: a table row outside a table. Text is never lost.
    """
    cleaned = _CLEANER.clean(html)
    before, after = Counter(_START_TAG.findall(html)), Counter(_START_TAG.findall(cleaned))
    lost = sorted(name for name, count in before.items() if after[name] < count)
    # An end tag without its start makes an empty paragraph (HTML 13.2.6.4.7). The entity is not
    # XML's, and the character says the same.
    return _EMPTY.sub("", cleaned).replace("&nbsp;", "\u00a0"), lost


class _LineCounter:
    """Counts line ends up to places that only grow, each once."""

    __slots__ = ("_count", "_place", "_source")

    def __init__(self, source: str) -> None:
        self._source = source
        self._place = 0
        self._count = 0

    def __call__(self, place: int) -> int:
        self._count += self._source.count("\n", self._place, place)
        self._place = place
        return self._count


def _may_end(source: str, start: int, ends: dict[str, int]) -> bool:
    """Whether what starts at `start` has any end behind it."""
    if source.startswith("<!--", start):
        return ends["-->"] > start or source.startswith(("<!-->", "<!--->"), start)
    if source.startswith("<?", start):
        return ends["?>"] > start
    if source.startswith("<![", start):
        return ends["]]>"] > start
    return ends[">"] > start


def _end_of(name: str, source: str, place: int) -> int:
    """Return the index after the end tag of `name`, or 0."""
    found = re.compile(f"</{name}\\s*>", re.IGNORECASE).search(source, place)
    return found.end() if found else 0


def _read_attributes(source: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for found in _ONE_ATTRIBUTE.finditer(source):
        value = found.group("value") or ""
        if value[:1] in {"'", '"'}:
            value = value[1:-1]
        pairs.append((found.group("name").lower(), unescape(value)))
    return tuple(pairs)
