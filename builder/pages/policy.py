"""What a page may load (Content Security Policy Level 3): as little as it needs, from its host."""

from __future__ import annotations

from typing import Final

CSP: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
"""No script runs on these pages, so nothing can connect. But Chromium lets no debugger fetch what a
page may not, and Lighthouse would say that the site has no robots.txt."""
CSP_SEARCH: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'"
)
CSP_SCRIPT: Final = CSP.replace("style-src", "script-src 'self'; style-src")
CSP_BASED: Final = CSP.replace("base-uri 'none'", "base-uri 'self'")
