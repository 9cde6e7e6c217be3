"""`check`: every problem that a build would have, and nothing written to content/ or site/."""

from builder.checking.check import Checked, check, look_through

__all__ = ["Checked", "check", "look_through"]
