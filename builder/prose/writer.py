"""The walk over a text's tokens that writes HTML, gathers links, anchors and words, and reports.

Loads the Markdown parser and the sanitiser. May import `basics`, `model` and its own room; called
by `convert` for every text that is more than plain paragraphs.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

from builder.basics.sentences import fold_spaces
from builder.basics.slugs import make_slug
from builder.model.content import Body
from builder.prose.addresses import read_address
from builder.prose.characters import escape_text, escape_value, printable
from builder.prose.footnotes import Footnotes
from builder.prose.markdown import Parsed, line_of, parse
from builder.prose.raw import RawHtml, holds_html
from builder.prose.sheet import InertLink, Piece, Sheet
from builder.prose.summary import summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from builder.basics.problems import Problem

_LANGUAGE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+#.\-]*")
_PARAGRAPH_ID: Final = re.compile(r"p[0-9]+")
_ALIGNMENT: Final = re.compile(r"text-align:(left|right|center)")
_CONTAINERS: Final[dict[str, tuple[str, str]]] = {
    "blockquote": ("<blockquote>\n", "</blockquote>\n"),
    "bullet_list": ("<ul>\n", "</ul>\n"),
    "list_item": ("<li>", "</li>\n"),
    "thead": ("<thead>\n", "</thead>\n"),
    "tbody": ("<tbody>\n", "</tbody>\n"),
    "tr": ("<tr>\n", "</tr>\n"),
}


def write_body(
    text: str, path: str, first_line: int, *, inert: bool
) -> tuple[Body, tuple[Problem, ...]]:
    """Return a text, free of what no page can hold, as a body, and its problems sorted.

    Raises:
        RecursionError: the caller stands at the end of the stack already.
    """
    sheet = Sheet(text, path, first_line, inert=inert)
    body = _Writer(sheet, parse(text)).write()
    return body, tuple(sorted(sheet.problems, key=lambda found: found.sort_key))


class _Writer:
    """Writes one text on its sheet."""

    def __init__(self, sheet: Sheet, parsed: Parsed) -> None:
        self.sheet = sheet
        self.parsed = parsed
        self.notes = Footnotes(sheet)
        has_html = "<" in sheet.text and holds_html(parsed.tokens)
        self.raw = RawHtml(sheet) if has_html else None
        self.summary = ""
        self.shift = 0
        self.heading_level = 1
        self.headings = 0
        self.slugs: dict[str, int] = {}  # slug -> the last number put behind it

    # The whole

    def write(self) -> Body:
        sheet = self.sheet
        tokens = self.notes.take(self.parsed.tokens)
        self.shift = int(any(token.tag == "h1" for token in tokens))
        self.blocks(tokens, is_main=True)
        if self.raw is not None:
            self.raw.close_all()
        self.notes.write(self.note)
        if self.raw is not None:
            self.raw.finish()
        self.report_parsed()
        return Body(
            parts=_join(sheet.out, may_forbid="&" in sheet.text),
            links=tuple(sheet.links),
            anchors=frozenset(sheet.anchors),
            summary=summarise(printable(self.summary)),
        )

    def report_parsed(self) -> None:
        parsed = self.parsed
        if parsed.too_deep:
            self.sheet.report(
                "nesting-too-deep",
                "quotations, lists, emphasis or images stand too deep inside one another",
                min(parsed.too_deep),
                "from here on it is shown as plain text; a backslash before a mark makes it a "
                "character",
            )
        for line in parsed.long_rows:
            self.sheet.report(
                "table-row-too-long",
                "the row has more cells than the head of its table, and they are not shown",
                line,
                r"a bar inside a cell is written \|",
            )
        for line, label in sorted(set(parsed.missing_notes)):
            self.sheet.report(
                "footnote-missing",
                f'no footnote is written for "[^{label}]"',
                line,
                f"write it on a line of its own: [^{label}]: text",
            )

    # Blocks

    def blocks(self, tokens: Sequence[Token], *, is_main: bool = False) -> None:
        out = self.sheet.out
        words = self.sheet.words
        last = len(tokens)
        index = 0
        while index < last:
            token = tokens[index]
            kind = token.type
            index += 1
            if kind == "paragraph_open":
                content = tokens[index]
                start = len(words)
                is_text = self.paragraph(token, content, is_main=is_main)
                if is_main and is_text and token.level == 0 and not self.summary:
                    self.summary = fold_spaces("".join(words[start:]))
                words.append("\n")
                index += 2
                # A tight list has no paragraphs; something must part the text from what follows.
                if token.hidden and index < last and tokens[index].nesting >= 0:
                    out.append("\n")
            elif kind == "heading_open":
                self.heading(token, tokens[index])
                words.append("\n")
                index += 2
            elif kind in {"th_open", "td_open"}:
                self.cell(token, tokens[index])
                words.append("\n")
                index += 2
            elif kind == "html_block" and self.raw is not None:
                self.raw.block(token)
            elif kind in {"fence", "code_block"}:
                self.code(token)
            elif kind == "hr":
                out.append("<hr>\n")
            else:
                self.container(token)

    def note(self, tokens: Sequence[Token]) -> None:
        """Write the blocks of a footnote, from which nothing sticks out."""
        if self.raw is not None:
            self.raw.enter()
        self.blocks(tokens)
        if self.raw is not None:
            self.raw.leave()

    def container(self, token: Token) -> None:
        name, _, side = token.type.rpartition("_")
        is_start = side == "open"
        if self.raw is not None and not is_start:
            self.raw.leave()
        if name == "ordered_list":
            if not is_start:
                self.sheet.out.append("</ol>\n")
            elif "start" in token.attrs:
                self.sheet.tag("ol", f' start="{token.attrs["start"]}"')
                self.sheet.out.append("\n")
            else:
                self.sheet.out.append("<ol>\n")
        elif name == "table":
            if is_start:
                self.sheet.tag("div", ' class="table"')
            self.sheet.out.append("<table>\n" if is_start else "</table></div>\n")
        else:
            self.sheet.out.append(_CONTAINERS[name][0 if is_start else 1])
        if self.raw is not None and is_start:
            self.raw.enter()

    def paragraph(self, token: Token, content: Token, *, is_main: bool) -> bool:
        """Write a paragraph and return whether it is one: an image by itself is a figure."""
        children = content.children or []
        line = line_of(content)
        if token.hidden:
            self.inline(children, line)
            return True
        picture = _only_image(children)
        if picture is not None and (self.sheet.inert or not _is_shown(picture)):
            picture = None
        if picture is None:
            if is_main and token.level == 0:
                self.sheet.open_paragraph()
            else:
                self.sheet.out.append("<p>")
            self.inline(children, line)
            self.sheet.out.append("</p>\n")
            return True
        self.sheet.out.append("<figure>")
        self.inline(children, line, is_figure=True)
        caption = str(picture.attrs.get("title", ""))
        if caption:
            self.sheet.out.append(f"<figcaption>{escape_text(caption)}</figcaption>")
            self.sheet.words.append("\n" + caption)
        self.sheet.out.append("</figure>\n")
        return False

    def heading(self, token: Token, content: Token) -> None:
        if not content.children:
            return  # "##" alone: there is nothing to show and nothing to link to
        line = line_of(token)
        written = int(token.tag[1])
        level = min(written + self.shift, 6)
        if level > self.heading_level + 1:
            first = self.heading_level == 1
            wanted = self.heading_level + 1 - self.shift
            self.sheet.report(
                "heading-level",
                f"the first heading is of level {written}"
                if first
                else f"a heading of level {written} follows one of level {wanted - 1}",
                line,
                f"write it with {'#' * wanted}",
            )
        self.heading_level = level
        self.headings += 1
        start = len(self.sheet.out)
        word_start = len(self.sheet.words)
        self.inline(content.children, line_of(content))
        if self.sheet.inert:
            self.sheet.out.insert(start, f"<h{level}>")
        else:
            inner = self.sheet.out[start:]
            del self.sheet.out[start:]
            anchor = self.anchor("".join(self.sheet.words[word_start:]))
            self.sheet.tag(f"h{level}", f' id="{anchor}"')
            self.sheet.out += inner
        self.sheet.out.append(f"</h{level}>\n")

    def anchor(self, text: str) -> str:
        """Return an id of its own for a heading.

        The theme's ids start with `bf-`, those of paragraphs are `p` and a number; those of
        footnotes hold a `_`, which no slug does.
        """
        slug = make_slug(text) or f"section-{self.headings}"
        if slug.startswith("bf-") or _PARAGRAPH_ID.fullmatch(slug) is not None:
            slug = "h-" + slug
        anchor = slug
        number = self.slugs.get(slug, 1)
        while anchor in self.sheet.anchors:
            number += 1
            anchor = f"{slug}-{number}"
        self.slugs[slug] = number
        self.sheet.anchors.add(anchor)
        return anchor

    def cell(self, token: Token, content: Token) -> None:
        children = content.children or []
        # An empty corner is no heading of anything.
        name = "td" if token.tag == "td" or not children else "th"
        attributes = [' scope="col"'] if name == "th" else []
        aligned = _ALIGNMENT.fullmatch(str(token.attrs.get("style", "")))
        if aligned is not None:
            attributes.append(f' class="align-{aligned.group(1)}"')
        self.sheet.tag(name, *attributes)
        self.inline(children, line_of(content))
        self.sheet.out.append(f"</{name}>\n")

    def code(self, token: Token) -> None:
        line = line_of(token)
        language = _LANGUAGE.match(unescape(token.info.strip()))
        self.sheet.out.append("<pre>")
        self.sheet.tag("code", *([f' class="language-{language.group()}"'] if language else []))
        self.sheet.out.append(escape_text(token.content) + "</code></pre>\n")
        self.sheet.words.append(token.content + "\n")
        if token.type == "fence" and token.map is not None:
            inside = token.content.count("\n") + (not token.content.endswith("\n"))
            inside = inside if token.content else 0
            if token.map[1] - token.map[0] < inside + 2:
                self.sheet.report(
                    "code-fence-unclosed",
                    f"a code block is opened with {token.markup[:20]} and never closed",
                    line,
                    f"until then all is code; close it with {token.markup[:20]} on its own line",
                )

    # Inline content

    def inline(self, children: Sequence[Token], line: int, *, is_figure: bool = False) -> None:
        out = self.sheet.out
        words = self.sheet.words
        links: list[InertLink | str] = []
        if self.raw is not None:
            self.raw.enter()
            children = self.raw.without_scripts(children, line)
        for token in children:
            kind = token.type
            if kind in {"text", "text_special"}:
                words.append(token.content)
                out.append(escape_text(token.content))
            elif kind == "softbreak":
                words.append("\n")
                out.append("\n")
                line += 1
            elif kind in {"em_open", "strong_open"}:
                out.append(f"<{token.tag}>")
            elif kind in {"em_close", "strong_close"}:
                out.append(f"</{token.tag}>")
            elif kind == "link_open":
                title = str(token.attrs.get("title", ""))
                links.append(self.sheet.open_link(str(token.attrs["href"]), title, line))
            elif kind == "link_close":
                link = links.pop()
                out.append(link if isinstance(link, str) else self.sheet.inert_address(link))
            elif kind == "code_inline":
                words.append(token.content)
                out.append(f"<code>{escape_text(token.content)}</code>")
            elif kind == "image":
                title = "" if is_figure else str(token.attrs.get("title", ""))
                alt = _alt(token.children or ())
                attributes = f' title="{escape_value(title)}"' if title else ""
                self.sheet.image(str(token.attrs["src"]), alt, attributes, line)
            elif kind == "hardbreak":
                words.append("\n")
                out.append("<br>\n")
                line += 1
            elif kind == "html_inline" and self.raw is not None:
                self.raw.read(token.content, line)
                line += token.content.count("\n")
            elif kind == "footnote_ref":
                self.notes.mark(token.meta["label"])
            else:
                raise AssertionError(f"the parser made a token that no rule of ours makes: {kind}")
        if self.raw is not None:
            self.raw.leave()


def _join(pieces: Sequence[Piece], *, may_forbid: bool) -> tuple[Piece, ...]:
    """Return pieces with one text between two slots and none that is empty at the end.

    Character references, and they alone, can have brought in characters that no page may hold.
    """
    joined: list[Piece] = []
    run: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            run.append(piece)
            continue
        joined += ("".join(run), piece)
        run.clear()
    last = "".join(run).rstrip()
    if last:
        joined.append(last)
    if may_forbid:
        joined = [printable(piece) if isinstance(piece, str) else piece for piece in joined]
    return tuple(joined)


def _only_image(children: Sequence[Token]) -> Token | None:
    """Return the image of a paragraph that holds nothing else, but perhaps a link around it."""
    if not children or children[0].type not in {"image", "link_open"}:
        return None
    if len(children) == 3 and children[2].type == "link_close":
        children = children[1:2]
    return children[0] if len(children) == 1 and children[0].type == "image" else None


def _is_shown(image: Token) -> bool:
    return read_address(str(image.attrs["src"])).kind == "inside"


def _alt(children: Sequence[Token]) -> str:
    """Return an image's description without its markup."""
    words: list[str] = []
    for token in children:
        if token.type in {"text", "text_special", "code_inline"}:
            words.append(token.content)
        elif token.type == "image":
            words.append(_alt(token.children or ()))
        elif token.type in {"softbreak", "hardbreak"}:
            words.append("\n")
    return "".join(words)
