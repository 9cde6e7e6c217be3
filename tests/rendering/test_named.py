"""What a template names is made and shown, in whatever way it names it; the rest is not made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from builder.looking import look
from builder.pages.views.articles import NOT_CITED, ArticleView
from builder.rendering import make_environment, named
from builder.request import Stages
from builder.whole import prepare_site
from tests.archives import files_of, request, write_archive

if TYPE_CHECKING:
    from pathlib import Path

    from builder.whole import Plan

ARCHIVE: Final = """\
-- content/archive.yaml --
title: A test
base_url: https://archive.example/
taxonomies: [series]
-- content/articles/harbour.md --
---
title: Harbour closed
date: 1774-06-01
topics: [Trade]
series: [The port]
---
Nothing is landed.
-- content/articles/mills.md --
---
title: Mills stand still
date: 1774-06-09
topics: [Trade]
series: [The port]
---
Nothing is spun.
"""
BARE: Final = "<h1>{{ view.title }}</h1>{{ view.body }}"
CITED: Final = "<p>{{ view.citation.text }}</p>"


def _plan(folder: Path, templates: dict[str, str]) -> Plan:
    write_archive(folder, files_of(ARCHIVE))
    for name, text in templates.items():
        path = folder / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    plan, problems = prepare_site(request(folder), look(folder), Stages(lambda _: None), None)
    assert plan is not None, problems
    return plan


def _views(plan: Plan) -> list[ArticleView]:
    views = [page.view() for page in plan.pages if page.template == "article.html"]
    return [view for view in views if isinstance(view, ArticleView)]


def test_what_no_template_names_is_not_made(tmp_path: Path) -> None:
    views = _views(_plan(tmp_path, {"article.html": BARE}))
    assert len(views) == 2
    assert {view.citation for view in views} == {NOT_CITED}
    assert not any(view.frame.graph or view.related or view.series or view.names for view in views)


@pytest.mark.parametrize(
    "templates",
    [
        pytest.param({}, id="theme"),
        pytest.param(
            {
                "article.html": '{% extends "theme/article.html" %}'
                "{% block scripts %}<b></b>{% endblock %}"
            },
            id="one-block",
        ),
        pytest.param({"article.html": BARE + CITED}, id="named"),
        pytest.param({"article.html": BARE + '{{ view["citation"].text }}'}, id="as-item"),
        pytest.param(
            {
                "article.html": BARE + "{%- include 'parts/cited.html' -%}",
                "parts/cited.html": CITED,
            },
            id="included",
        ),
        pytest.param(
            {
                "article.html": '{% set other = "parts/cited.html" %}{% include other %}',
                "parts/cited.html": CITED,
            },
            id="by-value",
        ),
        pytest.param(
            {
                "article.html": '{% include "parts/none.html" if not view.title '
                'else "parts/cited.html" %}',
                "parts/none.html": "",
                "parts/cited.html": CITED,
            },
            id="by-condition",
        ),
        pytest.param(
            {
                "article.html": '{% from "parts/cited.html" import cited, other %}'
                "{{ cited(view) }}",
                "parts/cited.html": "{% macro cited(view) %}" + CITED + "{% endmacro %}"
                "{% macro other() %}{% endmacro %}",
            },
            id="macro",
        ),
    ],
)
def test_what_a_template_names_is_made_and_shown(tmp_path: Path, templates: dict[str, str]) -> None:
    plan = _plan(tmp_path, templates)
    assert all(view.citation.text for view in _views(plan))
    page = next(page for page in plan.pages if page.template == "article.html")
    view = page.view()
    assert isinstance(view, ArticleView)
    shown = plan.renderer.render(page, view).content.decode()
    assert view.citation.text.replace("&", "&amp;")[:20] in shown


def test_a_theme_that_leaves_parts_out_makes_none_of_them(tmp_path: Path) -> None:
    environment = make_environment(tmp_path, None)
    (tmp_path / "a.html").write_text('{% extends "b.html" %}{# citation #}', encoding="utf-8")
    (tmp_path / "b.html").write_text('{% extends "a.html" %}{{ view.title }}', encoding="utf-8")
    words = named(environment, ["a.html"])
    assert words is not None
    assert {"citation", "title"} <= words
    assert "related" not in words
