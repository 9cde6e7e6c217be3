"""What usual static hosts take, as their own documentation says, and whether a site fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MB: Final = 10**6
_MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most that a host takes; None where it names no number."""

    name: str
    files: int | None = None
    file_bytes: int | None = None
    site_bytes: int | None = None
    redirects: int | None = None
    redirects_bytes: int | None = None


LIMITS: Final[Mapping[str, Limit]] = {
    "github": Limit(name="GitHub Pages", site_bytes=1000 * _MB),
    "gitlab": Limit(
        name="GitLab Pages",
        files=200_000,
        site_bytes=1000 * _MB,
        redirects=1000,
        redirects_bytes=64 * 1024,
    ),
    "cloudflare": Limit(
        name="Cloudflare Pages (free)",
        files=20_000,
        file_bytes=25 * _MIB,
        redirects=2000,
        redirects_bytes=100 * 1000,
    ),
    "codeberg": Limit(name="Codeberg Pages", site_bytes=750 * _MIB),
}
"""As of November 2026, for those that name numbers: GitHub's "GitHub Pages limits", GitLab's
"GitLab.com settings" and "GitLab Pages redirects", Cloudflare's "Pages limits" and "Redirects",
Codeberg's quota for a repository."""


def exceeded(host: str, sizes: Mapping[str, int], redirects: int) -> Iterator[str]:
    """Yield what a host would not take, a sentence each; `sizes` in bytes by path in the site."""
    limit = LIMITS.get(host)
    if limit is None:
        return
    total = sum(sizes.values())
    if limit.files is not None and len(sizes) > limit.files:
        yield f"{limit.name} takes {limit.files:,} files, and the site has {len(sizes):,}"
    if limit.site_bytes is not None and total > limit.site_bytes:
        most, size = limit.site_bytes // _MB, total // _MB
        yield f"{limit.name} takes {most:,} MB, and the site has {size:,}"
    if limit.file_bytes is not None:
        large = max(sizes, key=lambda path: (sizes[path], path), default="")
        if large and sizes[large] > limit.file_bytes:
            most = limit.file_bytes // _MB
            yield f"{limit.name} takes files of {most} MB, and {large} is larger"
    if limit.redirects is not None and redirects > limit.redirects:
        yield f"{limit.name} takes {limit.redirects:,} redirects, and the site has {redirects:,}"
    lines = sizes.get("_redirects", 0)
    if limit.redirects_bytes is not None and lines > limit.redirects_bytes:
        yield (
            f"{limit.name} reads {limit.redirects_bytes // 1000} kB of _redirects, and it has "
            f"{lines // 1000}"
        )
