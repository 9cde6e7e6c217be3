"""What settings say of the looks of a site: menu, logo, icon, the box that asks for support."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from builder.basics.languages import direction
from builder.basics.nearest import did_you_mean
from builder.basics.problems import problem
from builder.model.source import SETTINGS_FILE
from builder.pages.links import check_image, published_url
from builder.pages.policy import CSP, CSP_SCRIPT
from builder.pages.views.frame import LogoView, SupportView
from builder.pages.views.links import Anchor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from builder.basics.problems import Problem
    from builder.model.content import Image
    from builder.model.settings import MenuEntry
    from builder.pages.context import Context
    from builder.pages.links import Targets


def menu(context: Context, lang: str) -> tuple[Anchor, ...]:
    """Return the main menu: as settings have it, those entries that a language has pages for."""
    entries = context.settings.theme.menu
    if not entries:
        return context.frames.indexes(lang)
    found = (_entry(context, entry, lang) for entry in entries)
    return tuple(anchor for anchor in found if anchor is not None)


def _entry(context: Context, entry: MenuEntry, lang: str) -> Anchor | None:
    url = f"{context.site.prefix(lang)}{entry.to}.html"
    if url not in context.urls:
        return None
    label = entry.labels.get(lang) or entry.label
    if label is not None:
        return Anchor(label=label, url=url)
    return _called(context, entry.to, url, lang)


def _called(context: Context, to: str, url: str, lang: str) -> Anchor | None:
    """Return a page with what it is called where the site names it itself; else None."""
    named = (
        *context.frames.indexes(lang),
        *context.frames.page_links(lang),
        *context.frames.further(lang),
    )
    for anchor in named:
        if anchor.url == url:
            return anchor
    kind, _, slug = to.partition("/")
    term = context.site.terms.get(kind, {}).get(slug)
    if term is None:
        return None
    link = context.term_link(term, lang)
    return Anchor(label=link.name, url=url, lang=link.lang, dir=link.dir)


def logo(context: Context) -> LogoView | None:
    """Return the picture at the head of every page."""
    found = context.settings.theme.logo
    if found is None:
        return None
    url = published_url(found.picture.src, SETTINGS_FILE)
    dark = None if found.dark is None else published_url(found.dark.src, SETTINGS_FILE)
    sizes = context.sizes.get(url)
    return LogoView(
        url=quote(url),
        dark_url=None if dark is None else quote(dark),
        width=None if sizes is None else sizes.width,
        height=None if sizes is None else sizes.height,
        stands_for_title=found.stands_for_title,
    )


def logo_urls(context: Context) -> tuple[str, ...]:
    """Return the address of the picture whose size stands on every page."""
    found = context.settings.theme.logo
    return () if found is None else (published_url(found.picture.src, SETTINGS_FILE),)


def icon_url(context: Context) -> str:
    """Return the address of what a browser shows beside a title."""
    found = context.settings.theme.icon
    if found is None:
        return context.static["icon.svg"]
    return quote(published_url(found.src, SETTINGS_FILE))


def support(context: Context, lang: str) -> SupportView | None:
    """Return the box below articles in a language, with its own texts or else the archive's."""
    found = context.settings.support
    if found is None or (found.languages and lang not in found.languages):
        return None
    main = context.settings.main_language

    def language(texts: Mapping[str, str]) -> tuple[str | None, str | None]:
        return (None, None) if lang == main or lang in texts else (main, direction(main))

    text_lang, text_dir = language(found.texts)
    link_lang, link_dir = language(found.link_texts)
    return SupportView(
        text=found.texts.get(lang, found.text),
        lang=text_lang,
        dir=text_dir,
        link=found.link,
        link_text=found.link_texts.get(lang, found.link_text),
        link_lang=link_lang,
        link_dir=link_dir,
        script=context.static["support.js"] if found.can_be_put_off else None,
    )


def article_csp(context: Context, lang: str) -> str:
    """Return the policy of articles in a language: scripts only for a box that can be put off."""
    found = context.settings.support
    is_shown = found is not None and (not found.languages or lang in found.languages)
    return CSP_SCRIPT if found is not None and is_shown and found.can_be_put_off else CSP


def look_problems(context: Context, targets: Targets) -> Iterator[Problem]:
    """Yield what is wrong with the pictures and the menu of the settings; note used files."""
    for image in _pictures(context):
        url, found = check_image(image, SETTINGS_FILE, targets)
        yield from found
        if url is not None:
            context.used_media.add(url)
    languages = context.site.languages
    for entry in context.settings.theme.menu:
        urls = [f"{context.site.prefix(lang)}{entry.to}.html" for lang in languages]
        if not any(url in context.urls for url in urls):
            message = f'the menu\'s entry "{entry.to}" leads to no page of this site'
            known = [
                anchor.url.removesuffix(".html") for anchor in context.frames.indexes(languages[0])
            ]
            known += [a.url.removesuffix(".html") for a in context.frames.page_links(languages[0])]
            hint = did_you_mean(entry.to, known)
            hint = hint or "write a page's address, such as people, about or topics/censorship"
            yield problem("dead-link", message, entry.location, hint)
        elif all(_entry(context, entry, lang) is None for lang in languages):
            message = f'the menu\'s entry "{entry.to}" has no label, and the page has no name'
            hint = f"write {{to: {entry.to}, label: ...}}"
            yield problem("missing-field", message, entry.location, hint)


def _pictures(context: Context) -> Iterator[Image]:
    theme = context.settings.theme
    if theme.logo is not None:
        yield theme.logo.picture
        if theme.logo.dark is not None:
            yield theme.logo.dark
    if theme.icon is not None:
        yield theme.icon
