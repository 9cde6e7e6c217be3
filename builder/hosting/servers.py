"""Settings of the web servers that people run themselves: nginx, Apache, Caddy.

Addresses are content and not to be trusted: one that holds anything but letters, digits and a few
harmless signs is left to its redirect page, and no line here is made of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from builder.hosting.policy import FRESH, IMMUTABLE, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from builder.hosting.policy import HostPolicy

_HARMLESS: Final = re.compile(r"[\w./~+@,=-]+")

_NGINX: Final = """\
# Include this in the server block whose root holds the site{place}:
#     include {include};
index index.html;
error_page 404 {prefix}404.html;
absolute_redirect off;
charset utf-8;

set $backfile_cache "{fresh}";
if ($uri ~ "^{pattern}") {{ set $backfile_cache "{immutable}"; }}
add_header Cache-Control $backfile_cache always;
"""

_APACHE: Final = """\
# Apache reads this where AllowOverride FileInfo Indexes is given for the folder of the site.
DirectoryIndex index.html
Options -Indexes
ErrorDocument 404 {prefix}404.html
AddDefaultCharset utf-8

<IfModule mod_headers.c>
{headers}
    SetEnvIf Request_URI "^{pattern}" BACKFILE_IMMUTABLE
    Header always set Cache-Control "{immutable}" env=BACKFILE_IMMUTABLE
    Header always set Cache-Control "{fresh}" env=!BACKFILE_IMMUTABLE
</IfModule>
{types}
"""

_CADDY: Final = """\
# Import this in the site's block, after the line `root * ` with the folder of the site{place}:
#     import {include}
header {{
{headers}
}}
@backfile_immutable path_regexp ^{pattern}
@backfile_fresh not path_regexp ^{pattern}
header @backfile_immutable Cache-Control "{immutable}"
header @backfile_fresh Cache-Control "{fresh}"
{types}
"""


def nginx(policy: HostPolicy) -> str:
    """Return what an nginx server includes."""
    text = _NGINX.format(
        place=_place(policy, "at"),
        include=f"FOLDER{policy.prefix}hosting/nginx.conf",
        prefix=policy.prefix,
        fresh=FRESH,
        immutable=IMMUTABLE,
        pattern=_pattern(policy),
    )
    lines = [f'add_header {name} "{value}" always;' for name, value in policy.headers]
    for name, kind in TYPES.items():
        lines.append(f'location ~ "/{re.escape(name)}$" {{ types {{ }} default_type "{kind}"; }}')
    lines.append("")
    lines += [f'location = "{old}" {{ return 301 "{new}"; }}' for old, new in _redirects(policy)]
    return text + "\n".join(lines) + "\n"


def apache(policy: HostPolicy) -> str:
    """Return an .htaccess file."""
    types = (f'<Files "{name}">\n    ForceType "{kind}"\n</Files>' for name, kind in TYPES.items())
    text = _APACHE.format(
        prefix=policy.prefix,
        headers="\n".join(
            f'    Header always set {name} "{value}"' for name, value in policy.headers
        ),
        pattern=_pattern(policy),
        fresh=FRESH,
        immutable=IMMUTABLE,
        types="\n".join(types),
    )
    lines = [f'RedirectMatch 301 "^{re.escape(old)}$" "{new}"' for old, new in _redirects(policy)]
    return text + "".join(f"{line}\n" for line in lines)


def caddy(policy: HostPolicy) -> str:
    """Return what a Caddyfile imports."""
    types = (
        f"@backfile_type_{number} path */{name}\n"
        f'header @backfile_type_{number} Content-Type "{kind}"'
        for number, (name, kind) in enumerate(TYPES.items(), start=1)
    )
    text = _CADDY.format(
        place=_place(policy, "below"),
        include=f"FOLDER{policy.prefix}hosting/Caddyfile",
        headers="\n".join(f'\t{name} "{value}"' for name, value in policy.headers),
        pattern=_pattern(policy),
        fresh=FRESH,
        immutable=IMMUTABLE,
        types="\n".join(types),
    )
    lines = [f'redir "{old}" "{new}" 301' for old, new in _redirects(policy)]
    lines.append("handle_errors {")
    lines.append(f"\trewrite * {policy.prefix}404.html")
    lines.append("\tfile_server\n}")
    lines.append("file_server")
    return text + "\n".join(lines) + "\n"


def _place(policy: HostPolicy, word: str) -> str:
    return "" if policy.prefix == "/" else f" {word} {policy.prefix}"


def _pattern(policy: HostPolicy) -> str:
    folders = (re.escape(folder).replace(r"\*", "[^/]+") for folder in policy.hashed)
    return f"{re.escape(policy.prefix)}(?:{'|'.join(folders)})"


def _redirects(policy: HostPolicy) -> Iterator[tuple[str, str]]:
    """Yield old paths as a server compares them (decoded), and where they lead (encoded)."""
    for old, new in policy.redirects:
        if _HARMLESS.fullmatch(old):
            yield policy.prefix + old, policy.prefix + quote(new, safe="/~")
