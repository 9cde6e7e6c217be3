"""Open data: the archive as tables, for those who count. Pure.

`tables` says which tables and columns there are, `rows` fills them from the site, `files` makes
CSV and JSON lines of rows, `package` describes them for machines and `planning` for people. No row
holds text of an article's body, so that a corrected text changes no table.
"""
