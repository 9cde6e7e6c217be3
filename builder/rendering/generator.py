"""How templates are compiled to Python: Jinja's way, but for what its generality costs each page.

Jinja hands on every piece of a page by itself, through a generator for each block and each template
that it stands in. Here a block collects its pieces in a list and hands on one text. An attribute is
looked up at once, and as Jinja does where there is none; a value is escaped by `escaped`. All of it
is done at points where Jinja's own variants differ (native types, buffers of macros), and what
comes out is the same.
"""

from __future__ import annotations

from keyword import iskeyword
from typing import TYPE_CHECKING

from jinja2.compiler import CodeGenerator
from jinja2.nodes import ExtensionAttribute, InternalName, Name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import nodes
    from jinja2.compiler import Frame

    from builder.rendering.environment import PageEnvironment


class Generator(CodeGenerator):
    """Writes the Python of one template."""

    environment: PageEnvironment

    def blockvisit(self, body: Iterable[nodes.Node], frame: Frame) -> None:
        """Write statements; those of a whole template or block collect what they show."""
        if frame.buffer is not None:
            super().blockvisit(body, frame)
            return
        self.writeline("escaped, inner = environment.escaped, environment.inner")
        self.buffer(frame)
        super().blockvisit(body, frame)
        self.writeline(f"yield concat({frame.buffer})")
        frame.buffer = None

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """Write where a block stands: it is handed on as a text of its own.

        Python keeps a text as wide as its widest letter. A curly quote in one block then costs no
        other block anything.
        """
        if frame.buffer is None or (frame.toplevel and (self.has_known_extends or node.scoped)):
            super().visit_Block(node, frame)
            return
        buffer = frame.buffer
        self.writeline(f"yield concat({buffer})")
        self.writeline(f"{buffer}.clear()")
        frame.buffer = None
        super().visit_Block(node, frame)
        frame.buffer = buffer

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """Write an include; one without context is handed on past the list of pieces."""
        if not node.with_context:
            self.writeline(f"yield concat({frame.buffer})")
            self.writeline(f"{frame.buffer}.clear()")
        super().visit_Include(node, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """Write an attribute: a call of Python's own `getattr` where there is one.

        A quick environment has it at once, or AttributeError; a name must be one of Python's then.
        """
        if self.environment.is_quick and node.attr.isascii() and not iskeyword(node.attr):
            if isinstance(node.node, Name):
                self.write(frame.symbols.ref(node.node.name))  # `missing` has no attributes either
            else:
                self.visit(node.node, frame)
            self.write(f".{node.attr}")
            return
        self.write("(_v if (_v := getattr((_o := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing")
        self.write(f" else environment.getattr(_o, {node.attr!r}))")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        """Write an item; what an extension of ours keeps is a dictionary for certain."""
        if not isinstance(node.node, ExtensionAttribute):
            super().visit_Getitem(node, frame)
            return
        self.visit(node.node, frame)
        self.write("[")
        self.visit(node.arg, frame)
        self.write("]")

    def visit_Call(  # noqa: N802
        self,
        node: nodes.Call,
        frame: Frame,
        forward_caller: bool = False,  # noqa: FBT001, FBT002 - as Jinja declares it
    ) -> None:
        """Write a call as Python's own.

        Jinja's looks first whether the context shall be handed on. Of what templates can call here
        macros alone ask for something: whether what they are called for is escaped.
        """
        is_escaped = frame.eval_ctx.autoescape and not frame.eval_ctx.volatile
        has_stars = node.dyn_args is not None or node.dyn_kwargs is not None
        is_keyword = any(iskeyword(argument.key) for argument in node.kwargs)
        if forward_caller or not is_escaped or has_stars or is_keyword:
            super().visit_Call(node, frame, forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)  # of a keyword Jinja writes its name as well
            self.write(", ")
        self.write(")")

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        elif not isinstance(node, InternalName):  # what {% once %} keeps is escaped already
            self.write("(inner(_v) if type(_v := ")

    def _output_child_post(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_post(node, frame, finalize)
        elif not isinstance(node, InternalName):
            self.write(") is str else escaped(_v))")
