"""People, topics and other terms, notices and pages: one file each -> one record each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from builder.basics.problems import Location, Outcome
from builder.model.content import NoticeKind, NoticeRecord, PageRecord, Role, TermRecord
from builder.reading.articles import file_name_parts
from builder.reading.fields import Fields

if TYPE_CHECKING:
    from builder.model.settings import Settings
    from builder.reading.nodes import Mapping

NOTICE_KINDS: Final = ("appeal", "label", "read-more", "other")

_ID_FORMS: Final = {
    "wikidata": (re.compile(r"Q[1-9]\d*"), "a Q and digits, such as Q1524"),
    "viaf": (re.compile(r"[1-9]\d{1,21}"), "digits only"),
    "isni": (re.compile(r"\d{15}[\dX]"), "sixteen digits, the last one may be X"),
    "iptc": (re.compile(r"(?:medtop:)?\d{8}"), "eight digits, such as medtop:20000344"),
}
_PERSON_IDS: Final = ("wikidata", "viaf", "isni")
_TERM_IDS: Final = ("iptc", "wikidata")


def parse_term(head: Mapping, path: str, kind: str, settings: Settings) -> Outcome[TermRecord]:
    """Return the person or term that a front matter describes."""
    return read_term(Fields(head, []), path, kind, settings)


def read_term(fields: Fields, path: str, kind: str, settings: Settings) -> Outcome[TermRecord]:
    """Return the person or term that these fields describe."""
    problems = fields.problems
    stem, _, _ = file_name_parts(path, settings)
    slug = fields.slug(stem)
    is_person = kind == "people"
    name_key, names_key = ("name", "names") if is_person else ("title", "titles")
    name = fields.required_line(name_key, f"add a line `{name_key}: ...`")
    lang = _language(fields, settings)
    record: dict[str, Any] = {
        "names": fields.by_language(names_key),
        "aliases": fields.lines("aliases"),
        "sort_name": fields.line("sort_name"),
        "merged_into": fields.reference("merged_into"),
        "ids": _ids(fields, _PERSON_IDS if is_person else _TERM_IDS),
        "extra": fields.free("extra"),
    }
    if is_person:
        record |= {
            "former_names": fields.lines("former_names"),
            "born": fields.known_date("born"),
            "died": fields.known_date("died"),
            "roles": fields.each("roles", "{title: ..., from: ..., to: ...}", _role),
            "portrait": fields.image("portrait"),
        }
    else:
        record |= {
            "parent": fields.reference("parent"),
            "see_also": fields.references("see_also"),
            "scope_note": fields.line("scope_note"),
        }
    if is_person:
        fields.check_order(record["born"], record["died"], "died", "the death in", "the birth in")
    where = fields.where()
    fields.close()
    if slug is None or name is None:
        return Outcome(None, tuple(problems))
    place = where.get(name_key, Location(path, 1, 1))
    term = TermRecord(
        path=path,
        kind=kind,
        slug=slug,
        name=name,
        lang=lang,
        location=place,
        **record,
    )
    return Outcome(term, tuple(problems))


def _language(fields: Fields, settings: Settings) -> str:
    return fields.language("lang") or settings.main_language


def _role(fields: Fields) -> Role | None:
    title = fields.line("title")
    start, end = fields.known_date("from"), fields.known_date("to")
    if title is None:
        fields.missing("title", "write {title: editor, from: 1993, to: 2022}")
        return None
    fields.check_order(start, end, "to", "the end in", "the beginning in")
    return Role(title, start, end)


def _ids(fields: Fields, registries: tuple[str, ...]) -> dict[str, str]:
    inner = fields.inner("ids", "keys such as {wikidata: Q1524}")
    if inner is None:
        return {}
    ids: dict[str, str] = {}
    for registry in registries:
        found = inner.scalar(registry)
        if found is None:
            continue
        form, shown = _ID_FORMS[registry]
        text = found.text.strip()
        if registry == "isni":
            text = text.replace(" ", "").replace("-", "")
        if not form.fullmatch(text):
            message = f'"{found.text}" is not a {registry} identifier'
            inner.report("bad-id", message, found.location, f"write {shown}")
        elif registry == "isni" and not _isni_checks(text):
            message = f"the last digit of ISNI {found.text} does not fit the others"
            inner.report("bad-id", message, found.location, "look for a digit typed wrong")
        else:
            ids[registry] = text
    inner.close()
    return ids


def _isni_checks(digits: str) -> bool:
    """Return whether the check digit fits: ISO 7064 MOD 11-2, as ISO 27729 asks."""
    total = 0
    for digit in digits[:15]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return digits[15] == ("X" if check == 10 else str(check))


def parse_notice(head: Mapping, path: str, settings: Settings) -> Outcome[NoticeRecord]:
    """Return the notice that a front matter describes."""
    return read_notice(Fields(head, []), path, settings)


def read_notice(fields: Fields, path: str, settings: Settings) -> Outcome[NoticeRecord]:
    """Return the notice that these fields describe."""
    problems = fields.problems
    stem, _, _ = file_name_parts(path, settings)
    slug = fields.slug(stem)
    kind = fields.choice("kind", NOTICE_KINDS, "other")
    title, outlet = fields.line("title"), fields.line("outlet")
    seen_from, seen_to = fields.known_date("seen_from"), fields.known_date("seen_to")
    fields.check_order(seen_from, seen_to, "seen_to", "the end in", "the beginning in")
    lang = _language(fields, settings)
    fields.free("extra")
    fields.close()
    if slug is None:
        return Outcome(None, tuple(problems))
    notice = NoticeRecord(
        path=path,
        slug=slug,
        kind=cast("NoticeKind", kind),
        title=title,
        outlet=outlet,
        seen_from=seen_from,
        seen_to=seen_to,
        lang=lang,
        location=Location(path, 1, 1),
    )
    return Outcome(notice, tuple(problems))


def parse_page(head: Mapping, path: str, settings: Settings) -> Outcome[PageRecord]:
    """Return the page that a front matter describes."""
    return read_page(Fields(head, []), path, settings)


def read_page(fields: Fields, path: str, settings: Settings) -> Outcome[PageRecord]:
    """Return the page that these fields describe."""
    problems = fields.problems
    stem, _, name_lang = file_name_parts(path, settings)
    slug = fields.slug(stem)
    title = fields.required_line("title", "add a line `title: ...`")
    lang = fields.language("lang") or name_lang or settings.main_language
    if lang not in settings.languages:
        message = f'the archive has no language "{lang}"'
        hint = f"add {lang} to `languages` in content/archive.yaml, or correct it here"
        fields.report("undeclared-language", message, fields.where()["lang"], hint)
    key, summary = fields.line("translation_key"), fields.line("summary")
    order = fields.whole("order", 100, least=0, most=999_999)
    aliases = fields.old_addresses("aliases")
    fields.free("extra")
    fields.close()
    if slug is None or title is None or lang not in settings.languages:
        return Outcome(None, tuple(problems))
    page = PageRecord(
        path=path,
        slug=slug,
        title=title,
        lang=lang,
        translation_key=key,
        summary=summary,
        order=order,
        aliases=aliases,
        location=Location(path, 1, 1),
    )
    return Outcome(page, tuple(problems))
