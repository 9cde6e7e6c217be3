"""The past of an article: a page of its visible changes, and the ways to where it is edited."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from builder.model.page import PlannedPage
from builder.pages.context import datetime_attribute
from builder.pages.keys import digest
from builder.pages.views.history import ChangeView, HistoryView, PieceView
from builder.pages.views.links import Anchor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from builder.model.history import Difference, Step
    from builder.model.settings import HistorySettings
    from builder.model.site import Article
    from builder.pages.context import Context
    from builder.pages.keys import Keys

_EDIT: Final = {
    "github": "{repository}/edit/{branch}/{path}",
    "gitlab": "{repository}/-/edit/{branch}/{path}",
    "gitea": "{repository}/_edit/{branch}/{path}",
    "codeberg": "{repository}/_edit/{branch}/{path}",
}
_COMMITS: Final = {
    "github": "{repository}/commits/{branch}/{path}",
    "gitlab": "{repository}/-/commits/{branch}/{path}",
    "gitea": "{repository}/commits/branch/{branch}/{path}",
    "codeberg": "{repository}/commits/branch/{branch}/{path}",
}


def plan_histories(context: Context, keys: Keys) -> Iterator[PlannedPage]:
    """Yield the page of each article that was changed since readers first saw it."""
    if not context.settings.history.is_on:
        return
    for lang, articles in context.site.articles.items():
        for article in articles:
            url = history_url(context, article)
            if url is not None:
                steps = context.past.steps(article.head.path)
                yield PlannedPage(
                    url,
                    "history.html",
                    lang,
                    partial(history_view, context, article, url),
                    article.head.where["title"],
                    partial(_key, keys, article, steps),
                )


def _key(keys: Keys, article: Article, steps: tuple[Step, ...]) -> bytes:
    return digest(keys.card(article), [(step.commit, step.before, step.after) for step in steps])


def history_url(context: Context, article: Article) -> str | None:
    """Return where an article's changes are shown; None where there are none to show."""
    steps = context.past.steps(article.head.path)
    if not any(step.before for step in steps):
        return None
    if article.url.endswith("/index.html"):
        return article.url.removesuffix("index.html") + "history.html"
    return article.url.removesuffix(".html") + "/history.html"


def history_text(context: Context, article: Article) -> str:
    """Return how often an article was changed, and when last, in words."""
    words, past = context.words[article.head.lang], context.past
    steps = [step for step in past.steps(article.head.path) if step.before]
    changed = words.count("history_changed", len(steps))
    return words.format("history_last", changed=changed, date=words.date(past.day(steps[-1])))


def history_view(context: Context, article: Article, url: str) -> HistoryView:
    """Return what history.html shows."""
    lang = article.head.lang
    words = context.words[lang]
    title = words.format("history_of", title=article.head.title)
    steps = context.past.steps(article.head.path)
    above = Anchor(label=article.head.title, url=article.url)
    differences = context.past.differences(steps)
    changes = [
        _change(context, step, found, lang) for step, found in zip(steps, differences, strict=True)
    ]
    return HistoryView(
        frame=context.frames.around(
            url,
            kind="history",
            lang=lang,
            title=title,
            trail=context.frames.trail(lang, above),
            is_indexed=False,
        ),
        article=above,
        text=history_text(context, article),
        changes=tuple(reversed(changes)),
    )


def _change(context: Context, step: Step, found: Difference | None, lang: str) -> ChangeView:
    words = context.words[lang]
    date = context.past.day(step)
    return ChangeView(
        anchor=f"bf-change-{step.commit[:12]}",
        date_text=words.date(date),
        date_iso=datetime_attribute(date),
        subject=step.subject,
        author=step.author if context.settings.history.with_names else "",
        added_text="" if found is None else words.count("history_added", found.words_new),
        removed_text="" if found is None else words.count("history_removed", found.words_gone),
        is_first=found is None,
        paragraphs=()
        if found is None
        else tuple(
            tuple(PieceView(kind=piece.kind, text=piece.text) for piece in paragraph)
            for paragraph in found.paragraphs
        ),
    )


def forge_links(settings: HistorySettings, path: str) -> tuple[str | None, str | None]:
    """Return where a file is edited and where all its versions are, at the archive's forge."""
    if settings.repository is None:
        return None, None
    named = {
        "repository": settings.repository,
        "branch": quote(settings.branch, safe="/"),
        "path": quote(path),
    }
    return _EDIT[settings.forge].format(**named), _COMMITS[settings.forge].format(**named)
