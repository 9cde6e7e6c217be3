"""The tag `{% once %}`: what stands inside is rendered once for each value of its key, then reused.

Most of a page is the same on thousands of pages: the site's bar, its menu, its foot. A theme names
what such a part depends on, and the part sees nothing else:

    {% once site=frame.site, words %}
    <p><a href="{{ site.root }}{{ site.home_url }}">{{ words.home }}</a></p>
    {% endonce %}

So pages come out the same in whatever order they are rendered. Reading another name inside is an
error when the template is compiled. Values of a key must be hashable and stay as they are; two that
are equal but shown differently (1 and True) must not meet in one key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jinja2 import TemplateSyntaxError, nodes
from jinja2.ext import Extension
from jinja2.meta import find_undeclared_variables

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.parser import Parser

LIMIT: Final = 4096
"""Texts kept at once. More are the mark of a key that seldom comes back; all are then let go."""

_OPEN: Final = (nodes.Block, nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)
"""What would look past the key: a block may be overridden, an included template sees all."""


class Texts(dict[tuple[object, ...], str]):
    """Rendered texts by place in the templates and values of the key."""

    def __missing__(self, key: tuple[object, ...]) -> None:
        """Return None: not rendered yet."""
        return

    def keep(self, key: tuple[object, ...], text: str) -> None:
        """Keep a text for the next page with the same key."""
        if len(self) >= LIMIT:
            self.clear()
        self[key] = text


class Once(Extension):
    """Compiles `{% once name=value, name %}...{% endonce %}`."""

    tags = {"once"}  # noqa: RUF012 - declared so by Jinja

    def __init__(self, environment: Environment) -> None:
        """Start with nothing rendered."""
        super().__init__(environment)
        self.texts = Texts()

    def parse(self, parser: Parser) -> nodes.Node:
        """Return `if not kept: render and keep; show` as nodes of Jinja's own."""
        line = next(parser.stream).lineno
        names, values = _key(parser)
        body = parser.parse_statements(("name:endonce",), drop_needle=True)
        self._check(parser, body, names, line)
        targets: list[nodes.Expr] = [nodes.Name(name, "store") for name in names]
        key, text = parser.free_identifier(), parser.free_identifier()
        if parser.filename is None:
            # Names are not enough: `theme/base.html` is called base.html, as its override is.
            return nodes.With(targets, values, body).set_lineno(line)
        place = nodes.Const(f"{parser.filename}:{key.name}")
        found = nodes.Getitem(self.attr("texts"), key, "load")
        keep = nodes.Call(
            nodes.Getattr(self.attr("texts"), "keep", "load"), [key, text], [], None, None
        )
        render: list[nodes.Node] = [
            nodes.With(targets, values, [nodes.AssignBlock(text, None, body)]),
            nodes.ExprStmt(keep),
        ]
        is_new = nodes.Compare(text, [nodes.Operand("eq", nodes.Const(None))])
        steps: list[nodes.Node] = [
            nodes.Assign(key, nodes.Tuple([place, *values], "load")),
            nodes.Assign(text, found),
            nodes.If(is_new, render, [], []),
            nodes.Output([text]),
        ]
        return nodes.Scope(steps).set_lineno(line)

    def _check(self, parser: Parser, body: list[nodes.Node], names: list[str], line: int) -> None:
        """Refuse a body that could differ from page to page though its key does not."""
        whole = nodes.Template(body, lineno=line)
        whole.set_environment(self.environment)
        if next(whole.find_all(_OPEN), None) is not None:
            message = "a block or another template cannot stand inside {% once %}"
            raise TemplateSyntaxError(message, line, parser.name, parser.filename)
        read = find_undeclared_variables(whole) - set(names)
        if read:
            message = f'"{min(read)}" is read inside {{% once %}} but is not among its names'
            raise TemplateSyntaxError(message, line, parser.name, parser.filename)


def _key(parser: Parser) -> tuple[list[str], list[nodes.Expr]]:
    """Return the names that the body sees and where each comes from: `site=frame.site, words`."""
    names: list[str] = []
    values: list[nodes.Expr] = []
    while True:
        name = parser.stream.expect("name")
        names.append(name.value)
        if parser.stream.skip_if("assign"):
            values.append(parser.parse_expression())
        else:
            values.append(nodes.Name(name.value, "load", lineno=name.lineno))
        if not parser.stream.skip_if("comma"):
            return names, values
