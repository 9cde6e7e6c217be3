"""Search: Pagefind indexes the written pages, and nothing is handed on before it was checked.

A shell room: it runs a program and reads and writes one folder. It may import basics and model.
Only `builder.build` calls it; the other half of search is `templates/static/search.js`.
"""

from builder.search.pagefind import SearchReport, build_index
from builder.search.verify import verify_bundle

__all__ = ["SearchReport", "build_index", "verify_bundle"]
