"""Templates that name more than attributes come out as Jinja has them, and tell what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from builder.basics.problems import TemplateError
from builder.model.page import PlannedPage
from builder.model.words import Words
from builder.rendering import Renderer, make_environment

if TYPE_CHECKING:
    from pathlib import Path


class View(NamedTuple):
    """A view with all that a template may meet in one."""

    title: str = "Tea & salt"
    none: None = None
    extra: dict[str, Any] = {"mood": "grave", "items": "three", "class": "news"}  # noqa: RUF012 - never changed


GOOD: Final = {
    "attribute": "{{ view.title }}",
    "item": "{{ view.extra.mood }} {{ view.extra['mood'] }}",
    "method-first": "{{ view.extra.items()|length }}",
    "keyword": "{{ view.extra.class }}",
    "defined": "{% if view.absent is defined %}yes{% else %}no{% endif %}",
    "default": "{{ view.absent|default('none') }} {{ view.extra.absent|default('none') }}",
    "macro": "{% macro one(of) %}{{ of.mood|default('-') }}{% endmacro %}{{ one(view.extra) }}",
    "half-way": "{% set found = view.title %}{{ found }} {{ view.extra.mood }}",
}
BAD: Final = {
    "absent": ("{{ view.absent }}", "has no attribute 'absent'"),
    "of-none": ("\n{{ view.none.title }}", "'None' has no attribute 'title'"),
    "no-name": ("{{ veiw.title }}", "'veiw' is undefined"),
}


def _render(folder: Path, text: str, times: int = 1) -> str:
    (folder / "page.html").write_text(text, encoding="utf-8")
    renderer = Renderer(make_environment(folder, None, folder / "kept"), {"en": Words("en", {})})
    page = PlannedPage("page.html", "page.html", "en", View)
    return [renderer.render(page).content.decode() for _ in range(times)][-1]


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_a_template_is_rendered_as_without_haste(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    plain = make_environment(tmp_path, None).get_template("page.html")
    expected = plain.render(view=View(), words=None)
    assert _render(tmp_path, text, times=3) == expected
    assert _render(tmp_path, text) == expected  # as it was kept


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_a_name_that_is_not_there_is_told_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(TemplateError) as error:
        _render(tmp_path, text)
    (found,) = error.value.problems
    assert message in found.message
    assert found.location.line == text.count("\n") + 1
