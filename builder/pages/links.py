"""Links inside the archive: what an href in a text means."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import quote, unquote

from markupsafe import Markup

from builder.basics.problems import Location, Problem, problem
from builder.model.pictures import IMAGE_TYPES, SizedUrl
from builder.pages.filling import put_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

    from builder.model.content import Body, Image
    from builder.model.pictures import Sizes

MEDIA_FOLDER: Final = "content/media/"
MEDIA_TYPES: Final = frozenset(
    {".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp", ".pdf", ".csv", ".txt", ".mp3", ".ogg"}
    | {".mp4", ".webm"}
)
"""What may be published from content/media/. SVG and HTML can carry scripts, so they may not."""
PARAGRAPH: Final = re.compile("p[1-9][0-9]*")
"""Ids of paragraphs, as `prose` gives them."""


def published_url(src: str, from_path: str) -> str:
    """Return the address of a media file that is known to be good."""
    return file_of(src, from_path)[0].removeprefix("content/")


def file_of(href: str, from_path: str) -> tuple[str, str]:
    """Return the two files an href may name: seen from content/, and from the writer's folder.

    Both are paths from the archive's root, `..` resolved; one that leaves it starts with "..".
    """
    path = unquote(href)
    from_top = posixpath.normpath(posixpath.join("content", path))
    from_here = posixpath.normpath(posixpath.join(posixpath.dirname(from_path), path))
    if path.startswith("media/"):
        return from_top, from_here
    return from_here, from_top


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Everything that a link may lead to."""

    files: Mapping[str, str]
    """Content file to the address of its page."""
    hidden: frozenset[str]
    """Content files that exist and must not be linked to."""
    broken: frozenset[str]
    """Content files that exist and could not be read; a link to one is not reported again."""
    urls: AbstractSet[str]
    """Every page of the site."""
    anchors: Mapping[str, frozenset[str]]
    """Ids in the bodies, by content file."""
    media: frozenset[str]
    """Every file in content/media/, as `content/media/...`."""
    sizes: Mapping[str, Sizes]
    """Of pictures, by address. Known when all pages are planned; till then it is empty."""

    def sized(self, url: str | None, *, is_image: bool) -> str | SizedUrl | None:
        """Return an address that a text names, with the size where it is a picture's."""
        sizes = self.sizes.get(url) if is_image and url is not None else None
        return url if sizes is None or url is None else SizedUrl(url, sizes)


# What is `str` already, without the questions that `Markup` asks of whatever it is made from.
_markup: Final[Callable[[str], Markup]] = partial(str.__new__, Markup)


def fill(
    body: Body | None, path: str, root: str, targets: Targets, used_media: set[str]
) -> tuple[Markup, list[Problem]]:
    """Return a body with its open slots filled for a page whose way up is `root`.

    A link that must not be made (its target is hidden or missing) stays as plain text.
    """
    if body is None:
        return Markup(), []
    if not body.links:
        return _markup("".join(cast("tuple[str, ...]", body.parts))), []
    problems: list[Problem] = []
    urls: list[str | SizedUrl | None] = []
    for link in body.links:
        url, found = resolve(link.href, link.location, path, targets, is_image=link.is_image)
        urls.append(targets.sized(url, is_image=link.is_image))
        problems.extend(found)
        if url is not None and url.startswith("media/"):
            used_media.add(url)
    return _markup(put_in(body, root, urls)), problems


def resolve(
    href: str, place: Location, from_path: str, targets: Targets, *, is_image: bool
) -> tuple[str | None, list[Problem]]:
    """Return the address that an href leads to, from the site's root, and what is wrong with it."""
    name, _, fragment = href.partition("#")
    name = name.partition("?")[0]
    fragment = unquote(fragment)
    if not name:
        return _with_anchor("", fragment, from_path, href, place, targets)
    if name.startswith("/"):
        url = unquote(name[1:]) or "index.html"
        if url.endswith("/"):
            url += "index.html"
        if url in targets.urls:
            return url, []
        return None, [_dead(href, place)]
    for file in dict.fromkeys(file_of(name, from_path)):
        if file.startswith(MEDIA_FOLDER):
            if file in targets.media:
                return _media(file, href, place, is_image=is_image)
        elif file in targets.files and not is_image:
            return _with_anchor(targets.files[file], fragment, file, href, place, targets)
        elif file in targets.hidden:
            message = f'"{href}" leads to an article that is not published; the link is left out'
            return None, [problem("link-to-hidden", message, place)]
        elif file in targets.broken:
            return None, []
    if is_image or "media/" in name:
        message = f'there is no file "{href}"'
        hint = "put it into content/media/ and write media/its-name"
        return None, [problem("missing-media", message, place, hint)]
    return None, [_dead(href, place)]


def _dead(href: str, place: Location) -> Problem:
    hint = "write the way to the other .md file, or an address of this site starting with /"
    return problem("dead-link", f'"{href}" leads to nothing in this archive', place, hint)


def _with_anchor(
    url: str, fragment: str, file: str, href: str, place: Location, targets: Targets
) -> tuple[str | None, list[Problem]]:
    if not fragment:
        return (url, []) if url else ("#", [])
    known = targets.anchors.get(file, frozenset())
    # How many paragraphs a text has is its own affair: else a new one would concern other pages.
    if fragment in known or PARAGRAPH.fullmatch(fragment) is not None:
        return f"{url}#{fragment}", []
    message = f'"{href}" leads to a heading "{fragment}" that is not there'
    hint = "its headings are " + ", ".join(sorted(known)[:8]) if known else None
    return url or None, [problem("dead-anchor", message, place, hint)]


def _media(
    file: str, href: str, place: Location, *, is_image: bool
) -> tuple[str | None, list[Problem]]:
    suffix = posixpath.splitext(file)[1].lower()
    allowed = IMAGE_TYPES if is_image else MEDIA_TYPES
    if suffix in allowed:
        return file.removeprefix("content/"), []
    message = f'files of the kind "{suffix or file}" are not published'
    hint = "use " + ", ".join(sorted(kind[1:] for kind in allowed))
    return None, [problem("bad-media-type", message, place, hint)]


def check_image(
    image: Image | None, from_path: str, targets: Targets
) -> tuple[str | None, list[Problem]]:
    """Return the address of a picture named in front matter, and what is wrong with it."""
    if image is None:
        return None, []
    if "://" in image.src or image.src.startswith("//"):
        hint = "put a copy into content/media/ and name that"
        message = "the image would be fetched from another host"
        return None, [problem("remote-image", message, image.location, hint)]
    return resolve(quote(image.src), image.location, from_path, targets, is_image=True)
