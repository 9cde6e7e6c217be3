"""Where templates come from and how they are compiled.

A template is looked for in the archive's own templates/ first, then in the theme. The theme's can
always be named `theme/base.html`, so that an archive can override one block of one template.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

if TYPE_CHECKING:
    from pathlib import Path


def make_environment(theme: Path, overrides: Path | None) -> Environment:
    """Return an environment in which every value is escaped and a misspelt name is an error."""
    own = FileSystemLoader(theme)
    loaders = [own, PrefixLoader({"theme": own})]
    if overrides is not None:
        loaders.insert(0, FileSystemLoader(overrides))
    return Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        keep_trailing_newline=True,
        cache_size=-1,
    )
