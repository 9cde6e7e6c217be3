"""The files that an archive's hosts ask for, by path from the site's root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder.hosting.servers import apache, caddy, nginx
from builder.hosting.services import headers_file, redirects_file
from builder.model.output import Output

if TYPE_CHECKING:
    from builder.hosting.policy import HostPolicy
    from builder.model.settings import Hosting


def host_files(hosting: Hosting, policy: HostPolicy) -> tuple[Output, ...]:
    """Return what is written for the hosts that the settings name, sorted by path."""
    hosts = frozenset(hosting.hosts)
    made: dict[str, str] = {}
    if hosts & {"netlify", "cloudflare"}:
        made["_headers"] = headers_file(policy)
    if hosts & {"netlify", "cloudflare", "gitlab", "codeberg"} and policy.redirects:
        made["_redirects"] = redirects_file(policy, hosts)
    if "github" in hosts:
        made[".nojekyll"] = ""
        if hosting.domain is not None:
            made["CNAME"] = f"{hosting.domain}\n"
    if "codeberg" in hosts and hosting.domain is not None:
        made[".domains"] = f"{hosting.domain}\n"
    if "nginx" in hosts:
        made["hosting/nginx.conf"] = nginx(policy)
    if "apache" in hosts:
        made[".htaccess"] = apache(policy)
    if "caddy" in hosts:
        made["hosting/Caddyfile"] = caddy(policy)
    if hosting.contact:
        made[".well-known/security.txt"] = _security(hosting)
    return tuple(Output(path, text.encode()) for path, text in sorted(made.items()))


def _security(hosting: Hosting) -> str:
    """Return security.txt (RFC 9116): whom to tell of a weakness, and until when that is true."""
    lines = [f"Contact: {address}" for address in hosting.contact]
    lines.append(f"Expires: {hosting.expires}")
    return "".join(f"{line}\n" for line in lines)
