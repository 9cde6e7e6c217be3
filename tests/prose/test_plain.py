"""Plain paragraphs are read without the parser, and nobody can tell."""

from __future__ import annotations

import subprocess
import sys
from html.entities import html5
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from builder.prose import markdown
from builder.prose.characters import normal_text
from builder.prose.markdown import Parsed, parse
from builder.prose.plain import is_plain, plain_body, read_paragraphs
from builder.prose.writer import write_body
from tests.checkers.needs import ROOT
from tests.prose.test_cases import ALL, Case
from tests.prose.test_properties import MARKS, TEXTS, calm, pieces

# Every text made of these is plain.
WORDS = pieces(
    """The said, "mln" dlrs (35 pct) it's Inc. 1987 3.5 -5 +2 A/B U.S. — – Ж字ب café 1. 2) a-b x=y
    50% #3 >= ~10 | + : ; $1 @home ^ {a} ]x i.e.: Réunion \u00a0! \U0001f600"""
)
FIRST_WORDS = pieces("LONDON, \"It (He 'Tis — 1987 3.5 -5 +2 $1 «Ж 字 ب @x ]")
REFERENCES = pieces("&#60;SLB&#62; AT&amp;T &copy; &nope; &#x416; & &&amp; a&b; &;")
LINE = st.builds(
    lambda first, rest: " ".join([first, *rest]),
    FIRST_WORDS,
    st.lists(st.one_of(WORDS, REFERENCES), max_size=8),
)
PARAGRAPH = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
PLAIN = st.builds(
    lambda start, paragraphs, end: start + "".join(paragraphs) + end,
    st.sampled_from(["", "\n", "\n\n\n"]),
    st.lists(st.tuples(PARAGRAPH, st.sampled_from(["\n\n", "\n\n\n", "\n\n\n\n"])).map("".join)),
    st.sampled_from(["", "end", "end\n"]),
)

# Plain but for a mark or a line, wherever it falls.
SPACE = "\u00b7"
ODD_MARKS = st.one_of(
    MARKS,
    pieces(
        """*em* **b** _a_ ` `a` [a](b.md) · ·· ⏎ ·⏎ ··⏎ ⏎· ⏎···· ⏎1.· ⏎1)a ⏎-· ⏎-a ⏎-- ⏎_ ⏎_a_ ⏎:
        [a]:·b⏎ ⏎[^1]:·x &#0; &#10; &NewLine; &Tab; &nbsp; &#xD800; &#x1F600;"""
    ),
    st.sampled_from(["\t", "\n\t", "\u00a0\n\n", "\n\n\u3000", "\u2028", "\x1f", "\x0b"]),
)
ODD_LINES = st.one_of(
    pieces(
        """- -- --- -:- -| :- :-| |-| a·|·b⏎-|- a·|·b⏎:-|- a⏎:- = === =· _ ___ _·_·_ * ** *** *·*·*
        + +· # #·x 1. 1) 1234567890. ``` ~~~ <p> </p> <!-- > >·x [a]:·b [^1]:·x · ···· ····x"""
    ),
    st.sampled_from(["\t", "\tx", "\u00a0", "\u2003x"]),
)


def put_in(text: str, mark: str, at: int) -> str:
    at %= len(text) + 1
    return text[:at] + mark.replace(SPACE, " ") + text[at:]


def put_between(text: str, line: str, at: int) -> str:
    lines = text.split("\n")
    lines.insert(at % (len(lines) + 1), line.replace(SPACE, " "))
    return "\n".join(lines)


NEARLY_PLAIN = st.one_of(
    st.builds(put_in, PLAIN, ODD_MARKS, st.integers(0, 400)),
    st.builds(put_between, PLAIN, ODD_LINES, st.integers(0, 20)),
)


def parse_in_full(text: str) -> Parsed:
    """Return what the parser says when nothing is spared it."""
    parser = markdown._make_parser()
    parser.inline.terminator_re = MarkdownIt().inline.terminator_re
    parsed = Parsed()
    with mock.patch.object(markdown, "is_plain", return_value=False):
        parsed.tokens = parser.parse(text, {"parsed": parsed})
    return parsed


def assert_same(text: str) -> None:
    text = normal_text(text)
    assert parse(text) == parse_in_full(text)
    for inert in (False, True):
        body = plain_body(text, inert=inert)
        if body is None:
            return
        with (
            mock.patch.object(markdown, "read_paragraphs", return_value=None),
            mock.patch.object(markdown, "is_plain", return_value=False),
        ):
            assert (body, ()) == write_body(text, "a.md", 1, inert=inert)


@settings(calm, max_examples=400)
@given(st.one_of(PLAIN, NEARLY_PLAIN, TEXTS))
@example("a\n\n\n\nb\n")
@example("\u00a0")
@example("a \\\nb")
@example("a&NewLine;&NewLine;b")
@example("&ſcy; &K;")
@example("a\n:-")
@example("a | b\n:-|-\n")
@example("a\n\n\tb")
@example("a\n\n_ _ _")
@example("a _b_")
@example("a `b` c")
@example("a\n===")
@example("a\n\t\nb")
def test_the_tokens_and_the_body_are_the_parsers(text: str) -> None:
    assert_same(text)


@pytest.mark.parametrize("case", ALL, ids=[case.place.rpartition("/")[2] for case in ALL])
def test_the_cases_are_read_the_same_in_full(case: Case) -> None:
    assert_same(case.text)


def test_the_sample_is_read_the_same_in_full() -> None:
    for path in sorted((ROOT / "content").rglob("*.md")):
        assert_same(path.read_text("utf-8").split("\n---\n", 1)[1])


@calm
@given(PLAIN)
def test_plain_texts_are_written_without_the_parser(text: str) -> None:
    assert plain_body(text, inert=False) is not None


@pytest.mark.parametrize(
    "text",
    ["*An* emphasis.", "**Bold** [link](a.md)", "`x` is\n_y_", "[a](b.md), they said", "a *b*\nc"],
)
def test_paragraphs_with_marks_are_found_without_the_block_rules(text: str) -> None:
    assert read_paragraphs(text) is not None
    assert not is_plain(text)
    assert_same(text)


def test_every_reference_stands_for_what_it_stands_for() -> None:
    names = sorted({name.rstrip(";") for name in html5})
    for start in range(0, len(names), 100):
        assert_same(" ".join(f"&{name}; &{name} x" for name in names[start : start + 100]))
    edges = [0, 9, 10, 13, 31, 32, 126, 127, 128, 159, 160, 0xD7FF, 0xD800, 0xDFFF, 0xE000, 0xFDCF]
    edges += [0xFDD0, 0xFDEF, 0xFDF0, 0xFFFD, 0xFFFE, 0x10000, 0x1FFFE, 0x10FFFF, 0x110000, 9999999]
    for code in edges:
        assert_same(f"a&#{code};b &#x{code:x}; &#X{code:X};")


def test_a_plain_text_does_not_wait_for_the_parser() -> None:
    code = (
        "import sys; from builder.prose import convert;"
        "print(convert('It said so.\\n\\n&#60;SLB&#62;', path='a.md', first_line=1).value.parts);"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    parts, modules = done.stdout.splitlines()
    assert parts == '(\'<p id="p1">It said so.</p>\\n<p id="p2">&lt;SLB&gt;</p>\',)'
    assert {"markdown_it", "mdit_py_plugins", "nh3"}.isdisjoint(modules.split())


def test_a_doubtful_reference_sends_the_whole_text_to_the_parser() -> None:
    assert plain_body("a &#7; b", inert=False) is None
    assert plain_body("a &#x1f600; b", inert=False) is None
