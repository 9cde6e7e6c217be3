"""Brings the search index up to date: only shards of which a page changed are made anew.

What a shard was made of and what came of it is remembered, its place in the catalogue among it. So
a build that changed nothing runs Pagefind not once; and an article whose text changed costs its own
shard, of which the other pages are read back from the output, and a new catalogue: `reindex` does
that without knowing the archive.
"""

from builder.indexing.maker import Wanted
from builder.indexing.one import Reindexed, reindex
from builder.indexing.poor import poor_languages
from builder.indexing.whole import IndexUpdate

__all__ = ["IndexUpdate", "Reindexed", "Wanted", "poor_languages", "reindex"]
