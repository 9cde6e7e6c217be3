"""Whatever was sent, Markdown shows exactly that; and no backslash stands where none is needed."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from builder.importers.plain_markdown import (
    clean,
    escape_paragraph,
    preformatted,
    split_blocks,
    text_to_markdown,
)
from builder.prose.markdown import parse

STOCK = MarkdownIt("commonmark").enable("table").use(footnote_plugin)
_PIECES = [
    *"\\`*_[]()<>&!|~#+-=.:;^@'\"/? \t\n1a9é中ж\u00a0\u200f\u0301",
    *("**", "__", "```", "~~~", "---", "===", "- ", "+ ", "* ", "# ", "> ", "1. ", "1) ", "12345"),
    *(
        "[a]",
        "[^1]",
        "[^1]: ",
        "^[",
        "](",
        "]: ",
        "![",
        "<BAC>",
        "<b>",
        "</p>",
        "<!--",
        "-->",
        "<?",
    ),
    *("&lt;", "&#65;", "&amp", "http://x.y", "<http://x.y>", "<a@b.c>", "a@b.c", "|a|b|", "|-|-|"),
    *(
        "    ",
        "\t",
        "  \n",
        "\\\n",
        ":--",
        "word",
        "snake_case",
        "2*3*4",
        "<script>",
        "\r\n",
        "\u2028",
    ),
    *("\x00", "\x07", "\x1b", "\x85", "\u2029", "\ufeff", "\uffff", "\u037e", "\u1fef", "<\u0338"),
]
texts = st.lists(st.sampled_from(_PIECES), max_size=30).map("".join) | st.text(max_size=60)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _shown(source: str) -> list[str]:
    """Return the text of each paragraph, failing where there is anything but paragraphs."""
    document = re.sub(r"<br />\n?", "\n", STOCK.render(source))
    assert re.fullmatch(r"(?:<p>[^<>]*</p>\n?)*", document), document
    stock = [_plain(html.unescape(text)) for text in re.findall(r"<p>([^<>]*)</p>", document)]
    parsed = parse(source)
    types = {token.type for token in parsed.tokens}
    assert types <= {"paragraph_open", "inline", "paragraph_close"}, types
    ours: list[str] = []
    for token in parsed.tokens:
        if token.type == "inline":
            kinds = {child.type for child in token.children or ()}
            assert kinds <= {"text", "text_special", "softbreak", "hardbreak"}, kinds
            ours.append(_plain("".join(c.content or "\n" for c in token.children or ())))
    assert parsed.missing_notes == []
    assert ours == stock
    return stock


@settings(max_examples=600, deadline=None)
@given(texts)
@example("1. x")
@example("[a\n]: /url")
@example("a\n---")
@example("**\n\\**")
@example("a | b\n--- | ---")
@example("`a` ```\nb")
@example("x\\")
@example("***")
@example("_ _ _")
@example("\u1fef\u1fefa\u1fef\u1fef b")
def test_a_paragraph_shows_as_sent(text: str) -> None:
    cleaned, _ = clean(text)
    lines = [line for line in cleaned.split("\n") if line.strip()]
    for joint in ("\n", "\\\n"):
        source = joint.join(escape_paragraph(lines))
        assert _shown(source) == ([_plain(cleaned)] if lines else [])


@settings(max_examples=300, deadline=None)
@given(texts)
def test_a_text_shows_as_sent(text: str) -> None:
    cleaned, _ = clean(text)
    source = text_to_markdown(cleaned)
    if not any(block.form == "table" for block in split_blocks(cleaned)):
        assert _plain(" ".join(_shown(source))) == _plain(cleaned)
    assert unicodedata.is_normalized("NFC", source)


@given(texts)
def test_preformatted_text_shows_as_sent(text: str) -> None:
    lines = clean(text)[0].split("\n")
    tokens = parse(preformatted(tuple(lines)) + "\n").tokens
    assert [token.type for token in tokens] == ["fence"]
    assert tokens[0].content == "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        "Bankers Trust Co. - up 3.5 pct, at 1,344 (vs. 1,200) #1 + more!",
        "Daimler-Benz AG [DAIG.F] said +word+ and x < y & z > 5 at http://x.example/a_b?c=d&e=f",
        "a * b, snake_case_name, 5* hotel, it's ~10 | 20, e-mail a@b.example, C:\\dir",
        "100 * 3 = 300: a-b-c. (1) not a list; 2.5 neither",
        "A ` alone and ^ too, [sic], [1], {x}, $5, 50%",
    ],
)
def test_what_is_harmless_stays_readable(text: str) -> None:
    assert text_to_markdown(text) == text + "\n"
    assert _shown(text) == [text]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("<BAC> up", "\\<BAC> up"),
        ("1. x", "1\\. x"),
        ("1) x", "1\\) x"),
        ("- x", "\\- x"),
        ("# x", "\\# x"),
        ("> x", "\\> x"),
        ("a *b* c", "a \\*b\\* c"),
        ("&lt; &amp &x", "\\&lt; &amp &x"),
        ("[a](b) ![x](y)", "[a\\](b) ![x\\](y)"),
        ("see [^1]", "see \\[^1]"),
        ("[x]: y", "\\[x]: y"),
        ("---", "\\---"),
        ("    code", "code"),
    ],
)
def test_what_is_markup_gets_one_backslash(text: str, source: str) -> None:
    assert text_to_markdown(text) == source + "\n"


def test_control_characters_are_dropped_and_counted() -> None:
    assert clean("a\x00b\x1bc\ud800d\uffff") == ("abcd", 4)
    assert clean("a\r\nb\rc\u2028d\u2029e\tf") == ("a\nb\nc\nd\n\ne\tf", 0)


def test_paragraphs_are_found_however_they_are_separated() -> None:
    one_a_line = "The first paragraph is here.\nThe second has more words.\nThe third."
    blank_lines = one_a_line.replace("\n", "\n\n")
    indented = (
        "    The first paragraph was set by hand in lines\n"
        "that were as long as the machine was wide,\n"
        "and no longer.\n    The second began with four blanks."
    )
    assert text_to_markdown(one_a_line) == text_to_markdown(blank_lines)
    assert text_to_markdown(blank_lines) == blank_lines + "\n"
    assert [len(block.lines) for block in split_blocks(indented)] == [3, 1]


def test_line_ends_that_the_writer_made_stay() -> None:
    verse = "A title\n\nRoses are red\nViolets are blue\nSugar is sweet"
    assert text_to_markdown(verse).endswith("Roses are red\\\nViolets are blue\\\nSugar is sweet\n")
    wrapped = (
        "x\n\nThe typesetter broke this paragraph where the line was full and\n"
        "no word more would have fitted into it, so its ends mean nothing\nat all."
    )
    assert "\\" not in text_to_markdown(wrapped)


def test_columns_of_blanks_stay_columns() -> None:
    table = "WHEAT    157,855     up\nCORN     710,708     dn"
    assert text_to_markdown(table) == f"```\n{table}\n```\n"
    assert preformatted(("a ```` b",)) == "`````\na ```` b\n`````"


def test_a_long_text_takes_time_in_proportion() -> None:
    for piece in ("[a", "<", "&", "`a", "**a _b", "](", "[^", "1. x\n", "[x\n", "<a@", "\\"):
        text = piece * (400_000 // len(piece))
        assert text_to_markdown(text)  # a quadratic step would not come back within the test
