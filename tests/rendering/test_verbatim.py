"""A template that shows a text as it is lets another one take its place; any other one does not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import pytest

from builder.build import build
from builder.rendering import Renderer, make_environment
from tests.archives import ROOT, files_of, request, tree, write_archive

if TYPE_CHECKING:
    from pathlib import Path

THEME: Final = {
    "base.html": "<p>{{ view.title }}</p>{% block content %}{% endblock %}",
    "foot.html": "<p>{{ view.citation.version }}</p>",
    "loud.html": "{{ cited.version | upper }}",
    "long.html": "{{ view.body | length }}",
    "shape.html": (
        "{% macro box(of) %}<p>{{ of.title }}</p>{% endmacro %}"
        "{% macro told(of) %}{{ of.version }}{% endmacro %}"
    ),
}
PLAIN: Final = (
    "{{ view.body }}",
    "{{- view.body -}}",
    "{% if view.body and not view.image %}{{ view.body }}{% endif %}",
    "{{ 'Text' if view.body else 'None' }}",
    "{% extends 'base.html' %}{% block content %}{{ super() }}{{ view.body }}{% endblock %}",
    "{{ view.body }}{% include 'foot.html' %}",
    (
        "{% set cited = view.citation %}{% if cited %}<a href='{{ cited.address }}'>"
        "{{ cited.version }}</a>{% for file in cited.downloads %}<a href='{{ file.address }}'>"
        "{{ file.name | upper }}</a>{% endfor %}{% endif %}"
    ),
    "{% for notice in view.notices %}{{ notice.body }}{% endfor %}",
    "{% set frame = view.frame %}{% once site=frame.site %}{{ site.title | upper }}{% endonce %}",
    "{% filter upper %}{{ view.title }}{% endfilter %}{{ view.body }}",
    "{% from 'base.html' import nothing %}{{ view.body }}",
)
NOT_PLAIN: Final = (
    "{{ view.body | length }}",
    "{{ view.body | striptags | truncate(80) }}",
    "{{ view.body[:80] }}",
    "{{ view.body.upper() }}",
    "{{ view.body ~ '' }}",
    "{{ view.body or view.title }}",
    "{{ view['body'] }}",
    "{{ view | attr('body') }}",
    "{% if view.body == 'x' %}{% endif %}",
    "{% if 'x' in view.body %}{% endif %}",
    "{% if view.body is defined %}{% endif %}",
    "{% for letter in view.body %}{{ letter }}{% endfor %}",
    "{% set text = view.body %}{{ text }}",
    "{% set text %}{{ view.body }}{% endset %}{{ text | length }}",
    "{% set seen = view %}{{ seen.body }}",
    "{% with seen = view.citation %}{{ seen.version | upper }}{% endwith %}",
    "{% filter upper %}{{ view.body }}{% endfilter %}",
    "{% filter upper %}{% include 'foot.html' %}{% endfilter %}",
    "{% filter upper %}{% block text %}{{ view.body }}{% endblock %}{% endfilter %}",
    "{% block text %}{{ view.body }}{% endblock %}{{ self.text() | length }}",
    "{% extends 'base.html' %}{% block content %}{{ super() | upper }}{% endblock %}",
    "{% set a, cited = 1, view.citation %}{{ cited.version }}",
    "{% set cited = view.citation %}{{ cited.version | upper }}",
    "{% set cited = view.citation %}{{ cited | string | upper }}",
    "{% set cited = view.citation %}{{ cited['version'] }}",
    "{% set cited = view.citation %}{% include 'loud.html' %}",
    "{% for file in view.citation.downloads %}{{ file | string | upper }}{% endfor %}",
    "{% for file in view.citation.downloads %}{{ loop.previtem | string }}{% endfor %}",
    "{% for file in view.citation.downloads | sort(attribute='address') %}.{% endfor %}",
    "{{ view.citation.downloads | map(attribute='address') | join | upper }}",
    "{{ view.body }}{% include 'long.html' %}",
    "{{ view.body }}{% include view.template %}",
    "{{ view.body }}{% include 'missing.html' %}",
    "{% import 'shape.html' as shape %}{{ shape.box(view) }}",
    "{% import 'shape.html' as shape %}{{ shape.told(view.citation) | upper }}",
    "{% once text=view.body %}{{ text }}{% endonce %}",
    "{% once cited=view.citation %}{{ cited.version }}{% endonce %}",
    "{{ view.body }}{% if %}",
)

ARCHIVE: Final = """\
-- content/archive.yaml --
title: A test
base_url: https://archive.example/
-- content/articles/harbour.md --
---
title: Harbour closed
date: 1774-06-01
---
Nothing is landed.

No ship comes.
"""


def _is_verbatim(folder: Path, template: str, kept: Path | None = None) -> bool:
    for name, text in {**THEME, "article.html": template}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Renderer(make_environment(folder, None, kept), {}).is_verbatim("article.html")


@pytest.mark.parametrize("template", PLAIN)
def test_a_template_that_writes_a_text_out(tmp_path: Path, template: str) -> None:
    assert _is_verbatim(tmp_path, template)
    kept = tmp_path / "compiled"
    assert [_is_verbatim(tmp_path, template, kept) for _ in range(2)] == [True, True]


@pytest.mark.parametrize("template", NOT_PLAIN)
def test_a_template_that_does_more_with_a_text(tmp_path: Path, template: str) -> None:
    assert not _is_verbatim(tmp_path, template)
    kept = tmp_path / "compiled"
    assert [_is_verbatim(tmp_path, template, kept) for _ in range(2)] == [False, False]


def test_the_theme_writes_texts_out() -> None:
    assert Renderer(make_environment(ROOT / "templates", None), {}).is_verbatim("article.html")


@pytest.mark.parametrize(
    ("template", "is_quick"),
    [
        (None, True),
        ("<h1>{{ view.title }}</h1>{{ view.body }}<i>{{ view.citation.version }}</i>", True),
        ("{{ view.body }}<i>{{ view.body | length }}</i>", False),
        ("{{ view.body }}<i>{{ view.citation.version | upper }}</i>", False),
        ("{{ view.body }}{{ view.body }}", False),
    ],
)
def test_a_corrected_text_takes_its_place_where_that_is_all(
    tmp_path: Path, template: str | None, *, is_quick: bool
) -> None:
    files = files_of(ARCHIVE)
    if template is not None:
        files["templates/article.html"] = template
    root = write_archive(tmp_path / "warm", files)
    time.sleep(0.12)  # till then a file is read anew
    build(request(root))
    path = "content/articles/harbour.md"
    files[path] = files[path].replace("No ship", "Not a ship & no boat")
    (root / path).write_text(files[path], encoding="utf-8")
    stages: list[str] = []
    build(request(root)._replace(on_stage=stages.append))
    assert ("assemble" not in stages) is is_quick
    page = (root / "site/1774/06/harbour.html").read_text("utf-8")
    assert "Not a ship &amp; no boat" in page
    other = write_archive(tmp_path / "clean", files)
    build(request(other))
    assert tree(root / "site") == tree(other / "site")
