"""New taxonomies -> content/archive.yaml, without touching another byte of it.

The file belongs to its editors: comments, order, quotes and line ends stay. So it is not written
again from what was read, but gets a name in the one place where it belongs, and what comes out is
read again before anybody trusts it. Pure; imports basics and reading; called by run.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from builder.basics.problems import ImportFailed, Location, problem
from builder.model.source import SourceText
from builder.reading.front_matter import Mapping, Scalar, Sequence, compose
from builder.reading.settings import parse_settings

if TYPE_CHECKING:
    from builder.model.settings import Settings
    from builder.reading.front_matter import Node

SETTINGS_PATH: Final = "content/archive.yaml"


def read_settings(text: str) -> Settings:
    """Return the settings that the text of content/archive.yaml writes.

    Raises:
        ImportFailed: they cannot be read; an import into such an archive would go astray.
    """
    source = SourceText(path=SETTINGS_PATH, text=text)
    outcome = parse_settings(source)
    if outcome.value is None:
        raise ImportFailed(outcome.problems)
    return outcome.value


def declared_kinds(text: str) -> tuple[str, ...]:
    """Return the names of all taxonomies, topics among them."""
    return tuple(spec.kind for spec in read_settings(text).taxonomies)


def declare(text: str, kinds: tuple[str, ...]) -> str:
    """Return the text of content/archive.yaml with `kinds` declared; those declared stay.

    Raises:
        ImportFailed: the file is written in a form in which this is a person's work.
    """
    before = declared_kinds(text)
    new = [kind for kind in kinds if kind not in before]
    if not new:
        return text
    edited = _edit(text, new)
    source = SourceText(path=SETTINGS_PATH, text=edited)
    outcome = parse_settings(source)
    after = outcome.value
    if after is not None and tuple(s.kind for s in after.taxonomies) == (*before, *new):
        return edited
    place = Location(SETTINGS_PATH)
    message = f"the taxonomies {', '.join(new)} could not be added to the settings"
    hint = f"write `taxonomies: [{', '.join((*before[1:], *new))}]` yourself, then import again"
    refused = (found for found in outcome.problems if any(f'"{k}"' in found.message for k in new))
    for found in refused:
        message, hint = found.message, "choose another name"
    raise ImportFailed((problem("import-settings", message, place, hint),))


def _edit(text: str, new: list[str]) -> str:
    root = compose(text, SETTINGS_PATH, first_line=1).value
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    pair = next((p for p in root.entries if p[0].text == "taxonomies"), None) if root else None
    if pair is None:
        return _append(lines, f"taxonomies: [{', '.join(new)}]", ending)
    key, node = pair
    if isinstance(node, Scalar):
        return _fill(lines, key, node, f"[{', '.join(new)}]")
    start = _offset(lines, node.location)
    if text[start : start + 1] in {"[", "{"}:
        return _edit_flow(text, start, new, is_mapping=isinstance(node, Mapping))
    return _edit_block(lines, node, new, ending)


def _offset(lines: list[str], place: Location) -> int:
    return sum(len(line) for line in lines[: (place.line or 1) - 1]) + (place.column or 1) - 1


def _append(lines: list[str], entry: str, ending: str) -> str:
    """Add a key at the end, in front of the mark that ends a document."""
    at = next((n for n, line in enumerate(lines) if line.rstrip() == "..."), len(lines))
    above = "".join(lines[:at])
    if above and not above.endswith("\n"):
        above += ending
    return f"{above}{entry}{ending}{''.join(lines[at:])}"


def _fill(lines: list[str], key: Scalar, value: Scalar, entry: str) -> str:
    """Give a key without a value its first."""
    text = "".join(lines)
    if value.text == "~":
        start = _offset(lines, value.location)
        return f"{text[:start]}{entry}{text[start + 1 :]}"
    colon = text.index(":", _offset(lines, key.location)) + 1
    return f"{text[:colon]} {entry}{text[colon:]}"


def _edit_flow(text: str, start: int, new: list[str], *, is_mapping: bool) -> str:
    """Add names in front of the bracket that closes the one at `start`."""
    end = _closing_bracket(text, start)
    inside = text[start + 1 : end]
    last = end - (len(inside) - len(inside.rstrip()))
    if "#" in text[text.rfind("\n", 0, last) + 1 : last]:
        last = end  # not into a comment
    entry = ", ".join(f"{name}: {{}}" if is_mapping else name for name in new)
    if not inside.strip():
        return f"{text[: start + 1]}{entry}{text[end:]}"
    joint = " " if text[last - 1] == "," else ", "
    return f"{text[:last]}{joint}{entry}{text[last:]}"


def _closing_bracket(text: str, start: int) -> int:
    depth, quote, at = 0, "", start
    while at < len(text):
        c = text[at]
        if quote:
            if c == "\\" and quote == '"':
                at += 1
            elif c == quote:
                quote = ""
        elif c in "'\"":
            quote = c
        elif c == "#" and text[at - 1].isspace():
            at = max(at, text.find("\n", at))
        elif c in "[{":
            depth += 1
        elif c in "]}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return start


def _edit_block(lines: list[str], node: Node, new: list[str], ending: str) -> str:
    """Add names below the last entry of a list or mapping of one entry a line."""
    indent = " " * ((node.location.column or 1) - 1)
    if isinstance(node, Sequence):
        entries = [f"{indent}- {name}" for name in new]
        last = node.items[-1].location.line or 1
    else:
        entries = [f"{indent}{name}:" for name in new]
        last = (node.entries[-1][0].location.line or 1) if isinstance(node, Mapping) else 1
    end = last
    for number, line in enumerate(lines[last:], last + 1):
        content = line.strip()
        depth = len(line) - len(line.lstrip(" "))
        if content and not content.startswith("#"):
            if depth <= len(indent):
                break
            end = number
    above = "".join(lines[:end])
    if not above.endswith("\n"):
        above += ending
    return above + "".join(f"{entry}{ending}" for entry in entries) + "".join(lines[end:])
