"""A preview of the archive on this machine: the site as it would be built, kept up to date.

Nothing is written to site/. The plan of the whole site is held in memory, and a page is made when
it is looked at; so an edit is seen as soon as it is understood, however large the archive is.
"""

from builder.serving.server import serve

__all__ = ["serve"]
