"""The Markdown parser: CommonMark with tables and footnotes, and limits that no text can pass.

markdown-it-py is set up here, once for the process, and made to keep what it would drop or hide:
what stands too deep, what is a link to a scheme it dislikes, cells beyond a table's head. Text in,
tokens and problems out; `convert` makes HTML of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from markdown_it import MarkdownIt
from markdown_it.rules_block import table as parse_table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import image as parse_image
from markdown_it.rules_inline import link as parse_link
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from builder.prose.plain import is_plain, read_paragraphs

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

    from builder.prose.plain import Paragraph

MAX_DEPTH: Final = 40
"""Elements inside one another: 40 quotations, 20 lists. Far beyond any real text; browsers and XML
readers begin to give up at about 250, Python's stack at about 1,000."""

MAX_IMAGE_DEPTH: Final = 5
"""Images in the descriptions of images. Each is parsed anew, so no other limit counts them."""

# What an inline rule of ours can begin with; `]` ends what a bracket opened.
_INLINE_MARK: Final = re.compile(r"[\n!&*<\[\\\]_`]")
_FOOTNOTE_REF: Final = re.compile(r"\[\^([^\s\[\]]+)\]")

# Keys of our own in the parser's cache of one paragraph, whose keys are places in it.
_LAST_CLOSER: Final = -1
_COUNTED_TO: Final = -2
_LINE_ENDS: Final = -3


@dataclass(slots=True)
class Parsed:
    """What the parser found, with lines counted from 0 at the start of the text."""

    tokens: list[Token] = field(default_factory=list)
    too_deep: list[int] = field(default_factory=list)
    """Lines of blocks that were not parsed further; their text stands in the tokens as it is."""
    long_rows: list[int] = field(default_factory=list)
    """Lines of table rows with more cells than the head."""
    missing_notes: list[tuple[int, str]] = field(default_factory=list)
    """Line of the block, and label, of each footnote mark without a footnote."""
    image_depth: int = 0
    line: int = 0
    """Of the block whose inline content is being parsed."""


def parse(text: str) -> Parsed:
    """Return the tokens of a text that holds no carriage returns and no control characters."""
    parsed = Parsed()
    env = {"parsed": parsed}
    paragraphs = read_paragraphs(text)
    if paragraphs is None:
        parsed.tokens = _PARSER.parse(text, env)
        return parsed
    # The parser would ask a dozen rules about each line. What is inside a paragraph is for it.
    state = StateCore(text, _PARSER, env)
    for paragraph in paragraphs:
        state.tokens += _paragraph(paragraph)
    _inline(state)
    parsed.tokens = state.tokens
    return parsed


def _paragraph(paragraph: Paragraph) -> tuple[Token, Token, Token]:
    first, end, content = paragraph
    return (
        Token("paragraph_open", "p", 1, map=[first, end], block=True),
        Token("inline", "", 0, map=[first, end], level=1, content=content, block=True),
        Token("paragraph_close", "p", -1, block=True),
    )


def line_of(token: Token) -> int:
    """Return the line on which a token's block starts, from 0."""
    return token.map[0] if token.map else 0


class _TooDeepError(Exception):
    """Unwinds the parser out of one paragraph."""


class _Parser(MarkdownIt):
    """Leaves links as written and refuses none: `convert` judges them and says what it finds."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - overrides
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - overrides
        return url


def _make_parser() -> MarkdownIt:
    # The limit of our own rule comes first; the parser's, which drops text, is never reached.
    parser = _Parser("commonmark", {"maxNesting": MAX_DEPTH + 4})
    parser.enable("table")
    # Inline notes (`^[text]`) are no part of the contract; the tail is made by `convert`.
    parser.use(footnote_plugin, inline=False, move_to_end=False)
    parser.block.ruler.before("table", "depth", _stop_at_depth)
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.at("link", _link)
    parser.inline.ruler.at("image", _image)
    parser.inline.ruler.at("footnote_ref", _footnote_ref)
    parser.core.ruler.at("inline", _inline)
    # The parser stops at the marks of all its rules, and then asks each of ours.
    parser.inline.terminator_re = _INLINE_MARK
    # Line ends are the caller's; text_join is superfluous, since the writer joins anyway.
    parser.disable(["normalize", "text_join"])
    return parser


def _of(env: MutableMapping[str, Any]) -> Parsed:
    return cast("Parsed", env["parsed"])


# Block rules


def _stop_at_depth(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    """Take everything that stands too deep as one block of plain text."""
    if silent or state.level < MAX_DEPTH:
        return False
    _of(state.env).too_deep.append(start_line)
    token = state.push("code_block", "code", 0)
    token.content = state.getLines(start_line, end_line, state.blkIndent, keepLastLF=True)
    token.map = [start_line, end_line]
    state.line = end_line
    return True


def _table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    """Parse a table and note the rows whose last cells it dropped (GFM 4.10 says so)."""
    if not parse_table(state, start_line, end_line, silent):
        return False
    if not silent:
        rows = [_count_cells(state, line) for line in range(start_line, state.line)]
        _of(state.env).long_rows += [
            start_line + n for n, cells in enumerate(rows) if n > 1 and cells > rows[0]
        ]
    return True


def _count_cells(state: StateBlock, line: int) -> int:
    row = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
    bars = row.count("|") - row.count("\\|")
    return bars + 1 - row.startswith("|") - (len(row) > 1 and row.endswith("|") and row[-2] != "\\")


# Inline rules


def _inline(state: StateCore) -> None:
    """Parse the inline content of every block, each within its limits."""
    parsed = _of(state.env)
    parse_inline = state.md.inline.parse
    for token in state.tokens:
        if token.type != "inline":
            continue
        parsed.line = token.map[0] if token.map else parsed.line
        if is_plain(token.content):
            token.children = _text(token.content)
            continue
        children: list[Token] = []
        try:
            parse_inline(token.content, state.md, state.env, children)
            is_deep = (
                len(children) > MAX_DEPTH and max(child.level for child in children) > MAX_DEPTH
            )
        except _TooDeepError:
            is_deep = True
            parsed.image_depth = 0
        if is_deep:
            parsed.too_deep.append(parsed.line)
            children = [Token("text", "", 0, content=token.content)]
        token.children = children


def _text(content: str) -> list[Token]:
    """Return the tokens of plain lines."""
    tokens: list[Token] = []
    for number, line in enumerate(content.split("\n")):
        if number:
            tokens.append(Token("softbreak", "br", 0))
        if line:
            tokens.append(Token("text", "", 0, content=line))
    return tokens


def _link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    return state.src[state.pos] == "[" and _can_close(state) and parse_link(state, silent)


def _image(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    if not state.src.startswith("![", state.pos) or not _can_close(state):
        return False
    if silent:
        return parse_image(state, silent)
    parsed = _of(state.env)
    parsed.image_depth += 1
    if parsed.image_depth > MAX_IMAGE_DEPTH:
        raise _TooDeepError
    found = parse_image(state, silent)
    parsed.image_depth -= 1
    return found


def _can_close(state: StateInline) -> bool:
    """Whether a bracket that opens at the current place could still be closed.

    The parser looks for the end of every bracket anew; this spares it a text of opening ones.
    """
    last = state.cache.get(_LAST_CLOSER)
    if last is None:
        last = state.cache[_LAST_CLOSER] = state.src.rfind("]")
    return last > state.pos


def _footnote_ref(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    """Take `[^label]` as a mark when a footnote of that label is written anywhere."""
    if not state.src.startswith("[^", state.pos):
        return False
    found = _FOOTNOTE_REF.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    label = found.group(1)
    if ":" + label not in state.env.get("footnotes", {}).get("refs", {}):
        if not silent:
            parsed = _of(state.env)
            parsed.missing_notes.append((parsed.line + _line_ends_before(state), label))
        return False
    if not silent:
        token = state.push("footnote_ref", "", 0)
        token.meta = {"label": label}
    state.pos = found.end()
    return True


def _line_ends_before(state: StateInline) -> int:
    """Return the line ends before the current place, counting each of them once."""
    cache = state.cache
    counted = cache.get(_COUNTED_TO, 0)
    line_ends = cache.get(_LINE_ENDS, 0) + state.src.count("\n", counted, state.pos)
    cache[_COUNTED_TO], cache[_LINE_ENDS] = state.pos, line_ends
    return line_ends


_PARSER: Final = _make_parser()
