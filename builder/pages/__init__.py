"""`Site` -> pages: which there are, where they stand, and what each template sees. Pure.

One module per family of pages. May import basics and model; called by build and check.
"""

from builder.pages.plan import PlannedSite, plan

__all__ = ["PlannedSite", "plan"]
