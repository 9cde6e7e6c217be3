"""The bound word lists of full shards: nothing is lost, little moves, and damage is found."""

from __future__ import annotations

import random

import pytest

from builder.search import DamagedError
from builder.search.formats import read_cbor, write_cbor
from builder.search.volumes import (
    MOST_BYTES,
    Unbinding,
    bind,
    may_be_named,
    read_volume,
)
from builder.search.words import Words, split_words
from tests.search.bundles import word_lists
from tests.search.stories import sample_texts


def _entries(chance: random.Random, count: int) -> dict[str, bytes]:
    """Return made-up words, each on some pages, a few of them with another spelling."""
    words = sorted(
        {"".join(chance.choices("abcdeéж日", k=chance.randint(1, 9))) for _ in range(count)}
    )
    return {word: write_cbor(_entry(chance, word)) for word in words}


def _entry(chance: random.Random, word: str) -> list[object]:
    def pages() -> list[object]:
        return [
            [
                chance.choice((0, 1, 23, 24, 255, 256, 70_000)),
                [chance.choice((-1, -25, -300, 5, 99, 4_000)) for _ in range(chance.randint(1, 9))],
                [],
            ]
            for _ in range(min(40, int(chance.paretovariate(0.9))))
        ]

    forms = [[f"{word}{n}", pages()] for n in range(chance.choice((0, 0, 0, 1, 30)))]
    return [word, pages(), forms]


@pytest.mark.parametrize("lang", ["en", "ru", "ar", "zh"])
def test_word_lists_are_taken_apart_as_pagefind_made_them(lang: str) -> None:
    for content in word_lists(sample_texts(lang)).values():
        listed = read_cbor(content)[0][0]
        words = split_words(content)
        assert list(words) == [entry[0] for entry in listed]
        assert [read_cbor(entry)[0] for entry in words.entries()] == listed


@pytest.mark.parametrize("seed", range(6))
def test_what_is_bound_is_all_there(seed: int) -> None:
    chance = random.Random(seed)
    shards = [
        Words.of(_entries(chance, chance.choice((0, 5, 900)))) for _ in range(chance.randint(1, 5))
    ]
    bound = bind(shards)
    contents = list(bound.contents())
    unbinding = Unbinding(len(shards))
    for content in contents:
        unbinding.take(content)
    assert unbinding.words() == shards
    assert sorted(bound.starts) == list(bound.starts)
    assert len(set(bound.names)) == len(bound.names) == len(contents)
    for start, after, content in zip(
        bound.starts,
        [*bound.starts[1:], "\U0010ffff"][: len(bound.starts)],
        contents,
        strict=True,
    ):
        parts = [split_words(part) for part in read_volume(content, len(shards)) if part]
        held = {word for part in parts for word in part}
        assert all(start <= word < after for word in held), "where a reader looks for it"
        assert len(content) < MOST_BYTES + 100 or len(held) == 1
    for shard, chunks in zip(shards, bound.chunks, strict=True):
        named = [word for word in shard for first, last, _ in chunks if first <= word <= last]
        assert named == list(shard)


def test_one_article_more_moves_few_ends() -> None:
    chance = random.Random(5)
    entries = [_entries(chance, 4_000) for _ in range(3)]
    before = bind([Words.of(one) for one in entries])
    assert len(before.names) > 8
    changed = dict(entries[1])
    for word in chance.sample(sorted(changed), 3):
        changed[word] = write_cbor(_entry(chance, word))
    changed |= {"aaaa": write_cbor(_entry(chance, "aaaa"))}
    entries[1] = dict(sorted(changed.items()))
    after = bind([Words.of(one) for one in entries])
    assert len(set(after.names) - set(before.names)) <= 10
    assert len(set(after.starts) ^ set(before.starts)) <= 8


def test_damage_is_found() -> None:
    """Such as gzip's checksum cannot find: a file that was never right."""
    chance = random.Random(1)
    bound = bind([Words.of(_entries(chance, 200)) for _ in range(2)])
    content = next(bound.contents())
    assert may_be_named(content, bound.names[0])
    assert not may_be_named(content + b"x", bound.names[0])
    (part, _) = read_volume(content, 2)
    for damaged in (b"", b"\x81\x81\x00", part[:2], part[1:], b"\x81\x17" + part[2:]):
        with pytest.raises(DamagedError):
            split_words(damaged)
    for damaged in (content[:-1], content + b"\0\0\0\0", content[:2], b""):
        with pytest.raises(DamagedError):
            read_volume(damaged, 2)
