"""The smallest archive that is worth building: settings, an about page, the usual folders."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING, Final

from builder import __version__
from builder.basics.languages import normal_tag
from builder.basics.problems import UsageError
from builder.model.settings import Settings, TaxonomySpec
from builder.reading.schema import KINDS, as_json
from builder.workflows import requirement_of, workflow_files

if TYPE_CHECKING:
    from pathlib import Path

_SETTINGS: Final = """\
# yaml-language-server: $schema=../{schemas}/archive.schema.json
# The only settings file of this archive.
title: {title}
# One or two sentences, shown on the front page: what is kept here, and by whom.
# description: Articles of the Gazette, which was blocked in 2022, kept by its readers.
languages: [{lang}]
time_zone: UTC

# The address it will be read at. All works without; feeds, sitemaps and search engines want it.
# base_url: https://archive.example/

# Ways of sorting articles besides people and topics.
# taxonomies: [places, organisations, series, sections]
"""

_IDENTITY: Final = """\

# Who commits may be told by these names and by no others.
identity: {allow: [archive, archive@invalid]}
"""

_ABOUT: Final = """\
---
title: About this archive
order: 1
---
This archive was made with Backfile. Its articles are Markdown files in a git repository.

To add one, write a file in `content/articles/`:

```
---
title: The first story
date: 2025-05-08
people: [Jane Roe]
topics: [press freedom]
---
The text, in Markdown.
```

Then run `backfile build` again. `backfile check` says what is wrong, and where.
"""

_IGNORED: Final = """\
.backfile/
site/*
!site/.gitkeep
"""

_HOOK: Final = """\
#!/bin/sh
# Stops a commit that would tell who makes it. Once in each clone:
#     git config core.hooksPath .githooks
exec backfile check --identity --staged
"""

SCHEMAS: Final = ".schemas"
"""Where editors find what may be written: not in a folder of one editor, which would be a trace."""

FOLDERS: Final = ("articles", "people", "topics", "notices", "pages", "media")


def write_starter(
    folder: Path, *, title: str, lang: str, workflow: str | None = None, has_hook: bool = False
) -> int:
    """Write a new archive and return the number of files made. Nothing is overwritten.

    `workflow` names one of `WORKFLOWS`: what a forge runs on each change is written too. So is a
    hook, for git to be told of, that stops a commit which tells who makes it.

    Raises:
        UsageError: an archive is there already, the language is none, or the place can't be used.
    """
    tag = normal_tag(lang)
    if tag is None:
        raise UsageError(f"{lang!r} is not a language tag; write a code such as en, ru or pt-BR")
    if (folder / "content" / "archive.yaml").exists():
        raise UsageError(f"{folder} is an archive already")
    quoted = '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '"'
    files = {
        "content/archive.yaml": _SETTINGS.format(title=quoted, lang=tag, schemas=SCHEMAS),
        "content/pages/about.md": _ABOUT,
        ".gitignore": _IGNORED,
        "site/.gitkeep": "",
        **{f"content/{name}/.gitkeep": "" for name in FOLDERS},
    }
    topics = TaxonomySpec(kind="topics")
    settings = Settings(title=title, languages=(tag,), taxonomies=(topics,))
    files |= {f"{SCHEMAS}/{kind}.schema.json": as_json(kind, settings) for kind in KINDS}
    if has_hook:
        files["content/archive.yaml"] += _IDENTITY
        files[".githooks/pre-commit"] = _HOOK
    if workflow is not None:
        files |= workflow_files(workflow, requirement_of(__version__, _direct_url()))
    made = 0
    try:
        for name, text in files.items():
            target = folder / name
            if target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            if name.startswith(".githooks/"):
                target.chmod(0o755)
            made += 1
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from error
    return made


def _direct_url() -> str | None:
    """Return where this Backfile was installed from, as pip wrote it; None: from an index."""
    try:
        return distribution("backfile").read_text("direct_url.json")
    except PackageNotFoundError:
        return None
