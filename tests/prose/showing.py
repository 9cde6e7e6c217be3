"""A conversion as text: HTML with the addresses of open links in braces, links and problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from builder.basics.problems import Outcome
    from builder.model.content import Body

FIRST_LINE = 11
"""Of every text in the tests: there is front matter above it."""


def show(converter: Callable[..., Outcome[Body]], text: str) -> tuple[str, list[str]]:
    outcome = converter(text, path="a.md", first_line=FIRST_LINE)
    body = outcome.value
    assert body is not None
    found = []
    for link in body.links:
        kind = "image" if link.is_image else "link"
        found.append(f"{_place(str(link.location))} {kind} {link.href}")
    for problem in outcome.problems:
        place = _place(str(problem.location))
        found.append(f"{place} {problem.severity}[{problem.code}] {problem.message}")
    return html_of(body), found


def html_of(body: Body) -> str:
    """Return the HTML with every slot filled by its address in braces."""
    return "".join(
        part if isinstance(part, str) else "{" + body.links[part.index].href + "}"
        for part in body.parts
    )


def _place(location: str) -> str:
    return location.removeprefix("a.md:")
