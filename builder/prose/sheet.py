"""The sheet on which a text is written: its HTML so far, its links, its words, its problems.

What every kind of content needs stands here: tags whose attributes hold slots, links and images,
places in the file. Called by `convert`, `footnotes` and `raw`, which write on one sheet in turns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Final

from builder.basics.problems import Location, Problem, problem
from builder.basics.sentences import fold_spaces
from builder.model.content import Link, LinkSlot
from builder.prose.addresses import Address, read_address, same_address
from builder.prose.characters import escape_text, escape_value, printable
from builder.prose.sanitise import MARK

if TYPE_CHECKING:
    from collections.abc import Sequence

Piece = str | LinkSlot

_GROWTH: Final = 20
_GROWTH_FREE: Final = 1_000_000
"""How many characters of addresses and titles a text may hold, per character and at least. A
reference can be named in four characters and be as long as it likes."""

_REL: Final = ' rel="noreferrer noopener"'
_LAZY: Final = ' loading="lazy" decoding="async"'
_TAG: Final = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class InertLink:
    """A link of an inert text, whose address follows its text."""

    start: int
    """Where its text starts in the output."""
    href: str


class Sheet:
    """Takes what is written.

    Lines count from 0 at the start of the text, as the parser has them; only a `Location` has the
    file's.
    """

    def __init__(self, text: str, path: str, first_line: int, *, inert: bool) -> None:
        """Start an empty sheet for a text whose first line is `first_line` of the file."""
        self.text = text
        self.path = path
        self.first_line = first_line
        self.inert = inert
        self.out: list[Piece] = []
        self.words: list[str] = []
        """The text alone; blocks end in a line feed."""
        self.links: list[Link] = []
        self.anchors: set[str] = set()
        self.problems: list[Problem] = []
        self.nonce = ""
        """Not empty when the HTML must pass the sanitiser, from which attributes are kept aside:
        in the name of a word that the text cannot know."""
        self.kept_aside: list[Sequence[Piece]] = []
        self._paragraphs = 0
        self._lines: list[str] | None = None
        self._room = max(_GROWTH_FREE, _GROWTH * len(text))
        self._effort = 20 * len(text) + 100_000  # characters to look for addresses in
        self._cursor = (0, 0)  # line and character after the last address that was found there

    def report(self, code: str, message: str, line: int, hint: str | None = None) -> None:
        """Say what is wrong in a line."""
        location = Location(self.path, self.first_line + line)
        self.problems.append(problem(code, printable(message), location, hint))

    def place(self, href: str, line: int) -> Location:
        """Return where an address is written, to the column where it can be found."""
        if self._lines is None:
            self._lines = self.text.split("\n")
        for at in range(line, min(line + 3, len(self._lines))):
            source = self._lines[at]
            start = self._cursor[1] if at == self._cursor[0] else 0
            found = self._find(href, source, start, len(source))
            if found < 0 < start:  # a link comes before the image inside it
                found = self._find(href, source, 0, start)
            if found >= 0:
                self._cursor = (at, max(start, found + len(href)))
                return Location(self.path, self.first_line + at, found + 1)
        return Location(self.path, self.first_line + line)

    def _find(self, href: str, source: str, start: int, end: int) -> int:
        """Return where an address stands in a line, or -1; gives up for good on huge lines."""
        found = start
        while self._effort > 0:
            self._effort -= 10
            following = source.find(href, found, end)
            self._effort -= (following if following >= 0 else end) - found
            if following < 0:
                break
            if source[max(following - 1, 0)] in "(<\"'=":
                return following
            found = following + 1
        return -1

    def add_link(self, url: str, line: int, *, is_image: bool) -> LinkSlot:
        """Return the slot of a link into the archive."""
        self.links.append(Link(printable(url), is_image, self.place(url, line)))
        return LinkSlot(len(self.links) - 1)

    def grow(self, length: int, line: int) -> bool:
        """Whether there is room for so many characters more; says once when there is none."""
        if self._room >= 0:
            self._room -= length
            if self._room < 0:
                self.report(
                    "text-too-complex",
                    "references repeat long addresses so often that the page would be huge",
                    line,
                    "links from here on are shown as their text",
                )
        return self._room >= 0

    def tag(self, name: str, *attributes: Piece) -> None:
        """Write a start tag; each attribute starts with a space, a slot stands inside quotes."""
        if self.nonce and attributes:
            self.out.append(f'<{name} {MARK}="{self.nonce}-{len(self.kept_aside)}">')
            self.kept_aside.append(attributes)
        else:
            self.out += ("<" + name, *attributes, ">")

    def open_paragraph(self, *attributes: Piece) -> None:
        """Start a paragraph that stands in nothing else: it has a number, by which to cite it."""
        if self.inert:
            self.tag("p", *attributes)
        else:
            self._paragraphs += 1
            self.tag("p", f' id="p{self._paragraphs}"', *attributes)

    def open_link(self, href: str, title: str, line: int) -> InertLink | str:
        """Write the start of a link and return what ends it: a tag, or an address to tell."""
        if not self.grow(len(href) + len(title), line):
            return ""
        if self.inert:
            return InertLink(len(self.out), href)
        address = read_address(href)
        if not self.may_link(address, line):
            return ""
        extra = [f' title="{escape_value(title)}"'] if title else []
        self.tag("a", *self.target(address, line), *extra)
        return "</a>"

    def may_link(self, address: Address, line: int) -> bool:
        """Whether a link may lead there; reports it when not."""
        if address.kind == "scheme":
            code, message = "bad-link-scheme", f'a link may not start with "{address.scheme}:"'
            hint = (
                "use http, https, mailto or tel; a file whose name holds a colon is written with "
                "./ before it"
            )
        elif address.kind == "hostless":
            code, message = "bad-url", f'the address "{address.url[:80]}" names no host'
            hint = "write it in full, as in https://example.org/page"
        elif address.kind == "empty":
            code, message = "dead-link", "the link has no address"
            hint = r"write it between the parentheses, or put a backslash before the bracket: \["
        else:
            return True
        place = self.place(address.url, line)
        self.problems.append(problem(code, printable(message), place, hint))
        return False

    def target(self, address: Address, line: int) -> list[Piece]:
        """Return the attributes that make a link lead to an address that it may lead to."""
        if address.kind == "inside":
            return [' href="', self.add_link(address.url, line, is_image=False), '"']
        return [f' href="{escape_value(address.url)}"', *([_REL] if address.is_web else [])]

    def inert_address(self, link: InertLink) -> str:
        """Return what follows the text of a link that leads nowhere."""
        text = "".join(piece for piece in self.out[link.start :] if isinstance(piece, str))
        href = link.href.strip()
        if not href or href.startswith("#") or same_address(unescape(_TAG.sub("", text)), href):
            return ""
        return f" ({escape_text(href)})"

    def image(self, src: str, alt: str, attributes: str, line: int) -> None:
        """Write an image of the archive's own; of any other its description."""
        alt = fold_spaces(alt)
        if self.inert or not self.grow(len(src) + len(attributes), line):
            self.words.append(alt)
            self.out.append(escape_text(alt))
            return
        address = read_address(src)
        if address.kind == "inside":
            if not alt:
                self.problems.append(
                    problem(
                        "missing-alt",
                        "the image has no description for those who cannot see it",
                        self.place(address.url, line),
                        "write it between the square brackets: ![description](file)",
                    )
                )
            slot = self.add_link(address.url, line, is_image=True)
            self.tag("img", ' src="', slot, f'" alt="{escape_value(alt)}"{attributes}{_LAZY}')
            return
        if address.kind == "empty":
            self.report("missing-media", "the image has no address", line)
        else:
            self.problems.append(
                problem(
                    "remote-image",
                    printable(f'the image "{address.url[:80]}" is not a file of this archive'),
                    self.place(src.strip(), line),
                    "keep a copy under content/media and name that",
                )
            )
        self.words.append(alt)
        self.out.append(escape_text(alt))
