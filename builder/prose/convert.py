"""Markdown to a `Body`: safe HTML whose links inside the archive are open slots.

Plain paragraphs are written at once; whatever else goes to the parser, which is loaded with the
first text that needs it. Pure: knows no other file. May import `basics`, `model` and its own room;
called by `build` once for each text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder.basics.problems import Location, Outcome, problem
from builder.prose.characters import normal_text
from builder.prose.plain import plain_body

if TYPE_CHECKING:
    from builder.model.content import Body


def convert(text: str, *, path: str, first_line: int) -> Outcome[Body]:
    """Return a Markdown text as safe HTML, with every link inside the archive left open.

    Links and images without a scheme become slots, `#fragment` among them; those to other hosts
    stay as they are. `first_line` is the line of the file on which the text starts. Paragraphs that
    stand in nothing else have the ids `p1`, `p2` and so on, which no heading gets.

    Problems: bad-link-scheme, bad-url, code-fence-unclosed, dead-link (no address at all),
    duplicate-footnote, footnote-missing, footnote-unused, heading-level, html-unbalanced,
    missing-alt, missing-media (no address at all), nesting-too-deep, remote-image,
    table-row-too-long, text-too-complex, unsafe-html. The value is None only when the text is so
    deep that nothing could be made of it.
    """
    return _convert(text, path, first_line, inert=False)


def convert_inert(text: str, *, path: str, first_line: int) -> Outcome[Body]:
    """Return a Markdown text as safe HTML in which nothing leads anywhere and nothing is loaded.

    A link becomes its text with the address behind it in parentheses where that says more, an
    image becomes its description. There are no ids, no links and at most one part, so the body
    can stand on any page. Problems as in `convert`, without those about addresses.
    """
    return _convert(text, path, first_line, inert=True)


def _convert(text: str, path: str, first_line: int, *, inert: bool) -> Outcome[Body]:
    text = normal_text(text)
    plain = plain_body(text, inert=inert)
    if plain is not None:
        return Outcome(plain)
    from builder.prose.writer import write_body  # noqa: PLC0415 - loads parser and sanitiser

    try:
        body, problems = write_body(text, path, first_line, inert=inert)
    except RecursionError:
        # The limits forbid it, unless our caller stands at the end of the stack already.
        deep = problem(
            "nesting-too-deep",
            "the text stands too deep inside itself to be read",
            Location(path, first_line),
        )
        return Outcome(None, (deep,))
    return Outcome(body, problems)
