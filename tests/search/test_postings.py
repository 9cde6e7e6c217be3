"""Pages and weights of words without their places: all that are in the word lists, the same."""

from __future__ import annotations

import random
from bisect import bisect_right
from typing import Any

import pytest

from builder.search import DamagedError, divide_postings, groups_of, join_postings, postings_of
from builder.search.formats import read_cbor, write_cbor
from builder.search.postings import words_of_postings
from builder.search.words import Words, split_words
from tests.search.bundles import word_lists
from tests.search.stories import sample_texts


def _listed(part: bytes) -> dict[str, list[Any]]:
    """Return the lists of each word of a part, as the script reads them."""
    if not part:
        return {}
    text, at = read_cbor(part)
    size, at = read_cbor(part, at)
    end = at + size
    found: dict[str, list[Any]] = {}
    for word in text.split("\n"):
        length, at = read_cbor(part, at)
        found[word] = _lists(part[end : end + length])
        end += length
    assert end == len(part)
    return found


def _lists(data: bytes) -> list[Any]:
    at = 0
    lists: list[Any] = []

    def number() -> int:
        nonlocal at
        value, at = read_cbor(data, at)
        assert isinstance(value, int)
        return value

    while at < len(data):
        form = ""
        if lists:
            form, at = read_cbor(data, at)
        count = number()
        page = 0
        pages = [page := page + number() for _ in range(count)]
        weights = [24 * n if (n := number()) >= 0 else -1 - n for _ in range(count)]
        fields = [0] * count
        place = 0
        for _ in range(number()):
            place += number()
            fields[place] = number()
        lists.append((form, list(zip(pages, weights, fields, strict=True))))
    return lists


def _expected(entry: bytes) -> list[Any]:
    """Return the same from the entry in Pagefind's list, place by place."""
    word, pages, forms = read_cbor(entry)[0]
    lists: list[Any] = []
    for form, listed in [("", pages), *forms]:
        page = 0
        found = []
        for step, places, in_fields in listed:
            page += step
            weight, total = 25, 0
            for place in places:
                if place < 0:
                    weight = -1 - place
                else:
                    total += weight
            bits = 0
            for place in in_fields:
                bits |= 1 << min(7, -1 - place) if place < 0 else 0
            found.append((page, min(total, 65_535), bits))
        lists.append((form, found))
    assert word
    return lists


def _entry(chance: random.Random, word: str) -> bytes:
    numbers = (0, 1, 23, 24, 255, 256, 70_000)

    def pages(least: int) -> list[Any]:
        return [
            [
                chance.choice(numbers),
                chance.choice(
                    (
                        [-25, *chance.choices(numbers, k=chance.choice((1, 2, 22, 23, 300)))],
                        [-13, *chance.choices(numbers, k=2)],
                        chance.choices((-1, -25, -169, -300, *numbers), k=chance.randint(0, 9)),
                        [-241, *[1] * 300],
                    )
                ),
                chance.choice(([], [], [-2, 0, 5], [-1, 2, -4, 7, -12, 300])),
            ]
            for _ in range(max(least, min(60, int(chance.paretovariate(0.6)) - 1)))
        ]

    forms = [[f"{word}éу{n}", pages(1)] for n in range(chance.choice((0, 0, 0, 1, 30)))]
    return write_cbor([word, pages(0), forms])


@pytest.mark.parametrize("seed", range(8))
def test_any_word_list_keeps_pages_weights_and_fields(seed: int) -> None:
    chance = random.Random(seed)
    words = sorted({"".join(chance.choices("abу日", k=chance.randint(1, 6))) for _ in range(200)})
    entries = {word: _entry(chance, word) for word in words}
    part = postings_of(Words.of(entries))
    listed = _listed(part)
    assert list(listed) == words_of_postings(part) == words
    assert listed == {word: _expected(entry) for word, entry in entries.items()}
    starts = sorted(chance.sample(["", "a", "ab", "b", "zz", "у", "日", "日日"], k=5))
    parts = divide_postings(part, starts)
    for number, one in enumerate(parts):
        assert all(max(0, bisect_right(starts, word) - 1) == number for word in _listed(one))
    assert join_postings(parts) == part
    assert {word: lists for one in parts for word, lists in _listed(one).items()} == listed


@pytest.mark.parametrize("lang", ["en", "ru", "ar", "zh"])
def test_what_pagefind_writes_is_read(lang: str) -> None:
    for content in word_lists(sample_texts(lang)).values():
        words = split_words(content)
        listed = _listed(postings_of(words))
        assert listed == {
            word: _expected(entry) for word, entry in zip(words, words.entries(), strict=True)
        }


def test_damage_is_found() -> None:
    entries = {word: _entry(random.Random(seed), word) for seed, word in enumerate("ab", 1)}
    part = postings_of(Words.of(entries))
    for damaged in (part[:-1], part + b"\0", part[1:], b"\0", part[:3]):
        with pytest.raises(DamagedError):
            divide_postings(damaged, ["", "b"])
    for entry in (b"\x83\x61a\x81", b"\x83\x61a\x81\x80\x80", b""):
        with pytest.raises(DamagedError):
            postings_of(Words.of({"a": entry}))


def test_four_series_of_a_language_are_a_group() -> None:
    series = [("en", f"en-{year}") for year in range(1980, 1990) for _ in range(3)]
    mixed = [("en", ""), ("ar", "ar-1"), *series, ("ru", "")]
    assert groups_of(mixed) == {
        "ar-1": ("ar-1",),
        "en-1980": ("en-1980", "en-1981", "en-1982", "en-1983"),
        "en-1984": ("en-1984", "en-1985", "en-1986", "en-1987"),
        "en-1988": ("en-1988", "en-1989"),
    }
