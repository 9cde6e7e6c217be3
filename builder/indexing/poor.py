"""Languages that this machine indexes poorly: Chinese and Japanese."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder.basics.languages import is_without_spaces
from builder.basics.problems import Location, Problem, problem
from builder.model.source import SETTINGS_FILE
from builder.search import has_extended

if TYPE_CHECKING:
    from collections.abc import Iterable

    from builder.model.settings import SearchSettings


def poor_languages(languages: Iterable[str], settings: SearchSettings) -> tuple[Problem, ...]:
    """Return a warning where articles are in a language that this machine indexes poorly.

    `languages` are those in which there are articles. None is given where the archive's settings
    say which program is wanted.
    """
    poor = sorted({lang for lang in languages if is_without_spaces(lang)})
    if not poor or settings.cjk is not None or has_extended():
        return ()
    named = " and ".join(f'"{lang}"' for lang in poor)
    message = (
        f"articles in {named} are indexed poorly: their words are not told apart without the "
        "extended Pagefind"
    )
    hint = (
        'install it with `pip install "backfile[cjk]"`, or write `search: {cjk: false}` to be '
        "content with this"
    )
    return (problem("search-poor", message, Location(SETTINGS_FILE), hint),)
