"""content/archive.yaml -> `Settings`. Everything has a sensible value but the title."""

from __future__ import annotations

import re
import zoneinfo
from typing import TYPE_CHECKING, Any, Final, cast

from builder.basics.nearest import did_you_mean
from builder.basics.problems import Location, Outcome
from builder.model.settings import (
    DEFAULT_PERMALINK,
    FeedSettings,
    SearchSettings,
    Settings,
    TaxonomySpec,
)
from builder.reading.fields import Fields
from builder.reading.front_matter import compose
from builder.reading.history import read_history
from builder.reading.hosting import read_hosting
from builder.reading.looks import read_support, read_theme
from builder.reading.nodes import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from builder.model.source import SourceText

_KIND: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_FIELD: Final = re.compile(r"\{([^{}]*)\}")
PERMALINK_FIELDS: Final = ("year", "month", "day", "slug", "lang", "section")

ARTICLE_KEYS: Final = frozenset(
    {"title", "date", "slug", "lang", "translation_key", "authors", "people", "mentions"}
    | {"summary", "dateline", "image", "source", "notices", "corrections", "updated", "aliases"}
    | {"status", "embargo", "withdrawn", "license", "extra"}
)
# Folders and pages of the site or of content/ that a taxonomy of the same name would stand upon.
_TAKEN_NAMES: Final = frozenset(
    {"articles", "pages", "media", "static", "pagefind", "search", "feed", "dates", "undated"}
    | {"index", "sitemap", "manifest", "data", "lite", "admin", "hosting", "numbers", "random"}
)


def parse_settings(source: SourceText) -> Outcome[Settings]:
    """Return the archive's settings.

    The value is given wherever a title could be read, so that one mistake here does not hide those
    of all the other files.
    """
    composed = compose(source.text, source.path, first_line=1)
    if composed.value is None:
        return Outcome(None, composed.problems)
    return read_settings(Fields(composed.value, list(composed.problems)), source.path)


def read_settings(fields: Fields, path: str) -> Outcome[Settings]:
    """Return the settings that these fields say, as `parse_settings` does."""
    title = fields.required_line("title", "add a line `title: The name of the archive`")
    base_url = fields.url("base_url")
    languages = _languages(fields)
    zone_key = "timezone" if fields.has("timezone") else "time_zone"
    settings = Settings(
        title=title or "Archive",
        titles=fields.by_language("titles"),
        description=fields.line("description") or "",
        descriptions=fields.by_language("descriptions"),
        base_url=_base_url(fields, base_url),
        languages=languages,
        time_zone=_time_zone(fields, zone_key),
        permalink=_permalink(fields),
        taxonomies=_taxonomies(fields, languages),
        page_size=fields.whole("page_size", 40, least=10, most=2_000),
        home_size=fields.whole("home_size", 13, least=1, most=200),
        feed_size=fields.whole("feed_size", 20, least=1, most=500),
        feeds=_feeds(fields),
        lite=_flag(fields, "lite") or False,
        license=fields.line("license"),
        data=_flag(fields, "data") is not False,
        search=_search(fields),
        hosting=read_hosting(fields),
        history=read_history(fields),
        identity=_identity(fields),
        theme=read_theme(fields),
        support=read_support(fields, languages),
    )
    fields.close()
    if base_url is None and not fields.has("base_url"):
        message = "the archive has no base_url"
        hint = "add `base_url: https://...` when its address is known; all else works without"
        fields.report("no-base-url", message, Location(path), hint)
    return Outcome(settings, tuple(fields.problems))


def _base_url(fields: Fields, url: str | None) -> str | None:
    if url is None:
        return None
    if "?" in url or "#" in url:
        place = fields.where()["base_url"]
        fields.report("bad-url", "a base_url has no ? and no #", place)
        return None
    return url if url.endswith("/") else url + "/"


def _languages(fields: Fields) -> tuple[str, ...]:
    tags: list[str] = []
    for item in fields.items("languages", "a list of language tags"):
        if not isinstance(item, Scalar):
            fields.wrong("languages", "a list of language tags", item)
            continue
        tag = fields.read_language(item)
        if tag is not None and tag in tags:
            fields.report("bad-value", f'the language "{tag}" is given twice', item.location)
        elif tag is not None:
            tags.append(tag)
    return tuple(tags) or ("en",)


def _time_zone(fields: Fields, key: str) -> str:
    found = fields.scalar(key)
    if found is None:
        return "UTC"
    try:
        zoneinfo.ZoneInfo(found.text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        hint = did_you_mean(found.text, zoneinfo.available_timezones())
        hint = hint or "write an IANA name such as Europe/Riga"
        fields.report("bad-value", f'"{found.text}" is not a time zone', found.location, hint)
        return "UTC"
    return found.text


def _permalink(fields: Fields) -> str:
    default = DEFAULT_PERMALINK
    found = fields.scalar("permalink")
    if found is None:
        return default
    pattern = found.text.strip()
    names = _FIELD.findall(pattern)
    rest = _FIELD.sub("", pattern)
    fault = None
    hint: str | None = f"the default is {default}"
    if not pattern.startswith("/"):
        fault = "has to start with /"
    elif unknown := [name for name in names if name not in PERMALINK_FIELDS]:
        fault = f"has a field {{{unknown[0]}}} that does not exist"
        hint = did_you_mean(unknown[0], PERMALINK_FIELDS)
        hint = hint or "known are " + ", ".join(f"{{{name}}}" for name in PERMALINK_FIELDS)
    elif "slug" not in names:
        fault = "has to hold {slug}, or all articles of a day would share one address"
    elif not pattern.endswith((".html", "/")):
        fault = "has to end in .html or in /"
    elif not re.fullmatch(r"[a-z0-9/._-]*", rest) or "//" in pattern or "/." in pattern:
        fault = "may hold only a-z, 0-9, / . _ - and fields in braces"
    if fault is None:
        return pattern
    fields.report("bad-permalink", f'the pattern "{pattern}" {fault}', found.location, hint)
    return default


def _taxonomies(fields: Fields, languages: tuple[str, ...]) -> tuple[TaxonomySpec, ...]:
    node = fields.node("taxonomies")
    specs: dict[str, TaxonomySpec] = {"topics": TaxonomySpec(kind="topics")}
    pairs: list[tuple[Scalar, Fields | None]] = []
    if isinstance(node, Mapping):
        for name, value in node.entries:
            inner = None
            if isinstance(value, Mapping):
                inner = Fields(value, fields.problems, inside=f"taxonomies.{name.text}.")
            elif not (isinstance(value, Scalar) and value.is_absent):
                fields.wrong(f"taxonomies.{name.text}", "empty or {title: ...}", value)
            pairs.append((name, inner))
    elif isinstance(node, Sequence):
        for item in node.items:
            if isinstance(item, Scalar):
                pairs.append((item, None))
            else:
                fields.wrong("taxonomies", "a list of names", item)
    elif node is not None:
        fields.wrong("taxonomies", "a list of names", node, f"write [{node.text}]")
    for name, inner in pairs:
        spec = _taxonomy(fields, name, inner, languages)
        if spec is not None:
            specs[spec.kind] = spec
    return tuple(specs.values())


def _taxonomy(
    fields: Fields, name: Scalar, inner: Fields | None, languages: tuple[str, ...]
) -> TaxonomySpec | None:
    titles: dict[str, str] = {}
    if inner is not None:
        title = inner.line("title")
        titles = inner.by_language("titles")
        if title is not None:
            titles.setdefault(languages[0], title)
        inner.close()
    kind = name.text
    fault = None
    if not _KIND.fullmatch(kind):
        fault = "may hold only a-z, 0-9 and _"
    elif kind in ARTICLE_KEYS:
        fault = "is a field that every article has"
    elif kind in _TAKEN_NAMES or kind in {tag.lower() for tag in languages}:
        fault = "is taken by another part of the site"
    if fault is not None:
        message = f'the name "{kind}" of a taxonomy {fault}'
        fields.report("bad-value", message, name.location, "choose another, such as places")
        return None
    return TaxonomySpec(kind=kind, titles=dict(sorted(titles.items())))


def _search(fields: Fields) -> SearchSettings:
    inner = fields.inner("search", "keys such as {offline: true}")
    if inner is None:
        return SearchSettings()
    found = SearchSettings(
        offline=_flag(inner, "offline"),
        keep_previous=_flag(inner, "keep_previous") or False,
        cjk=_flag(inner, "cjk"),
    )
    inner.close()
    return found


def _feeds(fields: Fields) -> FeedSettings:
    inner = fields.inner("feeds", "keys such as {content: full}")
    if inner is None:
        return FeedSettings()
    default = FeedSettings()
    which = ("none", "main", "all")
    found = FeedSettings(
        content=cast("Any", inner.choice("content", ("summary", "full"), default.content)),
        json=cast("Any", inner.choice("json", which, default.json)),
        history=cast("Any", inner.choice("history", which, default.history)),
        page_size=inner.whole("page_size", default.page_size, least=1, most=1_000),
    )
    inner.close()
    return found


def _flag(fields: Fields, key: str) -> bool | None:
    found = fields.choice(key, ("true", "false"), "")
    return None if found == "" else found == "true"


def _identity(fields: Fields) -> tuple[str, ...]:
    inner = fields.inner("identity", "keys such as {allow: [archive, archive@invalid]}")
    if inner is None:
        return ()
    allowed = inner.lines("allow")
    inner.close()
    return allowed
