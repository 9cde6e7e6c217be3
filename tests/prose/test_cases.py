"""Markdown in, HTML and reports out: every case of `cases/*.md`, named by its file and line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from builder.prose import convert, convert_inert
from tests.prose.showing import show

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = Path(__file__).parent / "cases"
CONTROL = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|r)")


class Case(NamedTuple):
    place: str
    """File and line, as editors open it."""
    title: str
    text: str
    html: str
    found: list[str]


def read_cases(path: Path) -> Iterator[Case]:
    lines = path.read_text("utf-8").splitlines()
    start = lines.index("", 2) + 1  # below the heading and what it explains
    while start < len(lines):
        title = lines[start]
        assert lines[start + 1] == ".", f"{path}:{start + 2}: a line with one dot is missing"
        sections = []
        end = start + 1
        for _ in range(3):
            following = lines.index(".", end + 1)
            sections.append(lines[end + 1 : following])
            end = following
        text = CONTROL.sub(_character, "".join(line + "\n" for line in sections[0]))
        place = f"{path.relative_to(CASES.parent.parent.parent)}:{start + 1}"
        yield Case(place, title, text, "\n".join(sections[1]), sections[2])
        start = end + 2


def _character(found: re.Match[str]) -> str:
    return found.group().encode().decode("unicode_escape")


ALL = [case for path in sorted(CASES.glob("*.md")) for case in read_cases(path)]


@pytest.mark.parametrize("case", ALL, ids=[case.place.rpartition("/")[2] for case in ALL])
def test_case(case: Case) -> None:
    converter = convert_inert if "/inert.md" in case.place else convert
    html, found = show(converter, case.text)
    assert (html, found) == (case.html, case.found), f"\n{case.place}: {case.title}"


def test_every_code_of_this_room_occurs_in_a_case() -> None:
    codes = {
        found for case in ALL for line in case.found for found in re.findall(r"\[([a-z-]+)\]", line)
    }
    said = set(
        re.findall(r"\b[a-z]+(?:-[a-z]+)+\b", (convert.__doc__ or "").partition("Problems:")[2])
    )
    assert said - {"text-too-complex"} <= codes  # that one is large: see test_limits.py
