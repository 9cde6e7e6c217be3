"""Atom feeds (RFC 4287) and sitemaps (sitemaps.org) against their schemas and their other rules.

No package ships a schema of Atom, so `tests/schemas/atom.rng` is our own, as is the grammar of
sitemap indexes; the schema that sitemaps.org itself publishes is used for sitemaps besides ours.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import feedparser
from lxml import etree

from tests.checkers.needs import ROOT, SITEMAP_XSD, is_ci, require_sitemap_xsd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SCHEMAS: Final = ROOT / "tests" / "schemas"
_A: Final = {"a": "http://www.w3.org/2005/Atom"}
_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_SITEMAP: Final = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_MOST_LOCS: Final = 50_000
_MOST_BYTES: Final = 52_428_800


def check_atom(path: Path) -> list[str]:
    """Return what is wrong with an Atom feed; its self link and distinct ids count as rules."""
    name = "/".join(path.parts[-3:])
    data = path.read_bytes()
    tree, fault = _parse(data)
    if tree is None:
        return [f"{name}: {fault}"]
    schema = _relax_ng()
    if not schema.validate(tree):
        found = [f"{name}:{line.line}: {line.message}" for line in schema.error_log]
        return found or [f"{name}: not valid"]
    return [f"{name}: {fault}" for fault in (*_atom_rules(tree), *_as_read(data, tree))]


def check_sitemap(path: Path) -> list[str]:
    """Return what is wrong with a sitemap or a sitemap index, by itself."""
    name = "/".join(path.parts[-2:])
    data = path.read_bytes()
    tree, fault = _parse(data)
    if tree is None:
        return [f"{name}: {fault}"]
    found = []
    if len(data) > _MOST_BYTES:
        found.append(f"{name}: larger than 50 MB")
    found += _schema_faults(name, _SCHEMAS / "sitemap.xsd", tree)
    if tree.tag == f"{_SITEMAP}urlset" and (is_ci() or SITEMAP_XSD.is_file()):
        _remove_extensions(tree)
        found += _schema_faults(name, require_sitemap_xsd(), tree)
    locs = Counter(loc.text for loc in tree.iter(f"{_SITEMAP}loc"))
    found += [f"{name}: {loc} stands twice" for loc, times in locs.items() if times > 1]
    if locs.total() > _MOST_LOCS:
        found.append(f"{name}: {locs.total()} addresses, more than {_MOST_LOCS}")
    return found


def check_sitemaps(site: Path, base_url: str) -> list[str]:
    """Return what is wrong with sitemap.xml, its parts, and their mention in robots.txt."""
    top = site / "sitemap.xml"
    if not top.is_file():
        return ["sitemap.xml: absent"]
    found = check_sitemap(top)
    robots = site / "robots.txt"
    if not robots.is_file() or f"Sitemap: {base_url}sitemap.xml" not in robots.read_text("utf-8"):
        found.append("robots.txt: does not name the sitemap")
    seen: Counter[str] = Counter()
    for part in sitemap_parts(site, base_url):
        if not part.is_file():
            found.append(f"sitemap.xml: {part.name} is absent")
            continue
        if part != top:
            found += check_sitemap(part)
        seen.update(_locs(part))
    found += [
        f"{loc}: does not begin with {base_url}" for loc in seen if not loc.startswith(base_url)
    ]
    found += [f"{loc}: stands in two parts" for loc, times in seen.items() if times > 1]
    return found


def sitemap_parts(site: Path, base_url: str) -> list[Path]:
    """Return the files that hold the addresses: sitemap.xml itself, or those that it names."""
    top = site / "sitemap.xml"
    if etree.parse(top).getroot().tag == f"{_SITEMAP}urlset":
        return [top]
    return [site / unquote(loc.removeprefix(base_url)) for loc in _locs(top)]


def sitemap_pages(site: Path, base_url: str) -> list[str]:
    """Return the pages that the sitemaps list, as paths from the site's root, in their order."""
    pages = []
    for part in sitemap_parts(site, base_url):
        for loc in _locs(part):
            page = unquote(loc.removeprefix(base_url))
            pages.append(page + "index.html" if page == "" or page.endswith("/") else page)
    return pages


def _locs(path: Path) -> list[str]:
    return [loc.text or "" for loc in etree.parse(path).iter(f"{_SITEMAP}loc")]


def _schema_faults(name: str, xsd: Path, tree: Any) -> list[str]:  # noqa: ANN401 - lxml is untyped
    schema = _xml_schema(xsd)
    if schema.validate(tree):
        return []
    return [f"{name}:{line.line}: {line.message}" for line in schema.error_log]


def _remove_extensions(tree: Any) -> None:  # noqa: ANN401
    """Take away what the published schema would want to know the schema of."""
    for element in [e for e in tree.iter(etree.Element) if not e.tag.startswith(_SITEMAP)]:
        element.getparent().remove(element)


def _parse(data: bytes) -> tuple[Any, str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        return etree.fromstring(data, parser), ""
    except etree.XMLSyntaxError as error:
        return None, f"not well-formed: {error}"


@cache
def _relax_ng() -> Any:  # noqa: ANN401
    return etree.RelaxNG(etree.parse(_SCHEMAS / "atom.rng"))


@cache
def _xml_schema(path: Path) -> Any:  # noqa: ANN401
    return etree.XMLSchema(etree.parse(path))


def _atom_rules(tree: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield breaches of RFC 4287 that a grammar cannot find; section numbers beside each."""
    feeds = [tree] if tree.tag == f"{_ATOM}feed" else []
    entries = tree.findall("a:entry", _A) if feeds else [tree]
    for ident in tree.iter(f"{_ATOM}id"):  # 4.2.6
        if not _ABSOLUTE.fullmatch(ident.text or ""):
            yield f"line {ident.sourceline}: the id {ident.text!r} is not an absolute IRI"
    ids = Counter(entry.findtext("a:id", namespaces=_A) for entry in entries)
    yield from (f"two entries have the id {ident}" for ident, times in ids.items() if times > 1)
    for date in tree.iter(f"{_ATOM}updated", f"{_ATOM}published"):  # 3.3
        if not _is_real(date.text):
            yield f"line {date.sourceline}: there is no such time: {date.text}"
    for place in (*feeds, *entries, *tree.iter(f"{_ATOM}source")):
        yield from _link_rules(place)
    for feed in feeds:
        if not feed.xpath("a:link[@rel='self']", namespaces=_A):  # 4.1.1, SHOULD
            yield "the feed has no self link"
        if not feed.xpath("a:author", namespaces=_A):  # 4.1.1
            for entry in entries:
                if not entry.xpath("a:author | a:source/a:author", namespaces=_A):
                    yield f"line {entry.sourceline}: neither the feed nor the entry has an author"
    if not feeds and not tree.xpath("a:author | a:source/a:author", namespaces=_A):  # 4.1.2
        yield "the entry has no author"
    for entry in entries:
        yield from _entry_rules(entry)
    for title in tree.iter(f"{_ATOM}title"):
        if not "".join(title.itertext()).strip():
            yield f"line {title.sourceline}: a title is empty"


def _link_rules(place: Any) -> Iterator[str]:  # noqa: ANN401
    """4.1.1, 4.1.2: one alternate link for each media type and language; one self link."""
    kinds: Counter[tuple[str, str, str]] = Counter()
    for link in place.findall("a:link", _A):
        rel = link.get("rel", "alternate")
        rel = rel.removeprefix("http://www.iana.org/assignments/relation/")
        if rel in {"alternate", "self"}:
            kinds[rel, link.get("type", "").lower(), link.get("hreflang", "").lower()] += 1
    for (rel, kind, lang), times in kinds.items():
        if times > 1:
            what = " ".join(filter(None, (rel, kind, lang)))
            yield f"line {place.sourceline}: {times} links are {what}"


def _entry_rules(entry: Any) -> Iterator[str]:  # noqa: ANN401
    line = f"line {entry.sourceline}"
    content = entry.find("a:content", _A)
    has_alternate = bool(entry.xpath("a:link[not(@rel) or @rel='alternate']", namespaces=_A))
    if content is None and not has_alternate:  # 4.1.2
        yield f"{line}: an entry without content has no alternate link"
    if content is not None:
        kind = content.get("type", "text").lower()
        is_text = kind in {"text", "html", "xhtml"} or kind.startswith("text/")
        is_xml = kind.endswith(("+xml", "/xml"))
        is_elsewhere = content.get("src") is not None or not (is_text or is_xml)
        if is_elsewhere and entry.find("a:summary", _A) is None:  # 4.1.2
            yield f"{line}: content that is elsewhere or in Base64 needs a summary"
        if kind.startswith(("multipart/", "message/")):  # 4.1.3.1
            yield f"{line}: the content has a composite media type"
        if not is_xml and kind != "xhtml" and len(content):  # 4.1.3.3
            yield f"{line}: content of the type {kind} holds elements"


def _is_real(text: str | None) -> bool:
    # A leap second is allowed in RFC 3339 and unknown to datetime.
    try:
        dt.datetime.fromisoformat((text or "").replace(":60", ":59"))
    except ValueError:
        return False
    return True


def _as_read(data: bytes, tree: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield what a feed reader stumbles over, or would not show."""
    read = feedparser.parse(data, response_headers={"content-type": "application/atom+xml"})
    if read.bozo:
        yield f"feedparser says {read.bozo_exception}"
    if read.version != "atom10":
        yield f"feedparser takes it for {read.version or 'nothing'}"
    entries = tree.findall("a:entry", _A)
    if tree.tag == f"{_ATOM}feed" and len(read.entries) != len(entries):
        yield f"feedparser sees {len(read.entries)} of {len(entries)} entries"
    for entry in read.entries:
        lacking = [key for key in ("id", "title", "link", "updated_parsed") if not entry.get(key)]
        if lacking:
            yield f"feedparser sees no {', '.join(lacking)} in {entry.get('id', 'an entry')}"
