"""The end of a scraped text: where does the article stop, and the outlet's own voice begin?

Works from the last line upward and stops at the first that is the article's. Two kinds of lines are
not: what stood on buttons and pop-ups, and an appeal, which speaks to the reader in the first
person and asks for something. In doubt the text keeps its end, and the report says so: a notice
too many left in the text is seen and mended in a minute, a paragraph too many cut off is not seen.

Pure; imports basics alone. Called by plaintext.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

_APPEAL_LINES_MAX: Final = 40
_BODY_MIN: Final = 60
"""Characters a text must keep in one paragraph; a letter to the readers is itself the article."""


def _words(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


# What an appeal asks for.
_ASKS: Final = _words(
    # English
    r"\bsupport (?:us|our|the work of|independent|free|local|quality|this)\b",
    r"\byour (?:support|help|contributions?|donations?|subscription|gift|membership)\b",
    r"\bby supporting\b|\bdonat(?:e|es|ing|ions?)\b|\bcontribut(?:e|ing|ions?)\b",
    r"\bsubscri(?:be|bing|ptions?)\b",
    r"\bbecome an? (?:\w+ )?(?:member|supporter|subscriber|patron)\b",
    r"\bmembership\b|\bchip in\b|\bhelp us\b|\bpatreon\b|\bcrowdfund\w*|\bpledge\b",
    r"\bstand(?:ing)? with us\b|\bsign up (?:for|to) our\b",
    # Russian, Ukrainian
    r"\bподдерж(?:ите|ивайте|ать нас|ать нашу?|и нас)",
    r"\bваш(?:а|ей|у|ими?)? (?:поддержк|помощ|пожертвовани|донат|подписк)",
    r"\bпомогите\b|\bпомочь нам\b|\bпожертвова|\bдонат|\bподпи(?:шитесь|сывайтесь|ска\b|ску\b)",
    r"\bстаньте (?:\w+ )?(?:подписчик|патрон|соучастник|друг|участник)|\bоформите\b",
    r"\bпідтрим(?:айте|уйте|ати нас)|\bваш\w* підтримк|\bдопоможіть\b|\bпожертв",
    # German, French, Spanish, Polish
    r"\bunterstütz(?:en sie|t uns|e uns)\b|\bihre (?:unterstützung|spende)\b|\bspenden\b",
    r"\babonnieren sie\b|\bwerden sie mitglied\b",
    r"\bsoutenez\b|\bvotre (?:soutien|aide|don)\b|\bfaites un don\b|\babonnez-vous\b",
    r"\bap[óo]y[ae]nos\b|\b(?:tu|su) (?:apoyo|ayuda|donación)\b|\bdonación\b|\bsuscr[íi]bete\b",
    r"\bwesprzyj\b|\b(?:twoje|państwa) wsparcie\b|\bdarowizn",
)
# Whom it speaks to.
_READER: Final = _words(
    r"\byou(?:['’](?:re|ve|ll|d))?\b|\byours?\b|\byourself\b",
    r"\bвы\b|\bвас\b|\bвам\b|\bвами\b|\bваш\w*|\bви\b",
    r"\b(?:поддерж|помог|оформ|нажм|выбер|перейд|подпиш|расскаж|подел)ите(?:сь)?\b",
    r"\b(?:станьте|сделайте|помогайте|присоединяйтесь|поддерживайте|підтримайте)\b",
    # With its capital it is the reader, without it is they or she.
    r"(?-i:\bIhnen\b|\bIhre?[nm]?\b)|\bvous\b|\bvotre\b|\bvos\b|\bustedes?\b|\btwoje\b",
)
# Who is speaking. "us" is not the US.
_SELF: Final = _words(
    r"\bwe(?:['’](?:re|ve|ll|d))?\b|(?-i:\bus\b)|\bours?\b|\bourselves\b",
    r"\bмы\b|\bнас\b|\bнам\b|\bнами\b|\bнаш\w*|\bми\b",
    r"\bwir\b|\buns(?:er\w*)?\b|\bnous\b|\bnotre\b|\bnosotros\b|\bnuestr[oa]s?\b|\bnasz\w*",
)
_MONEY: Final = _words(
    r"[$€£₽₴]\s?\d|\b\d+\s?(?:dollars?|euros?|pounds?|руб|₽|грн|€|zł)",
    r"\bmonthly\b|\b(?:a|per|each|every) month\b|\bв месяц\b|\bежемесячн|\bmonatlich\b",
)
_THANKS: Final = _words(r"\bthank you\b|\bthanks for\b|\bспасибо\b|\bблагодар|\bдякуємо\b")
_THANKS_TOO: Final = _words(r"\bmerci\b|\bgracias\b|\bdanke\b|\bdziękujemy\b")

# A paragraph of news says who said it.
_TOLD: Final = _words(
    r"\b(?:said|says|told|wrote|tweeted|according to)\b",
    r"\b(?:сказал|заявил|сообщил|рассказал|написал|отметил)[аи]?\b|\bпо словам\b|\bпо данным\b",
    r"\b(?:sagte|erklärte|déclaré|a dit|dijo|según|powiedział[a]?)\b",
)
_QUOTED: Final = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|\"[^\"]*\"")

_FROM_US: Final = re.compile(
    r"(?:an? )?(?:special |personal |short )?(?:message|note|appeal|word|letter) from "
    r"(?P<outlet>[^.!?]{2,60}?)\s*:?",
    re.IGNORECASE,
)
_FROM_US_TOO: Final = _words(
    r"(?:сообщение|обращение|послание|письмо|слово|просьба) (?:от )?(?:нашей )?редакции.{0,50}",
    r"от (?:нашей )?редакции.{0,40}|(?:сообщение|обращение) от [^.!?]{2,60}:",
    r"звернення (?:від )?редакції.{0,50}|in eigener sache:?|un message de [^.!?]{2,50}:?",
)
_DEAR: Final = _words(
    r"(?:dear|hello,?|hi,?) (?:\w+ )?(?:readers?|friends?|supporters?)[^.!?]{0,30}[,:!.]?",
    r"дорог(?:ие|ой) (?:\w+ )?(?:читател|друзья|подписчик|друг)[^.?]{0,30}[,:!.]?",
    r"уважаемые (?:читатели|друзья|подписчики)[^.?]{0,30}[,:!.]?",
    r"шановн[іи] (?:читачі|друзі)[^.?]{0,30}[,:!.]?|любі (?:читачі|друзі)[^.?]{0,30}[,:!.]?",
    r"lieber? (?:leser|leserinnen)[^.?]{0,40}[,:!.]?|chers? lec(?:teurs?|trices)[^.?]{0,30}[,:!.]?",
    r"(?:queridos|estimados) lectores[^.?]{0,30}[,:!.]?|drodzy czytelnicy[^.?]{0,30}[,:!.]?",
    r"before you (?:go|leave|continue)[^.?]{0,30}[,:!.…]?|since you['’]re here[^.?]{0,30}[,:!.…]?",
)

# What stands on a button or in a pop-up and nowhere else.
_SURELY_LABEL: Final = _words(
    r"[×✕✖✗⨯]",
    r"(?:accept|reject|allow|decline) all(?: cookies)?|manage (?:cookies|preferences|consent)",
    r"cookie (?:settings|policy|preferences)|(?:we|this (?:web)?site) uses? cookies.*",
    r"not ready to (?:support|donate|subscribe|contribute|give).{0,40}",
    r"remind me (?:later|tomorrow|(?:next|in) .{1,20})",
    r"(?:thank you|thanks)[.!,] ?your (?:reminder|message|email|choice|subscription|vote) .{1,40}",
    r"your reminder is set|link copied.{0,20}|copy link|skip ad|back to top|skip to content",
    r"support us now|donate now|subscribe now|become a (?:member|supporter) now|no,? thanks",
    r"maybe later|read more:.{1,200}|read also:.{1,200}|see also:.{1,200}|sign in to continue.*",
    r"принять (?:все|всё)(?: cookie.{0,10})?|мы используем (?:файлы )?(?:cookie|куки).*",
    r"напомнить(?: мне)? (?:позже|завтра|через .{1,20}|в следующем .{1,15})",
    r"не готовы (?:поддержать|подписаться|помочь).{0,40}|спасибо[.!,] ?(?:мы|ваше?) .{0,40}",
    r"скопировать ссылку|ссылка скопирована|читайте (?:также|ещё|еще):?.{0,200}|спасибо,? нет",
    r"поддержать (?:нас|редакцию|сейчас)|нагадати пізніше|alle akzeptieren|tout accepter",
    r"später erinnern|aceptar todo",
)
_MAYBE_LABEL: Final = _words(
    r"continue|close|dismiss|ok|okay|got it|accept|reject|decline|cancel|submit|skip|next|previous",
    r"subscribe|sign (?:up|in)|log ?in|register|donate|support us|contribute|join us|not now|later",
    r"x|share(?: (?:this|on \w+|article))?|tweet|print|e-?mail|facebook|twitter|telegram|whatsapp",
    r"once|one[- ]time|monthly|annual(?:ly)?|yearly|other(?: amount)?|advertisement|sponsored",
    r"load more|show more|read more|most read|related(?: articles)?|comments?|privacy policy",
    r"terms(?: of (?:use|service))?|[$€£₽₴]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[$€£₽₴]|руб\.?)",
    r"продолжить|закрыть|отклонить|отмена|хорошо|понятно|подписаться|поддержать|войти|позже",
    r"не сейчас|поделиться|реклама|ежемесячно|разово|другая сумма|наверх|читать далее|принять",
    r"комментарии|далее|распечатать|продовжити|закрити|weiter|schließen|fermer|continuer|cerrar",
)
# Of these, the ones that belong to an appeal.
_APPEAL_LABEL: Final = _words(
    r"remind|support|donat|contribut|subscri|member|thank|once|monthly|[$€£₽₴]\s?\d",
    r"напомнить|поддерж|подпис|спасибо|пожертв|ежемесячно|разово",
)
_TRIM: Final = " \t.!?:…»›→>«‹←<|•·"

_Kind = Literal["label", "maybe label", "opener", "greeting", "appeal", "personal", "short", "body"]


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a text ends and what stood below."""

    cut_at: int | None
    """Number of the first line that is not the article's, from 0. None: all is."""
    kind: Literal["appeal", "read-more", "other"] = "other"
    outlet: str | None = None
    """Who speaks, where the notice says so itself."""
    doubt: str | None = None
    """What a person should look at."""
    doubt_at: int | None = None


def find_ending(lines: tuple[str, ...]) -> Ending:
    """Return where an article ends. `lines` are its paragraphs without the headline, none blank."""
    kinds = [_kind(line) for line in lines]
    above_labels, doubt_labels = _labels(kinds)
    has_appeal_label = any(_APPEAL_LABEL.search(line) for line in lines[above_labels:])
    appeal = _appeal(kinds, above_labels, has_labels=has_appeal_label)
    cut = appeal if appeal is not None else above_labels
    if cut == len(lines):
        return _uncut(kinds, above_labels, doubt_labels)
    if not any(len(line) >= _BODY_MIN for line in lines[:cut]):
        doubt = "what looks like a notice is all there is; it was left in the text"
        return Ending(None, doubt=doubt, doubt_at=cut)
    if appeal is None:
        is_more = all(_is_read_more(line) for line in lines[cut:])
        return Ending(cut, kind="read-more" if is_more else "other")
    outlet = next((name for line in lines[cut:] if (name := _outlet(line)) is not None), None)
    if kinds[cut] == "appeal" and cut > 0 and kinds[cut - 1] == "personal":
        doubt = "the paragraph above the appeal may belong to it; it was left in the text"
        return Ending(cut, kind="appeal", outlet=outlet, doubt=doubt, doubt_at=cut - 1)
    return Ending(cut, kind="appeal", outlet=outlet)


def _uncut(kinds: list[_Kind], end: int, doubt_labels: int | None) -> Ending:
    """Return an ending that cuts nothing, with what might have been cut."""
    if doubt_labels is not None:
        doubt = "the last lines may have stood on buttons; they were left in the text"
        return Ending(None, doubt=doubt, doubt_at=doubt_labels)
    last = kinds[max(0, end - 3) : end]
    for kind in ("opener", "greeting", "appeal"):
        if kind in last:
            doubt = "the end of the text may be an appeal to the reader; it was left in the text"
            return Ending(None, doubt=doubt, doubt_at=max(0, end - 3) + last.index(kind))
    if "opener" in kinds:
        doubt = "a message of the outlet may stand inside the text; it was left there"
        return Ending(None, doubt=doubt, doubt_at=kinds.index("opener"))
    return Ending(None)


def _kind(line: str) -> _Kind:
    bare = " ".join(line.split()).strip(_TRIM)
    if _SURELY_LABEL.fullmatch(bare):
        return "label"
    if not bare or _MAYBE_LABEL.fullmatch(bare):
        return "maybe label"
    if len(line) <= 90:
        if _FROM_US.fullmatch(line.strip()) or _FROM_US_TOO.fullmatch(line.strip()):
            return "opener"
        if _DEAR.fullmatch(line.strip()):
            return "greeting"
    own_words = _QUOTED.sub(" ", line)
    if _TOLD.search(own_words):
        return "body"
    asks = bool(_ASKS.search(own_words))
    to_reader = bool(_READER.search(own_words))
    by_us = bool(_SELF.search(own_words))
    thanks = bool(_THANKS.search(own_words) or _THANKS_TOO.search(own_words))
    if asks and (to_reader or by_us):
        score = 1 + to_reader + by_us + bool(_MONEY.search(own_words)) + thanks
        if score >= 3:
            return "appeal"
    if by_us or to_reader or thanks:
        return "personal"
    if len(line.split()) <= 4 and not re.search(r"[.!?…:;,»”\"]$", line):
        return "short"
    return "body"


def _labels(kinds: list[_Kind]) -> tuple[int, int | None]:
    """Return where the labels at the end begin, and where they might, when that is in doubt.

    One unmistakable label is enough, or three that could be anything: "Continue" alone may be the
    last line of a poem. A short line between two labels is one too.
    """
    start = len(kinds)
    at = start
    while at > 0:
        kind = kinds[at - 1]
        if kind in {"label", "maybe label"}:
            start = at - 1
        elif kind != "short" or start - at >= 2 or start == len(kinds):
            break
        at -= 1
    run = kinds[start:]
    if "label" in run or len(run) >= 3:
        return start, None
    return len(kinds), start if run else None


def _appeal(kinds: list[_Kind], end: int, *, has_labels: bool) -> int | None:
    """Return the line at which an appeal that ends above `end` begins, or None.

    It begins with words that open nothing else ("A message from ..."), with all that stands below
    spoken by the outlet or to the reader; or else with the first of the paragraphs that ask.
    """
    opening: int | None = None
    asking: int | None = None
    strange = 0
    at = end
    while at > 0 and end - at < _APPEAL_LINES_MAX:
        kind = kinds[at - 1]
        if opening is not None and kind not in {"opener", "greeting"}:
            break
        if kind == "body":
            strange += 1
            # One paragraph in an appeal may sound like the news; two are the news.
            if strange > 1 or at == end:
                break
        else:
            strange = 0
        if kind in {"opener", "greeting"}:
            opening = at - 1
        elif kind == "appeal":
            asking = at - 1
        at -= 1
    if opening is not None and _count(kinds, opening, end, "appeal") > 0:
        return opening
    if asking is None:
        return None
    while asking < end and kinds[asking:end].count("body"):
        # Without an opening line, nothing of the article's may stand in between.
        later = next((n for n in range(asking + 1, end) if kinds[n] == "appeal"), None)
        if later is None:
            return None
        asking = later
    asked = _count(kinds, asking, end, "appeal")
    return asking if asked > 1 or has_labels else None


def _count(kinds: list[_Kind], start: int, end: int, kind: _Kind) -> int:
    return sum(one == kind for one in kinds[start:end])


def _outlet(line: str) -> str | None:
    """Return the name in `A Message from The Moscow Times:`; the article stays as printed."""
    found = _FROM_US.fullmatch(line.strip())
    if found is None:
        return None
    name = found["outlet"].strip(" :")
    is_person = re.match(r"(?:our|the) (?:editors?|team|newsroom|publisher)|us\b", name, re.I)
    return None if is_person else name


def _is_read_more(line: str) -> bool:
    return re.match(r"(?:read (?:more|also)|see also|читайте)\b.*:", line.strip(), re.I) is not None
