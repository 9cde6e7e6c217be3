"""Raw HTML on a sheet: what may stay is written, what is open is closed where Markdown closes.

`sanitise` knows what is allowed; this room's part is to keep the two languages in step, to report
what was left out, and to send the whole through the sanitiser at the end. Called by `convert` for
texts that hold raw HTML, and for no others.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from html import unescape
from typing import TYPE_CHECKING, Final

from builder.prose.addresses import read_address
from builder.prose.markdown import MAX_DEPTH, line_of
from builder.prose.sanitise import (
    ALLOWED_TAGS,
    DROPPED_WITH_CONTENT,
    FORMATTING_TAGS,
    IMPLIED_END,
    MARK,
    OPTIONAL_END,
    VOID_TAGS,
    Removed,
    Tag,
    Text,
    Unclosed,
    clean,
    keep_attributes,
    read_html,
    write_attributes,
)
from builder.prose.sheet import InertLink

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it.token import Token

    from builder.prose.sheet import Piece, Sheet

_HTML_NAME: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")


@dataclass(frozen=True, slots=True)
class _Open:
    """A raw element that waits for its end."""

    name: str
    end: str
    """What ends it; "" when its start was left out."""
    line: int
    link: InertLink | None = None


class RawHtml:
    """The raw HTML of one text, and what of it stands open."""

    def __init__(self, sheet: Sheet) -> None:
        """Write on that sheet, which from now on keeps its attributes aside."""
        self._sheet = sheet
        sheet.nonce = blake2b(sheet.text.encode(), digest_size=12).hexdigest()
        self._open: list[_Open] = []
        self._open_names: Counter[str] = Counter()
        self._barriers: list[int] = []
        self._problems: dict[tuple[str, str, str | None], list[int]] = {}
        self._kept: dict[str, int] = {}  # name -> line of the first that was written

    def enter(self) -> None:
        """A Markdown element starts: no end tag inside it ends what was opened before."""
        self._barriers.append(len(self._open))

    def leave(self) -> None:
        """The last Markdown element ends, and what was opened inside it."""
        self._close_to(self._barriers.pop())

    def close_all(self) -> None:
        """The text ends."""
        self._close_to(0)

    def finish(self) -> None:
        """Send the sheet through the sanitiser and report what did not pass."""
        self._sheet.out = self._sanitised()
        self._report()

    def block(self, token: Token) -> None:
        """Write a block of raw HTML."""
        line = line_of(token)
        base = len(self._open)
        self.read(token.content, line, is_block=True)
        # A parser would open these again in every block that follows.
        for at in range(min(base, len(self._open)), len(self._open)):
            if self._open[at].name in FORMATTING_TAGS:
                self._close_to(at)
                break

    def read(self, source: str, line: int, *, is_block: bool = False) -> None:
        """Write raw HTML; inside a line it is one tag, and text around it is Markdown."""
        for piece in read_html(source):
            if isinstance(piece, Text):
                self._sheet.out.append(piece.html)
                if is_block:
                    self._sheet.words.append(unescape(piece.html))
            elif isinstance(piece, Tag):
                self._tag(piece, line + piece.line)
            elif isinstance(piece, Removed):
                self._removed(piece.what, line + piece.line, with_content=True)
            else:
                self._unclosed(piece, line + piece.line)

    def _removed(self, what: str, line: int, *, with_content: bool = False) -> None:
        message = f"HTML {what} is not allowed and was removed"
        if with_content:
            self._note("unsafe-html", message + " with what it holds", None, line)
        else:
            self._note("unsafe-html", message, "its text stays", line)

    def _unclosed(self, piece: Unclosed, line: int) -> None:
        if piece.what == "<!--":
            what, hint = "a comment is opened with <!-- and never closed", "close it with -->"
        else:
            what, hint = "a < starts no whole HTML tag", "as a character it is written &lt;"
        self._note("html-unbalanced", what, hint, line)

    def _note(self, code: str, message: str, hint: str | None, line: int) -> None:
        self._problems.setdefault((code, message, hint), []).append(line)

    def _report(self) -> None:
        """Report each kind of raw HTML once, at its first place: old pages repeat themselves."""
        for (code, message, hint), lines in self._problems.items():
            more = len(lines) - 1
            places = f", here and in {more} more place{'s' if more > 1 else ''}" if more else ""
            self._sheet.report(code, message + places, min(lines), hint)

    def _tag(self, tag: Tag, line: int) -> None:
        name = tag.name
        if name not in ALLOWED_TAGS:
            if not tag.is_end:
                self._removed(f"<{name}>", line)
        elif tag.is_end:
            self._end(name, line)
        else:
            self._start(tag, line)

    def _start(self, tag: Tag, line: int) -> None:
        name = tag.name
        kept, removed = keep_attributes(tag)
        for attribute in removed:
            message = f"the attribute {attribute} of <{name}> is not allowed and was removed"
            self._note("unsafe-html", message, None, line)
        if name == "img":
            self._image(kept, line)
            return
        if name in VOID_TAGS:
            self._sheet.out.append(f"<{name}{write_attributes(kept)}>")
            return
        barrier = self._barriers[-1] if self._barriers else 0
        ends = IMPLIED_END.get(name, frozenset())
        while len(self._open) > barrier and self._open[-1].name in ends:
            self._end_last()
        if len(self._open) >= MAX_DEPTH:
            self._note(
                "nesting-too-deep",
                f"HTML elements stand more than {MAX_DEPTH} deep inside one another",
                None,
                line,
            )
            self._push(_Open(name, "", line))
        elif name == "a":
            self._link(kept, line)
        else:
            # Wide tables scroll in their box, whoever wrote them.
            if name == "table":
                self._sheet.tag("div", ' class="table"')
            if name == "p" and not self._barriers and all(e.name == "div" for e in self._open):
                extra = write_attributes(kept)
                self._sheet.open_paragraph(*([extra] if extra else []))
            else:
                self._sheet.out.append(f"<{name}{write_attributes(kept)}>")
            self._kept.setdefault(name, line)
            end = "</table></div>" if name == "table" else f"</{name}>"
            self._push(_Open(name, end, line))
        if tag.is_closed:
            self._end_last()

    def _link(self, kept: dict[str, str], line: int) -> None:
        href = kept.pop("href", None)
        if href is None:
            self._push(_Open("a", "", line))
        elif self._sheet.inert:
            self._push(_Open("a", "", line, InertLink(len(self._sheet.out), href)))
        else:
            address = read_address(href)
            if self._sheet.may_link(address, line):
                extra = write_attributes(kept)
                self._sheet.tag(
                    "a", *self._sheet.target(address, line), *([extra] if extra else [])
                )
                self._push(_Open("a", "</a>", line))
            else:
                self._push(_Open("a", "", line))

    def _image(self, kept: dict[str, str], line: int) -> None:
        src = kept.pop("src", "")
        alt = kept.pop("alt", "")
        self._sheet.image(src, alt, write_attributes(kept), line)

    def _end(self, name: str, line: int) -> None:
        """End the nearest open element of that name, and what stands open inside it."""
        barrier = self._barriers[-1] if self._barriers else 0
        last = len(self._open) - 1 if self._open_names[name] else -1
        for at in range(last, barrier - 1, -1):
            if self._open[at].name == name:
                self._close_to(at + 1)
                self._end_last()
                return
        if name not in VOID_TAGS and name not in OPTIONAL_END:
            self._note("html-unbalanced", f"</{name}> ends nothing", None, line)

    def _close_to(self, length: int) -> None:
        """End open elements until so many are left."""
        while len(self._open) > length:
            last = self._open[-1]
            if last.name not in OPTIONAL_END:
                self._note("html-unbalanced", f"<{last.name}> is never closed", None, last.line)
            self._end_last()

    def _push(self, element: _Open) -> None:
        self._open.append(element)
        self._open_names[element.name] += 1

    def _end_last(self) -> None:
        last = self._open.pop()
        self._open_names[last.name] -= 1
        self._sheet.out.append(last.end)
        if last.link is not None:
            self._sheet.out.append(self._sheet.inert_address(last.link))

    def without_scripts(self, children: Sequence[Token], line: int) -> Sequence[Token]:
        """Leave out inline elements whose content is no text, where they are closed."""
        ends: dict[str, int] = {}
        for at, token in enumerate(children):
            if token.type == "html_inline":
                found = _HTML_NAME.match(token.content)
                if found is not None and found.group(1):
                    ends[found.group(2).lower()] = at
        if DROPPED_WITH_CONTENT.isdisjoint(ends):
            return children
        kept: list[Token] = []
        leaving = ""
        for at, token in enumerate(children):
            found = _HTML_NAME.match(token.content) if token.type == "html_inline" else None
            name = found.group(2).lower() if found is not None else ""
            if leaving:
                if token.type in {"softbreak", "hardbreak"}:
                    line += 1
                elif name == leaving and found is not None and found.group(1):
                    leaving = ""
            elif name in DROPPED_WITH_CONTENT and ends.get(name, -1) > at:
                leaving = name
                self._removed(f"<{name}>", line, with_content=True)
            else:
                kept.append(token)
                line += token.type in {"softbreak", "hardbreak"}
        return kept

    def _sanitised(self) -> list[Piece]:
        """Return the output as nh3 lets it pass, with the attributes that were kept aside."""
        written = "".join(piece for piece in self._sheet.out if isinstance(piece, str))
        cleaned, lost = clean(written)
        for name in lost:
            if name in self._kept:
                self._note(
                    "unsafe-html",
                    f"<{name}> stands where HTML does not allow it and was removed",
                    "its text stays",
                    self._kept[name],
                )
        pieces = re.split(f' {MARK}="{self._sheet.nonce}-([0-9]+)"', cleaned)
        out: list[Piece] = [pieces[0]]
        for number, following in zip(pieces[1::2], pieces[2::2], strict=True):
            out += (*self._sheet.kept_aside[int(number)], following)
        return out


def holds_html(tokens: Iterable[Token]) -> bool:
    """Whether any of the blocks is or holds raw HTML."""
    return any(
        token.type == "html_block"
        or (
            token.children is not None
            and any(child.type == "html_inline" for child in token.children)
        )
        for token in tokens
    )
