"""The index is made by the real Pagefind; what is wrong with it, or with Pagefind, is said."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from builder.basics.digests import sha256_hex
from builder.basics.problems import Problem, SearchError
from builder.search import (
    Page,
    Shard,
    as_script,
    find_program,
    formats,
    make_shard,
    make_shards,
    plan_shards,
    service,
    verify,
    verify_bundle,
)
from builder.search.canonical import canonicalise, group_names
from builder.search.catalogue import length_byte, read_catalogue
from builder.search.scripts import from_script
from builder.search.trim import has_words, trim
from tests.search.pages import COUNTS, STORIES, Story, make_bundle, pages_of, write_bundle
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TEXTS: Final = {story.path: story.html(lang) for lang in STORIES for story in STORIES[lang]}


def text_of(page: Page) -> str:
    return TEXTS[page.url]


def english() -> Shard:
    return next(shard for shard in plan_shards(pages_of(STORIES)) if shard.lang == "en")


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "scripts"])
def good(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("good"), is_scripts=request.param)


@pytest.fixture
def bundle(good: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(good, tmp_path / "bundle"))


def _files(bundle: Path) -> list[Path]:
    return sorted(path for path in bundle.rglob("*") if path.is_file())


def _catalogue(files: dict[str, bytes]) -> dict[str, Any]:
    return read_catalogue(files["catalogue.pf_catalogue"])


def _stopped(timeout_s: float | None = None) -> tuple[Problem, ...]:
    with pytest.raises(SearchError) as stopped:
        make_shard(english(), text_of, timeout_s=timeout_s)
    assert {found.code for found in stopped.value.problems} == {"search-failed"}
    assert all(found.hint for found in stopped.value.problems[:20])
    return stopped.value.problems


# -- a whole index -------------------------------------------------------------------------------


def test_a_bundle_holds_what_is_used_and_no_more(good: Path) -> None:
    top = {path.name.split(".")[0] for path in good.iterdir()}
    folders = {"en-undated", "ru-2024-06-01", "ar-2025-05-08", "zh-2025-05-08"}
    assert top == {"catalogue", "pagefind", "pagefind-worker", "wasm"} | folders
    engines = {path.name for path in good.glob("wasm.*")}
    assert engines == {f"wasm.{lang}.pagefind" for lang in ("ar", "en", "ru", "unknown")}
    assert verify_bundle(good, COUNTS) == ()


def test_pages_are_numbered_by_date_and_hold_no_ignored_text() -> None:
    made = make_shard(english(), text_of)
    name = next(name for name in made.files if name.endswith(".pf_meta"))
    meta = formats.read_meta(formats.unpack(made.files[name]))
    held = [
        json.loads(formats.unpack(made.files[f"fragment/{fragment}.pf_fragment"]))
        for fragment, _ in meta.fragments
    ]
    assert [page["url"] for page in held] == [f"/{page.url}" for page in english().pages]
    assert not [p for p in held if "Ignored" in p["content"] or "Navigation" in p["content"]]


def test_the_catalogue_tells_all_that_a_query_needs() -> None:
    files = make_bundle()
    listed = _catalogue(files)
    assert listed["format"] == 3
    assert listed["pagefind"] == "1.5.2"
    assert listed["scripts"] is False
    paths = [shard["path"] for shard in listed["shards"]]
    assert paths == ["ar-2025-05-08", "en-undated", "ru-2024-06-01", "zh-2025-05-08"]
    shard = listed["shards"][1]
    assert (shard["from"], shard["to"]) == ("1937-01-01", "2025-05-08")
    assert (shard["lang"], shard["stemmer"], shard["pages"], shard["undated"]) == (
        "en", "en", 28, 1,
    )  # fmt: skip
    assert listed["shards"][3]["stemmer"] is None
    assert shard["fields"] == ["date", "title"]
    assert shard["filters"].keys() == {"section", "topic", "year"}
    meta = formats.read_meta(formats.unpack(files[f"en-undated/pagefind.{shard['meta']}.pf_meta"]))
    counts = [words for _, words in meta.fragments]
    assert shard["average"] == round(sum(counts) / 28, 2)
    assert list(_from_base64(shard["lengths"])) == [length_byte(words) for words in counts]
    packed = _from_base64(shard["fragments"])
    names = [
        f"en_{packed[at + 1 : at + 5].hex()}{place:02x}"
        for at in range(0, len(packed), 5)
        for place in range(packed[at])
    ]
    assert names == [name for name, _ in meta.fragments]
    assert shard["chunks"]["names"].split("\n") == list(meta.chunks)
    assert len(shard["chunks"]["from"].split("\n")) == len(meta.chunks)
    days = [page.day for page in english().pages if page.day is not None]
    assert list(_leb128(_from_base64(shard["days"]))) == [
        later - day for day, later in zip([days[0], *days[:-1]], days, strict=True)
    ]


def _from_base64(text: str) -> bytes:
    import base64

    return base64.b64decode(text, validate=True)


def _leb128(data: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0
    assert shift == 0


@pytest.mark.parametrize("is_scripts", [False, True])
def test_bundles_are_the_same_whatever_the_run_and_the_order(*, is_scripts: bool) -> None:
    first = make_bundle(is_scripts=is_scripts)
    for run in range(2):
        stories = {
            lang: random.Random(run).sample(STORIES[lang], len(STORIES[lang]))
            for lang in reversed(STORIES)
        }
        assert make_bundle(stories, is_scripts=is_scripts) == first


def test_threads_of_pagefind_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = service._environment
    bundles = []
    for threads in ("1", "2", "7"):
        monkeypatch.setattr(
            service, "_environment", lambda t=threads: {**real(), "RAYON_NUM_THREADS": t}
        )
        bundles.append(make_bundle())
    assert bundles[0] == bundles[1] == bundles[2]


def test_several_shards_at_a_time_are_the_same_shards() -> None:
    shards = plan_shards(pages_of(STORIES))
    alone = {shard: make_shard(shard, text_of) for shard in shards}
    for memory in (1, 1 << 40):
        made = dict(make_shards(shards, text_of, jobs=3, memory_bytes=memory))
        assert made == alone


def test_memory_bounds_how_many_are_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, wanted = [0], [0], [0]
    lock = threading.Lock()
    real = service.run_service

    def counted(*arguments: object, **options: object) -> dict[str, bytes]:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        try:
            # Until as many are there as may be, and then a little longer for one too many.
            end = time.monotonic() + PATIENCE_S
            while most[0] < wanted[0] and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(0.05)
            return real(*arguments, **options)  # type: ignore[arg-type] # as they came
        finally:
            with lock:
                running[0] -= 1

    monkeypatch.setattr("builder.search.pagefind.run_service", counted)
    shards = plan_shards(pages_of(STORIES))
    for memory, wanted[0] in ((1, 1), (60 << 20, 2), (1 << 30, 4)):
        most[0] = 0
        assert len(list(make_shards(shards, text_of, jobs=4, memory_bytes=memory))) == 4
        assert most[0] == wanted[0]


TAKEN: Final = """
import random, resource, sys
from builder.search import Page, Shard, estimate, make_shard

pages, words = int(sys.argv[1]), int(sys.argv[2])
letters = "abcdefghijklmnopqrstuvwxyz"
chance = random.Random(1)
known = ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(20_000)]

def html(number):
    # A few words are in all, most of them in few, as words are.
    chance = random.Random(number)
    ranks = (min(19_999, int(5 * chance.paretovariate(0.8))) for _ in range(words))
    text = " ".join(known[rank] for rank in ranks)
    return (f'<!doctype html><html lang="en"><head><title>x</title></head><body>'
            f'<main data-pagefind-body><h1>{number}</h1><p>{text}</p></main></body></html>')

FRAME = 8_000  # bytes of the theme around the text
listed = tuple(Page(f"{n}.html", "en", 1000 + n, len(html(n)) + FRAME) for n in range(pages))
shard = Shard("en-x", "en", listed, 0)
make_shard(shard, lambda page: html(int(page.url[:-5])))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10, estimate(shard))
"""


@pytest.mark.parametrize(("pages", "words"), [(1_200, 50), (400, 400), (8, 20_000)])
@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory otherwise")
def test_pagefind_takes_no_more_memory_than_is_reckoned_with(pages: int, words: int) -> None:
    """What is made at once is bounded by what it is thought to take."""
    command = [sys.executable, "-c", TAKEN, str(pages), str(words)]
    taken, thought = map(
        int, subprocess.run(command, capture_output=True, check=True).stdout.split()
    )
    assert 0 < taken < thought


def test_tags_are_counted_as_pagefind_writes_them() -> None:
    stories = {
        "zh-Hant": (Story(path="a.html", title="One", text="two"),),
        "pt-BR": (Story(path="b.html", title="One", text="two"),),
        "pt-br": (Story(path="c.html", title="One", text="two"),),
    }
    shards = _catalogue(make_bundle(stories))["shards"]
    assert {shard["lang"]: shard["pages"] for shard in shards} == {"zh-hant": 1, "pt-br": 2}
    assert {shard["stemmer"] for shard in shards} == {None, "pt-br"}


def test_a_page_without_a_word_is_not_missed() -> None:
    stories = {
        "en": (
            Story(path="a.html", title="—", text="…", date="2001-01-01", shown="January 1"),
            Story(path="b.html", title="Words", text="and more", date="2001-01-02"),
        ),
        "ru": (Story(path="c.html", title="—", text="!", date="2001"),),
    }
    assert not has_words(stories["en"][0].html("en"))
    assert has_words(stories["en"][1].html("en"))
    (shard,) = _catalogue(make_bundle(stories))["shards"]
    assert (shard["path"], shard["pages"]) == ("en-2001-01-01", 1)


def test_surroundings_do_not_steer_pagefind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = make_shard(english(), text_of)
    (tmp_path / "pagefind.toml").write_text('force_language = "xx"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAGEFIND_FORCE_LANGUAGE", "xx")
    assert make_shard(english(), text_of) == wanted


# -- names, scripts, pages cut short ---------------------------------------------------------------


def test_a_page_that_changes_or_comes_moves_only_the_names_of_its_group() -> None:
    urls = [f"1987/story-{number}.html" for number in range(1_000)]
    digests = [sha256_hex(url.encode()) for url in urls]
    names = group_names(urls, digests)
    assert len(set(names)) == len(names)
    assert {len(name) for name in names} == {10}
    groups = {name[:8] for name in names}
    assert 20 < len(groups) < 80
    changed = group_names(urls, [*digests[:500], sha256_hex(b"another"), *digests[501:]])
    assert {name[:8] for name in names} ^ {name[:8] for name in changed} == {
        names[500][:8],
        changed[500][:8],
    }
    longer = group_names(
        [*urls[:500], "1987/new.html", *urls[500:]],
        [*digests[:500], sha256_hex(b"new"), *digests[500:]],
    )
    moved = {name[:8] for name in names} - {name[:8] for name in longer}
    assert len(moved) <= 2, "a group that is full may hand a page on to the next"
    # Pages that are all alike still have names of their own.
    assert len(set(group_names(urls, ["0"] * 1_000))) == 1_000


def test_packed_bytes_are_the_same_on_any_machine() -> None:
    """Whatever zlib this Python has. Another libdeflate may pack otherwise: then say so in the
    changelog, since every index changes."""
    packed = formats.pack(" ".join(str(n * n) for n in range(5_000)).encode())
    digest = "9134f0c711b41aaad7f5840942c4b7d85b96a540107c75a59d4775c15290411d"
    assert sha256_hex(packed) == digest


def test_scripts_hold_any_bytes() -> None:
    content = bytes(range(256)) * 2 + b'\\"\\n"\r\n\\'
    script = as_script("en-1987/index/en_1.pf_index", content)
    assert from_script(script) == ("en-1987/index/en_1.pf_index", content)
    assert b"\n" not in script
    assert b"\r" not in script
    for torn in (script[:-1], script[1:], b"", script[:20]):
        with pytest.raises(ValueError, match="script"):
            from_script(torn)


WHOLE: Final = (
    '<!doctype html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">'
    '<title>A &amp; b</title>\n<meta name="description" content="x">{head}</head>\n'
    '<body class="x" {body}>\n<header><a href="../index.html">Site</a>{before}</header>\n<main>'
    '<article class="story" data-pagefind-body lang="en" dir="ltr"><h1>Title</h1>'
    '<p data-pagefind-filter="a:b" id="p">Some words</p>{inside}</article>{after}</main>'
    "<footer>Foot words</footer></body>\n</html>\n"
)


def _page(**parts: str) -> str:
    return WHOLE.format(**{"head": "", "body": "", "before": "", "inside": "", "after": ""} | parts)


def test_a_page_is_cut_to_its_article() -> None:
    cut = trim(_page(head='<script type="application/ld+json">{"a":"b"}</script>'))
    assert "Some words" in cut
    assert "ld+json" not in cut
    assert "Foot" not in cut
    assert "Site" not in cut
    assert "charset" not in cut
    assert "<title>A &amp; b</title>" in cut
    assert len(cut) < len(_page()) * 0.7


@pytest.mark.parametrize(
    "parts",
    [
        {"before": '<b data-pagefind-meta="x">y</b>'},
        {"before": '<B DATA-PAGEFIND-META="x">y</B>'},
        {"after": '<img src="a.png" alt="b">'},
        {"before": "<h1>Other</h1>"},
        {"before": "<!-- <article -->"},
        {"before": "<script>'<main'</script>"},
        {"after": "<template>x</template>"},
        {"inside": "<article>nested</article>"},
        {"after": "<p data-pagefind-body>second</p>"},
        {"after": "</article>"},
    ],
)
def test_a_page_that_holds_more_stays_whole(parts: dict[str, str]) -> None:
    assert trim(_page(**parts)) == _page(**parts)


def test_what_stands_in_head_and_body_tag_is_kept() -> None:
    page = _page(head='<meta data-pagefind-filter="k[content]" content="v">')
    assert 'content="v"' in trim(page)
    page = _page(body='data-pagefind-filter="k:v"')
    assert 'data-pagefind-filter="k:v"' in trim(page)


def test_short_and_whole_pages_make_the_same_index(sample: Path) -> None:
    """For every page of the sample archive, and for each kind of page above."""
    texts = {
        path.relative_to(sample / "site").as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((sample / "site").rglob("*.html"))
    }
    texts = {url: text for url, text in texts.items() if "data-pagefind-body" in text}
    texts |= {
        f"made/{n}.html": _page(**parts)
        for n, parts in enumerate(
            (
                {},
                {"after": '<img src="a.png" alt="b">'},
                {"before": "<p>Unclosed <b>text"},
                {"inside": "<h2 id=q>Part</h2><p>More <i id=i>words</i></p>", "before": "<i id=z>"},
                {"before": '<img src="early.png">', "after": "<p id=later>x</p>"},
                {"head": '<meta data-pagefind-filter="k[content]" content="v">'},
                {"body": 'data-pagefind-filter="k:v"'},
                {"before": '<form><input id="x" name="q"><button>Go</button></form>'},
            )
        )
    }
    assert sum(trim(text) != text for text in texts.values()) > 0.9 * len(texts)
    for lang in ("en", "ru", "ar", "zh"):
        urls = [url for url, text in texts.items() if f'<html lang="{lang}"' in text]
        (shard,) = plan_shards([Page(url, lang, None) for url in urls])
        program = find_program("en")
        answers = [
            service.run_service(
                program.path, [(f"/{p.url}", cut(texts[p.url])) for p in shard.pages], len(urls)
            )
            for cut in (trim, partial(re.sub, '<p id="p[0-9]+">', "<p>"))
        ]
        assert canonicalise(shard, answers[0]) == canonicalise(shard, answers[1])


# -- damage --------------------------------------------------------------------------------------


def _spoilt(bundle: Path, change: Callable[[bytes], bytes | None]) -> list[str]:
    """Change each file in turn, put it back, and return those whose damage was not found."""
    missed = []
    for path in _files(bundle):
        before = path.read_bytes()
        after = change(before)
        if after is None:
            path.unlink()
        else:
            path.write_bytes(after)
        found = verify_bundle(bundle, COUNTS)
        name = path.relative_to(bundle).as_posix()
        if not any(one.location.path == f"pagefind/{name}" for one in found):
            # Without a catalogue as a script one as it is would be looked for.
            other = name.removesuffix(".js")
            if not any(one.location.path == f"pagefind/{other}" for one in found):
                missed.append(name)
        path.write_bytes(before)
    assert verify_bundle(bundle, COUNTS) == ()
    return missed


def test_each_file_that_is_cut_off_is_named(bundle: Path) -> None:
    assert _spoilt(bundle, lambda data: data[: len(data) // 2]) == []
    assert _spoilt(bundle, lambda data: data[:-1]) == []
    assert _spoilt(bundle, lambda _: b"") == []


def test_each_file_that_is_missing_is_named(bundle: Path) -> None:
    assert _spoilt(bundle, lambda _: None) == []


def test_each_file_with_other_bytes_is_named(bundle: Path) -> None:
    assert _spoilt(bundle, lambda data: data + b"x") == []
    assert _spoilt(bundle, lambda _: gzip.compress(b"<html>404")) == []

    def one_bit(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[len(data) * 2 // 3] ^= 0x10
        return bytes(changed)

    # In an entry a bit may turn a letter of what nobody reads; all else has a checksum.
    assert {name.split("/")[-1] for name in _spoilt(bundle, one_bit)} <= {"pagefind-entry.json"}


def test_a_file_of_another_index_is_named(bundle: Path) -> None:
    (bundle / "en-undated/fragment/en_0000.pf_fragment").write_bytes(b"")
    (bundle / "playground").mkdir()
    (bundle / "playground/index.html").write_text("")
    found = verify_bundle(bundle, COUNTS)
    assert [(one.location.path, one.message) for one in found] == [
        ("pagefind/en-undated/fragment/en_0000.pf_fragment", "this file belongs to no index"),
        ("pagefind/playground/index.html", "this file belongs to no index"),
    ]


def test_files_that_changed_places_are_named(bundle: Path) -> None:
    filters = sorted((bundle / "en-undated/filter").iterdir())
    assert len(filters) == 3
    first, second = filters[:2]
    first.rename(bundle / "x")
    second.rename(first)
    (bundle / "x").rename(second)
    assert {one.location.path for one in verify_bundle(bundle, COUNTS)} == {
        f"pagefind/en-undated/filter/{path.name}" for path in (first, second)
    }
    fragments = sorted((bundle / "en-undated/fragment").iterdir())
    shutil.copy(fragments[0], fragments[1])
    assert verify_bundle(bundle, COUNTS)[-1].location.path.startswith(
        "pagefind/en-undated/fragment/en_"
    )


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_a_symbolic_link_is_no_file_of_an_index(bundle: Path, tmp_path: Path) -> None:
    chunk = sorted((bundle / "en-undated/index").iterdir())[0]
    chunk.rename(tmp_path / "elsewhere")
    chunk.symlink_to(tmp_path / "elsewhere")
    (found,) = verify_bundle(bundle, COUNTS)
    assert found.message == "this file is a symbolic link"


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({**COUNTS, "en": 29}, 'counts 28 pages in the language "en", but 29 were written'),
        ({**COUNTS, "fr": 1}, 'counts 0 pages in the language "fr", but 1 were written'),
        ({k: COUNTS[k] for k in ("en", "ru", "ar")}, '1 pages in the language "zh", but 0'),
    ],
)
def test_a_wrong_count_is_told_by_language(good: Path, expected: dict[str, int], said: str) -> None:
    (found,) = verify_bundle(good, expected)
    assert said in found.message
    assert "data-pagefind-body" in str(found.hint)


def test_scripts_of_a_version_that_nobody_wrote_down_are_looked_at() -> None:
    files = make_bundle()
    script = files["pagefind.js"].replace(b"1.5.2", b"9.9.9")
    engine = files["wasm.en.pagefind"]
    check = verify.check_asset
    check("pagefind.js", "9.9.9", script)
    check("wasm.en.pagefind", "9.9.9", engine)
    for name, data in (
        ("pagefind.js", script[: len(script) // 2]),
        ("pagefind.js", script.replace(b"9.9.9", b"9.9.8")),
        ("pagefind-worker.js", b"}"),
        ("wasm.en.pagefind", gzip.compress(b"pagefind_dcd" + b"no wasm")),
        ("wasm.en.pagefind", engine[:-9]),
    ):
        with pytest.raises(formats.DamagedError):
            check(name, "9.9.9", data)


def test_cbor_is_written_as_pagefind_writes_it() -> None:
    """All of the meta file but the order of its tables comes out as it went in."""
    program = find_program("en")
    pages = english().pages
    answer = service.run_service(
        program.path, [(f"/{page.url}", text_of(page)) for page in pages], len(pages)
    )
    for name, data in answer.items():
        if name.endswith((".pf_meta", ".pf_filter", ".pf_index")):
            content = formats.unpack(data)
            assert formats.write_cbor(formats.read_cbor(content)[0]) == content
    with pytest.raises(TypeError):
        formats.write_cbor([1.5])


# -- a Pagefind that fails -----------------------------------------------------------------------


def test_a_page_without_the_mark_is_the_theme_s_mistake() -> None:
    """Where no page is marked Pagefind indexes all of them, and calls it a success."""
    with pytest.raises(SearchError) as stopped:
        make_shard(english(), lambda _: '<html lang="en"><body><p>text')
    (found,) = stopped.value.problems
    assert found.location.path == "undated/leaflet.html"
    assert "data-pagefind-body" in str(found.hint)


def test_a_page_in_another_language_is_told() -> None:
    with pytest.raises(SearchError) as stopped:
        make_shard(
            english(), lambda page: text_of(page).replace('<html lang="en"', '<html lang="fr"')
        )
    said = [found.message for found in stopped.value.problems]
    assert 'this file counts 0 pages in the language "en", but 28 were written' in said


def _fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """Put a program in Pagefind's place. Pagefind is not ours; its worst days are played."""
    path = tmp_path / "fake-pagefind"
    path.write_text(script if script.startswith("#!") else f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setattr("pagefind_bin.get_executable", lambda: path)
    return path


BETWEEN: Final = """#!{python}
import base64, json, subprocess, sys
def spoil(files):
    {spoil}
process = subprocess.Popen(["{real}", "--service"], stdout=subprocess.PIPE)
rest = b""
while True:
    data = process.stdout.read1(1 << 20)
    if not data:
        break
    *messages, rest = (rest + data).split(b",")
    for message in messages:
        told = json.loads(base64.b64decode(message))
        if told["payload"]["type"] == "GetFiles":
            files = {{f["path"]: base64.b64decode(f["content"]) for f in told["payload"]["files"]}}
            spoil(files)
            told["payload"]["files"] = [
                {{"path": path, "content": base64.b64encode(content).decode()}}
                for path, content in files.items()
            ]
            message = base64.b64encode(json.dumps(told).encode())
        sys.stdout.buffer.write(message + b",")
        sys.stdout.flush()
"""
"""A real Pagefind, and a hand that changes what it says."""


def _spoiling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: str) -> None:
    real = find_program("en").path
    script = BETWEEN.format(python=sys.executable, real=real, spoil=spoil)
    _fake(tmp_path, monkeypatch, script)


@pytest.mark.parametrize(
    ("spoil", "named", "said"),
    [
        (
            "k = sorted(f for f in files if f.startswith('fragment'))[0]; files[k] = files[k][:-9]",
            r"fragment/en_\w+\.pf_fragment",
            "this file is cut off",
        ),
        (
            "k = [f for f in files if f[:5] == 'index'][0]; files[k] = files[k][:40] + b'x' * 9",
            r"index/en_\w+\.pf_index",
            "this file ",
        ),
        (
            "del files[[f for f in files if f.startswith('filter')][0]]",
            r"filter/en_\w+\.pf_filter",
            "is missing",
        ),
        ("files['pagefind.js'] = files['pagefind.js'][:9000]", r"pagefind\.js", "1.5.2 ships"),
        ("del files['pagefind-entry.json']", r"pagefind-entry\.json", "is missing"),
        (
            "a, b = [f for f in files if f[:2] == 'fr'][:2]; files[a], files[b] = files[b], b''",
            r"fragment/en_\w+\.pf_fragment",
            "this file h",
        ),
        ("files.clear()", r"pagefind-entry\.json", "is missing"),
    ],
)
def test_a_file_that_pagefind_spoils_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: str, named: str, said: str
) -> None:
    _spoiling(tmp_path, monkeypatch, spoil)
    found = _stopped()[0]
    assert re.fullmatch(f"pagefind/en-undated/{named}", found.location.path)
    assert said in found.message


def test_of_many_spoilt_files_the_rest_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _spoiling(
        tmp_path,
        monkeypatch,
        "files.update((k, b'x') for k in list(files) if k.startswith('fragment'))",
    )
    found = _stopped()
    assert len(found) == 21
    assert found[-1].message == "8 more files of the index are damaged"


def test_a_hanging_pagefind_is_stopped_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child"
    _fake(
        tmp_path,
        monkeypatch,
        f"echo waiting for room >&2; sleep 300 & echo $! > '{child}'; cat > /dev/null; wait",
    )
    (found,) = _stopped(timeout_s=2.0)
    assert 'not done after 2 seconds and was stopped; its last words: "waiting for room"' in (
        found.message
    )
    assert not _is_running(int(child.read_text()))


def test_one_failure_ends_what_is_made_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first program that is started fails; the others would take for ever."""
    pids = tmp_path / "pids"
    pids.mkdir()
    first = tmp_path / "first"
    _fake(
        tmp_path,
        monkeypatch,
        f"touch '{pids}'/$$; mkdir '{first}' 2>/dev/null || exec sleep 300; "
        f"until [ $(ls '{pids}' | wc -l) -ge 2 ]; do sleep 0.05; done; exit 9",
    )
    with pytest.raises(SearchError) as stopped:
        list(make_shards(plan_shards(pages_of(STORIES)), text_of, jobs=3, memory_bytes=1 << 40))
    assert "exit code 9" in stopped.value.problems[0].message
    assert len(list(pids.iterdir())) >= 2
    assert not any(_is_running(int(path.name)) for path in pids.iterdir())


def test_an_interrupted_build_leaves_no_pagefind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = tmp_path / "pid"
    _fake(tmp_path, monkeypatch, f"echo $$ > '{pid}'; exec sleep 300")

    def interrupted(self: object, timeout: float | None = None) -> None:
        """Ctrl-C while we wait."""
        while not pid.exists() or not pid.read_text():
            time.sleep(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr("selectors.DefaultSelector.select", interrupted)
    with pytest.raises(KeyboardInterrupt):
        make_shard(english(), text_of)
    assert not _is_running(int(pid.read_text()))


def _is_running(pid: int) -> bool:
    for _ in range(1_000):
        try:
            # An orphan that nobody has buried yet is dead all the same.
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return False
        except FileNotFoundError:
            return False
        time.sleep(0.05)
    return True


REFUSAL: Final = (
    "eyJtZXNzYWdlX2lkIjpudWxsLCJwYXlsb2FkIjp7InR5cGUiOiJFcnJvciIsIm1lc3NhZ2UiOiJubyJ9fQ=="
)
"""{"message_id":null,"payload":{"type":"Error","message":"no"}}"""


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (
            r"printf '\033[31mError:\033[0m  no\t space\n\nnote: run with x' >&2; exit 101",
            'Pagefind failed with exit code 101; its last words: "Error: no space"',
        ),
        ("exit 1", "Pagefind failed with exit code 1"),
        ("kill -9 $$", "Pagefind was stopped from outside (SIGKILL)"),
        ("head -c 9000 | '{real}' --service; kill -9 $$", "stopped from outside (SIGKILL)"),
        ("'{real}' --service | head -c 90000", "Pagefind failed; its last words: "),
        ("exit 0", "Pagefind ended before it was done"),
        ("yes '!,'", "what Pagefind answered makes no sense"),
        ("yes 'AAAA,'", "what Pagefind answered makes no sense"),
        ("yes 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'", "what Pagefind answered makes no sense"),
        ("yes '{refusal},' | tr -d '\\n'", 'it says "no"'),
        ("ulimit -v 60000; exec '{real}' --service", "Pagefind "),
    ],
)
def test_a_failing_pagefind_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    real = find_program("en").path
    _fake(tmp_path, monkeypatch, script.format(real=real, refusal=REFUSAL))
    (found,) = _stopped(timeout_s=30)
    assert said in found.message
    assert "not done after" not in found.message


def test_no_program_for_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = _fake(tmp_path, monkeypatch, "")
    fake.write_bytes(b"\x7fELF for another machine")
    (found,) = _stopped()
    assert "cannot be started: exec format error" in found.message
    fake.unlink()
    (found,) = _stopped()
    assert "cannot be started: no such file" in found.message

    def absent() -> Path:
        raise FileNotFoundError("could not find any")

    monkeypatch.setattr("pagefind_bin.get_executable", absent)
    (found,) = _stopped()
    assert "is not installed" in found.message
    assert "--no-search" in str(found.hint)
    monkeypatch.setitem(sys.modules, "pagefind_bin", None)
    (found,) = _stopped()
    assert "is not installed" in found.message
