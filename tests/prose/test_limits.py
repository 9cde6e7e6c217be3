"""Texts made to hurt: each gives a right result or a clear problem, and soon."""

from __future__ import annotations

import inspect
import re
import sys
import time
from typing import TYPE_CHECKING

import pytest

from builder.prose import convert, convert_inert

if TYPE_CHECKING:
    from collections.abc import Callable

DEEP = 10_000
LONG = 50_000
SECONDS = 8
"""Of the processor. Far more than any of these takes on a slow machine, far less than what is
quadratic would."""

NESTED = {
    "quotations": ">" * DEEP + "a",
    "quotations with spaces": "> " * DEEP + "a",
    "lists": "- " * DEEP + "a",
    "ordered lists": "1. " * DEEP + "a",
    "indented lists": "\n".join("  " * n + "- a" for n in range(400)),
    "quotations and lists": "> - " * DEEP + "a",
    "footnotes": "[^a]: " * DEEP + "a",
    "brackets": "[" * DEEP + "a",
    "closed brackets": "[" * DEEP + "a" + "]" * DEEP,
    "links": "[" * DEEP + "a" + "](b)" * DEEP,
    "images": "![" * DEEP + "a" + "](b)" * DEEP,
    "parentheses": "[a](" + "(" * DEEP + "b" + ")" * DEEP + ")",
    "stars": "*" * DEEP + "a",
    "closed stars": "*" * DEEP + "a" + "*" * DEEP,
    "stars and underscores": "*_" * DEEP + "a" + "_*" * DEEP,
    "elements": "<div>" * DEEP + "a",
    "closed elements": "<div>" * DEEP + "a" + "</div>" * DEEP,
    "elements in blocks": "<div>\n\n" * DEEP + "a",
    "inline elements": "a " + "<span>" * DEEP + "b" + "</span>" * DEEP,
    "formatting": "<b>\n\na\n\n" * DEEP,
    "many kinds of formatting": "".join(f"<b title={n}>\n\na\n\n" for n in range(DEEP)),
}

REPEATED = {
    "openers": "[",
    "image openers": "![",
    "closers": "]",
    "empty brackets": "[]",
    "half links": "[a](",
    "half links in angles": "[a](<b",
    "half titles": '[a](b "',
    "backticks": "`",
    "code": "`a ",
    "emphasis": "*a ",
    "strong emphasis": "**a *b ",
    "mixed emphasis": "*_",
    "less-than": "<",
    "half tags": "<a ",
    "half attributes": "<a b='",
    "half comments": "a <!--",
    "half instructions": "a <?",
    "half declarations": "a <!A ",
    "half character data": "a <![CDATA[",
    "half autolinks": "<http:",
    "ampersands": "&",
    "backslashes": "\\",
    "bars": "a|",
    "rows": "|a|b|\n|-|-|\n",
    "headings": "# a\n",
    "underlines": "a\n-\n",
    "fences": "```\n",
    "definitions": "[a]: b\n",
    "half definitions": "[a\n",
    "footnote marks": "[^a]",
    "footnote marks on lines": "[^a]\n",
    "half footnote marks": "[^a",
    "line feeds": "\n",
    "spaces": " ",
    "tabs": "\t",
    "scripts": "<script>",
    "scripts in a block": "<script>\n",
    "end tags": "</div>",
    "cells": "<td>",
    "raw images on one line": "<img src=a>",
    "links whose address is written otherwise": "[a](b&amp;c)",
    "NUL": "\0",
}


def timed(converter: Callable[..., object], text: str) -> float:
    start = time.process_time()
    outcome = converter(text, path="a.md", first_line=1)
    assert outcome is not None
    return time.process_time() - start


@pytest.mark.parametrize("name", NESTED)
def test_nesting(name: str) -> None:
    start = time.process_time()
    outcome = convert(NESTED[name], path="a.md", first_line=1)
    assert time.process_time() - start < SECONDS
    assert outcome.value is not None
    html = "".join(part for part in outcome.value.parts if isinstance(part, str))
    assert _depth(html) <= 130
    assert len(html) < 30 * len(NESTED[name]) + 1000
    codes = {problem.code for problem in outcome.problems}
    if "nesting-too-deep" not in codes and "a" in NESTED[name]:
        assert "a" in html or "footnote-unused" in codes
    assert timed(convert_inert, NESTED[name]) < SECONDS


def _depth(html: str) -> int:
    depth = deepest = 0
    for end in re.findall(r"<(/?)(?!br|hr|img)[a-z]", html):
        depth += -1 if end else 1
        deepest = max(deepest, depth)
    return deepest


@pytest.mark.parametrize("name", REPEATED)
def test_repetition(name: str) -> None:
    unit = REPEATED[name]
    text = unit * (LONG // len(unit))
    assert timed(convert, text) < SECONDS
    assert timed(convert, "<div>" + text) < SECONDS
    assert timed(convert, "[a]: b\n\n[^a]: c\n\n" + text) < SECONDS


def test_a_reference_cannot_make_a_page_huge() -> None:
    text = f"[a]: {'b' * 50_000}\n\n" + "[a] " * 10_000
    outcome = convert(text, path="a.md", first_line=7)
    assert outcome.value is not None
    assert sum(len(link.href) for link in outcome.value.links) < 3_000_000
    assert [(p.code, p.location.line) for p in outcome.problems] == [("text-too-complex", 9)]
    inert = convert_inert(text, path="a.md", first_line=7).value
    assert inert is not None
    assert sum(map(len, inert.parts)) < 3_000_000  # type: ignore[arg-type]  # there are no slots


def test_a_caller_at_the_end_of_the_stack_gets_a_problem() -> None:
    outcomes = []

    def sink(depth: int) -> None:
        if depth:
            sink(depth - 1)
        else:
            outcomes.append(convert("> - a *b* [c](d.md)", path="a.md", first_line=3))

    depth = len(inspect.stack(0))
    sink(sys.getrecursionlimit() - depth - 20)
    assert outcomes[0].value is None
    assert [(p.code, p.location.line) for p in outcomes[0].problems] == [("nesting-too-deep", 3)]
