"""Writes `admin/`: the page, the configuration, and the program out of its package."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from builder.basics.problems import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Package(NamedTuple):
    """A package of the npm registry, pinned by the digest of its archive."""

    name: str
    version: str
    sha256: str
    files: Mapping[str, str]
    """Path in the package to path in admin/."""

    @property
    def file_name(self) -> str:
        """Return what the registry's own client calls the archive."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


PACKAGES: Final = (
    Package(
        "@sveltia/cms",
        "0.221.1",
        "cfc6193c6c17c3d1d97c85bc2d63ec3655ba2a844b37c6fe5759f1a80821bb02",
        {
            "package/dist/sveltia-cms.js": "sveltia-cms.js",
            "package/dist/chunks/react-dom.js": "chunks/react-dom.js",
            "package/LICENSE.txt": "sveltia-cms.LICENSE.txt",
        },
    ),
    Package(
        "@fontsource-variable/material-symbols-outlined",
        "5.3.8",
        "2c2afedc2b7e8b50a625fccc994c83b2cf05c8b23a943490e3d7d30422854705",
        {
            "package/files/material-symbols-outlined-latin-wght-normal.woff2": "symbols.woff2",
            "package/LICENSE": "symbols.LICENSE.txt",
        },
    ),
)

_FONT_THERE: Final = (
    b"https://cdn.jsdelivr.net/fontsource/fonts/"
    b"material-symbols-outlined:vf@5.3.7/latin-wght-normal.woff2"
)
"""Where the program looks for its icons: another host. Ours stand beside it."""
_FONT_HERE: Final = b"symbols.woff2"

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' blob: data:; font-src 'self'; media-src 'self' blob:; frame-src blob:; "
    "worker-src 'self' blob:; connect-src 'self' blob: data:{hosts}; base-uri 'none'; "
    "form-action 'none'"
)
"""Of the editor's page. The program styles itself in the page; and it asks other hosts for fonts,
updates and the health of a forge, which this keeps from it."""

_PAGE: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<link href="config.json" type="application/json" rel="cms-config-url">
</head>
<body>
<script src="sveltia-cms.js"></script>
</body>
</html>
"""


def write_admin(
    config: Mapping[str, Any], title: str, target: Path, cache: Path, given: Mapping[str, Path]
) -> int:
    """Write the folder and return how many files it has.

    `cache` keeps the packages; `given` are packages that somebody brought, by name of the file.

    Raises:
        UsageError: a package cannot be had, or is another one.
    """
    from html import escape  # noqa: PLC0415

    target.mkdir(parents=True, exist_ok=True)
    made = 2
    for package in PACKAGES:
        archive = given.get(package.file_name) or fetch(package, cache)
        if hashlib.sha256(archive.read_bytes()).hexdigest() != package.sha256:
            raise UsageError(f"{archive} is not {package.name} {package.version} as we know it")
        with tarfile.open(archive) as tar:
            for inside, name in package.files.items():
                held = tar.extractfile(inside)
                data = b"" if held is None else held.read()
                (target / name).parent.mkdir(exist_ok=True)
                (target / name).write_bytes(data.replace(_FONT_THERE, _FONT_HERE))
                made += 1
    hosts = _hosts(config["backend"])
    page = _PAGE.format(policy=escape(POLICY.format(hosts=hosts)), title=escape(title))
    (target / "index.html").write_text(page, encoding="utf-8")
    text = json.dumps(config, ensure_ascii=False, indent=1)
    (target / "config.json").write_text(text + "\n", encoding="utf-8")
    return made


def _hosts(backend: Mapping[str, str]) -> str:
    """Return the hosts that the editor may ask: the archive's forge, if it names one."""
    if backend["repo"] == "local/archive":
        return ""
    if "base_url" in backend:
        return f" {backend['base_url']}"
    known = {
        "github": " https://api.github.com https://github.com https://raw.githubusercontent.com",
        "gitlab": " https://gitlab.com",
    }
    return known.get(backend["name"], "")


def fetch(package: Package, cache: Path) -> Path:
    """Return the archive of a package, fetched unless it was before.

    Raises:
        UsageError: it cannot be had.
    """
    found = cache / package.file_name
    if found.is_file():
        return found
    npm = shutil.which("npm")
    by_hand = f"or bring {package.file_name} and name it with --package"
    if npm is None:
        raise UsageError(f"npm is needed to fetch {package.name}; install it, {by_hand}")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        done = subprocess.run(
            [npm, "pack", "--silent", "--ignore-scripts", f"{package.name}@{package.version}"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        fresh = Path(folder) / package.file_name
        if done.returncode or not fresh.is_file():
            said = done.stderr.strip().splitlines()[-1:] or ["no answer"]
            raise UsageError(
                f"{package.name} could not be fetched ({said[0]}); try again, {by_hand}"
            )
        fresh.replace(found)
    return found
