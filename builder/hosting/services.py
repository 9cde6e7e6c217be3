"""Files that services which host static sites look for at the top of a site."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from builder.hosting.policy import IMMUTABLE, TYPES

if TYPE_CHECKING:
    from collections.abc import Collection

    from builder.hosting.policy import HostPolicy


def headers_file(policy: HostPolicy) -> str:
    """Return `_headers`, as Netlify and Cloudflare Pages read it.

    Where several rules fit one address both join what they say, so no two say the same; and what
    has no rule of its own is asked for anew by default, on both.
    """
    lines = [f"{policy.prefix}*", *(f"  {name}: {value}" for name, value in policy.headers)]
    for folder in policy.hashed:
        glob = f"{policy.prefix}{folder.replace('*', ':part')}*"
        lines += ["", glob, f"  Cache-Control: {IMMUTABLE}"]
    for name, kind in TYPES.items():
        lines += ["", f"{policy.prefix}{name}", f"  Content-Type: {kind}"]
    return "\n".join(lines) + "\n"


def redirects_file(policy: HostPolicy, hosts: Collection[str]) -> str:
    """Return `_redirects`, as Netlify, Cloudflare Pages, GitLab Pages and Codeberg read it.

    Only Netlify prefers a page that stands at the old address, and only it knows the mark that
    says otherwise; where another host reads the file too, the page redirects in its stead.
    """
    reads = {"netlify", "cloudflare", "gitlab", "codeberg"}.intersection(hosts)
    status = "301!" if reads == {"netlify"} else "301"
    lines = [
        f"{quote(policy.prefix + old, safe='/~')} {quote(policy.prefix + new, safe='/~')} {status}"
        for old, new in policy.redirects
    ]
    return "".join(f"{line}\n" for line in lines)
