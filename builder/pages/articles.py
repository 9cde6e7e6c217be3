"""Articles, tombstones and the pages beside them (about, method)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple
from urllib.parse import quote

import msgspec
from markupsafe import Markup

from builder.basics.languages import direction
from builder.basics.urls import way_up
from builder.model.page import PlannedPage
from builder.model.pictures import shown_sizes
from builder.pages.cite import cite
from builder.pages.context import datetime_attribute
from builder.pages.history import forge_links, history_text, history_url
from builder.pages.links import check_image, fill
from builder.pages.related import NOTHING, SERIES, near
from builder.pages.views.articles import (
    NOT_CITED,
    ArticleView,
    CorrectionView,
    NoticeView,
    ProvenanceView,
    RelatedView,
    SeriesView,
)
from builder.pages.views.history import TombstoneView
from builder.pages.views.links import Anchor
from builder.pages.views.pages import PageView
from builder.pages.views.pictures import Picture, PictureCopy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from builder.basics.problems import Location
    from builder.model.content import Correction, Image, NoticeRecord, PageRecord, Provenance
    from builder.model.page import Page
    from builder.model.pictures import SizedUrl
    from builder.model.site import Article
    from builder.model.words import Words
    from builder.pages.context import Context
    from builder.pages.keys import Keys
    from builder.pages.links import Targets
    from builder.pages.related import InSeries, Near, Related


class ArticlePage(msgspec.Struct, frozen=True):
    """The page of an article, planned.

    There are as many as articles, so each is one object, and what it is asked for it finds out.
    """

    template: ClassVar = "article.html"
    is_searchable: ClassVar = True

    url: str
    site: SitePages
    article: Article
    newer: Article | None
    older: Article | None
    beside: Near

    @property
    def lang(self) -> str:
        """Return the article's language."""
        return self.article.head.lang

    @property
    def origin(self) -> Location:
        """Return the line of its file that gives it its address."""
        where = self.article.head.where
        return where.get("slug", where["title"])

    @property
    def day(self) -> int | None:
        """Return the earliest day that it may be of; None where it is undated."""
        return self.article.head.date.sort_key[0] or None

    def view(self) -> ArticleView:
        """Return what article.html shows."""
        site = self.site
        return article_view(
            site.context, site.targets, self.article, self.newer, self.older, self.beside
        )

    def key(self) -> bytes:
        """Return the digest of all that the view is made of."""
        return self.site.keys.article(self.article, self.newer, self.older, self.beside)

    def links(self) -> tuple[str | SizedUrl | None, ...]:
        """Return where the links of its text lead."""
        return self.site.keys.links(self.article.head.path)

    def sought(self) -> tuple[tuple[str, ...], ...]:
        """Return by what its text names each of its people."""
        return self.site.context.sought(self.article)


class SitePages(NamedTuple):
    """What all pages of articles are made with."""

    context: Context
    targets: Targets
    keys: Keys


def plan_articles(context: Context, targets: Targets, keys: Keys) -> Iterator[Page]:
    """Yield every article's page, newest first, language by language, then the tombstones."""
    site = SitePages(context, targets, keys)
    for articles in context.site.articles.values():
        around = near(articles) if context.shown.near else {}
        newer = None
        for article, older in zip(articles, (*articles[1:], None), strict=False):
            beside = around.get(article.url, NOTHING)
            yield ArticlePage(article.url, site, article, newer, older, beside)
            newer = article
    for article in context.site.withdrawn:
        yield PlannedPage(
            article.url,
            "tombstone.html",
            article.head.lang,
            partial(tombstone_view, context, article),
            article.head.where.get("slug", article.head.where["title"]),
            partial(keys.card, article),
        )


def article_view(
    context: Context,
    targets: Targets,
    article: Article,
    newer: Article | None,
    older: Article | None,
    beside: Near,
) -> ArticleView:
    """Return what article.html shows."""
    head, lang = article.head, article.head.lang
    words, site, shown = context.words[lang], context.site, context.shown
    root = way_up(article.url)
    body, _ = fill(context.bodies.get(head.path), head.path, root, targets, context.used_media)
    group = site.translations.get(head.translation_key or "", ())
    versions = {other.head.lang: other.url for other in group} if group else {}
    if versions.get(lang) != article.url:
        versions = {lang: article.url}
    card = context.card(article)
    image = picture(context, targets, head.image, head.path)
    license_name = head.license or context.settings.license
    edit_url, versions_url = forge_links(context.settings.history, head.path)
    return ArticleView(
        frame=context.frames.around(
            article.url,
            kind="article",
            lang=lang,
            title=head.title,
            description=card.summary,
            versions=versions,
            trail=context.frames.date_trail(lang, head.date.year, head.date.month),
            subject=None
            if not shown.graph
            else context.frames.structured.article(
                article,
                root,
                summary=card.summary,
                published=card.date_iso,
                picture=image,
                versions=versions,
                license_name=license_name,
            ),
            csp=context.article_csp[lang],
        ),
        title=head.title,
        standfirst=head.summary,
        authors=head.authors,
        dateline=head.dateline,
        date_text=card.date_text,
        date_iso=card.date_iso,
        date_url=context.day_url(head.date, lang),
        date_slashed=card.date_iso[:10].replace("-", "/"),
        updated_text="" if head.updated is None else words.date(head.updated),
        updated_iso="" if head.updated is None else datetime_attribute(head.updated),
        year="" if head.date.year is None else str(head.date.year),
        body=body,
        image=image,
        people=context.term_links("people", article.people, lang),
        mentions=context.term_links("people", article.mentions, lang),
        terms=tuple(
            [
                context.shown_group(kind, slugs, lang)
                for kind, slugs in article.terms.items()
                if slugs
            ]
        ),
        source=_provenance(head.source, words),
        corrections=_corrections(head.corrections, words),
        notices=tuple(
            [notice_view(context, site.notices[slug], words) for slug in article.notices]
        ),
        translations=_translations(context, versions, lang) if group else (),
        newer=None if newer is None else context.card(newer),
        older=None if older is None else context.card(older),
        series=tuple([_series_view(context, place, lang) for place in beside.series]),
        related=tuple([_related_view(context, other, lang) for other in beside.related]),
        citation=NOT_CITED
        if not shown.citation
        else cite(
            head,
            context.records[head.path].digest,
            url=article.url,
            words=words,
            date_text=card.date_text,
            archive=context.title(lang),
            address=context.absolute(article.url),
        ),
        license=license_name,
        names=context.search_names(article),
        history=_history(context, article),
        edit_url=edit_url,
        versions_url=versions_url,
        extra=head.extra,
    )


def _related_view(context: Context, other: Related, lang: str) -> RelatedView:
    card = context.card(other.article)
    return RelatedView(
        url=card.url,
        title=card.title,
        date_text=card.date_text,
        reason=context.reason(other.shared, lang),
    )


def _series_view(context: Context, place: InSeries, lang: str) -> SeriesView:
    earlier, later = place.earlier, place.later
    return SeriesView(
        series=context.term_link(context.site.terms[SERIES][place.slug], lang),
        earlier=None if earlier is None else context.card(earlier),
        later=None if later is None else context.card(later),
    )


def _corrections(corrections: Sequence[Correction], words: Words) -> tuple[CorrectionView, ...]:
    """Return what was put right, the last of it first."""
    if not corrections:
        return ()
    return tuple(
        CorrectionView(
            date_text=words.date(correction.date),
            date_iso=datetime_attribute(correction.date),
            text=correction.text,
        )
        for correction in sorted(corrections, key=lambda c: c.date.sort_key, reverse=True)
    )


def _translations(context: Context, versions: Mapping[str, str], lang: str) -> tuple[Anchor, ...]:
    return tuple(
        Anchor(label=context.own_language_name(other), url=url, lang=other, dir=direction(other))
        for other, url in versions.items()
        if other != lang
    )


def picture(context: Context, targets: Targets, image: Image | None, path: str) -> Picture | None:
    """Return a picture named in front matter, or None where it is missing."""
    url, _ = check_image(image, path, targets)
    if image is None or url is None:
        return None
    context.used_media.add(url)
    sizes = targets.sizes.get(url)
    shown = () if sizes is None else shown_sizes(sizes, url)
    address, base = quote(shown[-1][0] if shown else url), context.settings.base_url
    return Picture(
        url=address,
        address=None if base is None else base + address,
        alt=image.alt,
        caption=image.caption,
        credit=image.credit,
        width=None if sizes is None else sizes.width,
        height=None if sizes is None else sizes.height,
        copies=tuple(PictureCopy(url=quote(copy), width=width) for copy, width in shown)
        if len(shown) > 1
        else (),
    )


def _history(context: Context, article: Article) -> Anchor | None:
    """Return the way to the page of an article's changes, if it has one."""
    if not context.settings.history.is_on:
        return None
    url = history_url(context, article)
    return None if url is None else Anchor(label=history_text(context, article), url=url)


def _provenance(source: Provenance | None, words: Words) -> ProvenanceView | None:
    if source is None:
        return None
    captured = source.captured
    return ProvenanceView(
        outlet=source.outlet,
        urls=source.urls,
        captured_text="" if captured is None else words.date(captured),
        captured_iso="" if captured is None else datetime_attribute(captured),
        sha256=source.sha256,
    )


def notice_view(context: Context, notice: NoticeRecord, words: Words) -> NoticeView:
    """Return a notice; its body was made without live links."""
    body = context.bodies.get(notice.path)
    start, end = notice.seen_from, notice.seen_to
    if start is not None and end is not None:
        seen = words.format("seen_between", start=words.date(start), end=words.date(end))
    elif start is not None:
        seen = words.format("seen_from", start=words.date(start))
    elif end is not None:
        seen = words.format("seen_to", end=words.date(end))
    else:
        seen = ""
    parts = () if body is None else body.parts
    return NoticeView(
        kind=notice.kind,
        title=notice.title,
        outlet=notice.outlet,
        seen_text=seen,
        lang=notice.lang,
        dir=direction(notice.lang),
        body=Markup("".join(part for part in parts if isinstance(part, str))),
    )


def tombstone_view(context: Context, article: Article) -> TombstoneView:
    """Return what stands at the address of a withdrawn article."""
    head, lang = article.head, article.head.lang
    words = context.words[lang]
    withdrawn = head.withdrawn
    return TombstoneView(
        frame=context.frames.around(
            article.url,
            kind="tombstone",
            lang=lang,
            title=head.title,
            description=words["withdrawn"],
            trail=context.frames.trail(lang),
            is_indexed=False,
        ),
        title=head.title,
        date_text=words.date(head.date),
        date_iso=datetime_attribute(head.date),
        withdrawn_text="" if withdrawn is None else words.date(withdrawn.date),
        withdrawn_iso="" if withdrawn is None else datetime_attribute(withdrawn.date),
        reason="" if withdrawn is None else withdrawn.reason,
    )


def plan_pages(context: Context, targets: Targets) -> Iterator[PlannedPage]:
    """Yield the pages of content/pages/."""
    for lang, records in context.site.pages.items():
        for record in records:
            url = f"{context.site.prefix(lang)}{record.slug}.html"
            yield PlannedPage(
                url,
                "page.html",
                lang,
                partial(page_view, context, targets, record, url),
                record.location,
            )


def page_view(context: Context, targets: Targets, record: PageRecord, url: str) -> PageView:
    """Return what page.html shows."""
    lang = record.lang
    body = context.bodies.get(record.path)
    html, _ = fill(body, record.path, way_up(url), targets, context.used_media)
    versions = {lang: url}
    if record.translation_key is not None:
        versions = {
            other: f"{context.site.prefix(other)}{page.slug}.html"
            for other, pages in context.site.pages.items()
            for page in pages
            if page.translation_key == record.translation_key
        }
    summary = record.summary or context.beginning(record.path)
    return PageView(
        frame=context.frames.around(
            url,
            kind="page",
            lang=lang,
            title=record.title,
            description=summary,
            versions=versions,
            trail=context.frames.trail(lang),
        ),
        title=record.title,
        body=html,
        translations=_translations(context, versions, lang),
    )
