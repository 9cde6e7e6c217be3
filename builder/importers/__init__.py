"""Importers: a source of another kind -> Markdown files in content/. A one-way door.

Sources are read a record at a time; nobody above knows who wrote a file. May import basics, model
and reading; called by cli.py.
"""

from builder.importers.record import ImportKind, ImportOptions, parse_mapping
from builder.importers.report import ImportReport
from builder.importers.run import run_import

__all__ = ["ImportKind", "ImportOptions", "ImportReport", "parse_mapping", "run_import"]
