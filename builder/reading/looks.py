"""`theme` and `support` of content/archive.yaml: how the site looks, and how readers may help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from builder.basics.colours import LEAST_CONTRAST, PAPERS, normal_colour, readable, worst_contrast
from builder.model.content import Image
from builder.model.settings import Accent, Logo, MenuEntry, Support, Theme
from builder.reading.fields import Fields
from builder.reading.nodes import Mapping, Scalar

if TYPE_CHECKING:
    from builder.reading.nodes import Node

_ACCENT_FORM: Final = 'a colour such as "#1d4f8c", in quotes'


def read_theme(fields: Fields) -> Theme:
    """Return what an archive sets of its looks; files and menus are looked for when pages are."""
    inner = fields.inner("theme", "keys such as {accent: ..., logo: ..., menu: [...]}")
    if inner is None:
        return Theme()
    found = Theme(
        logo=_logo(inner),
        icon=_picture(inner, "icon"),
        accent=_accent(inner),
        menu=_menu(inner),
    )
    inner.close()
    return found


def _logo(fields: Fields) -> Logo | None:
    node = fields.node("logo")
    if node is None:
        return None
    if isinstance(node, Scalar):
        return Logo(picture=_image(node), dark=None, stands_for_title=False)
    inner = fields.inner("logo", "a file such as media/logo.png, or {src: ..., dark: ...}")
    if inner is None:
        return None
    picture, dark = _picture(inner, "src"), _picture(inner, "dark")
    with_title = inner.choice("with_title", ("true", "false"), "true")
    inner.close()
    if picture is None:
        inner.missing("src", "name a file below content/media/")
        return None
    return Logo(picture=picture, dark=dark, stands_for_title=with_title == "false")


def _picture(fields: Fields, key: str) -> Image | None:
    found = fields.scalar(key, "a file such as media/logo.png")
    return None if found is None else _image(found)


def _image(found: Scalar) -> Image:
    src = found.text.strip()
    return Image(src=src, alt="", caption=None, credit=None, location=found.location)


def _accent(fields: Fields) -> Accent | None:
    node = fields.node("accent")
    if node is None:
        return None
    if isinstance(node, Mapping):
        inner = Fields(node, fields.problems, inside="theme.accent.")
        light, dark = (_colour(inner, inner.node(key), key) for key in PAPERS)
        inner.close()
        given = light or dark
        if given is None:
            return None
    else:
        given = light = _colour(fields, node, "light")
        dark = None
        if given is None:
            return None
    # One colour seldom serves on paper and at night: what is not given is a shade of what is.
    return Accent(
        light=light or readable(given, PAPERS["light"]),
        dark=dark or readable(given, PAPERS["dark"]),
    )


def _colour(fields: Fields, node: Node | None, scheme: str) -> str | None:
    """Return a colour that can be read on the paper of a colour scheme."""
    if node is None:
        return None
    colour = normal_colour(node.text.strip()) if isinstance(node, Scalar) else None
    if colour is None:
        fields.wrong("accent", _ACCENT_FORM, node)
        return None
    ratio, ground = worst_contrast(colour, PAPERS[scheme])
    if ratio >= LEAST_CONTRAST:
        return colour
    message = (
        f"the accent {colour} has a contrast of {ratio:.1f} to the {scheme} paper {ground}, and "
        f"text needs {LEAST_CONTRAST}"
    )
    hint = f'the nearest shade that can be read is "{readable(colour, PAPERS[scheme])}"'
    fields.report("low-contrast", message, node.location, hint)
    return None


def _menu(fields: Fields) -> tuple[MenuEntry, ...]:
    found: list[MenuEntry] = []
    wanted = "a list of pages such as people, topics/samizdat or {to: about, label: Who we are}"
    for item in fields.items("menu", wanted):
        if isinstance(item, Scalar):
            found.append(MenuEntry(to=_page(item.text), location=item.location))
        elif isinstance(item, Mapping):
            inner = Fields(item, fields.problems, inside="theme.menu.")
            to = inner.scalar("to")
            label, labels = inner.line("label"), inner.by_language("labels")
            inner.close()
            if to is None:
                inner.missing("to", "name a page, such as people or topics/samizdat")
            else:
                entry = MenuEntry(
                    to=_page(to.text), label=label, labels=labels, location=to.location
                )
                found.append(entry)
        else:
            fields.wrong("menu", wanted, item)
    return tuple(found)


def _page(text: str) -> str:
    """Return a page's address from the site's root without .html, however it was written."""
    return text.strip().removeprefix("/").removesuffix(".html")


def read_support(fields: Fields, languages: tuple[str, ...]) -> Support | None:
    """Return the box that asks readers for support; None, as by default, where there is none.

    `languages` are the archive's.
    """
    inner = fields.inner("support", "keys such as {text: ..., link: https://..., link_text: ...}")
    if inner is None:
        return None
    text = inner.required_line("text", "say what you ask for, and of whom")
    link = inner.url("link")
    link_text = inner.line("link_text")
    if link is not None and link_text is None:
        inner.missing("link_text", "say where the link leads")
    found = Support(
        text=text or "",
        texts=inner.by_language("texts"),
        link=link,
        link_text=link_text or "",
        link_texts=inner.by_language("link_texts"),
        languages=_shown_in(inner, languages),
        can_be_put_off=inner.choice("remind", ("true", "false"), "true") == "true",
    )
    inner.close()
    return None if text is None else found


def _shown_in(fields: Fields, languages: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for item in fields.items("languages", "a list of language tags"):
        if not isinstance(item, Scalar):
            fields.wrong("languages", "a list of language tags", item)
            continue
        tag = fields.read_language(item)
        if tag in languages:
            found.append(tag)
        elif tag is not None:
            message = f'"{tag}" is not one of the archive\'s languages'
            hint = "they are " + ", ".join(languages)
            fields.report("undeclared-language", message, item.location, hint)
    return tuple(found)
