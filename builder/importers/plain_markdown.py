"""Plain text -> Markdown that shows exactly those characters, and stays pleasant to edit.

Only what CommonMark 0.31, GFM tables or footnotes would take for markup gets a backslash; a hyphen,
a dot or a bracket that does no harm stays as it was sent. Imports nothing of ours. Called by the
importers. The proof is a property in tests/importers: render, take the text, compare.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

# Not characters of a text, and errors in HTML and YAML alike: C0 and C1 controls, halves of
# surrogate pairs (JSON can send them alone) and Unicode's noncharacters.
_NO_TEXT: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]"
)
_LINE_END: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028]")

# One thing after another that could be markup inside a line.
_INLINE: Final = re.compile(
    r"""
    \\(?=[!-/:-@\[-`{-~]|$)                      # a backslash that would escape, or break the line
    | `+ | \*+ | _+
    | \](?=\()                                    # the hinge of [text](address)
    | \[(?=\^[^\s\[\]]+\])                       # the mark of a footnote
    | <(?=[A-Za-z/!?])                            # a tag, a comment, an address
    | <(?=[^\s<>@]*@[^\s<>]*>)                   # a mail address
    | &(?=(?:\#[xX][0-9a-fA-F]{1,6}|\#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});)
    | \^(?=\[)                                    # a footnote on the spot
    """,
    re.VERBOSE | re.MULTILINE,
)
_MAYBE_INLINE: Final = re.compile(r"[\\`*_<&^]|\]\(")
_RULE: Final = re.compile(r"(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}")
_BLOCK_START: Final = re.compile(
    r"""
    \#{1,6}(?=[ \t]|$)                            # a heading
    | >                                           # a quotation
    | [-+*](?=[ \t]|$)                            # a list
    | ~~~                                         # a fence
    | (?=[^-]*-)[-:|][-:|\ \t]*$                  # the second line of a table or a heading, a rule
    """,
    re.VERBOSE,
)
_NUMBERED: Final = re.compile(r"\d{1,9}(?=[.)](?:[ \t]|$))", re.ASCII)
_GAP: Final = re.compile(r"\S(?: {3,}|[ ]*\t[ \t]*)\S")
_SENTENCE_END: Final = re.compile(r"[.!?…。！？؟:;]['\"”’»)\]]*$")


def clean(text: str) -> tuple[str, int]:
    """Return `text` in NFC, lines ending as ours do, and how many characters were no text.

    NFC comes before the escaping, since it turns a few letters into markup: U+1FEF is a backtick.
    """
    dropped = 0
    if not text.isascii() or not text.isprintable():
        text = _LINE_END.sub("\n", text).replace("\u2029", "\n\n")
        text, dropped = _NO_TEXT.subn("", text)
        text = unicodedata.normalize("NFC", text)
    return text, dropped


def clean_line(text: str) -> tuple[str, int]:
    """Return `text` on one line, runs of white space folded, and how much was dropped."""
    text, dropped = clean(text)
    return " ".join(text.split()), dropped


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together."""

    lines: tuple[str, ...]
    form: Literal["flowing", "lines", "table"]
    """`flowing`: the line ends are the typesetter's; `lines`: they are the writer's."""
    first_line: int
    """Its number in the text, from 1."""


def split_blocks(text: str) -> tuple[Block, ...]:
    """Return the paragraphs of a cleaned text.

    They have blank lines between them; or, where there is no blank line at all, each begins with an
    indent, or each is one line.
    """
    numbered = [(n, line.rstrip()) for n, line in enumerate(text.split("\n"), 1)]
    groups: list[list[tuple[int, str]]] = [[]]
    for n, line in numbered:
        if line:
            groups[-1].append((n, line))
        elif groups[-1]:
            groups.append([])
    groups = [group for group in groups if group]
    if len(groups) == 1 and len(groups[0]) > 1:
        groups = _split_dense(groups[0])
    return tuple(_block(group) for group in groups)


def _split_dense(group: list[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Cut lines without blank lines among them into paragraphs."""
    lines = [line for _, line in group]
    if _is_table(lines):
        return [group]
    indented = [line[:2].isspace() for line in lines]
    if any(indented) and not all(indented):
        parts: list[list[tuple[int, str]]] = []
        for starts, numbered in zip(indented, group, strict=True):
            if starts or not parts:
                parts.append([])
            parts[-1].append(numbered)
        return parts
    if _is_wrapped(lines):
        return [group]
    return [[numbered] for numbered in group]


def _block(group: list[tuple[int, str]]) -> Block:
    lines = [line for _, line in group]
    first = group[0][0]
    if _is_table(lines):
        return Block(tuple(lines), "table", first)
    stripped = tuple(line.strip() for line in lines)
    return Block(stripped, "flowing" if _is_wrapped(lines) else "lines", first)


def _is_wrapped(lines: list[str]) -> bool:
    """Whether a typesetter broke these lines: no word that came next would have fitted.

    Verse and lists have shorter lines than that; paragraphs of one line each end as sentences do.
    """
    lines = [" ".join(line.split()) for line in lines]
    width = max(len(line) for line in lines)
    if len(lines) < 2 or not 40 <= width <= 100:
        return False
    for line, following in pairwise(lines):
        if len(line) + 1 + len(following.split(" ", 1)[0]) <= width:
            return False
    return not all(_SENTENCE_END.search(line) for line in lines[:-1])


def _is_table(lines: list[str]) -> bool:
    """Whether columns are made of blanks; HTML would fold them into one."""
    return len(lines) > 1 and 2 * sum(bool(_GAP.search(line)) for line in lines) >= len(lines)


def text_to_markdown(text: str) -> str:
    """Return Markdown for a cleaned text of paragraphs; "" or ending in a line end."""
    return blocks_to_markdown(split_blocks(text))


def blocks_to_markdown(blocks: tuple[Block, ...]) -> str:
    """Return Markdown for paragraphs; "" or ending in a line end."""
    parts: list[str] = []
    for block in blocks:
        if block.form == "table":
            parts.append(preformatted(block.lines))
        else:
            lines = [line for line in block.lines if line.strip()]
            joint = "\n" if block.form == "flowing" else "\\\n"
            parts.append(joint.join(escape_paragraph(lines)))
    parts = [part for part in parts if part]
    return "\n\n".join(parts) + "\n" if parts else ""


def preformatted(lines: tuple[str, ...]) -> str:
    """Return a code fence around lines whose blanks and line ends matter, without a line end."""
    text = "\n".join(lines)
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def escape_paragraph(lines: list[str]) -> list[str]:
    """Return the lines of one paragraph, each showing as it is written.

    The lines are cleaned, hold no line end, and stay in one paragraph together: what is markup
    depends on the others, for a lone asterisk is none.
    """
    # str.strip knows all white space, as the Markdown parser's own does.
    text = "\n".join(line.strip() for line in lines)
    if _MAYBE_INLINE.search(text):
        text = _escape_inline(text)
    escaped: list[str] = []
    position, last_definition = 0, text.rfind("]:")
    for line in text.split("\n"):
        if line.startswith("[") and position < last_definition:
            escaped.append("\\" + line)  # defines a link or a footnote; its label may span lines
        else:
            escaped.append(_escape_start(line, is_first=position == 0))
        position += len(line) + 1
    return escaped


def _escape_inline(text: str) -> str:
    matches = list(_INLINE.finditer(text))
    several = {
        "`": sum(m[0][0] == "`" for m in matches) > 1,
        "*": sum(m[0][0] == "*" and not _stands_alone(m) for m in matches) > 1,
        "_": sum(m[0][0] == "_" and not _is_in_word(m) for m in matches) > 1,
    }
    parts: list[str] = []
    end = 0
    for m in matches:
        mark = m[0][0]
        if mark == "`":
            at_start = m.start() == 0 or text[m.start() - 1] == "\n"
            active = several["`"] or (at_start and len(m[0]) >= 3)
        elif mark == "*":
            active = several["*"] and not _stands_alone(m)
        elif mark == "_":
            active = several["_"] and not _is_in_word(m)
        else:
            active = True
        parts.append(text[end : m.start()])
        parts.append("".join(f"\\{c}" for c in m[0]) if active else m[0])
        end = m.end()
    parts.append(text[end:])
    return "".join(parts)


def _stands_alone(m: re.Match[str]) -> bool:
    """Whether white space is on both sides: such a run is no emphasis (CommonMark 6.2)."""
    before, after = _neighbours(m)
    return before.isspace() and after.isspace()


def _is_in_word(m: re.Match[str]) -> bool:
    """Whether letters or digits are on both sides: snake_case is no emphasis (CommonMark 6.2)."""
    before, after = _neighbours(m)
    return (before.isalnum() and after.isalnum()) or (before.isspace() and after.isspace())


def _neighbours(m: re.Match[str]) -> tuple[str, str]:
    text = m.string
    before = text[m.start() - 1] if m.start() > 0 else " "
    after = text[m.end()] if m.end() < len(text) else " "
    # At the end of a line the mark of a hard line end may come to stand behind it.
    return before, "\\" if after == "\n" else after


def _escape_start(line: str, *, is_first: bool) -> str:
    """Return a line that begins no block."""
    if _RULE.fullmatch(line):
        return re.sub(r"([*_])", r"\\\1", line)
    if _BLOCK_START.match(line):
        return "\\" + line
    if numbered := _NUMBERED.match(line):
        return f"{numbered[0]}\\{line[numbered.end() :]}"
    if not is_first and line.startswith("=") and not line.strip("= \t"):
        return "\\" + line  # underlines a heading
    return line
