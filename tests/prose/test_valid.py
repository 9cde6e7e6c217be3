"""The Nu HTML checker has nothing to say about what the cases come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builder.model.content import LinkSlot
from builder.prose import convert, convert_inert
from tests.checkers.html import check_html
from tests.prose.test_cases import ALL

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>A</title></head>
<body><main><h1>A</h1>
{}
</main></body></html>
"""
WRITERS_OWN = {
    "Attributes with values that mean nothing",  # a bdo needs its dir
    "A text that uses level 1 is shifted, for the page has its own",
    "Skipped levels",
    "Skipped levels in a shifted text are named as they are written",
}
"""Cases whose text is wrong in a way that no sanitiser mends (and some of which we report)."""


@pytest.mark.tools
def test_the_html_of_every_case_is_valid(tmp_path: Path) -> None:
    pages = {}
    for number, case in enumerate(ALL):
        converter = convert_inert if "/inert.md" in case.place else convert
        body = converter(case.text, path="a.md", first_line=1).value
        assert body is not None
        html = "".join("a.png" if isinstance(part, LinkSlot) else part for part in body.parts)
        if case.title not in WRITERS_OWN:
            page = tmp_path / f"{number}.html"
            page.write_text(PAGE.format(html), "utf-8")
            pages[page.name] = case.place
    found = check_html([tmp_path / name for name in pages])
    # The checker names the file that we wrote; its reader wants the case.
    assert not [f"{pages[line.partition(':')[0].rpartition('/')[2]]}: {line}" for line in found]
