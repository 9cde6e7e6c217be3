"""Feeds of the archive and of its terms: Atom, JSON Feed, and archive pages that hold it all."""

from builder.pages.feeds.planning import plan_feeds

__all__ = ["plan_feeds"]
