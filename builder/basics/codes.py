"""Every problem that can be reported: its code, how serious it is, and what it means.

The table is the one source for severities, for `docs/problems.md` and for the test that shows each
code to occur. Kept in groups, by the room that reports it.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple


class Code(NamedTuple):
    """One kind of problem."""

    severity: Literal["error", "warning"]
    meaning: str


def _error(meaning: str) -> Code:
    return Code("error", meaning)


def _warning(meaning: str) -> Code:
    return Code("warning", meaning)


CODES: Final[dict[str, Code]] = {
    # reading files
    "not-utf8": _error("The file is not UTF-8 text."),
    "empty-file": _error("The file is empty."),
    "file-too-large": _error("The file is larger than any article; it was not read."),
    "unreadable-file": _error("The system did not let us read the file."),
    "outside-archive": _error("A symbolic link leads out of the archive."),
    "not-an-archive": _error("The folder has no content/archive.yaml."),
    "unknown-folder": _error("A Markdown file stands where no part of the archive is kept."),
    # reading front matter
    "front-matter-missing": _error("The file does not start with a line of three hyphens."),
    "front-matter-unclosed": _error("The front matter has no closing line of three hyphens."),
    "front-matter-too-large": _error("The front matter is larger than any front matter."),
    "yaml-syntax": _error("The front matter is not valid YAML."),
    "yaml-alias": _error("YAML anchors and aliases are not read."),
    "yaml-nesting": _error("Lists and mappings stand too deep inside one another."),
    "duplicate-key": _error("A key is given twice."),
    "unknown-key": _error("There is no such key."),
    "missing-field": _error("A required field is absent."),
    "wrong-type": _error("The value has the wrong form for its field."),
    "empty-value": _warning("A key is given without a value."),
    "bad-value": _error("The value is not one of those its field allows."),
    "low-contrast": _error("The accent colour cannot be read on the theme's paper."),
    "bad-date": _error("The text is not a date, or no such day exists."),
    "bad-slug": _error("The slug cannot stand in an address."),
    "bad-language": _error("The text is not a language tag."),
    "bad-url": _error("The text is not an absolute http or https address."),
    "bad-alias": _error("The old address cannot stand in this site."),
    "bad-digest": _error("The text is not a SHA-256 digest."),
    "bad-id": _error("An identifier does not have the form its registry gives it."),
    "bad-permalink": _error("The pattern of addresses cannot be used."),
    "date-in-url": _warning("The date in a source's address is not the article's date."),
    "date-order": _warning("Two dates stand the wrong way round."),
    "undeclared-language": _error("The language is not one of the archive's."),
    "no-base-url": _warning("Without base_url there is no sitemap and no canonical address."),
    "no-words": _warning("The theme has no interface words in this language; English is used."),
    # archive: names, addresses, relations
    "duplicate-slug": _error("Two files describe the same term, notice or page."),
    "duplicate-address": _error("Two pages would have the same address."),
    "duplicate-translation": _error("Two articles claim the same language of one translation."),
    "ambiguous-name": _error("A name fits two people or two terms."),
    "unknown-term": _warning("No file describes this person or term; a bare page is made."),
    "similar-terms": _warning("Two names without a file are one letter apart."),
    "date-in-future": _warning("A published article is dated in the future."),
    "before-birth": _warning("An article about a person is dated before the person was born."),
    "unknown-notice": _error("No file describes this notice."),
    "unknown-parent": _error("The parent term does not exist."),
    "term-cycle": _error("A term is its own ancestor, or merged into itself."),
    "embargo-without-date": _error("An embargoed article does not say until when."),
    "withdrawn-without-reason": _error("A withdrawn article does not say when and why."),
    # prose: the text
    "dead-link": _error("A link leads to nothing in this archive."),
    "dead-anchor": _error("A link leads to a heading that its page does not have."),
    "link-to-hidden": _warning("A link leads to an article that is not published."),
    "bad-link-scheme": _error("A link uses a scheme that is not allowed."),
    "missing-media": _error("An image or file does not exist."),
    "remote-image": _error("An image would be fetched from another host."),
    "unused-media": _warning("No text uses this file, so it is not published."),
    "missing-alt": _warning("An image has no description."),
    "bad-image": _error("A picture cannot be read."),
    "image-not-resized": _warning("A picture has no smaller copies."),
    "bad-media-type": _error("A file of this kind is not published."),
    "unsafe-html": _warning("Raw HTML was removed because it is not on the allow list."),
    "html-unbalanced": _warning("A raw HTML element is opened or closed without its other half."),
    "nesting-too-deep": _error("Markdown stands too deep inside itself."),
    "text-too-complex": _error("The text would grow out of all proportion when converted."),
    "table-row-too-long": _warning("A table row has more cells than its head; they are not shown."),
    "footnote-missing": _warning("A footnote is referred to but not written."),
    "footnote-unused": _warning("A footnote is written but never referred to; it is not shown."),
    "duplicate-footnote": _warning("A footnote is written twice; only the first one is shown."),
    "code-fence-unclosed": _warning("A code block is opened and never closed."),
    "heading-level": _warning("A heading skips a level."),
    # pages, rendering, search
    "template-missing": _error("A template does not exist."),
    "template-error": _error("A template cannot be read or rendered."),
    "bad-words": _error("A file of interface words is wrong."),
    "output-busy": _error("Another build is writing the same output."),
    "output-blocked": _error("The output, or the builder's own folder, cannot be written."),
    "worker-died": _error("A process that shared the work was ended from outside."),
    "search-failed": _error("Pagefind did not make a whole index."),
    "search-memory": _warning("A part of the index takes more memory than it was given."),
    "search-poor": _warning("Articles are in a language whose words are not told apart."),
    "history-missing": _warning("Git cannot tell the history that the settings ask for."),
    "history-shallow": _warning("The repository was cloned without its beginnings."),
    "identity-name": _error("A name or address of somebody who edits can be read."),
    "identity-zone": _error("The time zone of somebody who edits can be read."),
    "identity-file": _error("A file that a program of somebody left is tracked."),
    "identity-path": _error("A folder of somebody's machine is named."),
    "identity-media": _error("A picture, document or recording tells more than it shows."),
    "identity-unknown": _warning("Something could not be looked at for traces of people."),
    "host-limit": _warning("The site is more than a host of the settings takes."),
    "security-expired": _warning("The day until which security.txt is good is past."),
    "address-gone": _warning("An address that the last build published exists no more."),
    # import
    "import-unreadable": _error("The source to import cannot be read."),
    "import-bad-line": _error("A line of the source is not the record that was promised."),
    "import-bad-value": _warning("A field of a story cannot be taken; the rest of it was."),
    "import-bad-date": _warning("The date of a story is none; what is certain of it was kept."),
    "import-same-id": _warning("Two different stories of a source have one id; both were taken."),
    "import-conflict": _warning("A story changed in its source, but its file was edited here."),
    "import-doubt": _warning("The end of a text may be a notice; it was left in the text."),
    "import-settings": _error("A new taxonomy could not be added to content/archive.yaml."),
    "import-cannot-write": _error("The system did not let us write a file of the archive."),
    "import-busy": _error("Another import is writing into the same archive."),
}
