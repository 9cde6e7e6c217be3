"""Our escaping is MarkupSafe's, to the letter."""

from __future__ import annotations

import pytest
from jinja2 import StrictUndefined, UndefinedError
from markupsafe import Markup, escape

from builder.rendering.escape import escaped


class Named(str):
    __slots__ = ()


class Html:
    def __html__(self) -> str:
        return "<i>"


@pytest.mark.parametrize(
    "value",
    [
        *("", "plain", "&", "<", ">", '"', "'", "&amp;", "&lt;'\"<>&", "Ω<й>\u2028\0", "a" * 1000),
        *(Markup("<b>&"), Named("<b>"), Html(), 0, -1.5, None, True, ("<",), ["&"]),
    ],
)
def test_same_as_markupsafe(value: object) -> None:
    assert str(escaped(value)) == str(escape(value))


def test_a_misspelt_name_is_still_an_error() -> None:
    with pytest.raises(UndefinedError):
        escaped(StrictUndefined(name="viw"))
