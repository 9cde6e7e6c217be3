"""The commonest edit, made without the archive: the text of an article changed, and nothing else.

Other pages show an article's head and the beginning of its text. Where these are as they were, and
so is where its links lead, only its own page can change, and the part of the search index that
holds it. Where the theme shows texts as they are, the page is as it was but for the text and what
names the text's version: these take the places of the old ones, and nothing is rendered. Anything
more, and anything doubtful, is left to a whole build.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import builder.model.lean  # noqa: F401 - before all that loads msgspec
from builder.basics.digests import sha256_hex, version_of
from builder.basics.urls import way_up
from builder.disk.exchange import exchange
from builder.disk.memory import FreshSource, Memory, MemoryDamagedError, StoredFile
from builder.disk.packing import pack_body, unpack_body
from builder.disk.write import MANIFEST, WriteReport, Written, look_again
from builder.other_text import OtherText, read_other_text
from builder.pages.filling import put_in
from builder.pages.stored import Sought, unpack_known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from builder.indexing import Reindexed
    from builder.model.content import Body
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
    fresh: dict[str, bytes] = {}
    with stages.stage("render"):
        for text in texts:
            page = _with_text(text, request.out, memory)
            if page is None:
                return None
            url, was, now = page
            if was != now:
                fresh[url] = now
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


def _with_text(text: OtherText, out: Path, memory: Memory) -> tuple[str, bytes, bytes] | None:
    """Return where an article's page is, what stands there, and the same with the new text.

    None where it has no page, where that was altered, or where the old text is not in it once.
    """
    page = memory.page(text.file.path)
    stored = None if page is None else memory.file(page.url)
    if page is None or stored is None:
        return None
    try:
        content = (out / page.url).read_bytes()
    except OSError:
        return None
    if sha256_hex(content) != stored.sha256:
        return None
    try:
        links, sought = unpack_known(page.known)
        packed = None if text.before.body is None else memory.body(text.before.body)
        body = None if packed is None else unpack_body(packed)
    except ValueError as error:
        raise MemoryDamagedError from error
    if body is None or not _names_as_before(body, text.body, sought):
        return None
    root = way_up(page.url)
    old, new = put_in(body, root, links).encode(), put_in(text.body, root, links).encode()
    start = content.find(old)
    # Looked for from both ends, so that a second one is found even where they overlap.
    if not old or start < 0 or content.rfind(old) != start:
        return None
    versions = version_of(text.before.digest).encode(), version_of(text.digest).encode()
    head, foot = content[:start], content[start + len(old) :]
    return page.url, content, head.replace(*versions) + new + foot.replace(*versions)


def _names_as_before(before: Body, now: Body, sought: Sought) -> bool:
    """Whether its people's pages, which show the sentences that name them, stay as they are."""
    if not any(sought):
        return True
    from builder.pages.terms.passages import passages  # noqa: PLC0415 - where anybody is named

    return all(passages(before, names) == passages(now, names) for names in sought)


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
        memory.put("folders", _folders_now(memory, request.out, (*written, *gone)))
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


def _folders_now(memory: Memory, out: Path, touched: Iterable[str]) -> bytes:
    """Return when each folder of the output last gained or lost a file, now that these did."""
    folders = {""}
    for path in touched:
        while path := path.rpartition("/")[0]:  # one that came or went changed the one above
            folders.add(path)
    return look_again(memory.get("folders") or b"", out, folders)


def _is_entry(path: str) -> bool:
    return path.rpartition("/")[2].startswith(("catalogue.", "pagefind-entry."))
