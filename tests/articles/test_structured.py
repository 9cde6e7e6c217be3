"""What pages say of themselves to machines equals their front matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.archives import build_archive, files_of, write_archive
from tests.articles.reading import graph_of, tags_of

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

ARCHIVE = """\
-- content/archive.yaml --
title: An <archive> & more
description: What was printed
base_url: https://archive.example/sub/
languages: [en, ru]
taxonomies: [places, organisations, series, sections]
license: CC-BY-4.0
-- content/people/andrei-sakharov.md --
---
name: Andrei Sakharov
names: {ru: Андрей Сахаров}
aliases: [A. D. Sakharov]
former_names: [Andryusha]
born: 1921-05-21
died: 1989-12
roles: [{title: Physicist, from: 1948, to: 1968}, {title: Deputy, from: 1989-04}]
ids: {wikidata: Q40286, viaf: 71390837}
portrait: {src: media/face.png, alt: A face}
---
He </script> wrote.
-- content/topics/dissent.md --
---
title: Dissent
titles: {ru: Инакомыслие}
aliases: [Opposition]
scope_note: Against the grain
ids: {iptc: "medtop:20000344"}
---
-- content/articles/1974/x.md --
---
title: 'A "title" </script><script>alert(1)</script> & 真理'
date: 1974-04~
updated: 1975-01-02
lang: en
translation_key: x
authors: [Jane Roe, Reuters Staff]
people: [andrei-sakharov]
mentions: [Yelena Bonner]
topics: [dissent]
places: [Moscow]
organisations: [KGB]
series: [Letters]
sections: [World]
summary: What <b>happened</b>
dateline: MOSCOW
image: {src: media/face.png, alt: A face, caption: He & she, credit: TASS}
source: {outlet: The Times, urls: ["https://a.example/?a=1&b=2"], captured: 2020}
corrections: [{date: 1974-05, text: "The name was <wrong>."}]
license: CC0-1.0
---
A text.
-- content/articles/1974/x.ru.md --
---
title: Правда
date: 1974-04
translation_key: x
people: [andrei-sakharov]
---
Текст.
-- content/articles/y.md --
---
title: Undated
date: undated
---
A text.
"""
BASE = "https://archive.example/sub/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.edits import PNG

    root = write_archive(
        tmp_path_factory.mktemp("graphs"), {**files_of(ARCHIVE), "content/media/face.png": PNG}
    )
    build_archive(root)
    return root / "site"


def test_an_article_is_what_its_front_matter_says(site: Path) -> None:
    found = graph_of(site / "1974/04/x.html")
    where = f"{BASE}1974/04/x.html"
    article = found["NewsArticle"]
    image = article.pop("image")
    assert article == {
        "@type": "NewsArticle",
        "@id": where,
        "headline": 'A "title" </script><script>alert(1)</script> & 真理',
        "inLanguage": "en",
        "datePublished": "1974-04",
        "dateModified": "1975-01-02",
        "description": "What <b>happened</b>",
        "author": [
            {"@type": "Person", "name": "Jane Roe"},
            {"@type": "Organization", "name": "Reuters Staff"},
        ],
        "locationCreated": "MOSCOW",
        "about": [
            {
                "@type": "Person",
                "@id": f"{BASE}people/andrei-sakharov.html#it",
                "name": "Andrei Sakharov",
                "sameAs": [
                    "https://viaf.org/viaf/71390837",
                    "http://www.wikidata.org/entity/Q40286",
                ],
            },
            {
                "@type": "Thing",
                "@id": f"{BASE}topics/dissent.html#it",
                "name": "Dissent",
                "sameAs": ["http://cv.iptc.org/newscodes/mediatopic/20000344"],
            },
            {"@type": "Place", "@id": f"{BASE}places/moscow.html#it", "name": "Moscow"},
            {"@type": "Organization", "@id": f"{BASE}organisations/kgb.html#it", "name": "KGB"},
        ],
        "mentions": [
            {
                "@type": "Person",
                "@id": f"{BASE}people/yelena-bonner.html#it",
                "name": "Yelena Bonner",
            }
        ],
        "isPartOf": [
            {"@type": "WebSite", "@id": BASE, "name": "An <archive> & more"},
            {
                "@type": "CreativeWorkSeries",
                "@id": f"{BASE}series/letters.html#it",
                "name": "Letters",
            },
        ],
        "articleSection": ["World"],
        "publisher": {"@type": "Organization", "name": "The Times"},
        "sourceOrganization": {"@type": "Organization", "name": "The Times"},
        "isBasedOn": ["https://a.example/?a=1&b=2"],
        "workTranslation": [
            {"@type": "NewsArticle", "@id": f"{BASE}ru/1974/04/x.html", "inLanguage": "ru"}
        ],
        "correction": [
            {
                "@type": "CorrectionComment",
                "datePublished": "1974-05",
                "text": "The name was <wrong>.",
            }
        ],
        "license": "CC0-1.0",
    }
    assert image["@type"] == "ImageObject"
    assert image["contentUrl"] == f"{BASE}media/face.png"
    assert (image["caption"], image["creditText"]) == ("He & she", "TASS")
    trail = found["BreadcrumbList"]["itemListElement"]
    assert [(item["position"], item["name"], item["item"]) for item in trail] == [
        (1, "Front page", BASE),
        (2, "1974", f"{BASE}1974.html"),
        (3, "April", f"{BASE}1974/04.html"),
    ]


def test_an_undated_article_has_no_date(site: Path) -> None:
    article = graph_of(next(site.glob("undated/*.html")))["NewsArticle"]
    assert "datePublished" not in article
    assert article["publisher"]["name"] == "An <archive> & more"


def test_a_person_is_what_the_record_says(site: Path) -> None:
    found = graph_of(site / "people/andrei-sakharov.html")
    where = f"{BASE}people/andrei-sakharov.html"
    person = found["Person"]
    assert person.pop("image")["contentUrl"] == f"{BASE}media/face.png"
    assert person == {
        "@type": "Person",
        "@id": f"{where}#it",
        "url": where,
        "name": "Andrei Sakharov",
        "sameAs": ["https://viaf.org/viaf/71390837", "http://www.wikidata.org/entity/Q40286"],
        "alternateName": ["Андрей Сахаров", "A. D. Sakharov", "Andryusha"],
        "description": "He wrote.",
        "birthDate": "1921-05-21",
        "deathDate": "1989-12",
        "jobTitle": ["Physicist", "Deputy"],
        "hasOccupation": [
            {
                "@type": "Role",
                "hasOccupation": {"@type": "Occupation", "name": "Physicist"},
                "startDate": "1948",
                "endDate": "1968",
            },
            {
                "@type": "Role",
                "hasOccupation": {"@type": "Occupation", "name": "Deputy"},
                "startDate": "1989-04",
            },
        ],
    }
    assert found["ProfilePage"]["mainEntity"] == {"@id": f"{where}#it"}
    russian = graph_of(site / "ru/people/andrei-sakharov.html")["Person"]
    assert russian["name"] == "Андрей Сахаров"
    assert "Andrei Sakharov" in russian["alternateName"]


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("index.html", {"WebSite"}),
        ("people.html", {"CollectionPage", "BreadcrumbList"}),
        ("topics/dissent.html", {"CollectionPage", "Thing", "BreadcrumbList"}),
        ("series/letters.html", {"CollectionPage", "CreativeWorkSeries", "BreadcrumbList"}),
        ("1974/04.html", {"CollectionPage", "BreadcrumbList"}),
        ("404.html", set()),
    ],
)
def test_every_kind_of_page_says_what_it_is(site: Path, path: str, kinds: set[str]) -> None:
    found = graph_of(site / path)
    assert set(found) == kinds
    for node in found.values():
        if node["@type"] == "CollectionPage":
            assert node["@id"] == BASE + path
            assert node["isPartOf"]["@id"] == BASE


def test_the_front_page_says_how_to_search(site: Path) -> None:
    action = graph_of(site / "ru/index.html")["WebSite"]["potentialAction"]
    assert action["target"]["urlTemplate"] == f"{BASE}ru/search.html?q={{search_term_string}}"


def test_zotero_finds_an_article_of_a_newspaper(site: Path) -> None:
    """As its translator Embedded Metadata (2026) chooses: no journal's title, the type by DC."""
    tags = tags_of(site / "1974/04/x.html")
    found = dict(tags)
    assert found["citation_title"] == 'A "title" </script><script>alert(1)</script> & 真理'
    assert [value for name, value in tags if name == "citation_author"] == [
        "Jane Roe",
        "Reuters Staff",
    ]
    assert found["citation_publication_date"] == "1974/04"
    assert found["citation_language"] == "en"
    assert found["citation_public_url"] == f"{BASE}1974/04/x.html"
    assert found["DC.type"].lower() == "newsitem"
    assert found["DC.source"] == "The Times"
    assert "citation_journal_title" not in found


def test_open_graph(site: Path) -> None:
    tags = tags_of(site / "1974/04/x.html")
    found = dict(tags)
    assert found["og:type"] == "article"
    assert found["og:title"] == found["citation_title"]
    assert found["og:url"] == f"{BASE}1974/04/x.html"
    assert found["og:description"] == "What <b>happened</b>"
    assert found["og:locale"] == "en_US"
    assert found["og:site_name"] == "An <archive> & more"
    assert found["article:published_time"] == "1974-04"
    assert found["article:modified_time"] == "1975-01-02"
    assert [value for name, value in tags if name == "article:tag"] == ["Dissent"]
    assert dict(tags_of(site / "ru/index.html"))["og:locale"] == "ru_RU"
    assert dict(tags_of(site / "index.html"))["og:type"] == "website"


def test_without_an_address_of_its_own_a_page_names_others_from_where_it_stands(
    tmp_path: Path,
) -> None:
    text = ARCHIVE.replace("base_url: https://archive.example/sub/\n", "")
    text = text.replace("portrait: {src: media/face.png, alt: A face}\n", "")
    text = text.replace(
        "image: {src: media/face.png, alt: A face, caption: He & she, credit: TASS}\n", ""
    )
    root = write_archive(tmp_path, files_of(text))
    build_archive(root)
    found = graph_of(root / "site/1974/04/x.html")
    assert found["NewsArticle"]["@id"] == "../../1974/04/x.html"
    assert found["NewsArticle"]["about"][0]["@id"] == "../../people/andrei-sakharov.html#it"
    tags = dict(tags_of(root / "site/1974/04/x.html"))
    assert not {"og:url", "citation_public_url"} & set(tags)


@pytest.mark.browser
def test_the_data_in_a_page_is_no_script(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto((site / "1974/04/x.html").as_uri())
    assert page.title().startswith('A "title" </script>')
    assert said == []
    page.close()
