"""`history:` in content/archive.yaml -> `HistorySettings`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from builder.model.settings import HistorySettings

if TYPE_CHECKING:
    from builder.reading.fields import Fields

FORGES: Final = ("codeberg", "gitea", "github", "gitlab")
_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}")
_BRANCH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")


def read_history(fields: Fields) -> HistorySettings:
    """Return what is shown of the articles' past; nothing unless it is asked for."""
    node = fields.node("history")
    if node is None:
        return HistorySettings()
    if getattr(node, "text", None) in {"true", "false"}:
        return HistorySettings(is_on=getattr(node, "text", None) == "true")
    inner = fields.inner("history", "true, or keys such as {repository: https://...}")
    if inner is None:
        return HistorySettings()
    hidden: list[str] = []
    for item in inner.references("hidden"):
        if _COMMIT.fullmatch(item.text):
            hidden.append(item.text)
        else:
            message = f'"{item.text}" is not the id of a commit'
            fields.report("bad-value", message, item.location, "write its first 7 digits or more")
    repository = inner.url("repository")
    forge = inner.choice("forge", FORGES, "")
    if repository is not None and not forge:
        forge = next((name for name in FORGES if name in repository), "")
        if not forge:
            message = "the links of this repository have a form that its address does not tell"
            place = inner.where(("repository",))["repository"]
            hint = "add forge: " + ", ".join(FORGES)
            fields.report("bad-value", message, place, hint)
            repository = None
    branch = inner.line("branch") or "main"
    if not _BRANCH.fullmatch(branch) or ".." in branch:
        place = inner.where(("branch",))["branch"]
        fields.report("bad-value", f'"{branch}" is not the name of a branch', place)
        branch = "main"
    found = HistorySettings(
        is_on=inner.choice("pages", ("true", "false"), "true") == "true",
        with_names=inner.choice("names", ("true", "false"), "false") == "true",
        hidden=tuple(hidden),
        repository=None if repository is None else repository.removesuffix("/"),
        forge=forge,
        branch=branch,
    )
    inner.close()
    return found
