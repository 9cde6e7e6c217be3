"""A manifest of which a few lines change is the one that would be written anew."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from builder.basics.digests import sha256_hex
from builder.disk.exchange import exchange
from builder.disk.memory import StoredFile
from builder.disk.write import MANIFEST, Written, make_manifest, read_manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ENDS = ("0", "b", 'q"u', "é", "zz")
NAMES = [f"{folder}{end}" for folder in ("", "a/", "z/ü/") for end in ENDS]


def written(content: bytes) -> Written:
    return Written(sha256_hex(content), len(content), 1)


def site(out: Path, files: dict[str, bytes]) -> dict[str, StoredFile | None]:
    """Write a site, and return what is remembered of every name."""
    for name, content in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    (out / MANIFEST).write_bytes(make_manifest({name: written(c) for name, c in files.items()}))
    known = {name: StoredFile(*written(content), b"") for name, content in files.items()}
    return {name: known.get(name) for name in NAMES}


def give(
    out: Path, fresh: dict[str, bytes], gone: list[str], before: dict[str, StoredFile | None]
) -> dict[str, Written] | None:
    state = out.parent / "state"
    state.mkdir(exist_ok=True)
    told = {name: (sha256_hex(content), content) for name, content in fresh.items()}
    return exchange(told, gone, before, out, state, lambda: None)


@pytest.mark.parametrize("seed", range(40))
def test_an_edited_manifest_is_as_one_made_anew(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    files = {name: name.encode() for name in chance.sample(NAMES, chance.randint(2, 12))}
    before = site(tmp_path / "site", files)
    gone = chance.sample(sorted(files), chance.randint(0, len(files) - 1))
    rest = [name for name in NAMES if name not in gone]
    fresh = dict.fromkeys(chance.sample(rest, chance.randint(1, len(rest))), b"new")
    assert give(tmp_path / "site", fresh, gone, before) is not None
    now = {name: content for name, content in files.items() if name not in gone} | fresh
    manifest = make_manifest({name: written(content) for name, content in now.items()})
    assert (tmp_path / "site" / MANIFEST).read_bytes() == manifest


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: b"",
        lambda text: b"[]\n",
        lambda text: text[: len(text) // 2],
        lambda text: text.replace(b'"path"', b'"name"'),
        lambda text: text.replace(b",\n", b"\n"),
    ],
    ids=["empty", "a-list", "cut-off", "other-keys", "one-line"],
)
def test_a_manifest_that_somebody_wrote_in_is_left_alone(
    spoil: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    out = tmp_path / "site"
    before = site(out, {name: name.encode() for name in NAMES[:-1]})
    spoilt = spoil((out / MANIFEST).read_bytes())
    (out / MANIFEST).write_bytes(spoilt)
    assert give(out, {NAMES[-1]: b"new"}, [NAMES[3]], before) is None
    assert (out / MANIFEST).read_bytes() == spoilt
    assert not (out / NAMES[-1]).exists()


@pytest.mark.parametrize(
    "files",
    [
        "null",
        "{}",
        "[5]",
        '[{"path": 5, "size": 1, "sha256": ""}]',
        r'[{"path": "a\u0000", "size": 1, "sha256": ""}]',
        r'[{"path": "\ud800", "size": 1, "sha256": ""}]',
        '[{"path": "/etc/passwd", "size": 1, "sha256": ""}]',
        f'[{{"path": "{"x" * 300}", "size": 1, "sha256": ""}}]',
        "[" * 100_000,
    ],
    ids=lambda files: files[:20],
)
def test_a_manifest_of_somebody_else_s_names_nothing(files: str, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text(f'{{"version": 1, "files": {files}}}')
    assert read_manifest(tmp_path) == {}
