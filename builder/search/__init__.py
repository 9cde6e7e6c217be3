"""Search: Pagefind indexes the written pages, and nothing is handed on before it was checked.

A shell room: it runs a program. It may import basics and model. `builder.indexing` calls it; the
other half of search is `templates/static/search*.js`.
"""

from builder.search.assets import KNOWN_VERSIONS
from builder.search.budget import estimate, parse_size, usual_memory
from builder.search.canonical import MadeShard
from builder.search.catalogue import CATALOGUE, make_catalogue
from builder.search.names import NAMES, name_files, names_key
from builder.search.pagefind import (
    EXTENDED_LANGUAGES,
    Program,
    SearchReport,
    find_program,
    has_extended,
    make_shard,
    make_shards,
    shard_files,
    text_digest,
)
from builder.search.scripts import as_script
from builder.search.shards import Page, Shard, plan_shards, text_bytes
from builder.search.verify import BUNDLE, verify_bundle

__all__ = [
    "BUNDLE",
    "CATALOGUE",
    "EXTENDED_LANGUAGES",
    "KNOWN_VERSIONS",
    "NAMES",
    "MadeShard",
    "Page",
    "Program",
    "SearchReport",
    "Shard",
    "as_script",
    "estimate",
    "find_program",
    "has_extended",
    "make_catalogue",
    "make_shard",
    "make_shards",
    "name_files",
    "names_key",
    "parse_size",
    "plan_shards",
    "shard_files",
    "text_bytes",
    "text_digest",
    "usual_memory",
    "verify_bundle",
]
