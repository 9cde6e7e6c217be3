"""What is wrong with the output as a whole: addresses that are gone, hosts that will not take it.

A build tells it of what it wrote; `check` of what the next build is going to write, where the sizes
of pages are those of the last one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder.basics.problems import Location, Problem, problem
from builder.disk.write import MANIFEST, last_written, lost_pages, read_manifest
from builder.model.pictures import copy_url
from builder.model.source import SETTINGS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from builder.request import BuildRequest
    from builder.whole.prepare import Plan


def gone(lost: Iterable[str], request: BuildRequest) -> Iterator[Problem]:
    """Yield a warning for each address that the last build had: links out there lead to it."""
    if request.with_drafts:
        return
    for url in lost:
        message = f"the last build had a page at /{url}, and this one has none"
        hint = f"if it moved, add `aliases: [/{url}]` to the article that took its place"
        yield problem("address-gone", message, Location(f"{request.out.name}/{url}"), hint)


def redirect_pages(prepared: Plan) -> int:
    """Return how many pages only lead on to another one."""
    return sum(page.template == "redirect.html" for page in prepared.pages)


def too_much(hosts: Sequence[str], sizes: Mapping[str, int], old: int) -> Iterator[Problem]:
    """Yield a warning for all that the archive's hosts would not take.

    `sizes` are in bytes by path; `old` addresses lead on to others.
    """
    if not hosts:
        return
    from builder.hosting import exceeded  # noqa: PLC0415 - few archives name any

    for host in hosts:
        for message in exceeded(host, sizes, old):
            hint = "choose another host, or read in docs/publishing.md what can be left out"
            yield problem("host-limit", message, Location(SETTINGS_FILE), hint)


def output_to_come(prepared: Plan, request: BuildRequest, state: Path) -> tuple[Problem, ...]:
    """Return what the next build is going to tell of its output, as far as it can be known."""
    sizes = {page.url: 0 for page in prepared.pages}
    sizes |= {asset.path: len(asset.content) for asset in prepared.assets}
    for url in prepared.media:
        sizes[url] = (request.root / "content" / url).stat().st_size
        found = prepared.pictures.sizes.get(url)
        sizes |= {copy_url(url, width): 0 for width in (() if found is None else found.copies)}
    problems = list(gone(lost_pages(last_written(state, request.out), sizes), request))
    if prepared.settings.hosting.hosts:
        from builder.search import BUNDLE  # noqa: PLC0415 - few archives name any hosts

        last = read_manifest(request.out)
        for path, (size, _) in last.items():
            if path in sizes or (request.with_search and path.startswith(f"{BUNDLE}/")):
                sizes[path] = size
        sizes[MANIFEST] = _size_of(request.out / MANIFEST)
        problems += too_much(prepared.settings.hosting.hosts, sizes, redirect_pages(prepared))
    return tuple(problems)


def _size_of(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
