"""Follows every link of a built site on disk, as a browser would.

A relative address that never climbs above the site's own folder means the same file wherever the
folder stands; so a folder without findings works at a domain's root, under any path and from disk.
Only 404.html, which is shown at any address, may know where the site stands (`prefix`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

from lxml import etree

from tests.checkers.references import (
    SRCSET_ATTRIBUTES,
    URL_ATTRIBUTES,
    Use,
    css_urls,
    is_url,
    refresh_url,
    srcset_urls,
    use_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ATOM: Final = "{http://www.w3.org/2005/Atom}"
SITEMAP: Final = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_XML_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
_XLINK: Final = "{http://www.w3.org/1999/xlink}href"

_NOT_FOUND: Final = "404.html"
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_UNCLEAN: Final = re.compile(r"[\x00-\x20\x7f\\<>\"]")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SMALL_FILE: Final = re.compile(
    r"data:application/(?:x-bibtex|x-research-info-systems|vnd\.citationstyles\.csl\+json)"
    r";charset=utf-8,[^\s\"'<>\\^`{|}#]+$"
)
"""What a link may hold in itself: a citation, to be saved and never opened as a page."""
_NEVER_FOLLOWED: Final = ("javascript:", "vbscript:", "data:", "file:", "blob:")

_HOLDERS: Final = etree.XPath(
    "//*["
    + " or ".join(f"@{name}" for name in (*URL_ATTRIBUTES, *SRCSET_ATTRIBUTES) if ":" not in name)
    + " or @http-equiv or @property or @ping or name()='base']"
)
_XLINK_HOLDERS: Final = etree.XPath("//*[@*[name()='xlink:href']]")
_IDS: Final = etree.XPath("//@id", smart_strings=False)


class Reference(NamedTuple):
    """An address as it stands in a file."""

    address: str
    use: Use
    where: str
    """For a finding: `<a href>`."""
    may_be_absolute: bool = False
    """Whether the form wants the whole address: canonical links, feeds, sitemaps."""


class _Place(NamedTuple):
    """Where an address leads, or why it leads nowhere."""

    file: str | None
    fragment: str
    fault: str


def check_links(
    site: Path, *, prefix: str = "/", base_url: str | None = None, sample: int | None = None
) -> list[str]:
    """Return every link of the site that does not lead to a file and anchor inside it.

    Pages, stylesheets, drawings, Atom feeds, sitemaps and robots.txt are read.

    Args:
        site: The built folder.
        prefix: The path at which 404.html expects the site; starts and ends with a slash.
        base_url: What absolute addresses of the site begin with; None if there may be none.
        sample: Read only about so many pages, spread evenly; whatever they link to is looked up.
    """
    return _Walk(site, prefix, base_url).findings(sample)


def all_files(site: Path) -> list[str]:
    """Return every file of the site, sorted, as posix paths from its root."""
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())


def parse_html(data: bytes) -> Any:  # noqa: ANN401 - lxml has no types
    """Return the tree of a page, read as forgivingly as a browser would; None for no page."""
    if not data.strip():
        return None
    return etree.fromstring(data, etree.HTMLParser(encoding="utf-8", huge_tree=True))


def references_of_html(tree: Any, data: bytes) -> Iterator[Reference]:  # noqa: ANN401
    """Yield every address in a page, in document order; `base` comes as it stands."""
    for element in _HOLDERS(tree):
        yield from _references_of_element(element)
    if b"xlink:href" in data.lower():
        for element in _XLINK_HOLDERS(tree):
            value = element.get("xlink:href") or element.get(_XLINK) or ""
            yield Reference(value, use_of(element.tag, "href", None), f"<{element.tag} xlink:href>")


def _references_of_element(element: Any) -> Iterator[Reference]:  # noqa: ANN401
    tag: str = element.tag
    if tag == "base":
        return
    rel = element.get("rel")
    for name, value in element.attrib.items():
        if name == "href" and "download" in element.attrib and _SMALL_FILE.match(value):
            continue
        if name in URL_ATTRIBUTES and is_url(tag, name):
            passive = tag == "link" and name == "href" and not use_of(tag, name, rel).is_load
            where = f"<{tag} rel={rel} {name}>" if tag == "link" else f"<{tag} {name}>"
            yield Reference(value, use_of(tag, name, rel), where, may_be_absolute=passive)
        elif name in SRCSET_ATTRIBUTES:
            for url in srcset_urls(value):
                yield Reference(url, use_of(tag, "src", None), f"<{tag} {name}>")
        elif name == "ping":
            for url in value.split():
                yield Reference(url, use_of("img", "src", None), f"<{tag} ping>")
    if tag == "meta":
        yield from _references_of_meta(element)


def _references_of_meta(element: Any) -> Iterator[Reference]:  # noqa: ANN401
    content = element.get("content") or ""
    if (element.get("http-equiv") or "").lower() == "refresh":
        url = refresh_url(content)
        if url is not None:
            yield Reference(url, use_of("img", "src", None), "<meta refresh>")
    name = (element.get("property") or "").lower()
    if name in {"og:url", "og:image", "og:image:url", "og:audio", "og:video"}:
        use = Use(is_load=False, is_followed=False)
        yield Reference(content, use, f"<meta {name}>", may_be_absolute=True)


class _Walk:
    """One check of one folder."""

    def __init__(self, site: Path, prefix: str, base_url: str | None) -> None:
        if not (prefix.startswith("/") and prefix.endswith("/")):
            msg = f"a prefix starts and ends with a slash: {prefix!r}"
            raise ValueError(msg)
        self.site = site
        self.prefix = prefix
        self.base_url = base_url
        self.paths = all_files(site)
        self.files = frozenset(self.paths)
        self.folders = frozenset(
            path[:cut] for path in self.paths for cut in range(len(path)) if path[cut] == "/"
        )
        self.ids: dict[str, frozenset[str]] = {}
        self.found: list[str] = []
        self.anchors: list[tuple[str, Reference, str, str]] = []
        self.known: dict[str, _Place] = {}
        self.folder = ""
        self.based: set[str] = set()

    def findings(self, sample: int | None) -> list[str]:
        pages = [path for path in self.paths if path.endswith((".html", ".htm"))]
        if not pages:
            return [f"{self.site.name}: there is no page"]
        if sample is not None and sample < len(pages):
            pages = [pages[index * len(pages) // sample] for index in range(sample)]
        for path in pages:
            self.page(path)
        for path in self.paths:
            if path.endswith(".css"):
                self.stylesheet(path)
            elif path.endswith(".svg"):
                self.drawing(path)
            elif path.endswith(".xml"):
                self.xml(path)
        if "robots.txt" in self.files:
            self.robots()
        for path, reference, target, fragment in self.anchors:
            self.anchor(path, reference, target, fragment)
        return self.found

    # Kinds of files

    def page(self, path: str) -> None:
        data = (self.site / path).read_bytes()
        tree = parse_html(data)
        if tree is None:
            self.found.append(f"{path}: the page is empty")
            return
        self.remember_ids(path, tree)
        folder = self.folder_of_page(path, tree)
        for reference in references_of_html(tree, data):
            self.reference(path, folder, reference)

    def folder_of_page(self, path: str, tree: Any) -> str:  # noqa: ANN401
        """Return the folder against which relative addresses count, "" or ending in a slash."""
        base = next((b for b in tree.iter("base") if b.get("href") is not None), None)
        if base is None:
            return path[: path.rfind("/") + 1]
        href = base.get("href")
        self.based.add(path)
        for start in (self.prefix, self.base_url):
            if path == _NOT_FOUND and start and href.startswith(start):
                rest = str(href)[len(start) :]
                return rest[: rest.rfind("/") + 1]
        self.found.append(f"{path}: <base href> {href!r} moves every link of the page")
        return path[: path.rfind("/") + 1]

    def stylesheet(self, path: str) -> None:
        folder = path[: path.rfind("/") + 1]
        for url in css_urls((self.site / path).read_text("utf-8")):
            self.reference(path, folder, Reference(url, use_of("img", "src", None), "url()"))

    def drawing(self, path: str) -> None:
        tree = self.parse_xml(path)
        if tree is None:
            return
        self.ids[path] = frozenset(_IDS(tree))
        folder = path[: path.rfind("/") + 1]
        for element in tree.iter(etree.Element):
            tag = etree.QName(element).localname
            for name in ("href", _XLINK):
                if (value := element.get(name)) is not None:
                    reference = Reference(value, use_of(tag, "href", None), f"<{tag} href>")
                    self.reference(path, folder, reference)

    def xml(self, path: str) -> None:
        tree = self.parse_xml(path)
        if tree is None:
            return
        if tree.tag == f"{ATOM}feed":
            self.feed(path, tree)
        elif tree.tag in {f"{SITEMAP}urlset", f"{SITEMAP}sitemapindex"}:
            said = Use(is_load=False, is_followed=False)
            for element in tree.iter(f"{SITEMAP}loc"):
                reference = Reference(element.text or "", said, "<loc>", may_be_absolute=True)
                self.whole_address(path, reference)
            for element in tree.iter(f"{XHTML}link"):
                value = element.get("href") or ""
                reference = Reference(value, said, "<xhtml:link>", may_be_absolute=True)
                self.whole_address(path, reference)

    def feed(self, path: str, tree: Any) -> None:  # noqa: ANN401
        for element in tree.iter(f"{ATOM}link", f"{ATOM}content", f"{ATOM}icon", f"{ATOM}logo"):
            name = etree.QName(element).localname
            attribute = {"link": "href", "content": "src"}.get(name)
            value = element.get(attribute) if attribute else element.text
            if value is None:
                continue
            rel = element.get("rel", "alternate") if name == "link" else ""
            where = f"<{name} rel={rel}>" if rel else f"<{name}>"
            is_ours = rel in {"", "alternate", "self", "next", "previous", "first", "last"}
            use = Use(is_load=is_ours, is_followed=not is_ours)
            reference = Reference(value, use, where, may_be_absolute=True)
            self.reference(path, self.folder_of_element(path, element), reference)
        for element in tree.iter(f"{ATOM}content", f"{ATOM}summary", f"{ATOM}title"):
            if element.get("type") == "html" and (element.text or "").strip():
                data = element.text.encode()
                folder = self.folder_of_element(path, element)
                for reference in references_of_html(parse_html(data), data):
                    inside = reference._replace(
                        where=f"{reference.where} in <{etree.QName(element).localname}>",
                        may_be_absolute=True,
                    )
                    self.reference(path, folder, inside)

    def folder_of_element(self, path: str, element: Any) -> str:  # noqa: ANN401
        """Return the folder against which addresses in this element of a feed count."""
        for place in (element, *element.iterancestors()):
            base = place.get(_XML_BASE)
            if base is not None:
                if self.base_url and base.startswith(self.base_url):
                    rest = str(base)[len(self.base_url) :]
                    return rest[: rest.rfind("/") + 1]
                self.found.append(f"{path}: xml:base {base!r} is not the site")
        return path[: path.rfind("/") + 1]

    def robots(self) -> None:
        said = Use(is_load=False, is_followed=False)
        for line in (self.site / "robots.txt").read_text("utf-8").splitlines():
            key, colon, value = line.partition(":")
            if colon and key.strip().lower() == "sitemap":
                reference = Reference(value.strip(), said, "Sitemap:", may_be_absolute=True)
                self.whole_address("robots.txt", reference)

    def parse_xml(self, path: str) -> Any:  # noqa: ANN401
        try:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
            return etree.fromstring((self.site / path).read_bytes(), parser)
        except etree.XMLSyntaxError as error:
            self.found.append(f"{path}: not well-formed: {error}")
            return None

    # Addresses

    def reference(self, path: str, folder: str, reference: Reference) -> None:
        address = reference.address
        scheme = _SCHEME.match(address)
        if scheme is not None and not _UNCLEAN.search(address):
            self.absolute(path, reference, scheme[0].lower())
            return
        if folder != self.folder:
            # Pages of one folder share most of their links; other folders resolve them otherwise.
            self.known.clear()
            self.folder = folder
        if path == _NOT_FOUND or address[:1] in {"#", "?"}:
            place = self.resolve(path, folder, address)
        else:
            if address not in self.known:
                self.known[address] = self.resolve(path, folder, address)
            place = self.known[address]
        self.take(path, reference, place)

    def take(self, path: str, reference: Reference, place: _Place) -> None:
        if place.fault:
            self.fault(path, reference, place.fault)
        elif place.fragment and place.file is not None:
            self.anchors.append((path, reference, place.file, place.fragment))

    def fault(self, path: str, reference: Reference, fault: str) -> None:
        self.found.append(f"{path}: {reference.where} {reference.address!r} {fault}")

    def absolute(self, path: str, reference: Reference, scheme: str) -> None:
        address, use = reference.address, reference.use
        is_ours = self.base_url is not None and address.startswith(self.base_url)
        if scheme not in {"http:", "https:"}:
            if scheme in _NEVER_FOLLOWED and not (use.is_load and scheme == "data:"):
                self.fault(path, reference, f"has the scheme {scheme}")
        elif is_ours:
            if reference.may_be_absolute:
                self.whole_address(path, reference)
            else:
                self.fault(path, reference, "names a page of this site by its whole address")
        elif use.is_load:
            self.fault(path, reference, "is loaded from another host")
        elif reference.where.startswith(
            ("<link rel=canonical", "<link rel=alternate", "<meta og:")
        ):
            self.fault(path, reference, "should be an address of this site")

    def whole_address(self, path: str, reference: Reference) -> None:
        """Check an absolute address that must be one of this site's; it may name a folder."""
        address = reference.address
        if self.base_url is None or not address.startswith(self.base_url):
            self.fault(path, reference, f"does not begin with {self.base_url}")
            return
        rest, hash_, fragment = address[len(self.base_url) :].partition("#")
        rest = rest.partition("?")[0]
        if rest == "" or rest.endswith("/"):
            rest += "index.html"
        place = self.resolve("index.html", "", rest + hash_ + fragment)
        self.take(path, reference, place)

    def resolve(self, path: str, folder: str, address: str) -> _Place:
        """Return where a relative address on `path` leads, `folder` being what it counts from."""
        if address == "":
            return _Place(None, "", "is empty")
        if _UNCLEAN.search(address) or _BAD_ESCAPE.search(address):
            return _Place(None, "", "is not a clean address")
        if address.startswith("//"):
            return _Place(None, "", "names another host")
        way, _, fragment = address.partition("#")
        way = way.partition("?")[0]
        if way.startswith("/"):
            if path != _NOT_FOUND or not way.startswith(self.prefix):
                return _Place(None, "", "is a path from the host's root")
            folder, way = "", way[len(self.prefix) :]
        elif way == "":
            if path in self.based:
                return _Place(None, "", "leads to the base, not to this page")
            return _Place(path, fragment, "")
        segments = folder.split("/")[:-1]
        for segment in (parts := way.split("/")):
            plain = segment.replace("%2e", ".").replace("%2E", ".")
            if plain == "..":
                if not segments:
                    return _Place(None, "", "climbs out of the site")
                segments.pop()
            elif plain != ".":
                segments.append(segment)
        if parts[-1] in {"", ".", ".."}:
            return _Place(None, "", "names a folder, not a file")
        try:
            file = unquote("/".join(segments), errors="strict")
        except UnicodeDecodeError:
            return _Place(None, "", "is not UTF-8 when decoded")
        if file in self.files:
            return _Place(file, fragment, "")
        if file in self.folders:
            return _Place(None, "", "names a folder, not a file")
        return _Place(None, "", "leads to nothing")

    # Anchors

    def remember_ids(self, path: str, tree: Any) -> None:  # noqa: ANN401
        ids = _IDS(tree)
        self.ids[path] = frozenset(ids)
        if len(self.ids[path]) != len(ids):
            twice = sorted({name for name in ids if ids.count(name) > 1})
            self.found.append(f"{path}: ids stand twice: {', '.join(twice)}")

    def anchor(self, path: str, reference: Reference, target: str, fragment: str) -> None:
        fragment = fragment.partition(":~:")[0]
        if not target.endswith((".html", ".htm", ".svg")) or fragment in {"", "top"}:
            return
        if target not in self.ids:
            tree = parse_html((self.site / target).read_bytes())
            self.ids[target] = frozenset() if tree is None else frozenset(_IDS(tree))
        if not {fragment, unquote(fragment)} & self.ids[target]:
            self.fault(path, reference, "names an anchor that its page does not have")
