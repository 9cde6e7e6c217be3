"""The plainest heads are read without PyYAML, and mean what they mean to it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder.basics.problems import Outcome
from builder.reading.composer import compose_yaml
from builder.reading.plain_head import read_plain_head
from tests.checkers.needs import ROOT

calm = settings(deadline=None)

LINE_END, SPACE = "\u23ce", "\u00b7"
"""Stand for a line feed and a space below, where the pieces are parted by spaces."""


def parted(text: str) -> list[str]:
    return [piece.replace(LINE_END, "\n").replace(SPACE, " ") for piece in text.split(" ")]


def pieces(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from(parted(text))


# Every head made of these is plain.
KEYS = pieces("title date slug topics people places lang a_b x-1 _y Title")
WORDS = pieces(
    "flood Lagos 12:30 3.5 O'Neill A/B (IMF) a,b U.S. yes no null 1987-04-09T17:14:55Z C# № Жук 字 "
    "ب cafe\u0301 it's — « » = $5 <AM> x? ~ 50% a&b a*b a!b {x} [y] a|b >2 \\n ^ ; +1"
)
FIRST_WORDS = pieces("The 1987-04-09 Жук 字 (IMF) $5 <AM> «x cafe\u0301 no ~ /a .b ^ ;")
TEXT = st.builds(
    lambda first, rest: " ".join([first, *rest]), FIRST_WORDS, st.lists(WORDS, max_size=5)
)
ANY_TEXT = st.lists(st.one_of(WORDS, pieces(":· ·# ·-· # ' [ ,"))).map(" ".join)
DOUBLE = ANY_TEXT.map(lambda text: json.dumps(text, ensure_ascii=False))
SINGLE = ANY_TEXT.map(lambda text: "'" + text.replace("'", "''") + "'")
ITEM = st.one_of(DOUBLE, SINGLE, pieces("oil money-fx New·York 1987 Жук O'Neill a/b"))
LIST = st.builds(
    lambda items, comma, pad: f"[{pad}{comma.join(items)}{pad}]",
    st.lists(ITEM, max_size=4),
    st.sampled_from([", ", ",", " , "]),
    st.sampled_from(["", " "]),
)
VALUE = st.one_of(TEXT, DOUBLE, SINGLE, LIST)
LINES = st.lists(
    st.tuples(KEYS, st.sampled_from([": ", ":  "]), VALUE, st.sampled_from(["", "", " ", "\n"])),
    min_size=1,
    max_size=6,
    unique_by=lambda line: line[0],
)
PLAIN = LINES.map(lambda lines: "".join("".join(line) + "\n" for line in lines))

ODD = st.one_of(
    pieces(
        ": :· ·# # -· ?· ?·a [ ] { } , &a· *a !x· | > ' \" % @ ` \\ \\n \\/ \\x41 ⏎ ⏎⏎ ⏎· ·⏎ ⏎#·x⏎ "
        "---⏎ ...⏎ title:·x⏎ <<:·x⏎ - ~ key:⏎ = ··"
    ),
    st.sampled_from("\t\x85\u2028\u2029\ufeff\0\x07\x7f\u200d\U0001f600\ufffe\u00a0"),
)
NEARLY_PLAIN = st.builds(
    lambda text, piece, at: text[: at % (len(text) + 1)] + piece + text[at % (len(text) + 1) :],
    PLAIN,
    ODD,
    st.integers(0, 300),
)
LOOSE = st.lists(
    st.tuples(
        KEYS,
        pieces(":· :· :· : ··:·· ·:·"),
        st.one_of(FIRST_WORDS, FIRST_WORDS, pieces('[a [a [ ["a" " "a \' [\'')),
        st.lists(st.one_of(ODD, WORDS), max_size=4).map("".join),
        pieces("⏎ ⏎ ]⏎ \"⏎ '⏎ ·⏎"),
    ).map("".join),
    min_size=1,
    max_size=3,
).map("".join)


def assert_same(text: str) -> None:
    plain = read_plain_head(text, "a.md", 2)
    if plain is not None:
        assert Outcome(plain) == compose_yaml(text, "a.md", 2)


@settings(calm, max_examples=500)
@given(st.one_of(PLAIN, NEARLY_PLAIN, LOOSE, st.text().map("a: ".__add__)))
@example("a: b")
@example("a: b\n\n\nc: d")
@example("a: 'b''c'''\n")
@example('a: "b\\"c\\\\d\\/e"\n')
@example("a: [b , 'c' ,\"d\" ]  \n")
@example("a: [ ]\nb: []\n")
@example("a: b:c d #e\n")
@example("a: b#c d:\n")
@example("a: b\na: c\n")
@example('a: "b": c\n')
@example("a: [b]: c\n")
@example("a: [b, ]\n")
@example("a: [b: c]\n")
def test_a_head_is_what_pyyaml_makes_of_it(text: str) -> None:
    assert_same(text)


@calm
@given(PLAIN)
def test_plain_heads_are_read_without_pyyaml(text: str) -> None:
    assert read_plain_head(text, "a.md", 2) is not None


# One a piece; stand-ins as above.
REFUSED = """
⏎ #·a -·a a a: a:⏎··-·b a:·b⏎··c a:·|⏎··b a:·>⏎··b a:·*b a:·b:·c a:·b: a:·b·#·c a:·[b a:·[b,·c:·d]
a:·{b:·c} a:·'b a:·''x a:·b⏎a:·c a:·"\\u0041" a:·"\\n" a:·"b"c a:b ---⏎a:·b a:·b⏎... "a":·b a·:·b
·a:·b a:·&x·b a:·!t·b a:·%b a:·@b a:·?·b a:·-·b ?·a a:·[b,] a:·[,] a:·[[b]] a:·[{b:·c}] a:·[b]c
a:·b⏎nc a:·b\tc a:·b\r a:·b\u2028c a:·b\x85c \ufeffa:·b a:·\ud800 a:·]b a:·}b a:·>b a:·`b a:·|b
a:·#b a:·,b a:·[b·#c] a:·[b[c] a:·[b{c] a:·[b}c] a:·[b]·#c a:·[-·b] a:·[?·b]
"""


@pytest.mark.parametrize("head", ["", *parted(REFUSED.strip("\n").replace("\n", " "))])
def test_the_rest_is_left_to_pyyaml(head: str) -> None:
    assert read_plain_head(head, "a.md", 2) is None
    assert read_plain_head(head + "\n", "a.md", 2) is None


def test_the_sample_is_read_the_same() -> None:
    heads = [
        path.read_text("utf-8").split("---\n", 2)[1]
        for path in sorted((ROOT / "content").rglob("*.md"))
    ]
    for head in heads:
        assert_same(head)
    articles = sum(read_plain_head(head, "a.md", 2) is not None for head in heads)
    assert articles > len(heads) // 5  # terms are written with mappings in braces


def test_a_plain_head_does_not_wait_for_pyyaml() -> None:
    code = """
import sys
from builder.model.source import SourceText
from builder.reading import split
text = '---\\ntitle: "A: b"\\ndate: 1987-04-09\\ntopics: [oil, "gas"]\\n---\\nText.'
print(len(split(SourceText("a.md", text)).value.head.entries))
print(*sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    entries, modules = done.stdout.splitlines()
    assert entries == "3"
    assert "yaml" not in modules.split()
