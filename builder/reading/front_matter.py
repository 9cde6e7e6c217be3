"""The head of a file: split from its text, and read into nodes that remember where they stand.

A value is the text that its writer wrote: loading YAML would turn `lang: no` into False, `12:30`
into 750, and let a second `title:` win in silence. The plainest heads are read here; PyYAML loads
with the first that is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from builder.basics.halves import Prose, cut
from builder.basics.problems import Location, Outcome, problem
from builder.reading.nodes import Mapping, Node, Scalar, Sequence
from builder.reading.plain_head import read_plain_head

if TYPE_CHECKING:
    from builder.model.source import SourceText

__all__ = [
    "MAX_FRONT_MATTER",
    "Mapping",
    "Node",
    "Prose",
    "Scalar",
    "Sequence",
    "SplitFile",
    "compose",
    "cut",
    "split",
]

MAX_FRONT_MATTER: Final = 256 * 1024
"""Characters. The largest seen in a real archive is under 4 KiB."""


class SplitFile(NamedTuple):
    """A content file in its two halves."""

    head: Mapping
    prose: Prose


def split(source: SourceText, halves: tuple[str, Prose] | None = None) -> Outcome[SplitFile]:
    """Return front matter and prose of a file; `halves` where it was cut already.

    Problems: empty-file, front-matter-missing, front-matter-unclosed and those of `compose`.
    """
    text, path = source.text, source.path
    halves = halves or cut(text)
    if halves is not None:
        composed = compose(halves[0], path, first_line=2)
        if composed.value is None:
            return Outcome(None, composed.problems)
        return Outcome(SplitFile(composed.value, halves[1]), composed.problems)
    if not text.strip():
        return Outcome(None, (problem("empty-file", "the file is empty", Location(path, 1, 1)),))
    if text.partition("\n")[0].rstrip() != "---":
        hint = "start the file with a line of ---, then keys such as `title:`, then another ---"
        message = "the file does not start with front matter"
        found = problem("front-matter-missing", message, Location(path, 1, 1), hint)
        return Outcome(None, (found,))
    hint = "put a line of --- between the last key and the text"
    message = "the front matter that starts here is never closed"
    found = problem("front-matter-unclosed", message, Location(path, 1, 1), hint)
    return Outcome(None, (found,))


def compose(text: str, path: str, *, first_line: int) -> Outcome[Mapping]:
    """Return a YAML mapping as nodes with their places in the file.

    Problems: yaml-syntax, yaml-alias, yaml-nesting, duplicate-key, front-matter-too-large and,
    where the document is no mapping, wrong-type.
    """
    if len(text) > MAX_FRONT_MATTER:
        message = f"the front matter has {len(text)} characters, more than {MAX_FRONT_MATTER}"
        hint = "is the closing line of --- missing? text belongs below it"
        start = Location(path, first_line, 1)
        return Outcome(None, (problem("front-matter-too-large", message, start, hint),))
    plain = read_plain_head(text, path, first_line)
    if plain is not None:
        return Outcome(plain)
    from builder.reading.composer import compose_yaml  # noqa: PLC0415 - loads PyYAML

    return compose_yaml(text, path, first_line)
