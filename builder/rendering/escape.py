"""Escaping what a template shows, without the detour that Jinja's own way takes.

MarkupSafe wraps each escaped text in a `Markup` so that it is never escaped again. A template joins
its pieces to one text at once, so nobody sees the wrapping, and it costs five times the escaping.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2.compiler import CodeGenerator
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.compiler import Frame


def escaped(value: object) -> str:
    """Return what `markupsafe.escape` does, as plain text."""
    kind = type(value)
    if kind is str:
        text: str = value  # type: ignore[assignment]
        if "&" in text:
            text = text.replace("&", "&amp;")
        if "<" in text:
            text = text.replace("<", "&lt;")
        if ">" in text:
            text = text.replace(">", "&gt;")
        if '"' in text:
            text = text.replace('"', "&#34;")
        if "'" in text:
            text = text.replace("'", "&#39;")
        return text
    return value if kind is Markup else escape(value)  # type: ignore[return-value]


class Generator(CodeGenerator):
    """Compiles `{{ value }}` to a call of `environment.escaped`.

    Jinja's native types are made at the same point. Were it to go in a later version, Jinja would
    escape as it always does.
    """

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")
