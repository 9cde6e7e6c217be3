"""A body with its links filled in: the last step to the HTML of a page.

Loads next to nothing: a corrected text takes it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from builder.model.content import LinkSlot
from builder.model.pictures import SizedUrl, shown_sizes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from builder.model.content import Body

SIZES: Final = "(min-width: 48rem) 38rem, 100vw"
"""How wide a picture in a text is shown, for a browser that has to choose a copy of it."""


def put_in(body: Body, root: str, urls: Sequence[str | SizedUrl | None]) -> str:
    """Return a body with an address in each of its slots, from the site's root; None: no link."""
    if not body.links:
        return "".join(cast("tuple[str, ...]", body.parts))  # a slot is for a link
    from urllib.parse import quote  # noqa: PLC0415 - most texts lead nowhere

    html: list[str] = []
    drop_quote = False
    for place, part in enumerate(body.parts):
        if isinstance(part, LinkSlot):
            url = urls[part.index]
            if url is None:
                # The slot stands in href="..." or src="...": the whole attribute goes.
                before = html[-1]
                html[-1] = before[: before.rindex(" ")]
                drop_quote = True
            elif isinstance(url, SizedUrl):
                following = body.parts[place + 1 : place + 2]
                html.append(_with_sizes(url, root, str(*following)))
            else:
                html.append(url if url.startswith("#") else root + quote(url, safe="/#.-_~"))
        else:
            html.append(part[1:] if drop_quote else part)
            drop_quote = False
    return "".join(html)


def _with_sizes(picture: SizedUrl, root: str, following: str) -> str:
    """Return a picture's address, and behind it what its <img> says more, but the last quote.

    `following` is the rest of the element and more. A size that the writer gave stays.
    """
    sizes = picture.sizes
    shown = shown_sizes(sizes, picture.url)
    out = root + _attribute(shown[-1][0])
    tag = following[: following.find(">")]
    if ' width="' not in tag and ' height="' not in tag:
        out += f'" width="{sizes.width}" height="{sizes.height}'
    if len(shown) > 1:
        chosen = ", ".join(f"{root}{_attribute(url)} {width}w" for url, width in shown)
        out += f'" srcset="{chosen}" sizes="{SIZES}'
    return out


def _attribute(url: str) -> str:
    # A comma parts the addresses of a srcset.
    from urllib.parse import quote  # noqa: PLC0415

    return quote(url, safe="/.-_~")
