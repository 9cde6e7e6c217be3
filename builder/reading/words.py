"""A theme's words/<lang>.yaml -> the words of the interface."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from builder.basics.problems import Outcome, Problem, problem
from builder.model.words import Words
from builder.reading.front_matter import compose
from builder.reading.nodes import Mapping, Scalar

if TYPE_CHECKING:
    from builder.model.source import SourceText

PLURAL_CATEGORIES: Final = ("zero", "one", "two", "few", "many", "other")
"""CLDR, Language Plural Rules."""


@lru_cache(maxsize=64)  # a process that goes on builds with the same words again and again
def parse_words(source: SourceText) -> Outcome[dict[str, str | dict[str, str]]]:
    """Return text, or text by plural category, for each key of a words file; not to be changed."""
    composed = compose(source.text, source.path, first_line=1)
    if composed.value is None:
        return Outcome(None, composed.problems)
    problems: list[Problem] = list(composed.problems)
    words: dict[str, str | dict[str, str]] = {}
    for key, value in composed.value.entries:
        if hasattr(Words, key.text):
            message = f'"{key.text}" is what words themselves can do, so it cannot be a word'
            problems.append(problem("bad-words", message, key.location, "choose another key"))
        elif isinstance(value, Scalar):
            words[key.text] = value.text
        elif isinstance(value, Mapping):
            forms = {k.text: v.text for k, v in value.entries if isinstance(v, Scalar)}
            wrong = sorted(set(forms) - set(PLURAL_CATEGORIES))
            if wrong or "other" not in forms or len(forms) != len(value.entries):
                message = f'the plural forms of "{key.text}" are not those of CLDR'
                hint = "write " + ", ".join(PLURAL_CATEGORIES) + "; other is always needed"
                problems.append(problem("bad-words", message, key.location, hint))
            else:
                words[key.text] = forms
        else:
            message = f'"{key.text}" has to be text or plural forms'
            problems.append(problem("bad-words", message, value.location))
    return Outcome(words, tuple(problems))
