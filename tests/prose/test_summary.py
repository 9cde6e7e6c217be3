"""Summaries end where sentences end, in every script."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.prose import convert, fold_spaces, summarise


def summary_of(text: str) -> str:
    body = convert(text, path="a.md", first_line=1).value
    assert body is not None
    return body.summary


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("One.", "One."),
        ("# Head\n\nFirst *one*.\n\nSecond.", "First one."),
        ("- item\n\n![alt](a.png)\n\n> quoted\n\n| a |\n|-|\n\nText", "Text"),
        ("<div>\n\nIn a box\n\n</div>", "In a box"),
        ("A &amp; b\\*[^1] with `code`,\n[link](b.md) <b>bold</b><br>x ![alt](c.png)\n\n[^1]: note",
         "A & b* with code, link boldx"),
        ("新闻\n自由", "新闻自由"),
        ("A\nb  c\td", "A b c d"),
        ("    code\n\n- only a list", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_first_paragraph(text: str, summary: str) -> None:
    assert summary_of(text) == summary


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("He fled. He came back in May", "He fled."),
        ("Did he flee? He came back in May", "Did he flee?"),
        ("“He fled.” He came back in May", "“He fled.”"),
        ("He fled (in May). He came back", "He fled (in May)."),
        ("He fled… He came back in May again", "He fled…"),
        ("He fled. Mr. Smith and J. R. Roe did", "He fled."),
        ("He fled. The U.S. Congress met again", "He fled."),
        ("He fled. In Roe v. Wade they said no", "He fled."),
        ("He fled. It was no. 5 or No. 5 of it", "He fled."),
        ("He fled. At 5.30 on 8. May it was so", "He fled."),
        ("He fled. They wrote etc. and so forth", "He fled."),
        ("Он бежал. В 1945 г. он вернулся опять", "Он бежал."),
        ("Он бежал. А. С. Пушкин и т.д. и т.п. он", "Он бежал."),
        ("Он бежал! В тыс. экз. и им. Ленина да", "Он бежал!"),
        ("هرب الرجل. ثم عاد الى المدينة في مايو", "هرب الرجل."),
        ("هل هرب؟ ثم عاد الى المدينة في شهر مايو", "هل هرب؟"),
        ("وہ بھاگا۔ پھر واپس آیا اور رہنے لگا وہاں", "وہ بھاگا۔"),
        ("他逃走了。后来他又回到了这座城市，住在这里很久很久，直到去世", "他逃走了。"),
        ("「彼は逃げた。」その後、この町に戻ってきて、長いあいだ暮らしていた", "「彼は逃げた。」"),
        ("वह भाग गया। फिर वह वापस आया और यहीं रहा", "वह भाग गया।"),
    ],
)  # fmt: skip
def test_a_cut_comes_after_a_sentence(text: str, ends: str) -> None:
    assert summarise(text, len(text) - 1) == ends


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("one two three four five", "one two three…"),
        ("one two, (three four five", "one two…"),
        ("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmn…"),
        ("他逃走了后来他又回到了这座城市住在这里很久", "他逃走了后来他又回到了这座城…"),
        ("e\u0301" * 20, "e\u0301" * 7 + "…"),
    ],
)
def test_where_no_sentence_fits_the_cut_comes_after_a_word(text: str, cut: str) -> None:
    assert summarise(text, 15) == cut


@settings(deadline=None)
@given(
    st.text(alphabet=st.one_of(st.characters(), st.sampled_from(". !?\n。؟…,"))), st.integers(2, 99)
)
def test_a_summary_is_the_start_of_the_text_and_fits(text: str, length: int) -> None:
    summary = summarise(text, length)
    assert len(summary) <= length
    assert fold_spaces(text).startswith(summary.removesuffix("…"))
    assert fold_spaces(summary) == summary
    if len(fold_spaces(text)) <= length:
        assert summary == fold_spaces(text)
