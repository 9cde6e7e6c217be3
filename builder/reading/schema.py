"""JSON Schema (draft 7) of front matter and settings, learnt from the readers themselves.

Each reader is run on fields that answer nothing and write down what they are asked for: that is
what a reader knows of its keys, so a schema cannot say anything else than the reader does. It is
run twice, as if every key were given and as if none were: some are asked for in one case only.

A schema speaks of one file by itself and of its forms: that two dates fit together, that a name
means one person, that a day exists, is for `backfile check` to say.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, TypeVar

from builder.basics.problems import Location, Outcome
from builder.model.settings import Settings, TaxonomySpec
from builder.reading.about import ABOUT
from builder.reading.articles import read_article
from builder.reading.fields import Fields
from builder.reading.nodes import Mapping, Node
from builder.reading.settings import read_settings
from builder.reading.terms import read_notice, read_page, read_term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Mapping as Mapping_

    from builder.basics.dates import ArchiveDate
    from builder.model.content import OldAddress, Reference
    from builder.reading.nodes import Scalar

Schema = dict[str, Any]
T = TypeVar("T")

KINDS: Final = ("article", "person", "topic", "notice", "page", "archive")
DIALECT: Final = "http://json-schema.org/draft-07/schema#"
"""The newest that the language server for YAML, remark and IDEs all know."""

_NOWHERE: Final = Location("", 1, 1)
_EMPTY: Final = Mapping((), _NOWHERE)

# YAML makes a number of 1984 and a truth of yes; our readers keep what was written.
_TEXT: Final[Schema] = {"type": ["string", "number", "boolean"]}
_DAY: Final = r"\d{4}(-(\d{2}|XX)(-(\d{2}|XX))?)?"
_TIME: Final = r"([T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)?)?"
_DATE: Final[Schema] = {
    "anyOf": [
        {
            "type": "string",
            "pattern": rf"^\s*({_DAY}{_TIME}[?~%]?(/{_DAY}{_TIME}[?~%]?)?|XXXX"
            r"|[Uu][Nn][Dd][Aa][Tt][Ee][Dd]|[Uu][Nn][Kk][Nn][Oo][Ww][Nn])\s*$",
        },
        {"type": "integer", "minimum": 1000, "maximum": 9999},
    ],
}
_LANGUAGE: Final[Schema] = {
    "anyOf": [
        {"type": "string", "pattern": "^\\s*[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*\\s*$"},
        {"const": False},  # Norwegian, as YAML 1.1 reads it
    ]
}
_URL: Final[Schema] = {"type": "string", "pattern": r'^\s*[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#<>"]+'}
_SLUG: Final[Schema] = {
    "type": ["string", "number"],
    "pattern": r"^\s*[a-z0-9]+([-_.]?[a-z0-9]+)*\s*$",
    "maxLength": 120,
}


def _list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


class Recorder(Fields):
    """Fields that hold nothing and remember what they were asked for."""

    def __init__(self, *, is_full: bool, inside: str = "") -> None:
        """Take whether every key counts as given."""
        super().__init__(_EMPTY, [], inside=inside)
        self._is_full = is_full
        self.found: dict[str, Schema] = {}
        self.nested: dict[str, Recorder] = {}
        self.lists: set[str] = set()
        """Keys of lists whose items are `nested`."""
        self.required: set[str] = set()
        self.loose: set[str] = set()
        """Keys whose node was looked at before it was read: other forms are taken, too."""

    def _keep(self, key: str, schema: Schema) -> None:
        self.found.setdefault(key, schema)

    def node(self, key: str) -> Node | None:
        self.loose.add(key)
        return _EMPTY

    def has(self, key: str) -> bool:
        return self._is_full

    def where(self, keys: Iterable[str] | None = None) -> dict[str, Location]:
        return defaultdict(lambda: _NOWHERE)

    def report(self, code: str, message: str, location: Location, hint: str | None = None) -> None:
        pass

    def given(self, readers: Mapping_[str, Callable[[Fields], Any]]) -> dict[str, Any]:
        return {key: read(self) for key, read in readers.items()}

    def close(self) -> None:
        pass

    def missing(self, key: str, hint: str) -> None:
        self.required.add(key)

    def scalar(self, key: str, wanted: str = "text") -> Scalar | None:
        self._keep(key, _TEXT)
        return None

    def required_line(self, key: str, hint: str) -> str | None:
        self.required.add(key)
        return self.line(key)

    def line(self, key: str) -> str | None:
        self._keep(key, _TEXT)
        return None

    def reference(self, key: str) -> Reference | None:
        self._keep(key, _TEXT)
        return None

    def items(self, key: str, wanted: str = "a list") -> tuple[Node, ...]:
        self._keep(key, {"type": "array"})
        return ()

    def lines(self, key: str) -> tuple[str, ...]:
        self._keep(key, _list_of(_TEXT))
        return ()

    def references(self, key: str) -> tuple[Reference, ...]:
        self._keep(key, _list_of(_TEXT))
        return ()

    def date(self, key: str) -> ArchiveDate | None:
        self._keep(key, _DATE)
        return None

    def known_date(self, key: str) -> ArchiveDate | None:
        return self.date(key)

    def choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        is_flag = set(allowed) == {"true", "false"}
        self._keep(key, {"enum": [True, False, *allowed] if is_flag else list(allowed)})
        return default

    def whole(self, key: str, default: int, *, least: int, most: int) -> int:
        self._keep(key, {"type": "integer", "minimum": least, "maximum": most})
        return default

    def language(self, key: str) -> str | None:
        self._keep(key, _LANGUAGE)
        return None

    def by_language(self, key: str) -> dict[str, str]:
        self._keep(key, {"type": "object", "additionalProperties": _TEXT})
        return {}

    def slug(self, name: str) -> str | None:
        self._keep("slug", _SLUG)
        return None

    def urls(self, key: str) -> tuple[str, ...]:
        self._keep(key, _list_of(_URL))
        return ()

    def url(self, key: str) -> str | None:
        self._keep(key, _URL)
        return None

    def sha256(self, key: str) -> str | None:
        self._keep(key, {"type": "string", "pattern": r"^\s*[0-9A-Fa-f]{64}\s*$"})
        return None

    def old_addresses(self, key: str) -> tuple[OldAddress, ...]:
        self._keep(key, _list_of({"type": "string", "pattern": r"^\s*/([^/]|$)"}))
        return ()

    def free(self, key: str) -> dict[str, Any]:
        self._keep(key, {"type": "object"})
        return {}

    def inner(self, key: str, wanted: str) -> Fields | None:
        inside = f"{self._inside}{key}."
        return self.nested.setdefault(key, Recorder(is_full=self._is_full, inside=inside))

    def each(self, key: str, wanted: str, read: Callable[[Fields], T | None]) -> tuple[T, ...]:
        self.lists.add(key)
        inner = self.inner(key, wanted)
        if inner is not None:
            read(inner)
        return ()

    def schema(self, other: Recorder, about: str) -> Schema:
        """Return the schema of what was asked for here and of an `other` run of the same reader."""
        properties: dict[str, Schema] = {}
        keys = {*self.found, *self.nested, *self.loose, *other.found, *other.nested}
        for key in sorted(keys):
            path = f"{about}.{key}"
            schema: Schema = dict(self.found.get(key) or other.found.get(key) or {})
            mine = self.nested.get(key) or other.nested.get(key)
            if mine is not None:
                schema = mine.schema(other.nested.get(key, mine), path)
                if key in self.lists or key in other.lists:
                    schema = _list_of(schema)
                elif key in self.loose or key in other.loose:
                    schema = {"anyOf": [_TEXT, schema]}
            if path in _BY_HAND:
                schema = dict(_BY_HAND[path])
            if path in ABOUT:
                schema["description"] = ABOUT[path]
            properties[key] = schema
        required = sorted(self.required | other.required)
        return {
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
            "additionalProperties": False,
        }


_COLOUR: Final[Schema] = {"type": "string", "pattern": "^\\s*#[0-9A-Fa-f]{3,6}\\s*$"}
_BY_HAND: Final[dict[str, Schema]] = {
    # Keys whose nodes are looked into one by one, by no reader of fields.
    "archive.support.languages": _list_of(_LANGUAGE),
    "archive.languages": {**_list_of(_LANGUAGE), "minItems": 1},
    "archive.taxonomies": {
        "anyOf": [
            _list_of({"type": "string", "pattern": "^[a-z][a-z0-9]*(_[a-z0-9]+)*$"}),
            {
                "type": "object",
                "propertyNames": {"pattern": "^[a-z][a-z0-9]*(_[a-z0-9]+)*$"},
                "additionalProperties": {
                    "type": ["object", "null"],
                    "properties": {
                        "title": _TEXT,
                        "titles": {"type": "object", "additionalProperties": _TEXT},
                    },
                    "additionalProperties": False,
                },
            },
        ]
    },
    "archive.theme.accent": {
        "anyOf": [
            _COLOUR,
            {
                "type": "object",
                "properties": {"light": _COLOUR, "dark": _COLOUR},
                "additionalProperties": False,
            },
        ]
    },
    "archive.theme.menu": _list_of(
        {
            "anyOf": [
                _TEXT,
                {
                    "type": "object",
                    "properties": {
                        "to": _TEXT,
                        "label": _TEXT,
                        "labels": {"type": "object", "additionalProperties": _TEXT},
                    },
                    "required": ["to"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
}


def make_schema(kind: str, settings: Settings | None = None) -> Schema:
    """Return the schema of one of `KINDS`, for one archive or for any.

    For any archive, an article may have lists under names that nobody knows: taxonomies of its own.
    """
    known = settings or Settings(title="", taxonomies=(TaxonomySpec(kind="topics"),))
    # A name that begins with a date: of such a file the date need not be said again.
    path = "content/x/2025-05-08-x.md"
    readers: dict[str, Callable[[Fields], Outcome[Any]]] = {
        "article": lambda fields: read_article(fields, path, known),
        "person": lambda fields: read_term(fields, path, "people", known),
        "topic": lambda fields: read_term(fields, path, "topics", known),
        "notice": lambda fields: read_notice(fields, path, known),
        "page": lambda fields: read_page(fields, path, known),
        "archive": lambda fields: read_settings(fields, "content/archive.yaml"),
    }
    full, bare = Recorder(is_full=True), Recorder(is_full=False)
    readers[kind](full)
    readers[kind](bare)
    schema = full.schema(bare, kind)
    if kind == "article" and settings is None:
        schema["additionalProperties"] = _list_of(_TEXT)
    if settings is not None and "lang" in schema["properties"] and kind in {"article", "page"}:
        about = schema["properties"]["lang"].get("description", "")
        schema["properties"]["lang"] = {"enum": list(settings.languages), "description": about}
    return {"$schema": DIALECT, "title": f"Backfile: {_TITLES[kind]}", **schema}


def as_json(kind: str, settings: Settings | None = None) -> str:
    """Return a schema as the text of a file."""
    return json.dumps(make_schema(kind, settings), ensure_ascii=False, indent=2) + "\n"


_TITLES: Final = {
    "article": "front matter of an article",
    "person": "front matter of a person",
    "topic": "front matter of a topic, or of a term of another taxonomy",
    "notice": "front matter of a notice",
    "page": "front matter of a page beside the articles",
    "archive": "content/archive.yaml",
}
