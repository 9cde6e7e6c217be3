"""What the memory gives back is what it was given, or the whole of it is forgotten."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from builder.build import BuildRequest, build
from builder.disk.ahead import begin_listing
from builder.disk.listing import list_content
from builder.disk.memory import FreshSource, Memory, MemoryDamagedError
from builder.disk.walk import MARK_SIZE
from tests.archives import NOW, run_backfile, tree, write_archive

if TYPE_CHECKING:
    from pathlib import Path

STORY = "---\ntitle: Story {n}\ndate: 1987-03-{n:02}\n---\nThe text of story {n}.\n\nMore of it.\n"


def stories(count: int) -> dict[str, str]:
    files = {f"content/articles/story-{n:02}.md": STORY.format(n=n) for n in range(1, count + 1)}
    return {"content/archive.yaml": "title: T\n", **files}


def make(root: Path) -> dict[str, bytes]:
    build(BuildRequest(root=root, out=root / "site", now=NOW, with_search=False))
    return tree(root / "site")


@pytest.mark.parametrize("where", [0.0, 0.3, 0.6, 0.99])
@pytest.mark.parametrize("is_cut", [False, True], ids=["altered", "cut-off"])
def test_a_spoilt_pack_is_noticed_and_all_is_made_anew(
    tmp_path: Path, where: float, *, is_cut: bool
) -> None:
    root = write_archive(tmp_path / "a", stories(12))
    make(root)
    (pack,) = (root / ".backfile").glob("texts-*")
    size = pack.stat().st_size
    place = int(size * where)
    if is_cut:
        os.truncate(pack, place)
    else:
        content = bytearray(pack.read_bytes())
        content[place] ^= 0xFF
        pack.write_bytes(content)
    changes = {
        "content/articles/story-03.md": STORY.format(n=3).replace("Story 3", "Another"),
        "content/articles/story-07.md": STORY.format(n=7) + "\nAnd more.\n",
    }
    write_archive(root, changes)
    warm = make(root)
    assert warm == make(write_archive(tmp_path / "b", {**stories(12), **changes}))


def test_the_command_makes_all_anew_as_well(tmp_path: Path) -> None:
    """It lists content/ ahead in a process of its own, once, and asks for that a second time."""
    root = write_archive(tmp_path, stories(3))
    make(root)
    (pack,) = (root / ".backfile").glob("texts-*")
    pack.write_bytes(bytes(pack.stat().st_size))
    write_archive(root, {"content/articles/story-03.md": STORY.format(n=3).replace("Story", "A")})
    done = run_backfile("-C", root, "build", "--no-search")
    assert done.returncode == 0, done.stderr
    assert b"A 3" in (root / "site/1987/03/story-03.html").read_bytes()


def test_what_nobody_names_any_more_leaves_the_pack(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "memory.sqlite", b"1")
    kept = FreshSource.of("kept.md", b"m", b"d", b"record", b"its body")
    torn = FreshSource.of("torn.md", b"m", b"d", b"record", b"its body")
    memory.put_sources([kept, torn._replace(body_crc=0x57C2E2A2)])
    for number in range(12):
        large = bytes([number]) * 1_000_000
        memory.put_sources([FreshSource.of("large.md", b"m", b"d", large, None)])
    memory.commit()
    (before,) = tmp_path.glob("texts-*")
    assert before.stat().st_size > 12_000_000
    memory.tidy()
    (after,) = tmp_path.glob("texts-*")
    assert after.stat().st_size < 1_100_000
    memory.tidy()
    assert list(tmp_path.glob("texts-*")) == [after]
    memory.close()
    again = Memory(tmp_path / "memory.sqlite", b"1")
    found = again.sources()
    assert found["large.md"].record == bytes([11]) * 1_000_000
    assert found["kept.md"].record == b"record"
    body = found["kept.md"].body
    assert body is not None
    assert again.body(body) == again.bodies({"kept.md": body}).get("kept.md") == b"its body"
    torn_body = found["torn.md"].body
    assert torn_body is not None
    with pytest.raises(MemoryDamagedError):
        again.body(torn_body)  # its checksum above is a wrong one
    again.close()


def test_a_memory_of_another_version_takes_its_pack_with_it(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "memory.sqlite", b"1")
    memory.put_sources([FreshSource.of("a.md", b"m", b"d", b"record", None)])
    memory.commit()
    memory.close()
    other = Memory(tmp_path / "memory.sqlite", b"2")
    assert other.sources() == {}
    assert list(tmp_path.glob("texts-*")) == [] or other.sources() == {}
    other.close()


def test_a_listing_is_the_same_from_a_process_of_its_own(tmp_path: Path) -> None:
    root = write_archive(tmp_path, stories(30) | {"content/articles/ß/é.md": STORY.format(n=5)})
    rest = begin_listing(root)
    here, there = list_content(root), rest()
    assert there.paths == here.paths
    assert there.files == here.files
    assert [file.path for file in here.files] == sorted(
        path.relative_to(root).as_posix() for path in (root / "content").rglob("*.*")
    )
    assert all(file.size_bytes == (root / file.path).stat().st_size for file in here.files)
    assert there.changed_since(here.paths, here.marks) is not None
    assert rest() is there


def test_a_listing_tells_what_was_touched(tmp_path: Path) -> None:
    root = write_archive(tmp_path, stories(200))
    old = 1_000_000_000
    for file in list_content(root).files:
        os.utime(root / file.path, ns=(old, old))
    first = list_content(root)
    # All of them changed just now, as far as their inodes tell: none is taken as settled.
    assert first.changed_since(first.paths, first.marks) == list(range(len(first.files)))
    settled = b"".join(
        first._marks[place * MARK_SIZE : (place + 1) * MARK_SIZE]
        for place in range(len(first.files))
    )
    assert first.changed_since(first.paths, settled) == []
    touched = [3, 64, 199]
    for place in touched:
        (root / first.files[place].path).write_text("another text")
    assert list_content(root).changed_since(first.paths, settled) == touched
    (root / "content/articles/new.md").write_text("x")
    assert list_content(root).changed_since(first.paths, settled) is None
