"""Settings of an archive -> what the editor shows: a collection a folder, a field a key.

Names of fields and the words that they take are those of the readers in `reading/`; a test holds
each key of theirs against this. Sveltia and Decap read the same configuration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args
from urllib.parse import urlsplit

from builder.model.content import NoticeKind, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from builder.model.settings import Settings

Field = dict[str, Any]

_DATE: Final = [
    r"^(undated|\??-?\d{4}.*)$",
    "a date such as 2025, 2025-05, 2025-05-08, 1937? or undated",
]
_SLUG: Final = ["^[a-z0-9]+(-[a-z0-9]+)*$", "small letters a-z, digits and - between them"]


def _field(name: str, label: str, widget: str, **more: object) -> Field:
    return {"name": name, "label": label, "widget": widget, "required": False, **more}


def _image(name: str, label: str) -> Field:
    parts = [
        {"name": "src", "label": "File", "widget": "image"},
        {"name": "alt", "label": "What it shows, for those who cannot see it", "widget": "string"},
        _field("caption", "Caption", "string"),
        _field("credit", "Credit", "string"),
    ]
    return _field(name, label, "object", fields=parts, collapsed=True)


def _relation(name: str, label: str, collection: str, shown: str, *, multiple: bool) -> Field:
    return _field(
        name,
        label,
        "relation",
        collection=collection,
        value_field="{{slug}}",
        search_fields=[shown],
        display_fields=[shown],
        multiple=multiple,
    )


def _list(name: str, label: str, *fields: Field) -> Field:
    return _field(name, label, "list", **({"fields": list(fields)} if fields else {}))


def _date(name: str, label: str, **more: object) -> Field:
    return _field(name, label, "string", pattern=_DATE, **more)


def _body(label: str, *, required: bool) -> Field:
    return {"name": "body", "label": label, "widget": "markdown", "required": required}


def cms_config(settings: Settings, label: Callable[[str], str]) -> dict[str, Any]:
    """Return the configuration of the editor.

    `label` gives what the index of a kind of terms is called.
    """
    kinds = [spec.kind for spec in settings.taxonomies]
    languages = list(settings.languages)
    return {
        "backend": _backend(settings),
        "media_folder": "content/media",
        "public_folder": "media",
        "output": {"omit_empty_optional_fields": True, "encode_file_path": False},
        "slug": {"encoding": "ascii", "clean_accents": True},
        "collections": [
            _articles(kinds, languages, label),
            _people(languages, label("people")),
            *(_terms(kind, languages, label(kind)) for kind in kinds),
            _notices(languages),
            _pages(languages),
        ],
    }


def _collection(name: str, label: str, fields: Iterable[Field], **more: object) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "folder": f"content/{name}",
        "extension": "md",
        "format": "yaml-frontmatter",
        "create": True,
        **more,
        "fields": list(fields),
    }


def _language(languages: list[str]) -> Field:
    return _field("lang", "Language", "select", options=languages)


def _articles(
    kinds: list[str], languages: list[str], label: Callable[[str], str]
) -> dict[str, Any]:
    status = list(get_args(Status))
    return _collection(
        "articles",
        "Articles",
        [
            {"name": "title", "label": "Title", "widget": "string"},
            _date("date", "Date", required=True),
            _body("Text", required=False),
            _relation("people", "About whom", "people", "name", multiple=True),
            _relation("mentions", "Also named", "people", "name", multiple=True),
            *(_relation(kind, label(kind), kind, "title", multiple=True) for kind in kinds),
            _list("authors", "By"),
            _field("summary", "One or two sentences", "text"),
            _field("dateline", "Where it was written", "string"),
            _image("image", "Picture"),
            _field("slug", "Name in the address", "string", pattern=_SLUG),
            _language(languages),
            _field("translation_key", "Same in all translations", "string"),
            _field(
                "source",
                "Where it was first published",
                "object",
                collapsed=True,
                fields=[
                    _field("outlet", "Outlet", "string"),
                    _list("urls", "Addresses"),
                    _date("captured", "Copied on"),
                    _field("sha256", "SHA-256 of the original", "string"),
                ],
            ),
            _relation("notices", "Notices printed with it", "notices", "title", multiple=True),
            _list(
                "corrections",
                "Corrections",
                _date("date", "Date", required=True),
                _field("text", "What was put right", "text", required=True),
            ),
            _date("updated", "Updated on"),
            _list("aliases", "Old addresses, such as /old/path.html"),
            _field("status", "Status", "select", options=status),
            _field("embargo", "Not before, such as 2026-01-01T00:00:00Z", "string"),
            _field(
                "withdrawn",
                "Withdrawn",
                "object",
                collapsed=True,
                fields=[_date("date", "Date"), _field("reason", "Why", "text")],
            ),
            _field("license", "Licence", "string"),
        ],
        # Folders below are free: by year, by outlet, as deep as one likes.
        nested={"depth": 20, "subfolders": False},
        path="{{year}}/{{slug}}",
        summary="{{title}} ({{date}})",
        sortable_fields=["date", "title"],
    )


def _named(languages: list[str], name: str, label: str) -> Field:
    tags = languages[1:] or languages
    fields = [_field(tag, tag, "string") for tag in tags]
    return _field(name, label, "object", collapsed=True, fields=fields)


def _people(languages: list[str], label: str) -> dict[str, Any]:
    return _collection(
        "people",
        label,
        [
            {"name": "name", "label": "Name", "widget": "string"},
            _body("Biography", required=False),
            _named(languages, "names", "Name in other languages"),
            _list("aliases", "Other spellings"),
            _list("former_names", "Former names"),
            _field("sort_name", "Filed under", "string"),
            _date("born", "Born"),
            _date("died", "Died"),
            _list(
                "roles",
                "Offices",
                _field("title", "Office", "string", required=True),
                _date("from", "From"),
                _date("to", "To"),
            ),
            _field(
                "ids",
                "Registers",
                "object",
                collapsed=True,
                fields=[_field(key, key, "string") for key in ("wikidata", "viaf", "isni")],
            ),
            _image("portrait", "Portrait"),
            _field("slug", "Name in the address", "string", pattern=_SLUG),
            _relation("merged_into", "Is the same as", "people", "name", multiple=False),
            _language(languages),
        ],
        identifier_field="name",
    )


def _terms(kind: str, languages: list[str], label: str) -> dict[str, Any]:
    return _collection(
        kind,
        label,
        [
            {"name": "title", "label": "Title", "widget": "string"},
            _body("Text", required=False),
            _named(languages, "titles", "Title in other languages"),
            _relation("parent", "Part of", kind, "title", multiple=False),
            _relation("see_also", "See also", kind, "title", multiple=True),
            _list("aliases", "Other names"),
            _field("scope_note", "What belongs here", "text"),
            _field(
                "ids",
                "Registers",
                "object",
                collapsed=True,
                fields=[_field(key, key, "string") for key in ("iptc", "wikidata")],
            ),
            _field("slug", "Name in the address", "string", pattern=_SLUG),
            _relation("merged_into", "Is the same as", kind, "title", multiple=False),
            _language(languages),
        ],
    )


def _notices(languages: list[str]) -> dict[str, Any]:
    return _collection(
        "notices",
        "Notices",
        [
            _field("title", "Title", "string"),
            _field("kind", "Kind", "select", options=list(get_args(NoticeKind)), required=True),
            _body("Text, as printed", required=True),
            _date("seen_from", "Seen from"),
            _date("seen_to", "Seen until"),
            _field("outlet", "Outlet", "string"),
            _field("slug", "Name in articles", "string", pattern=_SLUG),
            _language(languages),
        ],
    )


def _pages(languages: list[str]) -> dict[str, Any]:
    return _collection(
        "pages",
        "Pages",
        [
            {"name": "title", "label": "Title", "widget": "string"},
            _body("Text", required=True),
            _field("summary", "One or two sentences", "text"),
            _field("order", "Place in the menu", "number", value_type="int"),
            _field("slug", "Name in the address", "string", pattern=_SLUG),
            _language(languages),
            _field("translation_key", "Same in all translations", "string"),
            _list("aliases", "Old addresses, such as /old/path.html"),
        ],
    )


def _backend(settings: Settings) -> Mapping[str, str]:
    """Return where the editor would sign in; a local folder needs none of it."""
    history = settings.history
    name = "gitea" if history.forge in {"codeberg", "gitea"} else history.forge or "github"
    if history.repository is None:
        return {"name": name, "repo": "local/archive", "branch": history.branch}
    parts = urlsplit(history.repository)
    found = {"name": name, "repo": parts.path.strip("/"), "branch": history.branch}
    if name != "github" and parts.netloc != "gitlab.com":
        found["base_url"] = f"{parts.scheme}://{parts.netloc}"
        found["api_root"] = found["base_url"] + ("/api/v4" if name == "gitlab" else "/api/v1")
    return found
