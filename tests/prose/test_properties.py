"""What holds for every text: safe, well-formed, whole, repeatable."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from builder.model.content import LinkSlot
from builder.prose import convert, convert_inert
from tests.prose.showing import FIRST_LINE, html_of

if TYPE_CHECKING:
    from builder.model.content import Body

SLOT = "SLOT"
TAGS = frozenset(
    re.findall(
        r"\w+",
        """p br em strong i b u s del ins sub sup small mark q cite abbr dfn blockquote ul ol li dl
        dt dd table caption thead tbody tfoot tr th td figure figcaption img a h2 h3 h4 h5 h6 hr pre
        code kbd samp var time span div details summary ruby rt rp bdi bdo""",
    )
)
ATTRIBUTES = frozenset(
    re.findall(
        r"[\w-]+",
        """href src alt title lang dir id class role rel loading decoding scope start value colspan
        rowspan width height open datetime cite aria-label""",
    )
)
CLASSES = re.compile(r"table|footnotes|align-(?:left|center|right)|language-[A-Za-z0-9_+#.\-]+")
OUTSIDE = re.compile(r"(?:https?://[^\s/]|mailto:|tel:)[!-~]*", re.IGNORECASE)

LINE_END = "\u23ce"
"""Stands for a line feed below, where the pieces are parted by spaces."""


def pieces(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from([piece.replace(LINE_END, "\n") for piece in text.split()])


calm = settings(deadline=None)  # the first text loads tables, on a busy machine slowly

MARKS = st.one_of(
    st.sampled_from("*_`[]()!#>-+=~|<&\\\"':;^1. \n\t"),
    st.sampled_from(["    ", "1. ", "- ", "> ", "# ", "### ", "[^1]: ", "[a]: b\n"]),
    st.sampled_from(["| a | b |\n", "|-|-|\n"]),
    pieces(
        """** ~~~ ``` ⏎⏎ |-|-|⏎ [^1] [a](b.md) ![a](b.png) ]( <a@b.c> &amp; &#1; <http://a.b>
        [x](javascript:y) [x](//y) ![x](http://y) [x](#y) word Ж字ب"""
    ),
)
HTML = st.one_of(
    st.sampled_from(
        ["<a href=b.md>", "<a href='javascript:x'>", "<img src=a alt=b>", "<i lang=ru>"]
    ),
    st.sampled_from(["<img src=//a onerror=x>", "<!-- x -->", '<x y="']),
    st.sampled_from(
        ["<p data-bf='x-0'>", "<span style='x'>", "<details open>", "<b title='&lt;'>"]
    ),
    pieces(
        """<div> </div> <p> </p> <b> </b> <i> </i> <a> </a> <script> </script> <style> </style>
        <svg> </svg> <math> <table> </table> <tr>
        <td> <th> <caption> <col> <li> <ul> </ul> <ol> <!-- -->
        <? ?> <!A > <![CDATA[ ]]> <br/> <div/> <summary> </details> <h1> </h1> </h2> <template>
        <iframe> <select> <option> <textarea> </textarea> <plaintext> <noscript> <pre>⏎⏎ <form>
        <input> <button> <frameset> <html> <head> <title> <ruby> <rt> <code> </code> </span> <dl>
        <dt> <dd> <figure> <hr> <q>"""
    ),
)
MARKDOWN = st.lists(st.one_of(MARKS, st.text(max_size=5)), max_size=40).map("".join)
MIXED = st.lists(st.one_of(HTML, MARKS), max_size=30).map("".join)
TEXTS = st.one_of(MARKDOWN, MIXED, st.text())


def body_of(text: str) -> Body:
    body = convert(text, path="a.md", first_line=1).value
    assert body is not None
    return body


def tree_of(body: Body) -> etree._Element:
    """Read the HTML as XML, which has no mercy; only void elements are closed for it."""
    html = "".join(part if isinstance(part, str) else SLOT for part in body.parts)
    return etree.fromstring(
        "<body>" + re.sub(r"<(br|hr|img)\b([^>]*)>", r"<\1\2/>", html) + "</body>"
    )


@calm
@given(TEXTS)
@example("<table><a href=b.md><b><tr><td>x")
@example('<a href="b.md"><p>x</a>y\n\n*<b>a*</b>')
@example("<pre>\n\n\nx</pre>")
def test_html_is_well_formed_and_holds_what_is_allowed_and_nothing_else(text: str) -> None:
    body = body_of(text)
    ids = []
    paragraphs = []
    for element in tree_of(body).iterdescendants():
        assert element.tag in TAGS
        assert set(element.attrib) <= ATTRIBUTES
        assert CLASSES.fullmatch(element.get("class", "table"))
        if element.tag == "p" and "id" in element.attrib:
            paragraphs.append(int(element.get("id").removeprefix("p")))
        elif "id" in element.attrib:
            ids.append(element.get("id"))
        if "src" in element.attrib or element.tag == "img":
            assert element.get("src") == SLOT
            assert element.get("alt") is not None
        href = element.get("href")
        if element.tag == "a":
            assert href is not None
            assert href == SLOT or href.startswith("#fn") or OUTSIDE.fullmatch(href)
            is_web = href.lower().startswith("http")
            assert element.get("rel") == ("noreferrer noopener" if is_web else None)
        else:
            assert href is None
    assert sorted(ids) == sorted(body.anchors)
    assert not any(re.match("bf-|p[0-9]+$", name) for name in ids)
    assert all(a < b for a, b in pairwise([0, *paragraphs])), "numbers grow, none stands twice"
    if "<" not in text:
        tops = tree_of(body).findall("p")
        assert [f"p{number}" for number in range(1, len(tops) + 1)] == [p.get("id") for p in tops]


@calm
@given(TEXTS)
def test_links_and_slots_belong_together_and_places_lie_in_the_file(text: str) -> None:
    outcome = convert(text, path="a.md", first_line=FIRST_LINE)
    body = outcome.value
    assert body is not None
    slots = [part.index for part in body.parts if isinstance(part, LinkSlot)]
    assert set(slots) == set(range(len(body.links)))
    assert all(a or isinstance(a, LinkSlot) for a in body.parts)
    last = FIRST_LINE + len(re.split("\r\n?|\n", text))
    for location in (
        *(link.location for link in body.links),
        *(problem.location for problem in outcome.problems),
    ):
        assert location.path == "a.md"
        assert location.line is not None
        assert FIRST_LINE <= location.line <= last
    keys = [problem.sort_key for problem in outcome.problems]
    assert keys == sorted(keys)
    assert len(body.summary) <= 280
    assert "\n" not in body.summary


@calm
@given(TEXTS)
def test_an_inert_text_leads_nowhere(text: str) -> None:
    body = convert_inert(text, path="a.md", first_line=1).value
    assert body is not None
    assert not body.links
    assert not body.anchors
    assert len(body.parts) <= 1
    for element in tree_of(body).iterdescendants():
        assert element.tag in TAGS - {"a", "img"}
        assert not {"href", "src", "id"} & set(element.attrib)


@calm
@given(MARKDOWN.map(lambda text: text.replace("<", "").replace("[^", "").replace("&", "")))
def test_no_word_is_lost(text: str) -> None:
    """What the parser's own renderer shows, and the same text without any markup at all."""
    text = "".join(c for c in text if c.isprintable() or c in "\n\t")
    outcome = convert(text, path="a.md", first_line=1)
    codes = {problem.code for problem in outcome.problems}
    if not codes <= {"missing-alt", "heading-level", "code-fence-unclosed"}:
        return
    body = outcome.value
    assert body is not None
    reference = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table").render(text)
    assert _shown(tree_of(body)) == _shown(etree.fromstring(f"<body>{reference}</body>"))


def _shown(tree: etree._Element) -> str:
    """Return letters, descriptions and captions in order, white space aside."""
    for element in tree.iterdescendants("img"):
        element.text = element.get("alt", "") + element.get("title", "")
    for element in tree.iterdescendants("figcaption"):
        element.text = ""
        image = next(iter(element.getparent().iterdescendants("img")))
        image.text += "".join(element.itertext())
    return re.sub(r"\s+", "", "".join(tree.itertext()))


@calm
@given(TEXTS)
def test_the_same_text_gives_the_same_body(text: str) -> None:
    first = convert(text, path="a.md", first_line=1)
    assert first == convert(text, path="a.md", first_line=1)
    moved = convert("\n\n" + text, path="a.md", first_line=1).value
    assert moved is not None
    assert first.value is not None
    if not text.startswith((" ", "\t")):  # else the first line was a paragraph's, not code
        assert html_of(moved) == html_of(first.value)


@pytest.mark.parametrize("code_point", range(0x20))
def test_no_control_character_comes_through_by_any_way(code_point: int) -> None:
    character = chr(code_point)
    text = f"a{character}b &#{code_point}; `{character}` [c{character}]"
    text += f"(d{character}.md '{character}')\n"
    text += f"\n<b title='{character}&#x{code_point:x};'>e{character}&#{code_point};</b>\n"
    outcome = convert(text, path="a.md", first_line=1)
    assert outcome.value is not None
    tree_of(outcome.value)
    written = html_of(outcome.value) + outcome.value.summary + repr(outcome.value.links)
    written += "".join(problem.message for problem in outcome.problems)
    assert all(c.isprintable() or c in "\n\t" for c in written)
