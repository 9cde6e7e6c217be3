"""Whether templates show an article's text as it is: then another one can take its place.

A corrected article's page is not rendered again: in the page as it stands, the new text takes the
old one's place, and so does what names the version of the text. Both ways give the same where
templates write these out and ask no more of them than whether they are there. That is seen from
the templates themselves, when they are compiled; whatever is not plainly so counts as not so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from jinja2 import nodes

if TYPE_CHECKING:
    from collections.abc import Callable

VIEW: Final = "view"
_WRITTEN: Final = frozenset({"address", "body", "version"})
"""What is the text or has its version in it: may be written out."""
_LISTED: Final = frozenset({"downloads"})
"""What holds such: may be gone through."""
_HOLDERS: Final = frozenset({"citation"})
"""What holds such: may be given another name."""
_NEIGHBOURS: Final = frozenset({"nextitem", "previtem"})
"""Of a loop: another name of what it goes through."""
_TAKEN: Final = (nodes.AssignBlock, nodes.CallBlock, nodes.FilterBlock, nodes.Macro)
"""What is shown inside may be something else when it comes out."""
_OTHERS: Final = (nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)


class Verdict(NamedTuple):
    """What one template does with the text, as far as that can be told from it alone."""

    is_plain: bool
    others: tuple[str, ...]
    """Templates that it names."""
    holders: tuple[str, ...]
    """Names that it gives to what holds the version."""
    used: tuple[str, ...]
    """Names of which it asks more than an attribute."""


def judge(template: nodes.Template) -> Verdict:
    """Return what a template does with the text."""
    found = _Reader()
    found.read(template)
    return Verdict(
        found.is_plain,
        tuple(sorted(found.others)),
        tuple(sorted(found.holders)),
        tuple(sorted(found.used)),
    )


def is_verbatim(name: str, verdict_of: Callable[[str], Verdict]) -> bool:
    """Return whether a template shows the text as it is, with all that it names."""
    waiting, seen = [name], set[str]()
    holders, used = {VIEW}, set[str]()
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        verdict = verdict_of(here)
        if not verdict.is_plain:
            return False
        waiting += verdict.others
        holders.update(verdict.holders)
        used.update(verdict.used)
    return holders.isdisjoint(used)


class _Reader:
    """Goes through a template and notes what is done with what."""

    def __init__(self) -> None:
        self.is_plain = True
        self.others: set[str] = set()
        self.holders: set[str] = set()
        self.used: set[str] = set()

    def read(self, node: nodes.Node, place: str = "", *, is_taken: bool = False) -> None:
        """Take a node in; `place` is what stands around it: output, test, list, base, value."""
        is_written = place == "output" and not is_taken
        match node:
            case nodes.Output():
                self._read_each(node.nodes, "output", is_taken=is_taken)
                return
            case nodes.If() | nodes.CondExpr():
                self.read(node.test, "test", is_taken=is_taken)
                self._read_all(node, but=node.test, is_taken=is_taken)
                return
            case nodes.And() | nodes.Or() | nodes.Not() if place == "test":
                self._read_each(node.iter_child_nodes(), "test", is_taken=is_taken)
                return
            case nodes.For():
                self._name(node.target, node.iter, _LISTED)
                self.read(node.iter, "list", is_taken=is_taken)
                self._read_all(node, but=node.iter, is_taken=is_taken)
                return
            case nodes.Assign():
                self._name(node.target, node.node, _HOLDERS)
                self.read(node.node, "value", is_taken=is_taken)
                return
            case nodes.Getattr():
                self._ask(node.attr, place, is_written=is_written)
                self.read(node.node, "base", is_taken=is_taken)
                return
            case nodes.Name(ctx="load"):
                if place not in {"base", "test"}:
                    self.used.add(node.name)
                if node.name in {"self", "super"}:
                    self.is_plain = False
                return
            case nodes.Call(node=nodes.Name(name="super")) if is_written:
                return
            case nodes.Block() | nodes.Include() if is_taken:
                self.is_plain = False
        if isinstance(node, _OTHERS):
            if isinstance(node.template, nodes.Const) and isinstance(node.template.value, str):
                self.others.add(node.template.value)
            else:
                self.is_plain = False
        self._read_all(node, is_taken=is_taken or isinstance(node, _TAKEN))

    def _read_each(self, found: object, place: str, *, is_taken: bool) -> None:
        for node in found:  # type: ignore[attr-defined]
            self.read(node, place, is_taken=is_taken)

    def _read_all(self, node: nodes.Node, *, is_taken: bool, but: nodes.Node | None = None) -> None:
        for child in node.iter_child_nodes():
            if child is not but:
                self.read(child, is_taken=is_taken)

    def _ask(self, name: str, place: str, *, is_written: bool) -> None:
        """Judge what is done with an attribute."""
        if name in _WRITTEN:
            is_good = is_written or place == "test"
        elif name in _LISTED:
            is_good = place in {"list", "test"}
        elif name in _HOLDERS:
            is_good = place in {"base", "test", "value"}
        else:
            is_good = name not in _NEIGHBOURS or place in {"base", "test"}
        self.is_plain = self.is_plain and is_good

    def _name(self, target: nodes.Node, value: nodes.Node, names: frozenset[str]) -> None:
        """Note a name that is given to what holds the version."""
        if isinstance(value, nodes.Getattr) and value.attr in names:
            if isinstance(target, nodes.Name):
                self.holders.add(target.name)
            else:
                self.is_plain = False
