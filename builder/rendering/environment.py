"""Where templates come from and how they are compiled.

A template is looked for in the archive's own templates/ first, then in the theme. The theme's can
always be named `theme/base.html`, so that an archive can override one block of one template.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from builder.rendering.bytecode import Bytecode
from builder.rendering.escape import escaped, inner
from builder.rendering.generator import Generator
from builder.rendering.once import Once
from builder.rendering.verbatim import judge

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from pathlib import Path

    from jinja2 import nodes


class PageEnvironment(Environment):
    """Jinja as pages need it."""

    code_generator_class = Generator
    escaped = staticmethod(escaped)
    inner = staticmethod(inner)
    is_quick = False
    """Whether templates may name nothing but attributes that are there: see `quick`."""
    keep: Callable[[str], Bytecode] | None = None
    """Makes what keeps compiled templates of one form."""

    def quick(self) -> PageEnvironment:
        """Return the same environment for templates that name nothing but what views have.

        They come out the same, and sooner. Others (what is asked for may be an item, or not be
        there) raise AttributeError, and are then rendered by this environment.
        """
        other = self.overlay()
        other.is_quick = True
        other.bytecode_cache = None if self.keep is None else self.keep("quick")
        return other

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the names that every template knows: a plain dictionary of a template's own.

        Jinja goes through them for each page and again for each template that it imports, and
        from a chain of mappings that takes longer than all else of an import.
        """
        return {**self.globals, **(d or {})}

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,  # noqa: FBT001, FBT002 - a hook of Jinja's
    ) -> str:
        """Return the Python of a template, with what is judged of it as one more constant."""
        code = super()._generate(source, name, filename, defer_init)
        return f"{code}\nverdict = {tuple(judge(source))!r}"


def make_environment(
    theme: Path,
    overrides: Path | None,
    bytecode: Path | None = None,
    *,
    is_packaged: bool = False,
) -> PageEnvironment:
    """Return an environment in which every value is escaped and a misspelt name is an error.

    `bytecode` is the folder in which compiled templates are kept for the next time; not those of a
    theme that came with the package.
    """
    own = FileSystemLoader(theme)
    loaders = [own, PrefixLoader({"theme": own})]
    if overrides is not None:
        loaders.insert(0, FileSystemLoader(overrides))
    environment = PageEnvironment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        keep_trailing_newline=True,
        cache_size=-1,
        extensions=[Once],
    )
    if bytecode is not None:
        packaged = theme if is_packaged else None
        environment.keep = lambda form: Bytecode(bytecode, form, packaged)
        environment.bytecode_cache = environment.keep("careful")
    return environment
