"""The head of a file: split from its text, and read into nodes that remember where they stand.

YAML is taken as a list of events from PyYAML's C parser and put together here, since composing it
there would follow aliases and nesting as deep as a stranger likes, and loading it would turn
`lang: no` into False, `12:30` into 750, and let a second `title:` win in silence. A value is the
text that its writer wrote.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml

from builder.basics.problems import Location, Outcome, Problem, problem

if TYPE_CHECKING:
    from builder.model.content import SourceText

MAX_FRONT_MATTER: Final = 256 * 1024
"""Characters. The largest seen in a real archive is under 4 KiB."""
MAX_DEPTH: Final = 32
MAX_NODES: Final = 20_000

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value, as text in Unicode NFC."""

    text: str
    location: Location
    is_plain: bool
    """Written without quotes, and not as a block."""

    @property
    def is_absent(self) -> bool:
        """Whether the key is there without a value."""
        return self.is_plain and self.text in {"", "~"}


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    location: Location


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values, in the order written, no key twice."""

    entries: tuple[tuple[Scalar, Node], ...]
    location: Location


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Prose:
    """The text below the front matter."""

    text: str
    first_line: int
    """The number of its first line in the file."""


@dataclass(frozen=True, slots=True)
class SplitFile:
    """A content file in its two halves."""

    head: Mapping
    prose: Prose


def split(source: SourceText) -> Outcome[SplitFile]:
    """Return front matter and prose of a file.

    Problems: empty-file, front-matter-missing, front-matter-unclosed and those of `compose`.
    """
    text, path = source.text, source.path
    if not text.strip():
        return Outcome(None, (problem("empty-file", "the file is empty", Location(path, 1, 1)),))
    first, _, rest = text.partition("\n")
    if first.rstrip() != "---":
        hint = "start the file with a line of ---, then keys such as `title:`, then another ---"
        message = "the file does not start with front matter"
        found = problem("front-matter-missing", message, Location(path, 1, 1), hint)
        return Outcome(None, (found,))
    end = _closing_line(rest)
    if end is None:
        hint = "put a line of --- between the last key and the text"
        message = "the front matter that starts here is never closed"
        found = problem("front-matter-unclosed", message, Location(path, 1, 1), hint)
        return Outcome(None, (found,))
    start, after = end
    composed = compose(rest[:start], path, first_line=2)
    if composed.value is None:
        return Outcome(None, composed.problems)
    prose = Prose(rest[after:], first_line=3 + rest.count("\n", 0, start))
    return Outcome(SplitFile(composed.value, prose), composed.problems)


def _closing_line(rest: str) -> tuple[int, int] | None:
    """Return where the closing line begins and where the text after it begins."""
    position = 0
    while position <= len(rest):
        end = rest.find("\n", position)
        line = rest[position:] if end < 0 else rest[position:end]
        if line.startswith("---") and line.rstrip() == "---":
            return position, len(rest) if end < 0 else end + 1
        if end < 0:
            return None
        position = end + 1
    return None


def compose(text: str, path: str, *, first_line: int) -> Outcome[Mapping]:
    """Return a YAML mapping as nodes with their places in the file.

    Problems: yaml-syntax, yaml-alias, yaml-nesting, duplicate-key, front-matter-too-large and,
    where the document is no mapping, wrong-type.
    """
    start = Location(path, first_line, 1)
    if len(text) > MAX_FRONT_MATTER:
        message = f"the front matter has {len(text)} characters, more than {MAX_FRONT_MATTER}"
        hint = "is the closing line of --- missing? text belongs below it"
        return Outcome(None, (problem("front-matter-too-large", message, start, hint),))
    builder = _Composer(path, first_line)
    try:
        root = builder.run(text)
    except yaml.YAMLError as error:
        return Outcome(None, (_syntax_problem(error, text, path, first_line),))
    except _TooMuchError as stop:
        return Outcome(None, (*builder.problems, stop.problem))
    if root is None:
        return Outcome(Mapping((), start), tuple(builder.problems))
    if not isinstance(root, Mapping):
        hint = "write one `key: value` a line"
        message = "the front matter is not a list of keys and values"
        return Outcome(None, (problem("wrong-type", message, root.location, hint),))
    return Outcome(root, tuple(builder.problems))


class _TooMuchError(Exception):
    """The document is not one that a person wrote."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found)
        self.problem = found


class _Open:
    """A list or mapping that is still being read."""

    __slots__ = ("is_mapping", "items", "key", "keys", "location")

    def __init__(self, location: Location, *, is_mapping: bool) -> None:
        self.location = location
        self.is_mapping = is_mapping
        self.items: list[Node | tuple[Scalar, Node]] = []
        self.keys: dict[str, Location] = {}
        self.key: Scalar | None = None


class _Composer:
    def __init__(self, path: str, first_line: int) -> None:
        self.problems: list[Problem] = []
        self._path = path
        self._first_line = first_line
        self._root: Node | None = None
        self._stack: list[_Open] = []

    def run(self, text: str) -> Node | None:
        nodes = 0
        event: Any  # PyYAML's own types know neither values nor marks of events
        for event in yaml.parse(text, Loader=_LOADER):
            kind = type(event)
            if kind is yaml.ScalarEvent:
                nodes += 1
                plain = event.style is None or event.style == ""
                value = event.value if event.value.isascii() else _nfc(event.value)
                self._put(Scalar(value, self._place(event.start_mark), plain))
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                nodes += 1
                place = self._place(event.start_mark)
                if len(self._stack) >= MAX_DEPTH:
                    message = f"values stand more than {MAX_DEPTH} levels deep in one another"
                    raise _TooMuchError(problem("yaml-nesting", message, place))
                self._stack.append(_Open(place, is_mapping=kind is yaml.MappingStartEvent))
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close()
            elif kind is yaml.AliasEvent:
                place = self._place(event.start_mark)
                hint = f'write the value out, or quote it: "*{event.anchor}"'
                message = f"*{event.anchor} is a YAML alias, and those are not read"
                raise _TooMuchError(problem("yaml-alias", message, place, hint))
            if nodes > MAX_NODES:
                message = f"the front matter holds more than {MAX_NODES} values"
                place = self._place(event.start_mark)
                raise _TooMuchError(problem("front-matter-too-large", message, place))
        return self._root

    def _place(self, mark: yaml.Mark) -> Location:
        return Location(self._path, self._first_line + mark.line, mark.column + 1)

    def _close(self) -> None:
        done = self._stack.pop()
        if done.is_mapping:
            entries = tuple(item for item in done.items if isinstance(item, tuple))
            self._put(Mapping(entries, done.location))
        else:
            items = tuple(item for item in done.items if not isinstance(item, tuple))
            self._put(Sequence(items, done.location))

    def _put(self, node: Node) -> None:
        if not self._stack:
            self._root = node
            return
        into = self._stack[-1]
        if not into.is_mapping:
            into.items.append(node)
        elif into.key is None:
            if not isinstance(node, Scalar):
                message = "a key has to be a word, not a list or a mapping"
                hint = "quote the text if it starts with [ or {"
                raise _TooMuchError(problem("wrong-type", message, node.location, hint))
            into.key = node
        else:
            self._put_value(into, into.key, node)
            into.key = None

    def _put_value(self, into: _Open, key: Scalar, node: Node) -> None:
        before = into.keys.get(key.text)
        if before is None:
            into.keys[key.text] = key.location
            into.items.append((key, node))
            return
        message = f'"{key.text}" is given twice; the first time in line {before.line}'
        hint = "keep one of the two"
        self.problems.append(problem("duplicate-key", message, key.location, hint))


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _syntax_problem(error: yaml.YAMLError, text: str, path: str, first_line: int) -> Problem:
    mark = getattr(error, "problem_mark", None)
    reason = str(getattr(error, "problem", None) or getattr(error, "reason", "it cannot be read"))
    line, column = (0, 0) if mark is None else (mark.line, mark.column)
    if mark is None:
        position = getattr(error, "position", None)
        if isinstance(position, int):
            line = text.count("\n", 0, position)
    lines = text.split("\n")
    shown = lines[line] if line < len(lines) else ""
    place = Location(path, first_line + line, column + 1)
    hint = "quote a value that holds a colon followed by a space, or starts with one of [ { * & ! %"
    if "\t" in shown[: column + 1]:
        reason = "there is a tab where only spaces may stand"
        hint = "indent with spaces"
    elif shown.rstrip().endswith(("[", ",")) or "flow" in str(getattr(error, "context", "")):
        hint = "is a closing ] or } missing?"
    message = f"this is not valid YAML: {reason}"
    return problem("yaml-syntax", message, place, hint)
