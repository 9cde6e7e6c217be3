"""The commonest edit, made without the archive: the text of an article changed, and nothing else.

Other pages show an article's head and the beginning of its text. Where these are as they were, and
so is where its links lead, only its own page can change, and the part of the search index that
holds it; what that page shows besides the text is remembered. Anything more, and anything doubtful,
is left to a whole build.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from builder.basics.digests import sha256_hex
from builder.disk.memory import FreshSource, Memory, MemoryDamagedError, StoredFile
from builder.disk.packing import UnreadableError, pack_body, unpack_body, unpack_record
from builder.disk.state import COMPILED
from builder.disk.write import (
    MANIFEST,
    WriteReport,
    Written,
    exchange,
    look_again,
)
from builder.model.content import ArticleHead
from builder.model.page import PlannedPage
from builder.model.words import Words
from builder.other_text import OtherText, read_other_text
from builder.pages.cite import cite
from builder.pages.links import put_in
from builder.pages.stored import Sought, unpack_view
from builder.rendering import Renderer, make_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from builder.indexing import Reindexed
    from builder.request import BuildRequest, Seen, Stages


def correct(
    request: BuildRequest,
    seen: Seen,
    changed: Sequence[int],
    memory: Memory,
    stages: Stages,
) -> WriteReport | None:
    """Bring the output up to date where only texts of articles changed; None where more did.

    `changed` are places in the listing. The caller knows that all else is as the last build left
    it, settings, theme and output among it.

    Raises:
        BuilderError: a template fails; the last good site stays.
        MemoryDamagedError: the memory cannot be trusted.
    """
    with stages.stage("read"):
        texts: list[OtherText] = []
        for place in changed:
            file, mark = seen.listing.file(place), seen.listing.mark(place)
            text = read_other_text(request.root, file, mark, memory)
            if text is None:
                return None
            texts.append(text)
    with stages.stage("render"):
        overrides = seen.folders[0] if len(seen.folders) > 1 else None
        compiled = memory.path.parent / COMPILED
        renderer = partial(Renderer, make_environment(seen.folders[-1], overrides, compiled))
        pages = [_render(text, renderer, memory) for text in texts]
    if None in pages:
        return None
    made = {page[0]: page[1] for page in pages if page is not None}
    stored = {url: memory.file(url) for url in made}
    fresh: dict[str, bytes] = {}
    for url, content in made.items():
        last = stored[url]
        if last is None:
            return None
        if last.sha256 != sha256_hex(content):
            fresh[url] = content
    index: Reindexed | None = None
    if request.with_search and fresh:
        with stages.stage("index"):
            from builder.indexing import reindex  # noqa: PLC0415 - not needed with --no-search

            index = reindex(
                memory, request.out, fresh, jobs=request.jobs, memory_bytes=request.search_memory
            )
        if index is None:
            return None
    with stages.stage("write"):
        return _write(request, texts, fresh, index, memory)


def _render(
    text: OtherText, renderer: Callable[[Mapping[str, Words]], Renderer], memory: Memory
) -> tuple[str, bytes] | None:
    """Return the address and the bytes of an article's page; None where it has none now."""
    stored = memory.view(text.file.path)
    site = None if stored is None else memory.get(f"site {stored.site.hex()}")
    if stored is None or site is None:
        return None
    try:
        view, links, sought = unpack_view(stored.view, site)
    except ValueError as error:
        raise MemoryDamagedError from error
    if not _names_as_before(text, sought, memory):
        return None
    lang = view.frame.lang
    entries: dict[str, Any] = msgspec.msgpack.decode(memory.get(f"words {lang}") or b"\x80")
    words = Words(lang, entries)
    head = unpack_record(text.record).head
    if not isinstance(head, ArticleHead):
        return None
    shown = msgspec.structs.replace(
        view,
        body=put_in(text.body, view.frame.root, links),
        citation=cite(
            head,
            text.digest,
            url=stored.url,
            words=words,
            date_text=view.date_text,
            archive=view.frame.site_title,
            address=view.frame.canonical,
        ),
    )
    page = PlannedPage(stored.url, "article.html", lang, lambda: shown)
    output = renderer({lang: words}).render(page)
    return output.path, output.content


def _names_as_before(text: OtherText, sought: Sought, memory: Memory) -> bool:
    """Whether its people's pages, which show the sentences that name them, stay as they are."""
    if not any(sought):
        return True
    from builder.pages.terms.passages import passages  # noqa: PLC0415 - where anybody is named

    path = text.file.path
    packed = None if text.before is None else memory.bodies({path: text.before}).get(path)
    try:
        before = None if packed is None else unpack_body(packed)
    except UnreadableError as error:
        raise MemoryDamagedError from error
    return all(passages(before, names) == passages(text.body, names) for names in sought)


def _write(
    request: BuildRequest,
    texts: Sequence[OtherText],
    pages: Mapping[str, bytes],
    index: Reindexed | None,
    memory: Memory,
) -> WriteReport | None:
    """Put pages and index in place, change their lines of the manifest, and remember all of it."""
    # What has no digest in its name comes last: it names the others.
    files = sorted(index.files.items(), key=lambda file: _is_entry(file[0])) if index else []
    fresh = {path: (sha256_hex(data), data) for path, data in (*files, *pages.items())}
    gone = index.removed if index else ()
    before = {path: memory.file(path) for path in (*fresh, *gone, MANIFEST)}
    written: dict[str, Written] = {}
    if fresh or gone:

        def begin() -> None:
            memory.put("open", b"moving")
            memory.commit()

        exchanged = exchange(fresh, gone, before, request.out, memory.path.parent, begin)
        if exchanged is None:
            return None
        written = exchanged
    # A page's key is not known without the archive: the next whole build makes the page once more.
    memory.put_files(
        (url, StoredFile(file.sha256, file.size_bytes, file.mtime_ns, b""))
        for url, file in written.items()
    )
    memory.drop_files(gone)
    memory.put_sources(
        FreshSource.of(text.file.path, text.mark, text.digest, text.record, pack_body(text.body))
        for text in texts
    )
    if index is not None:
        index.keep(memory)
    if written:
        memory.put("folders", look_again(memory.get("folders") or b"", request.out))
    memory.put("open", b"")
    known = [last for path in (*written, *gone) if (last := before[path]) is not None]
    return WriteReport(
        files=len(written) - len(known),
        size_bytes=sum(file.size_bytes for file in written.values())
        - sum(last.size_bytes for last in known),
        written=tuple(sorted(written)),
        removed=tuple(gone),
        gone=(),
    )


def _is_entry(path: str) -> bool:
    return path.rpartition("/")[2].startswith(("catalogue.", "pagefind-entry."))
