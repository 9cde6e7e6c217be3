"""Footnotes: taken out of the text, numbered by their first marks, written at its end.

The parser finds marks and notes; whatever it would drop without a word (notes inside notes, notes
that nobody refers to, second notes of one label) is kept or reported here. Called by `convert`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from builder.prose.markdown import line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from markdown_it.token import Token

    from builder.prose.sheet import Sheet

_BACK: Final = "\u21a9\ufe0e"
"""An arrow back, with the selector that keeps it from being drawn as an emoji."""


class Footnotes:
    """The footnotes of one text.

    Their ids hold a `_`, so that no heading's can be the same: `fn_1`, `fnref_1`, `fnref_1_2`.
    """

    def __init__(self, sheet: Sheet) -> None:
        """Write on that sheet."""
        self._sheet = sheet
        self._notes: dict[str, list[Token]] = {}
        self._numbers: dict[str, int] = {}
        self._order: list[str] = []
        self._marks: dict[str, int] = {}

    def take(self, tokens: list[Token]) -> list[Token]:
        """Return the tokens without the footnotes, which are kept for the end, each by itself."""
        if not any(token.type == "footnote_reference_open" for token in tokens):
            return tokens
        rest: list[Token] = []
        inside: list[list[Token]] = [rest]
        lines: dict[str, int] = {}
        for token in tokens:
            if token.type == "footnote_reference_open":
                note: list[Token] = []
                label = token.meta["label"]
                line = line_of(token)
                if label in self._notes:
                    self._sheet.report(
                        "duplicate-footnote",
                        f'the footnote "[^{label}]" stands in line '
                        f"{self._sheet.first_line + lines[label]} already; this one is not shown",
                        line,
                    )
                else:
                    self._notes[label] = note
                    lines[label] = line
                inside.append(note)
            elif token.type == "footnote_reference_close":
                inside.pop()
            else:
                inside[-1].append(token)
        used = dict.fromkeys(_marks_in(rest))
        waiting = list(used)
        for label in waiting:
            found = [other for other in _marks_in(self._notes[label]) if other not in used]
            used.update(dict.fromkeys(found))
            waiting += found
        for label in self._notes:
            if label not in used:
                self._sheet.report(
                    "footnote-unused",
                    f'nothing refers to the footnote "[^{label}]", so it is not shown',
                    lines[label],
                    f"write [^{label}] in the text where it belongs",
                )
        return rest

    def mark(self, label: str) -> None:
        """Write the mark of a footnote that was taken."""
        number = self._numbers.setdefault(label, len(self._numbers) + 1)
        if number > len(self._order):
            self._order.append(label)
        count = self._marks[label] = self._marks.get(label, 0) + 1
        if self._sheet.inert:
            self._sheet.out.append(f"<sup>{number}</sup>")
            return
        anchor = _mark_id(number, count)
        self._sheet.anchors.add(anchor)
        self._sheet.tag("sup", f' id="{anchor}"')
        self._sheet.tag("a", f' href="#fn_{number}" role="doc-noteref"')
        self._sheet.out.append(f"{number}</a></sup>")

    def write(self, write_blocks: Callable[[Sequence[Token]], None]) -> None:
        """Write the footnotes in the order of their first marks, those of footnotes behind."""
        if not self._numbers:
            return
        out = self._sheet.out
        self._sheet.tag(
            "div", ' class="footnotes"', *([] if self._sheet.inert else [' role="doc-endnotes"'])
        )
        out.append("\n<ol>\n")
        backlinks: list[tuple[int, str]] = []
        for number, label in enumerate(self._order, 1):  # a footnote's own marks add to them
            if self._sheet.inert:
                out.append("<li>")
            else:
                self._sheet.anchors.add(f"fn_{number}")
                self._sheet.tag("li", f' id="fn_{number}"')
            write_blocks(self._notes[label])
            if not self._sheet.inert:
                if out[-1] == "</p>\n":
                    out[-1] = " "
                else:
                    out.append("<p>")
                backlinks.append((len(out), label))
                out += ("", "</p>\n")
            out.append("</li>\n")
        out.append("</ol>\n</div>\n")
        # Only now is it known how many marks lead to each.
        for at, label in backlinks:
            out[at] = self._backlinks(label)

    def _backlinks(self, label: str) -> str:
        """Return the ways back from a footnote to its marks.

        Role and arrow say in every language what it is, the number which one (DPUB-ARIA 1.1).
        """
        number = self._numbers[label]
        total = self._marks[label]
        kept = self._sheet.out
        self._sheet.out = []
        for count in range(1, total + 1):
            name = f"{number}" if total == 1 else f"{number}.{count}"
            if count > 1:
                self._sheet.out.append(" ")
            self._sheet.tag(
                "a",
                f' href="#{_mark_id(number, count)}" role="doc-backlink" '
                f'aria-label="{_BACK} {name}"',
            )
            self._sheet.out.append(f"{_BACK}</a>")
        written = "".join(piece for piece in self._sheet.out if isinstance(piece, str))
        self._sheet.out = kept
        return written


def _mark_id(number: int, count: int) -> str:
    return f"fnref_{number}" if count == 1 else f"fnref_{number}_{count}"


def _marks_in(tokens: Iterable[Token]) -> list[str]:
    """Return the labels of the footnotes that a run of blocks refers to, each once, in order."""
    return list(
        dict.fromkeys(
            child.meta["label"]
            for token in tokens
            for child in token.children or ()
            if child.type == "footnote_ref"
        )
    )
