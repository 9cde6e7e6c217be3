"""The commonest edit, made without the archive: the text of an article changed, and nothing else.

Other pages show an article's head and the beginning of its text. Where these are as they were, and
so is where its links lead, only its own page can change; what that page shows besides the text is
remembered. Anything more, and anything doubtful, is left to a whole build.
"""

from __future__ import annotations

import hashlib
import shutil
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from builder.basics.digests import sha256_hex
from builder.basics.halves import cut, front_digest
from builder.disk.memory import FreshSource, Memory, MemoryDamagedError, StoredFile
from builder.disk.packing import UnreadableError, pack_body, with_other_text
from builder.disk.scan import decode, read_bytes
from builder.disk.state import COMPILED
from builder.disk.write import (
    MANIFEST,
    WriteReport,
    Written,
    change_manifest,
    check_free,
    fresh_folder,
    look_again,
    place_beside,
    staging_folder,
)
from builder.model.page import PlannedPage
from builder.model.words import Words
from builder.pages.links import put_in
from builder.pages.stored import unpack_view
from builder.prose import convert
from builder.rendering import Renderer, make_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from builder.model.content import Body
    from builder.model.source import SourceFile
    from builder.request import BuildRequest, Seen, Stages


class _Text(NamedTuple):
    """An article with its new text."""

    file: SourceFile
    mark: bytes
    digest: bytes
    record: bytes
    body: Body


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
        texts: list[_Text] = []
        for place in changed:
            text = _read(request.root, seen.listing.file(place), seen.listing.mark(place), memory)
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
    with stages.stage("write"):
        return _write(request, texts, [page for page in pages if page is not None], memory)


def _read(root: Path, file: SourceFile, mark: bytes, memory: Memory) -> _Text | None:
    """Return an article's new text, or None where more than the text is another one."""
    stored = memory.source(file.path)
    data = read_bytes(root, file)
    if stored is None or data.value is None:
        return None
    digest = hashlib.sha256(data.value).digest()
    source = decode(data.value, file.path)
    halves = None if source.value is None else cut(source.value.text)
    if source.value is None or halves is None:
        return None
    prose = halves[1]
    body = convert(prose.text, path=file.path, first_line=prose.first_line)
    if body.value is None or body.problems or body.value.is_empty:
        return None
    front = front_digest(halves)
    try:
        record = with_other_text(stored.record, digest, front, body.value.facts)
    except UnreadableError as error:
        raise MemoryDamagedError from error
    return None if record is None else _Text(file, mark, digest, record, body.value)


def _render(
    text: _Text, renderer: Callable[[Mapping[str, Words]], Renderer], memory: Memory
) -> tuple[str, bytes] | None:
    """Return the address and the bytes of an article's page; None where it has none now."""
    stored = memory.view(text.file.path)
    site = None if stored is None else memory.get(f"site {stored.site.hex()}")
    if stored is None or site is None:
        return None
    try:
        view, links = unpack_view(stored.view, site)
    except ValueError as error:
        raise MemoryDamagedError from error
    lang = view.frame.lang
    entries: dict[str, Any] = msgspec.msgpack.decode(memory.get(f"words {lang}") or b"\x80")
    body = put_in(text.body, view.frame.root, links)
    shown = msgspec.structs.replace(view, body=body)
    page = PlannedPage(stored.url, "article.html", lang, lambda: shown)
    output = renderer({lang: Words(lang, entries)}).render(page)
    return output.path, output.content


def _write(
    request: BuildRequest,
    texts: Sequence[_Text],
    pages: Sequence[tuple[str, bytes]],
    memory: Memory,
) -> WriteReport | None:
    """Put the pages in place, change their lines of the manifest, and remember both."""
    out = request.out
    before = {url: memory.file(url) for url in (*(url for url, _ in pages), MANIFEST)}
    fresh = {url: (sha256_hex(content), content) for url, content in pages}
    fresh = {
        url: made
        for url, made in fresh.items()
        if (stored := before[url]) is None or stored.sha256 != made[0]
    }
    written: dict[str, Written] = {}
    if fresh:
        changes: list[tuple[str, StoredFile, str, int]] = []
        for url, (sha256, content) in fresh.items():
            last = before[url]
            if last is None:
                return None
            changes.append((url, last, sha256, len(content)))
        manifest = change_manifest(out, changes)
        if manifest is None or before[MANIFEST] is None:
            return None
        check_free([*fresh, MANIFEST], out)
        memory.put("open", b"moving")
        memory.commit()
        folder = fresh_folder(staging_folder(memory.path.parent, out))
        try:
            for url, (sha256, content) in fresh.items():
                written[url] = place_beside(folder, out, url, content, sha256)
            sha256 = sha256_hex(manifest)
            written[MANIFEST] = place_beside(folder, out, MANIFEST, manifest, sha256)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    # Its key is not known without the archive: the next whole build makes the page once more.
    memory.put_files(
        (url, StoredFile(file.sha256, file.size_bytes, file.mtime_ns, b""))
        for url, file in written.items()
    )
    memory.put_sources(
        FreshSource.of(text.file.path, text.mark, text.digest, text.record, pack_body(text.body))
        for text in texts
    )
    if written:
        memory.put("folders", look_again(memory.get("folders") or b"", out))
    memory.put("open", b"")
    return WriteReport(
        files=0,  # as many as there were
        size_bytes=sum(file.size_bytes for file in written.values())
        - sum(last.size_bytes for url in written if (last := before[url]) is not None),
        written=tuple(sorted(written)),
        removed=(),
        gone=(),
    )
