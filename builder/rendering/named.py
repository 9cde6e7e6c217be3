"""Which names a template uses, with all that it extends, includes and imports.

A part of a page that no template names need not be made. The texts alone are read: compiling every
template costs more than it saves, and a word too many, from a comment, does no harm.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from jinja2 import TemplateNotFound

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import Environment

_WORD: Final = re.compile(r"[A-Za-z_]\w*")
_OTHERS: Final = re.compile(r"\{%[-+]?\s*(?:extends|include|import|from)\b(.*?)[-+]?%\}", re.DOTALL)
_PLAIN: Final = re.compile(r"""\s*(?:"([^"]+)"|'([^']+)')(?:\s+[A-Za-z_][\w\s,]*)?\s*""")
"""One template's name, with what may follow it: `import a, b`, `without context`. No condition."""


def named(environment: Environment, templates: Iterable[str]) -> frozenset[str] | None:
    """Return every word of these templates; None where one uses a template that cannot be told."""
    waiting, seen = list(templates), set[str]()
    words: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            source = _source(environment, name)
        except (TemplateNotFound, OSError, ValueError):
            return None  # rendering says what is wrong
        words.update(_WORD.findall(source))
        for found in _OTHERS.finditer(source):
            other = _PLAIN.fullmatch(found[1])
            if other is None or re.search(r"\bif\b", found[1]):
                return None  # which one is told when the page is made
            waiting.append(other[1] or other[2])
    return frozenset(words)


def _source(environment: Environment, name: str) -> str:
    if environment.loader is None:
        raise TemplateNotFound(name)
    return environment.loader.get_source(environment, name)[0]
