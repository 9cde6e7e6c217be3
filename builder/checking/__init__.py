"""`check`: every problem that a build would have, and nothing written to content/ or site/."""

from builder.checking.check import check

__all__ = ["check"]
