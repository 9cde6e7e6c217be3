"""YAML as nodes, by way of PyYAML. Loaded with the first head that is not of the plainest.

YAML is taken as a list of events from PyYAML's C parser and put together here, since composing it
there would follow aliases and nesting as deep as a stranger likes. Called by `front_matter`.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Final

import yaml

from builder.basics.problems import Location, Outcome, Problem, problem
from builder.reading.nodes import Mapping, Node, Scalar, Sequence

MAX_DEPTH: Final = 32
MAX_NODES: Final = 20_000

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def compose_yaml(text: str, path: str, first_line: int) -> Outcome[Mapping]:
    """Return a YAML mapping as nodes; problems as `front_matter.compose` names them."""
    builder = _Composer(path, first_line)
    try:
        root = builder.run(text)
    except yaml.YAMLError as error:
        return Outcome(None, (_syntax_problem(error, text, path, first_line),))
    except _TooMuchError as stop:
        return Outcome(None, (*builder.problems, stop.problem))
    if root is None:
        return Outcome(Mapping((), Location(path, first_line, 1)), tuple(builder.problems))
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

    __slots__ = ("entries", "items", "key", "location")

    def __init__(self, location: Location, *, is_mapping: bool) -> None:
        self.location = location
        self.entries: dict[str, tuple[Scalar, Node]] | None = {} if is_mapping else None
        self.items: list[Node] = []
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
        stack = self._stack
        next_event = _LOADER(text).get_event
        event: Any  # PyYAML's own types know neither values nor marks of events
        while (kind := type(event := next_event())) is not yaml.StreamEndEvent:
            if kind is yaml.ScalarEvent:
                nodes += 1
                value = event.value
                if not value.isascii():
                    value = unicodedata.normalize("NFC", value)
                self._put(Scalar(value, self._place(event.start_mark), not event.style))
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                nodes += 1
                place = self._place(event.start_mark)
                if len(stack) >= MAX_DEPTH:
                    message = f"values stand more than {MAX_DEPTH} levels deep in one another"
                    raise _TooMuchError(problem("yaml-nesting", message, place))
                stack.append(_Open(place, is_mapping=kind is yaml.MappingStartEvent))
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
        if done.entries is None:
            self._put(Sequence(tuple(done.items), done.location))
        else:
            self._put(Mapping(tuple(done.entries.values()), done.location))

    def _put(self, node: Node) -> None:
        if not self._stack:
            self._root = node
            return
        into = self._stack[-1]
        if into.entries is None:
            into.items.append(node)
        elif into.key is None:
            if not isinstance(node, Scalar):
                message = "a key has to be a word, not a list or a mapping"
                hint = "quote the text if it starts with [ or {"
                raise _TooMuchError(problem("wrong-type", message, node.location, hint))
            into.key = node
        else:
            key, into.key = into.key, None
            if into.entries.setdefault(key.text, (key, node))[0] is not key:
                self._report_second(key, into.entries[key.text][0])

    def _report_second(self, key: Scalar, first: Scalar) -> None:
        line = first.location.line
        message = f'"{key.text}" is given twice; the first time in line {line}'
        hint = "keep one of the two"
        self.problems.append(problem("duplicate-key", message, key.location, hint))


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
