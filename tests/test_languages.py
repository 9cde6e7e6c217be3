"""The interface in each of its languages: no word missing, none left over, none that cannot fill.

And archives in them: each readable alone, all of them in one folder with a way between.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pytest
from babel import Locale, localedata
from lxml import etree, html

from builder.basics.dates import parse_date
from builder.basics.languages import digit_table, direction, numerals
from builder.model.source import SourceText
from builder.model.words import Words
from builder.reading import parse_words
from tests.archives import ROOT, build_archive, write_archive

if TYPE_CHECKING:
    from pathlib import Path

FOLDER: Final = ROOT / "templates" / "words"
LANGUAGES: Final = ("en", "ru", "uk", "es", "fr", "ar", "fa", "zh")
_FIELD: Final = re.compile(r"\{(\w+)\}")

Entries = dict[str, str | dict[str, str]]


def entries(lang: str) -> Entries:
    """Return a words file as the theme reads it."""
    name = f"words/{lang}.yaml"
    text = (FOLDER / f"{lang}.yaml").read_text("utf-8")
    parsed = parse_words(SourceText(name, text))
    assert parsed.value is not None
    assert not parsed.problems, parsed.problems
    return parsed.value


def faults_of(found: Entries, lang: str, model: Entries) -> list[str]:
    """Return what a words file lacks, has too much of, or could not be shown with."""
    faults = [f"{key} is missing" for key in model if key not in found]
    faults += [f"{key} is in no other file" for key in found if key not in model]
    common = [key for key in found if key in model]
    if common != [key for key in model if key in found]:
        faults.append("the words are not in the order of en.yaml")
    rule = Locale.parse(lang).plural_form
    numbers = defaultdict(set)
    for n in range(1001):
        numbers[rule(n)].add(n)
    for key in common:
        forms, wanted = (e if isinstance(e, dict) else {"": e} for e in (found[key], model[key]))
        if ("" in forms) != ("" in wanted):
            faults.append(f"{key} has plural forms in one file and none in the other")
        elif "" not in forms and set(forms) != rule.tags | {"other"}:
            faults.append(f"{key} has not the plural forms of {lang}")
        fields = {name for text in wanted.values() for name in _FIELD.findall(text)}
        for form, text in forms.items():
            if not text.strip():
                faults.append(f"{key} is empty")
            # "One article" in Arabic needs no figure: the form stands for that number alone.
            free = {"n"} if len(numbers[form]) == 1 else set()
            given = _FIELD.findall(text)
            if set(given) | free != fields | free or len(given) > len(set(given)):
                faults.append(f"{key} has the fields {given} and needs {sorted(fields)}")
            if re.search(r"[{}]", _FIELD.sub("", text)):
                faults.append(f"{key} has a brace that is no field")
    return faults


def test_the_theme_speaks_these_languages() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(LANGUAGES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_language_has_every_word(lang: str) -> None:
    faults = faults_of(entries(lang), lang, entries("en"))
    assert not faults, "\n".join(faults)


def test_a_faulty_words_file_is_found() -> None:
    model = entries("en")
    good = entries("uk")

    def faults(**changes: str | dict[str, str] | None) -> list[str]:
        changed = {key: changes.get(key, value) for key, value in good.items()} | changes
        return faults_of({k: v for k, v in changed.items() if v is not None}, "uk", model)

    assert faults() == []
    assert faults(home=None) == ["home is missing"]
    assert faults(extra="Зайве") == ["extra is in no other file"]
    assert faults(home=" ") == ["home is empty"]
    assert len(faults(mentions_of="Згадки")) == 1
    assert len(faults(home="{name}")) == 1
    assert len(faults(decade="{year}{year}-ті")) == 1
    assert len(faults(home="Голов{на")) == 1
    assert len(faults(articles="{n} статей")) >= 1
    assert len(faults(articles={"one": "{n} стаття", "other": "{n} статті"})) == 1
    swapped = {"search": good["search"], **{k: v for k, v in good.items() if k != "search"}}
    assert faults_of(swapped, "uk", model) == ["the words are not in the order of en.yaml"]


def test_every_word_is_used() -> None:
    """What no template and no view asks for is only there to be translated."""
    sources = [
        path.read_text("utf-8")
        for folder, kinds in (("templates", {".html", ".xml", ".json"}), ("builder", {".py"}))
        for path in (ROOT / folder).rglob("*")
        if path.suffix in kinds
    ]
    asked = set(re.findall(r"words\.(\w+)|[\"'](\w+)[\"']", "\n".join(sources)))
    plain = {name for pair in asked for name in pair if name}
    # Looked up by a name that is put together: notice_appeal, kind_people.
    made = tuple(name for name in plain if name.endswith("_"))
    made += tuple(re.findall(r"[\"'](\w+_)\{", "\n".join(sources)))
    unused = [key for key in entries("en") if key not in plain and not key.startswith(made)]
    assert not unused, unused


@pytest.mark.parametrize(
    ("lang", "point", "span", "count"),
    [
        ("en", "May 8, 2025, 14:00 UTC+3", "about August 1937", "12,345 articles"),
        (
            "ru",
            "8 мая 2025\u202fг., 14:00 UTC+3",
            "примерно август 1937\u202fг.",
            "12\u00a0345 статей",
        ),
        (
            "uk",
            "8 травня 2025\u202fр., 14:00 UTC+3",
            "приблизно серпень 1937\u202fр.",
            "12\u00a0345 статей",
        ),
        ("es", "8 de mayo de 2025, 14:00 UTC+3", "agosto de 1937 (aprox.)", "12.345 artículos"),
        ("fr", "8 mai 2025, 14:00 UTC+3", "août 1937 (environ)", "12\u202f345 articles"),
        ("ar", "8 مايو 2025، 14:00 \u2066UTC+3\u2069", "نحو أغسطس 1937", "12,345 مقالة"),
        ("fa", "۸ مهٔ ۲۰۲۵،\u200f ۱۴:۰۰ \u2066UTC+3\u2069", "حدود اوت ۱۹۳۷", "۱۲٬۳۴۵ مقاله"),
        ("zh", "2025年5月8日 14:00 UTC+3", "约1937年8月", "12,345 篇文章"),
    ],
)
def test_dates_and_numbers(lang: str, point: str, span: str, count: str) -> None:
    words = Words(lang, entries(lang))
    assert words.date(parse_date("2025-05-08T14:00+03:00")) == point
    assert words.date(parse_date("1937-08~")) == span
    assert words.count("articles", 12_345) == count


def test_digits_and_directions_are_those_of_cldr() -> None:
    for name in localedata.locale_identifiers():
        locale, tag = Locale.parse(name), name.replace("_", "-")
        assert numerals(tag) == locale.default_numbering_system, tag
        # Mongolian is written downwards, which no page of ours is.
        if locale.text_direction != "ttb":
            assert direction(tag) == locale.text_direction, tag
        for digit, own in digit_table(numerals(tag)).items():
            assert int(chr(own)) == int(chr(digit))


def _article(lang: str, number: int) -> str:
    return (
        f"---\ntitle: {Words(lang, entries(lang)).month(number)}\nlang: {lang}\n"
        f"date: {2023 + number}-05-08\npeople: [jane-roe]\ntopics: [press]\n"
        f"translation_key: k{number}\n---\n{Words(lang, entries(lang)).month(5)}.\n"
    )


def _archive(folder: Path, languages: tuple[str, ...]) -> Path:
    """Write an archive with two articles in each language, and build it without a warning."""
    listed = ", ".join(languages)
    names = ", ".join(f"{lang}: {entries(lang)['home']}" for lang in languages)
    files = {
        "content/archive.yaml": (
            f"title: T-1\nbase_url: https://archive.example/\nlanguages: [{listed}]\n"
        ),
        "content/people/jane-roe.md": (
            f"---\nname: Jane Roe\nnames: {{{names}}}\nborn: 1931\n---\n{languages[0]}.\n"
        ),
        "content/topics/press.md": f"---\ntitle: Press\ntitles: {{{names}}}\n---\n",
    }
    for lang in languages:
        for number in (1, 2):
            files[f"content/articles/{lang}-{number}.md"] = _article(lang, number)
    write_archive(folder, files)
    assert build_archive(folder).problems == ()
    return folder / "site"


@pytest.mark.parametrize("lang", ["fa", "uk"])
def test_an_archive_of_one_language_speaks_it_alone(lang: str, tmp_path: Path) -> None:
    site = _archive(tmp_path, (lang,))
    own = entries(lang)
    english = {
        text
        for key, entry in entries("en").items()
        for text in ([entry] if isinstance(entry, str) else entry.values())
        if text != own[key] and re.search("[a-z]{3}", _FIELD.sub("", text))
    }
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 10
    for path in pages:
        tree = html.fromstring(path.read_bytes())
        assert tree.get("lang") == lang, path
        assert tree.get("dir") == ("rtl" if lang == "fa" else "ltr"), path
        shown = tree.xpath("//text()[not(ancestor::code | ancestor::script)]")
        shown += tree.xpath("//@aria-label | //@placeholder | //@title")
        foreign = {text for text in shown if any(word in text for word in english)}
        assert not foreign, (path, foreign)
        if lang == "fa":
            visible = " ".join(tree.xpath("//body//text()[not(ancestor::code)]"))
            assert not re.search("[0-9]", visible.replace("T-1", "").replace("UTC", "")), path


def test_languages_of_one_archive_lead_to_each_other(tmp_path: Path) -> None:
    site = _archive(tmp_path, LANGUAGES)
    alternates: dict[str, dict[str, str]] = {}
    for path in sorted(site.rglob("*.html")):
        page = html.fromstring(path.read_bytes())
        links = page.xpath("//link[@rel='alternate'][@hreflang]")
        assert len({link.get("hreflang") for link in links}) == len(links), path
        if links:
            url = path.relative_to(site).as_posix().removesuffix("index.html")
            address = f"https://archive.example/{url}"
            alternates[address] = {link.get("hreflang"): link.get("href") for link in links}
            assert alternates[address][page.get("lang")] == address
    kinds = {"", "people.html", "dates.html", "2025.html", "people/jane-roe.html"}
    assert {f"https://archive.example/{kind}" for kind in kinds} <= set(alternates)
    listed: dict[str, dict[str, str]] = {}
    for url in etree.parse(site / "sitemap/1.xml").getroot():
        links = url.findall("{http://www.w3.org/1999/xhtml}link")
        if links:
            listed[url[0].text] = {link.get("hreflang"): link.get("href") for link in links}
    assert len(listed) == 2 * len(LANGUAGES)
    assert listed == {address: alternates[address] for address in listed}
    for address, found in alternates.items():
        assert set(found) == {*LANGUAGES, "x-default"}, address
        assert found["x-default"] == found["en"]
        for target in found.values():
            assert alternates[target] == found, (address, target)
