"""A small archive in four languages of which every answer is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.archives import files_of, run_backfile, write_archive

if TYPE_CHECKING:
    from pathlib import Path

LIGHTHOUSE: Final = "2020/05/lighthouse.html"
BARGE: Final = "2019/06/barge.html"
ATTIC: Final = "1937/attic.html"
LEAFLET: Final = "undated/leaflet.html"
HARVEST: Final = "1999/10/harvest.html"
GAZETA: Final = "ru/2025/05/gazeta.html"
BARZHA: Final = "ru/2024/06/barzha.html"
MANARA: Final = "ar/2023/05/manara.html"
DENGTA: Final = "zh/2022/05/dengta.html"
DIARIES: Final = tuple(f"2001/01/diary-{day:02}.html" for day in range(1, 28))
"""Oldest first."""
VERA: Final = "people/vera-lindt.html"

ARCHIVE: Final = """\
-- content/people/vera-lindt.md --
---
name: Vera Lindt
names: {ru: Вера Линдт, ar: فيرا ليندت, zh: 薇拉·林特}
aliases: [V. Lindt]
---
She printed.
-- content/topics/printing.md --
---
title: Printing
titles: {ru: Печать}
---
-- content/topics/islands-sea.md --
---
title: Islands & sea
---
-- content/topics/diaries.md --
---
title: Diaries
---
-- content/sections/world.md --
---
title: World
---
-- content/articles/lighthouse.md --
---
title: The lighthouse paper
date: 2020-05-08
people: [vera-lindt]
topics: [Printing, Islands & sea]
sections: [World]
---
A keeper printed a newspaper at the lighthouse, and the café read it aloud.
-- content/articles/barge.md --
---
title: A newspaper on a barge
date: 2019-06
topics: [Islands & sea]
---
The barge carried its newspaper along the canal from the end of june until the lock was closed for
the winter and the river had frozen from bank to bank.
-- content/articles/attic.md --
---
title: Attic <press> & "friends"
date: 1937
topics: [Printing]
sections: [World]
---
In an attic stood a newspaper press; its type read \\<b>bold\\</b> & was lost.
-- content/articles/leaflet.md --
---
title: A leaflet without a date
date: undated
topics: [Printing]
---
Nobody knows when this newspaper leaflet was printed.
-- content/articles/harvest.md --
---
title: Harvest
date: 1999-10
---
The presses stood still from june to october.
-- content/articles/gazeta.md --
---
title: Газета на маяке
date: 2025-05-08
lang: ru
people: [vera-lindt]
topics: [Printing]
---
Смотритель печатал газету на маяке, и её читали вслух.
-- content/articles/barzha.md --
---
title: Баржа с типографией
date: 2024-06-01
lang: ru
---
Баржа везла типографию и новую газету по каналу.
-- content/articles/manara.md --
---
title: جريدة المنارة
date: 2023-05-08
lang: ar
people: [vera-lindt]
---
كان الحارس يطبع الجريدة في المنارة ويقرؤها الناس في المقهى.
-- content/articles/dengta.md --
---
title: 灯塔 报纸
date: 2022-05-08
lang: zh
---
守塔人 在 灯塔 里 印刷 报纸。
"""

SETTINGS: Final = """\
title: The Small Press
base_url: https://archive.example/
languages: [en, ru, ar, zh]
taxonomies: [sections]
"""


def write_small_press(folder: Path, settings: str = SETTINGS) -> Path:
    """Write the archive and return its folder."""
    diaries = {
        f"content/articles/diary-{day:02}.md": f"---\ntitle: Diary of day {day}\n"
        f"date: 2001-01-{day:02}\ntopics: [Diaries]\n---\n"
        f"The diary has a page for each day; this one is number {day}.\n"
        for day in range(1, len(DIARIES) + 1)
    }
    files = {"content/archive.yaml": settings, **files_of(ARCHIVE), **diaries}
    return write_archive(folder, files)


def build_small_press(folder: Path) -> Path:
    """Build the archive as a user does and return its site."""
    result = run_backfile("-C", folder, "build")
    assert result.returncode == 0, result.stderr
    return folder / "site"
