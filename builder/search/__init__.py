"""Search: Pagefind indexes the written pages, and nothing is handed on before it was checked.

A shell room: it runs a program. It may import basics and model. `builder.indexing` calls it; the
other half of search is `templates/static/search*.js`.
"""

from builder.search.assets import KNOWN_VERSIONS
from builder.search.budget import estimate, memory_left, parse_size, usual_memory
from builder.search.canonical import MadeShard
from builder.search.catalogue import CATALOGUE, group_entry, make_catalogue, series_entry
from builder.search.formats import DamagedError, pack, unpack
from builder.search.names import NAMES, name_files, names_key
from builder.search.pagefind import (
    Program,
    SearchReport,
    find_program,
    has_extended,
    make_shard,
    make_shards,
    shard_files,
    text_digest,
)
from builder.search.postings import (
    divide_postings,
    groups_of,
    join_postings,
    lists_of,
    posting_path,
    postings_of,
)
from builder.search.scripts import as_script, from_script
from builder.search.series import (
    BoundSeries,
    Member,
    bind_series,
    bound_entry,
    is_bound,
    member_of,
)
from builder.search.shards import Page, Shard, plan_shards, text_bytes
from builder.search.verify import BUNDLE, DAMAGE_HINT, HASHED_FOLDERS, verify_bundle
from builder.search.volumes import (
    VOLUMES,
    Unbinding,
    filter_path,
    name_volumes,
    read_volume,
    stack,
    volume_path,
)
from builder.search.words import Words

__all__ = [
    "BUNDLE",
    "CATALOGUE",
    "DAMAGE_HINT",
    "HASHED_FOLDERS",
    "KNOWN_VERSIONS",
    "NAMES",
    "VOLUMES",
    "BoundSeries",
    "DamagedError",
    "MadeShard",
    "Member",
    "Page",
    "Program",
    "SearchReport",
    "Shard",
    "Unbinding",
    "Words",
    "as_script",
    "bind_series",
    "bound_entry",
    "divide_postings",
    "estimate",
    "filter_path",
    "find_program",
    "from_script",
    "group_entry",
    "groups_of",
    "has_extended",
    "is_bound",
    "join_postings",
    "lists_of",
    "make_catalogue",
    "make_shard",
    "make_shards",
    "member_of",
    "memory_left",
    "name_files",
    "name_volumes",
    "names_key",
    "pack",
    "parse_size",
    "plan_shards",
    "posting_path",
    "postings_of",
    "read_volume",
    "series_entry",
    "shard_files",
    "stack",
    "text_bytes",
    "text_digest",
    "unpack",
    "usual_memory",
    "verify_bundle",
    "volume_path",
]
