"""Scraped texts -> articles: the outlet's own words are cut off, and the article's never are."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from builder.basics.problems import ImportFailed, UsageError
from builder.importers.notices import find_ending
from tests.archives import tree
from tests.importers.importing import (
    SETTINGS,
    SHARED,
    articles,
    import_into,
    new_archive,
    only,
)

if TYPE_CHECKING:
    from pathlib import Path

NEWS = """\
Harbour Workers Return After Nine Days
The harbour of Port Ellery opened again on Monday after a strike of nine days, its longest.
Ships had waited in the bay since the first week of the month, and the price of flour had doubled.
The union's secretary said the new contract gave its members "everything but the moon."
"""
APPEAL = """\
A Message from The Ellery Courier:
Dear readers,
For a year now we have written from abroad, since our offices were sealed and our names listed.
The court's decision leaves little doubt about what awaits anybody who works with us.
If our work matters to you, please support us with a monthly donation from just $3.
Thank you for standing by our side.
Continue
Not ready to support today?
Remind me later.
×
Remind me next month
Thank you! Your reminder is set.
"""
APPEAL_WITHOUT_OPENING = """\
Your support keeps this newsroom open: we have no owner and no advertising.
Please subscribe or donate today, from $5 a month, and help us stay free.
Donate now
Maybe later
"""
APPEAL_RU = """\
Дорогие читатели!
Мы работаем без владельца и без рекламы, и наша редакция живёт только на ваши деньги.
Пожалуйста, поддержите нас: даже 200 рублей в месяц помогут нам продолжать.
Спасибо, что вы с нами.
Поддержать
Напомнить позже
Закрыть
"""
NEWS_RU = """\
Порт открылся после забастовки
В понедельник порт Эллери снова начал принимать суда после девяти дней забастовки.
По словам секретаря профсоюза, новый договор даёт рабочим почти всё, чего они требовали.
"""
POP_UPS = """\
Share
Copy link
We use cookies to make this page work.
Accept all
Manage preferences
"""
FUND = """\
Fund For Flood Victims Reaches Its Goal
The fund asked readers of the valley's papers to donate $2 a month, and 40,000 people did.
"Please support us, your help makes a difference," the mayor said on the evening of the flood.
Donations will be accepted until Friday, the organisers said, and subscriptions until the new year.
"""


def _import(tmp_path: Path, text: str) -> tuple[Path, Path]:
    archive = new_archive(tmp_path / "archive", SETTINGS + "languages: [en, ru]\n")
    source = tmp_path / "text.txt"
    source.write_bytes(text.encode())
    report = import_into(archive, "text", source, date="2025-05-08")
    assert report.problems == ()
    return archive, source


@pytest.mark.parametrize(
    ("news", "tail", "kind", "slug"),
    [
        (NEWS, APPEAL, "appeal", "the-ellery-courier-appeal-"),
        (NEWS, APPEAL_WITHOUT_OPENING, "appeal", "appeal-"),
        (NEWS_RU, APPEAL_RU, "appeal", "appeal-"),
        (NEWS, POP_UPS, "other", "page-remains-"),
        (NEWS, "×\n", "other", "page-remains-"),
        (
            NEWS,
            "Read more: Strike in Port Ellery enters its second week\n",
            "read-more",
            "read-more-",
        ),
    ],
)
def test_what_is_not_the_article_becomes_a_notice(
    news: str, tail: str, kind: str, slug: str, tmp_path: Path
) -> None:
    archive, source = _import(tmp_path, news + tail)
    article, text = only(archive)
    title, *paragraphs = news.splitlines()
    assert article.title == title
    assert text == "\n\n".join(paragraphs)
    (notice,) = (archive / "content/notices").iterdir()
    assert notice.name.startswith(slug)
    assert [name.text for name in article.notices] == [notice.stem]
    head, _, body = notice.read_text().partition("\n---\n\n")
    assert f"kind: {kind}" in head
    assert body.split("\n\n") == [*tail.splitlines()[:-1], tail.splitlines()[-1] + "\n"]
    assert article.extra["lines_cut"] == str(len(tail.splitlines()))
    assert article.source is not None
    assert article.source.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()


@pytest.mark.parametrize("news", [NEWS, NEWS_RU, FUND])
def test_an_article_without_a_notice_stays_whole(news: str, tmp_path: Path) -> None:
    archive, _ = _import(tmp_path, news)
    article, text = only(archive)
    assert text == "\n\n".join(news.splitlines()[1:])
    assert article.notices == ()
    assert not (archive / "content/notices").exists()


def test_blank_lines_between_paragraphs_change_nothing(tmp_path: Path) -> None:
    archive, source = _import(tmp_path, NEWS + APPEAL)
    plain = {article.notices[0].text: text for article, text in articles(archive).values()}
    source.write_text((NEWS + APPEAL).replace("\n", "\n\n").replace("Continue\n\n", "Continue\n"))
    report = import_into(archive, "text", source, date="2025-06-01")
    assert [one.is_new for one in report.notices] == [False]
    found = articles(archive)
    assert len(found) == 2
    assert {article.notices[0].text: text for article, text in found.values()} == plain
    assert len(list((archive / "content/notices").iterdir())) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        # A letter to the readers is the article itself.
        ("To Our Readers\n" + APPEAL, 2),
        # One who writes in the first person may ask for help without being an outlet.
        (
            NEWS + "We thank you all: please donate to our fund, and help us rebuild the school.\n",
            5,
        ),
        (NEWS + "Share\nPrint\n", 5),
        # A message in the middle, with the article going on below.
        (NEWS + "A Message from The Ellery Courier:\n" + "\n".join(FUND.splitlines()[1:]), 5),
    ],
)
def test_in_doubt_the_text_is_kept_and_the_report_says_so(
    text: str, line: int, tmp_path: Path
) -> None:
    archive = new_archive(tmp_path / "archive")
    source = tmp_path / "text.txt"
    source.write_text(text)
    report = import_into(archive, "text", source, date="2025")
    assert [(one.code, one.location.line) for one in report.problems] == [("import-doubt", line)]
    assert only(archive)[1] == "\n\n".join(text.strip().splitlines()[1:])


@pytest.mark.parametrize(
    ("lines", "cut_at"),
    [
        ((), None),
        (("Continue",), None),
        (("x" * 80, "Continue"), None),
        (("x" * 80, "×", "Close"), 1),
        (("x" * 80, "He went on.", "Later", "Next to him stood", "Continue", "Close"), 2),
        (("US troops left, and the US paid $2 a month for contributions to us all." * 2, "×"), 1),
    ],
)
def test_the_detector_works_upward(lines: tuple[str, ...], cut_at: int | None) -> None:
    assert find_ending(lines).cut_at == cut_at


def test_what_the_text_lacks_comes_with_the_options(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive", SETTINGS + "languages: [en, ru]\n")
    source = tmp_path / "text.txt"
    source.write_text("\ufeff\n\n" + NEWS.replace("\n", "\r\n"))
    report = import_into(
        archive,
        "text",
        source,
        into="courier",
        outlet="The Ellery Courier",
        urls=("https://courier.example/2025/05/08/harbour-a1", "https://mirror.example/x"),
        people=("Jane Roe",),
        mentions=("Li Wei",),
        topics=("strikes",),
        terms={"places": ("port-ellery",)},
        authors=("A. Moe",),
        captured="2025-05-09",
        license="CC0-1.0",
        lang="ru",
    )
    assert report.problems == ()
    ((path, (article, _)),) = articles(archive).items()
    assert path == "courier/2025/05/harbour-workers-return-after-nine-days.md"
    assert article.date.iso() == "2025-05-08"
    assert "taken from the address" in report.remarks[0]
    assert article.lang == "ru"
    assert article.authors == ("A. Moe",)
    assert [n.text for n in (*article.people, *article.mentions)] == ["Jane Roe", "Li Wei"]
    assert [n.text for n in article.terms["places"]] == ["port-ellery"]
    assert article.license == "CC0-1.0"
    assert article.source is not None
    assert article.source.outlet == "The Ellery Courier"
    assert len(article.source.urls) == 2
    assert article.source.captured is not None
    assert report.taxonomies_declared == ("places",)


def test_importing_again_with_more_options_completes_the_file(tmp_path: Path) -> None:
    archive, source = _import(tmp_path, NEWS + APPEAL)
    before = tree(archive)
    assert import_into(archive, "text", source, date="2025-05-08").unchanged == 1
    assert tree(archive) == before
    assert import_into(archive, "text", source, date="2025-05-08", topics=("x",)).updated == 1
    assert set(tree(archive)) == set(before)
    assert [name.text for name in only(archive)[0].terms["topics"]] == ["x"]
    (path,) = (archive / "content/articles").rglob("*.md")
    path.write_text(path.read_text().replace("nine days", "nine long days"))
    report = import_into(archive, "text", source, date="2025-05-09")
    assert (report.kept, report.problems[0].code) == (1, "import-conflict")


def test_namesakes_get_addresses_of_their_own(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    by_hand = archive / "content/articles/by-hand.md"
    by_hand.parent.mkdir()
    by_hand.write_text("---\ntitle: N\ndate: 2025-05-01\nslug: news-in-brief\n---\nX\n")
    sources = [tmp_path / f"{n}.txt" for n in range(3)]
    for n, source in enumerate(sources):
        source.write_text(f"News in Brief\nThis is what happened on day {n}.\n")
    report = import_into(archive, "text", *sources, date="2025-05", lang="en")
    assert report.taken == 3
    slugs = sorted(article.slug for article, _ in articles(archive).values())
    assert len(set(slugs)) == 4
    assert all(slug.startswith("news-in-brief") for slug in slugs)
    before = tree(archive)
    assert import_into(archive, "text", *sources, date="2025-05", lang="en").unchanged == 3
    assert tree(archive) == before


def test_a_headline_that_no_file_may_bear(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    sources = []
    for n, title in enumerate(("CON", "???", "2025-05-08", "x" * 400)):
        sources.append(tmp_path / f"{n}.txt")
        sources[-1].write_text(f"{title}\nText number {n}.\n")
    report = import_into(archive, "text", *sources, date="2025-05-08")
    assert (report.taken, report.titles_made_up) == (4, 1)
    stems = {path.rsplit("/", 1)[1] for path in articles(archive)}
    assert all(stem.startswith(("con-", "story", "xxx")) for stem in stems), stems


def test_a_text_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    sources = [tmp_path / name for name in ("good.txt", "bad.txt", "empty.txt", "large.txt")]
    contents = (NEWS.encode(), NEWS.encode() + NEWS_RU.encode("cp1251"), b" \n", b"x" * 9_000_000)
    for source, content in zip(sources, contents, strict=True):
        source.write_bytes(content)
    report = import_into(archive, "text", *sources)
    assert (report.taken, report.skipped, report.undated) == (1, 3, 1)
    assert [(one.code, one.location.line) for one in report.problems] == [
        ("import-unreadable", 5),
        ("import-unreadable", None),
    ]
    assert "no date" in report.remarks[0]
    with pytest.raises(ImportFailed):
        import_into(archive, "text", sources[1])
    with pytest.raises(ImportFailed, match="is a folder"):
        import_into(archive, "text", tmp_path)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"date": "8.5.2025"}, "--date"),
        ({"captured": "soon"}, "--captured"),
        ({"urls": ("ftp://x.example/",)}, "--url"),
        ({"lang": "english"}, "--lang"),
        ({"mapping": {"title": ("x",)}}, "--map"),
    ],
)
def test_options_that_cannot_be_are_refused(
    options: dict[str, Any], said: str, tmp_path: Path
) -> None:
    archive = new_archive(tmp_path / "archive")
    source = tmp_path / "text.txt"
    source.write_text(NEWS)
    with pytest.raises(UsageError, match=said):
        import_into(archive, "text", source, **options)
    with pytest.raises(UsageError, match="--url"):
        import_into(archive, "text", source, source, urls=("https://x.example/",))


@pytest.mark.corpus
def test_the_scraped_sample(tmp_path: Path) -> None:
    samples = sorted((SHARED / "samples").glob("*.txt"))
    if not samples:
        pytest.skip("the sample kept beside this repository is not there")
    archive = new_archive(tmp_path / "archive")
    url = "https://www.themoscowtimes.com/2025/05/08/x-a1"
    report = import_into(archive, "text", samples[0], urls=(url,), people=("Xi Jinping",))
    article, text = only(archive)
    assert article.title.startswith("Xi Says China Supports Russia")
    assert len(text.split("\n\n")) == 9
    assert text.endswith("in defeating Nazi Germany.")
    assert article.source is not None
    assert article.source.outlet == "The Moscow Times"
    assert (report.lines_cut, report.problems) == (13, ())
    (notice,) = (archive / "content/notices").iterdir()
    assert "Your reminder is set." in notice.read_text()
    assert notice.name.startswith("the-moscow-times-appeal-")
