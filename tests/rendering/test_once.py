"""The tag `once`: what it may see, that it changes no byte, and that themes override around it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from jinja2 import TemplateSyntaxError, UndefinedError, nodes

from builder.disk.theme import default_theme
from builder.looking import look
from builder.rendering import Renderer, make_environment
from builder.rendering.once import LIMIT, Once
from builder.request import Stages
from builder.whole import prepare_site
from tests.archives import ROOT, request, write_archive

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jinja2 import Environment
    from jinja2.parser import Parser

    from builder.model.page import Page
    from builder.whole import Plan


class Never(Once):
    """The same tag, keeping nothing."""

    identifier = Once.identifier

    def parse(self, parser: Parser) -> nodes.Node:
        parser.filename = None
        return super().parse(parser)


def _plan(root: Path) -> Plan:
    plan, problems = prepare_site(request(root), look(root), Stages(lambda _: None), None)
    assert plan is not None, problems
    return plan


def _rendered(renderer: Renderer, pages: Iterable[Page]) -> dict[str, bytes]:
    return {page.url: renderer.render(page).content for page in pages}


def _environment(folder: Path, **templates: str) -> Environment:
    for name, text in templates.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return make_environment(folder, None)


def test_the_order_of_pages_and_the_tag_itself_change_nothing() -> None:
    plan = _plan(ROOT)
    pages = list(plan.pages)
    expected = _rendered(plan.renderer, pages)
    assert len(expected) > 500
    words = plan.renderer.words
    plain = make_environment(default_theme(), None)
    never = plain.extensions[Once.identifier] = Never(plain)
    assert _rendered(Renderer(plain, words), pages) == expected
    assert not never.texts
    for seed in range(3):
        random.Random(seed).shuffle(pages)
        fresh = Renderer(make_environment(default_theme(), None), words)
        assert _rendered(fresh, pages) == expected


def test_rendered_once_for_each_value(tmp_path: Path) -> None:
    environment = _environment(
        tmp_path, a="{% once n=view.n, words %}{{ words.pop() }}{{ n }};{% endonce %}"
    )
    template = environment.get_template("a.html")

    class Words:
        def __init__(self) -> None:
            self.left = ["third", "second", "first"]

        def pop(self) -> str:
            return self.left.pop()

    words = Words()
    shown = [template.render(view={"n": n}, words=words) for n in (1, 2, 1, 2, 1)]
    assert shown == ["first1;", "second2;", "first1;", "second2;", "first1;"]
    assert template.render(view={"n": 1}, words=Words()) == "first1;"
    assert words.left == ["third"]


def test_text_is_escaped_once(tmp_path: Path) -> None:
    environment = _environment(tmp_path, a="{% once n=view %}<b>{{ n }}</b>{% endonce %}")
    for _ in range(2):
        assert environment.get_template("a.html").render(view="<&>") == "<b>&lt;&amp;&gt;</b>"


def test_what_is_kept_has_a_bound(tmp_path: Path) -> None:
    environment = _environment(tmp_path, a="{% once n=view %}{{ n }}{% endonce %}")
    template = environment.get_template("a.html")
    for number in range(2 * LIMIT + 10):
        assert template.render(view=number) == str(number)
    once = environment.extensions[Once.identifier]
    assert isinstance(once, Once)
    assert 0 < len(once.texts) <= LIMIT


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{% once a=view.a %}{{ view.b }}{% endonce %}", '"view" is read'),
        ("{% once a=view.a %}\n{{ words.home }}{% endonce %}", '"words" is read'),
        ("{% once view %}{% block x %}{% endblock %}{% endonce %}", "a block or another"),
        ("{% once view %}{% include 'b.html' %}{% endonce %}", "a block or another"),
        ("{% once %}{% endonce %}", "expected token 'name'"),
        ("{% block x %}{% once view %}{{ super() }}{% endonce %}{% endblock %}", '"super" is read'),
    ],
)
def test_nothing_is_read_past_the_key(tmp_path: Path, body: str, message: str) -> None:
    environment = _environment(tmp_path, a=body, b="{% block x %}{% endblock %}")
    with pytest.raises(TemplateSyntaxError, match=message):
        environment.get_template("a.html")


def test_names_of_its_own_stay_inside(tmp_path: Path) -> None:
    text = (
        "{% set b = 'outer' %}"
        "{% once a=view, range %}{% set b = a %}{% for c in [1, 2] %}{{ b }}{{ c }}"
        "{{ range(2)|length }}{% endfor %}{% endonce %}{{ b }}"
    )
    template = _environment(tmp_path, a=text).get_template("a.html")
    assert [template.render(view="x") for _ in range(2)] == ["x12x22outer"] * 2


def test_a_mistake_inside_is_told_with_its_line(tmp_path: Path) -> None:
    text = "\n\n{% once a=view %}\n<p>\n{{ a.nonsense }}\n{% endonce %}"
    template = _environment(tmp_path, a=text).get_template("a.html")
    with pytest.raises(UndefinedError) as caught:
        template.render(view="x")
    lines = [entry.lineno + 1 for entry in caught.traceback if str(entry.path).endswith("a.html")]
    assert lines == [5]
    # What failed is not kept.
    with pytest.raises(UndefinedError):
        template.render(view="x")


ARTICLE = "---\ntitle: Flood <1>\ndate: 2020-05-08\ntopics: [rivers]\n---\nWater.\n"
PLAIN = {"content/articles/a.md": ARTICLE, "content/articles/b.md": ARTICLE.replace("<1>", "2")}


def _pages(folder: Path, **overrides: str) -> dict[str, str]:
    files = {f"templates/{name}.html": text for name, text in overrides.items()}
    plan = _plan(write_archive(folder, {**PLAIN, **files}))
    return {url: content.decode() for url, content in _rendered(plan.renderer, plan.pages).items()}


def test_a_block_around_the_tag_is_overridden_for_all_pages(tmp_path: Path) -> None:
    before = _pages(tmp_path / "plain")
    text = (
        '{% extends "theme/base.html" %}'
        "{% block masthead %}<p>Ours: {{ view.frame.url }}</p>{{ super() }}{% endblock %}"
        "{% block site_search %}{% endblock %}"
    )
    after = _pages(tmp_path / "ours", base=text)
    for url in ("2020/05/a.html", "2020/05/b.html", "topics/rivers.html", "2020.html"):
        assert f"<p>Ours: {url}</p>" in after[url]
        assert '<p class="site-title"><a href="' in after[url]
        assert "site-search" in before[url]
        assert "site-search" not in after[url]
        assert after[url].count('<nav class="site-nav"') == 1


def test_an_override_and_what_it_overrides_keep_their_texts_apart(tmp_path: Path) -> None:
    ours = (
        '{% extends "theme/page.html" %}'
        "{% block masthead %}{% once site=view.frame.site %}<p>{{ site.root }}ours</p>{% endonce %}"
        "{% endblock %}"
        "{% block scripts %}{% once site=view.frame.site %}<i></i>{% endonce %}{% endblock %}"
    )
    base = (
        '{% extends "theme/base.html" %}'
        "{% block scripts %}{% once site=view.frame.site %}<b></b>{% endonce %}{% endblock %}"
    )
    folder = tmp_path / "both"
    files = {"content/pages/about.md": "---\ntitle: About\n---\nUs.\n"}
    write_archive(folder, files)
    pages = _pages(folder, base=base, page=ours)
    assert "<p>ours</p>" in pages["about.html"]
    assert "<i></i>" in pages["about.html"]
    assert "<b></b>" in pages["topics/rivers.html"]
    for page in pages.values():
        if page.startswith("<!doctype"):
            assert page.count("<!doctype html>") == page.count("</html>") == 1


def test_every_field_of_the_frame_is_still_there_for_themes(tmp_path: Path) -> None:
    texts = ("root", "lang", "dir", "site_title", "site_description", "home_url", "search_url")
    shown = "".join(
        f"{name}={{{{ view.frame.{name} }}}};" for name in (*texts, "stylesheet", "csp")
    )
    lists = (
        "{{ view.frame.nav|length }} {{ view.frame.pages|length }} {{ view.frame.feeds|length }}"
    )
    text = (
        '{% extends "theme/article.html" %}{% block content %}' + shown + lists + "{% endblock %}"
    )
    page = _pages(tmp_path, article=text)["2020/05/a.html"]
    assert "root=../../;lang=en;dir=ltr;site_title=A test;" in page
    assert "home_url=index.html;search_url=search.html;stylesheet=static/site-" in page
    assert "&#39;none&#39;;2 0 1" in page
