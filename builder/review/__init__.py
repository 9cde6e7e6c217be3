"""What a change does to the site: which pages it adds, changes and removes, and how they look.

Both states are built, without search and without history, in folders below .backfile/ that are
kept, so that looking again costs what has changed since.
"""

from builder.review.compare import Review, Touched, compare_sites, review
from builder.review.report import write_report

__all__ = ["Review", "Touched", "compare_sites", "review", "write_report"]
