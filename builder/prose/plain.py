"""Texts of nothing but paragraphs, as nearly all newswire is, read without the Markdown parser.

Whatever could mean more to it is refused here and goes the full way, so that a text has one HTML
only, and a build of such texts need not even load the parser. Called by `convert`, and by
`markdown` for what marks of its own a paragraph has. Standard library, `model` and this room.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from builder.model.content import Body
from builder.prose.characters import escape_text
from builder.prose.summary import summarise

# A line that begins, or could begin, another block than a paragraph, or turn the one above it into
# one: heading, quotation, list, rule, table, fence, HTML, indented code, a line of spaces.
_BLOCK: Final = re.compile(
    r"\n(?:[#>=|:<\t ]|[\-+](?!\w)|\*(?!\**[^\s*])|_(?!_*[^\s_])|```|~~~|[0-9]{1,9}[.)](?!\S))"
)

# CommonMark 6.2. (Without regard to case, `[a-z]` has the Kelvin sign too; so it has for the
# parser.)
_REFERENCE: Final = re.compile(
    r"&(?:#(x[a-f0-9]{1,6}|[0-9]{1,7})|([a-z][a-z0-9]{1,31}));", re.IGNORECASE
)
_DOUBTFUL: Final = "\0"
"""Stands for a character that a page cannot hold, or that lies beyond the first plane."""


class Paragraph(NamedTuple):
    """A paragraph as written, without the white space around it."""

    first_line: int
    """From 0 at the start of the text."""
    end_line: int
    """The line behind it."""
    content: str


def read_paragraphs(text: str) -> list[Paragraph] | None:
    """Return the paragraphs of a text that holds no other block; None where it may hold one.

    The text is free of carriage returns and control characters.
    """
    if _may_hold_blocks(text):
        return None
    found = []
    line = 0
    for block in text.split("\n\n"):
        lines = block.strip("\n")
        if lines:
            content = lines.strip(" ")
            # Which of Unicode's spaces are cut off is for the parser to say.
            if content != content.strip():
                return None
            first = line if block[0] != "\n" else line + len(block) - len(block.lstrip("\n"))
            found.append(Paragraph(first, first + lines.count("\n") + 1, content))
        line += block.count("\n") + 2
    return found


def _may_hold_blocks(text: str) -> bool:
    padded = "\n" + text
    return _BLOCK.search(padded) is not None or ("\n[" in padded and "]:" in text)


def is_plain(content: str) -> bool:
    """Whether a paragraph's content means what it says, each character and each line end."""
    return not (_has_marks(content) or "&" in content or _has_loose_lines(content))


def _has_marks(text: str) -> bool:
    # One look for each is many times faster than one pattern for all.
    return "*" in text or "[" in text or "_" in text or "<" in text or "`" in text or "\\" in text


def _has_loose_lines(content: str) -> bool:
    """Whether white space stands at a line end, where it can mean a break or is left out."""
    return "\n" in content and (" \n" in content or "\n " in content or "\n\t" in content)


def plain_body(text: str, *, inert: bool) -> Body | None:
    """Return the body of a text of plain paragraphs; None where the parser has to be asked.

    Character references are all that may stand for something else. Such a text has no problems,
    no links and no anchors but those of its paragraphs, which an inert body has not.
    """
    if _has_marks(text) or _may_hold_blocks(text):
        return None
    # No line begins with a space, so these are all that may have to go from around a paragraph;
    # which of Unicode's other spaces are cut off is for the parser to say.
    contents = [found for block in text.split("\n\n") if (found := block.strip("\n "))]
    if contents != [content.strip() for content in contents]:
        return None
    if " \n" in text and any(" \n" in content for content in contents):
        return None
    is_bare = "&" not in text and ">" not in text
    if "&" in text:
        contents = [_REFERENCE.sub(_character, content) for content in contents]
        if any(_DOUBTFUL in content for content in contents):
            return None
    if not contents:
        return Body(parts=(), links=(), anchors=frozenset(), summary="")
    summary = next(filter(None, map(summarise, contents)), "")
    written = contents if is_bare else [escape_text(content) for content in contents]
    if inert:
        html = "<p>" + "</p>\n<p>".join(written) + "</p>"
    else:
        numbered = [f'<p id="p{number}">{content}' for number, content in enumerate(written, 1)]
        html = "</p>\n".join(numbered) + "</p>"
    return Body(
        parts=(html,),
        links=(),
        anchors=frozenset(),
        summary=summary,
    )


def _character(found: re.Match[str]) -> str:
    """Return what a character reference stands for; itself where it is none."""
    number, name = found.groups()
    if name is not None:
        from html.entities import html5  # noqa: PLC0415 - two thousand names, for few texts

        return html5.get(name + ";", found[0])
    code = int(number[1:], 16) if number[0] in "xX" else int(number)
    if 0x20 <= code < 0x7F or 0xA0 <= code < 0xD800 or 0xE000 <= code < 0xFDD0:
        return chr(code)
    return _DOUBTFUL
