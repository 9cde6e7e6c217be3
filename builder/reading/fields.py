"""Typed readers for the values of a mapping. Every bad field is reported, not just the first.

A `Fields` is opened on a mapping, asked for each key it may have, and closed: what nobody asked for
is an unknown key.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

from builder.basics.dates import UNDATED, ArchiveDate, BadDateError, parse_date
from builder.basics.languages import normal_tag
from builder.basics.nearest import did_you_mean
from builder.basics.problems import Location, Problem, problem
from builder.basics.slugs import make_slug, slug_fault
from builder.model.content import Image, OldAddress, Reference
from builder.reading.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Mapping as Mapping_

_URL: Final = re.compile(r"https?://[^\s/?#<>\"]+[^\s<>\"]*", re.IGNORECASE)
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
_WHOLE: Final = re.compile(r"[0-9]{1,6}")

T = TypeVar("T")


class Fields:
    """The keys of one mapping, read one by one."""

    __slots__ = ("_asked", "_inside", "_values", "location", "problems")

    def __init__(self, node: Mapping, problems: list[Problem], *, inside: str = "") -> None:
        """Open `node`; `inside` names the field it belongs to, for messages."""
        self._values = {entry[0].text: entry for entry in node.entries}
        self._asked: set[str] = set()
        self.problems = problems
        self._inside = inside
        self.location = node.location

    def report(self, code: str, message: str, location: Location, hint: str | None = None) -> None:
        """Add a problem."""
        self.problems.append(problem(code, message, location, hint))

    def node(self, key: str) -> Node | None:
        """Return the value of `key`, or None where it is not given; mark the key as known."""
        self._asked.add(key)
        found = self._values.get(key)
        if found is None:
            return None
        name, value = found
        if isinstance(value, Scalar) and value.is_absent:
            message = f'"{self._inside}{key}" has no value'
            self.report("empty-value", message, name.location, "remove the line, or fill it in")
            return None
        return value

    def where(self, keys: Iterable[str] | None = None) -> dict[str, Location]:
        """Return the place of each value that is given; of those of `keys` alone."""
        values = self._values
        if keys is None:
            keys = values
        return {key: values[key][1].location for key in keys if key in values}

    def has(self, key: str) -> bool:
        """Return whether `key` is given with a value."""
        found = self._values.get(key)
        return found is not None and not (isinstance(found[1], Scalar) and found[1].is_absent)

    def given(self, readers: Mapping_[str, Callable[[Fields], Any]]) -> dict[str, Any]:
        """Return what is read of those of these keys that are given; all count as asked for."""
        self._asked.update(readers)
        return {key: readers[key](self) for key in self._values if key in readers}

    def close(self) -> None:
        """Report every key that nobody asked for."""
        if self._values.keys() <= self._asked:
            return
        for key, (name, value) in self._values.items():
            if key in self._asked:
                continue
            where = f' in "{self._inside[:-1]}"' if self._inside else ""
            hint = did_you_mean(key, self._asked)
            if self._inside and isinstance(value, Scalar) and value.is_absent:
                hint = "put quotes around a text that holds a comma"
            if hint is None:
                hint = "known are " + ", ".join(sorted(self._asked))
            self.report("unknown-key", f'there is no key "{key}"{where}', name.location, hint)

    def wrong(self, key: str, wanted: str, node: Node, hint: str | None = None) -> None:
        """Report that `key` holds something else than `wanted`."""
        found = {Scalar: "text", Sequence: "a list", Mapping: "keys and values"}[type(node)]
        message = f'"{self._inside}{key}" has to be {wanted}, and this is {found}'
        self.report("wrong-type", message, node.location, hint)

    def missing(self, key: str, hint: str) -> None:
        """Report a required key that is absent."""
        message = f'"{self._inside}{key}" is missing'
        self.report("missing-field", message, self.location, hint)

    def check_order(
        self, first: ArchiveDate | None, last: ArchiveDate | None, key: str, what: str, of: str
    ) -> None:
        """Report where `last`, which `key` holds, is certainly before `first`."""
        if first is None or last is None or not last.is_before(first):
            return
        message = f"{what} {last.edtf()} is before {of} {first.edtf()}"
        place = self.where((key,)).get(key, self.location)
        self.report("date-order", message, place, "one of the two is probably mistyped")

    def scalar(self, key: str, wanted: str = "text") -> Scalar | None:
        """Return a single value."""
        node = self.node(key)
        if node is None or isinstance(node, Scalar):
            return node
        self.wrong(key, wanted, node)
        return None

    def line(self, key: str) -> str | None:
        """Return text on one line: white space folded, never empty."""
        found = self.scalar(key)
        if found is None:
            return None
        text = " ".join(found.text.split())
        if not text:
            message = f'"{self._inside}{key}" has no value'
            self.report("empty-value", message, found.location, "remove the line, or fill it in")
            return None
        return text

    def required_line(self, key: str, hint: str) -> str | None:
        """Return text on one line and report its absence."""
        text = self.line(key)
        if text is None:
            self.missing(key, hint)
        return text

    def items(self, key: str, wanted: str = "a list") -> tuple[Node, ...]:
        """Return the items of a list; () where it is absent."""
        node = self.node(key)
        if node is None:
            return ()
        if isinstance(node, Sequence):
            return node.items
        hint = f"write [{node.text}]" if isinstance(node, Scalar) else None
        self.wrong(key, wanted, node, hint)
        return ()

    def _scalars(self, key: str) -> list[tuple[str, Scalar]]:
        """Return the single values in a list, each with its text on one line."""
        good: list[tuple[str, Scalar]] = []
        for item in self.items(key):
            if not isinstance(item, Scalar):
                self.wrong(key, "a list of texts", item, "quote the text if it holds [ { or :")
            elif (text := " ".join(item.text.split())) and not item.is_absent:
                good.append((text, item))
            else:
                message = f'an item of "{self._inside}{key}" is empty'
                self.report("empty-value", message, item.location, "remove it, or fill it in")
        return good

    def lines(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple([text for text, _ in self._scalars(key)])

    def references(self, key: str) -> tuple[Reference, ...]:
        """Return a list of names with their places; a name given twice counts once."""
        seen: dict[str, Reference] = {}
        for text, item in self._scalars(key):
            if text not in seen:
                seen[text] = Reference(text, item.location)
        return tuple(seen.values())

    def reference(self, key: str) -> Reference | None:
        """Return one name with its place."""
        found = self.scalar(key)
        return None if found is None else Reference(" ".join(found.text.split()), found.location)

    def date(self, key: str) -> ArchiveDate | None:
        """Return a date."""
        found = self.scalar(key, "a date")
        return None if found is None else self.read_date(found)

    def known_date(self, key: str) -> ArchiveDate | None:
        """Return a date that is not `undated`."""
        found = self.date(key)
        return None if found is None or found == UNDATED else found

    def read_date(self, found: Scalar) -> ArchiveDate | None:
        """Return the date a scalar writes."""
        try:
            return parse_date(found.text)
        except BadDateError as error:
            self.report("bad-date", error.reason, found.location, error.hint)
            return None

    def choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        """Return one of the allowed words."""
        found = self.scalar(key)
        if found is None:
            return default
        if found.text in allowed:
            return found.text
        message = f'"{self._inside}{key}" cannot be "{found.text}"'
        hint = did_you_mean(found.text, allowed) or "write one of " + ", ".join(allowed)
        self.report("bad-value", message, found.location, hint)
        return default

    def whole(self, key: str, default: int, *, least: int, most: int) -> int:
        """Return a whole number between two bounds."""
        found = self.scalar(key, "a number")
        if found is None:
            return default
        if _WHOLE.fullmatch(found.text) and least <= int(found.text) <= most:
            return int(found.text)
        message = f'"{self._inside}{key}" has to be a whole number from {least} to {most}'
        self.report("bad-value", message, found.location)
        return default

    def language(self, key: str) -> str | None:
        """Return a language tag in its usual case."""
        found = self.scalar(key)
        if found is None:
            return None
        return self.read_language(found)

    def read_language(self, found: Scalar) -> str | None:
        """Return the language tag a scalar writes."""
        tag = normal_tag(found.text.strip())
        if tag is None:
            message = f'"{found.text}" is not a language tag'
            hint = "write a code such as en, ru, zh or pt-BR"
            self.report("bad-language", message, found.location, hint)
        return tag

    def by_language(self, key: str) -> dict[str, str]:
        """Return texts by language tag, in the order of the tags."""
        node = self.node(key)
        if node is None:
            return {}
        if not isinstance(node, Mapping):
            self.wrong(key, "texts by language", node, f"write {key}: {{ru: ..., zh: ...}}")
            return {}
        texts: dict[str, str] = {}
        for name, value in node.entries:
            tag = self.read_language(name)
            if not isinstance(value, Scalar):
                self.wrong(f"{key}.{name.text}", "text", value)
            elif tag is not None and value.text.strip():
                texts[tag] = " ".join(value.text.split())
        return dict(sorted(texts.items()))

    def slug(self, name: str) -> str | None:
        """Return the slug, given or made from the file's name."""
        found = self.scalar("slug")
        slug = (make_slug(name) or name) if found is None else found.text.strip()
        fault = slug_fault(slug)
        if fault is None:
            return slug
        place = self.location if found is None else found.location
        source = "made from the file's name" if found is None else "given here"
        better = make_slug(slug)
        hint = "add a line `slug: a-name-of-your-own`"
        if found is not None and better and slug_fault(better) is None:
            hint = f"write {better}"
        self.report("bad-slug", f'the slug "{slug}", {source}, {fault}', place, hint)
        return None

    def urls(self, key: str) -> tuple[str, ...]:
        """Return absolute http or https addresses."""
        good: list[str] = []
        for _, item in self._scalars(key):
            text = item.text.strip()
            if _URL.fullmatch(text):
                good.append(text)
            else:
                message = f'"{text}" is not an http or https address'
                self.report("bad-url", message, item.location, "start it with https://")
        return tuple(good)

    def url(self, key: str) -> str | None:
        """Return one absolute http or https address."""
        found = self.scalar(key)
        if found is None:
            return None
        text = found.text.strip()
        if _URL.fullmatch(text):
            return text
        message = f'"{text}" is not an http or https address'
        self.report("bad-url", message, found.location, "start it with https://")
        return None

    def sha256(self, key: str) -> str | None:
        """Return a SHA-256 digest in small letters."""
        found = self.scalar(key)
        if found is None:
            return None
        text = found.text.strip()
        if _SHA256.fullmatch(text):
            return text.lower()
        message = f"a SHA-256 digest has 64 hexadecimal digits, and this has {len(text)} characters"
        self.report("bad-digest", message, found.location)
        return None

    def inner(self, key: str, wanted: str) -> Fields | None:
        """Return the fields of a mapping inside this one."""
        node = self.node(key)
        if node is None:
            return None
        if isinstance(node, Mapping):
            return Fields(node, self.problems, inside=f"{self._inside}{key}.")
        self.wrong(key, wanted, node)
        return None

    def each(self, key: str, wanted: str, read: Callable[[Fields], T | None]) -> tuple[T, ...]:
        """Return what `read` makes of each mapping in a list."""
        good: list[T] = []
        for item in self.items(key):
            if not isinstance(item, Mapping):
                self.wrong(key, wanted, item)
                continue
            fields = Fields(item, self.problems, inside=f"{self._inside}{key}.")
            value = read(fields)
            fields.close()
            if value is not None:
                good.append(value)
        return tuple(good)

    def image(self, key: str) -> Image | None:
        """Return an image of the archive's own."""
        fields = self.inner(key, "keys such as {src: media/map.png, alt: ...}")
        if fields is None:
            return None
        source = fields.scalar("src")
        if source is None:
            fields.missing("src", "name a file below content/media/")
        alt = fields.line("alt")
        if alt is None:
            message = "the image has no description for those who cannot see it"
            hint = "add alt: with what the picture shows"
            self.report("missing-alt", message, fields.location, hint)
        image = None
        if source is not None:
            image = Image(
                src=source.text.strip(),
                alt=alt or "",
                caption=fields.line("caption"),
                credit=fields.line("credit"),
                location=source.location,
            )
        else:
            fields.line("caption")
            fields.line("credit")
        fields.close()
        return image

    def old_addresses(self, key: str) -> tuple[OldAddress, ...]:
        """Return old addresses as paths inside the site."""
        good: list[OldAddress] = []
        for _, item in self._scalars(key):
            path = _old_path(item.text.strip())
            if path is None:
                message = f'"{item.text}" is not an address below this site'
                hint = "write a path such as /old/path.html"
                self.report("bad-alias", message, item.location, hint)
            else:
                good.append(OldAddress(path, item.location))
        return tuple(good)

    def free(self, key: str) -> dict[str, Any]:
        """Return the free drawer: texts, lists and mappings as written."""
        node = self.node(key)
        if node is None:
            return {}
        if not isinstance(node, Mapping):
            self.wrong(key, "keys and values of your own", node)
            return {}
        plain = _plain(node)
        return plain if isinstance(plain, dict) else {}


def _plain(node: Node) -> Any:  # noqa: ANN401 - the free drawer holds what its writer likes
    # Depth is bounded by composer.MAX_DEPTH.
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return {key.text: _plain(value) for key, value in node.entries}


_FORBIDDEN_IN_PATH: Final = re.compile(r"[\x00-\x1f\x7f\\?#*|<>:\"]")


def _old_path(text: str) -> str | None:
    """Return an old address as a file's path, or None where it can't be a file of this site."""
    if not text.startswith("/") or text.startswith("//") or _FORBIDDEN_IN_PATH.search(text):
        return None
    from urllib.parse import unquote  # noqa: PLC0415 - few articles have old addresses

    path = unquote(text[1:], errors="strict") if "%" in text else text[1:]
    if path == "" or path.endswith("/"):
        path += "index.html"
    parts = path.split("/")
    if any(
        part in {"", ".", ".."}
        or part.startswith(".")
        or part.endswith((" ", "."))
        or len(part.encode()) > 200
        or _FORBIDDEN_IN_PATH.search(part)
        for part in parts
    ):
        return None
    if "." not in parts[-1]:
        # A host that serves /old without a slash answers with /old/index.html or /old.html; the
        # first is what most do with a folder.
        parts.append("index.html")
    return "/".join(parts)
