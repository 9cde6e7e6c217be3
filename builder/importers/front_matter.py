"""An imported article or notice -> the text of its file, as an editor would like to find it.

A small emitter for this one shape: keys in a fixed order, a list on one line where it fits, quotes
only where a reader of YAML (1.1 or 1.2) would see something else than the text. Imports basics
alone; called by write_content.py.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from builder.basics.digests import sha256_hex
from builder.basics.yaml_text import scalar

if TYPE_CHECKING:
    from builder.importers.record import FreeValue, ImportedArticle, ImportedNotice

_LIST_WIDTH: Final = 100

_MARK: Final = re.compile(r"^  import: \{from: .*\}\n", re.MULTILINE)


def _list(key: str, items: tuple[str, ...], indent: str = "") -> str:
    """Return a list field, on one line where it fits; "" where there is nothing."""
    if not items:
        return ""
    flow = f"{indent}{key}: [{', '.join(scalar(item, in_flow=True) for item in items)}]"
    if len(flow) <= _LIST_WIDTH:
        return flow + "\n"
    lines = "".join(f"{indent}  - {scalar(item)}\n" for item in items)
    return f"{indent}{key}:\n{lines}"


def _line(key: str, value: str | None, indent: str = "") -> str:
    return "" if value is None else f"{indent}{key}: {scalar(value)}\n"


def _free(key: str, value: FreeValue) -> str:
    key = scalar(key)
    if isinstance(value, str):
        return _line(key, value, "  ")
    if isinstance(value, tuple):
        return _list(key, value, "  ")
    return f"  {key}: {json.dumps(value)}\n"


def article_file(article: ImportedArticle, collection: str, notices: tuple[str, ...]) -> str:
    """Return the whole file of an article; `notices` are their slugs.

    Its last key is the mark `extra.import`: the collection and the record it came from, and the
    digest of all the rest of the file. By it the next import knows its own file, wherever it has
    been moved to, and knows whether an editor has changed it.
    """
    source = "".join(
        (
            _line("outlet", article.outlet, "  "),
            "".join(
                ("  urls:\n", *(f"    - {scalar(url)}\n" for url in article.urls))
                if article.urls
                else ()
            ),
            f"  captured: {article.captured}\n" if article.captured else "",
            _line("sha256", article.sha256, "  "),
        )
    )
    above = "".join(
        (
            "---\n",
            _line("title", article.title),
            # Not quoted: a date is no text, and ours are read as written (DESIGN.md, section 2).
            f"date: {article.date_text}\n",
            _line("lang", article.lang),
            _list("authors", article.authors),
            _list("people", article.people),
            _list("mentions", article.mentions),
            *(_list(kind, names) for kind, names in article.terms.items()),
            _line("summary", article.summary),
            _line("dateline", article.dateline),
            f"source:\n{source}" if source else "",
            _list("notices", notices),
            _line("license", article.license),
            "extra:\n",
            *(_free(key, value) for key, value in article.extra.items()),
        )
    )
    below = f"---\n\n{article.body}" if article.body else "---\n"
    digest = _digest(above + below)
    collection, key = scalar(collection, in_flow=True), scalar(article.key, in_flow=True)
    mark = f"  import: {{from: {collection}, id: {key}, digest: {scalar(digest)}}}\n"
    return above + mark + below


def digest_without_mark(text: str) -> str:
    """Return the digest that the mark in a file of ours bears, if nobody has edited the file.

    Line ends do not count: git may have changed them.
    """
    return _digest(_MARK.sub("", text.replace("\r\n", "\n"), count=1))


def _digest(text: str) -> str:
    # Sixteen digits tell an edit from none; nobody gains by forging them.
    return sha256_hex(text.encode())[:16]


def notice_file(notice: ImportedNotice) -> str:
    """Return the whole file of a notice."""
    return "".join(
        (
            "---\n",
            f"kind: {notice.kind}\n",
            _line("outlet", notice.outlet),
            _line("lang", notice.lang),
            f"---\n\n{notice.body}",
        )
    )
