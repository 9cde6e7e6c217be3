"""Ten questions that a reader brings, answered by clicking alone: with scripts off, then with them.

Each is a way of visible links from the front page, and what must stand where it ends. They were
walked by hand first; where one stumbled, the pages were changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.browsing import follow, serve

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

CHRONICLE: Final = ("Dates", "1968", "Seven carbon copies")

QUESTIONS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "What was published about Sakharov in 1968, and who else appears?": (
        ("People", "Sakharov, Andrei", "A father of the Soviet bomb asks for free thought"),
        ("July 22, 1968", "Andrei Sakharov", "Aleksandr Solzhenitsyn"),
    ),
    "What happened on 30 April 1968?": (
        ("Dates", "1968", "April 30, 1968: 1 article"),
        ("Seven carbon copies",),
    ),
    "Which newspapers stopped in 2022?": (
        ("Dates", "2022"),
        ("Novaya Gazeta stops the presses", "Echo of Moscow goes silent"),
    ),
    "Who else stands in articles about Dmitry Muratov?": (
        ("People", "Muratov, Dmitry"),
        ("Appears with", "Maria Ressa"),
    ),
    "Where exactly do articles name Gorbachev?": (
        ("People", "Gorbachev, Mikhail", "Gorbachev, who headed a public council of NTV"),
        ("Gazprom takes over NTV", "Gorbachev"),
    ),
    "What has the archive on samizdat, and how does it fit among topics?": (
        ("Topics", "Samizdat"),
        ("Clandestine press", "Articles", "Seven carbon copies"),
    ),
    "Is there a Russian version of this article?": (
        (*CHRONICLE, "Русский"),
        ("Хроника",),
    ),
    "What comes next in the series?": (
        (*CHRONICLE, "Next part An underground weekly starts with number two"),
        ("An underground weekly starts with number two",),
    ),
    "How do I cite this article?": (
        (*CHRONICLE, "Cite this article"),
        ("BibTeX", "RIS"),
    ),
    "Which articles are about London, and when were they?": (
        ("Places", "London"),
        ("Articles", "1643"),
    ),
}


@pytest.mark.parametrize("with_scripts", [False, True], ids=["without-scripts", "with-scripts"])
def test_the_answers_are_a_few_clicks_away(
    browser: Browser, sample: Path, *, with_scripts: bool
) -> None:
    context = browser.new_context(java_script_enabled=with_scripts)
    page = context.new_page()
    lost = []
    with serve(sample / "site") as root:
        # The pages are the same; that scripts are in nobody's way, three of them show.
        for question, (way, answers) in list(QUESTIONS.items())[: 3 if with_scripts else None]:
            page.goto(root)
            for step in way:
                found = page.locator("a:visible, summary:visible").filter(has_text=step)
                named = page.get_by_role("link", name=step, exact=True)
                target = named if named.count() else found
                if target.count() == 0:
                    lost.append(f"{question} There is no {step!r} on {page.url}")
                    break
                follow(page, target.first)
            shown = page.inner_text("main")
            lost += [
                f"{question} {text!r} is not on {page.url}" for text in answers if text not in shown
            ]
    context.close()
    assert lost == []
