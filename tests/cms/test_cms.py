"""The editor in a real browser: open a folder, change a title, save; and the build sees it.

The folder is chosen in a window of the system, which no test can click. In its stead the page is
given a folder of the browser's own (OPFS) with the archive's files in it: the same interface, with
the same handles. What was saved there is written to the disk, and built.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
import time
from typing import TYPE_CHECKING, Any, Final

import jsonschema
import pytest
from playwright.sync_api import Error

from builder.basics.problems import UsageError
from builder.cms import PACKAGES, cms_config, fetch, write_admin
from builder.model.source import SourceText
from builder.reading import parse_settings
from builder.reading.settings import ARTICLE_KEYS
from tests.archives import ROOT, build_archive, run_backfile, write_archive
from tests.browsing import chromium, until
from tests.checkers.needs import TOOLS, missing
from tests.ports import free_port
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from builder.model.settings import Settings

SETTINGS = """\
title: A <test>
languages: [en, ru]
taxonomies: [places, {}]
history: {{pages: false, repository: "https://codeberg.org/x/y"}}
"""
ARCHIVE: Final = {
    "content/archive.yaml": "title: A test\nlanguages: [en, ru]\ntaxonomies: [places]\n",
    "content/articles/2025/05/flood.md": "---\ntitle: A flood\ndate: 1937-08~\n"
    "people: [jane-roe, Ivan the Unknown]\nplaces: [Riga]\nextra: {note: kept}\nlang: en\n---\n"
    "The river *rose*.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
    "A note.[^1]\n\n[^1]: Here.\n",
    "content/people/jane-roe.md": "---\nname: Jane Roe\nnames: {ru: Джейн Роу}\n---\nA witness.\n",
    ".git/HEAD": "ref: refs/heads/main\n",
}
FOLDER: Final = """
window.showDirectoryPicker = async () => {
  const root = await navigator.storage.getDirectory();
  const top = await root.getDirectoryHandle('archive', {create: true});
  for (const [path, text] of Object.entries(FILES)) {
    const parts = path.split('/');
    let folder = top;
    for (const part of parts.slice(0, -1)) {
      folder = await folder.getDirectoryHandle(part, {create: true});
    }
    const file = await folder.getFileHandle(parts.at(-1), {create: true});
    const out = await file.createWritable();
    await out.write(text);
    await out.close();
  }
  return top;
};
"""
READ: Final = """async () => {
  const root = await navigator.storage.getDirectory();
  const found = {};
  const walk = async (folder, before) => {
    for await (const [name, handle] of folder.entries()) {
      if (handle.kind === 'directory') await walk(handle, before + name + '/');
      else found[before + name] = await (await handle.getFile()).text();
    }
  };
  await walk(await root.getDirectoryHandle('archive'), '');
  return found;
}"""


def settings_of(text: str) -> Settings:
    parsed = parse_settings(SourceText("content/archive.yaml", text))
    assert parsed.value is not None
    return parsed.value


@pytest.fixture(scope="module")
def packages() -> Path:
    """The folder with the pinned packages, fetched as the command fetches them."""
    folder = TOOLS / "cms"
    try:
        for package in PACKAGES:
            fetch(package, folder)
    except UsageError as error:
        missing(str(error))
    return folder


@pytest.fixture
def served(packages: Path, tmp_path: Path) -> Iterator[str]:
    root = write_archive(tmp_path / "archive", ARCHIVE)
    port = free_port()
    given = [word for p in PACKAGES for word in ("--package", str(packages / p.file_name))]
    command = [
        sys.executable,
        "-m",
        "builder",
        "-C",
        str(root),
        "cms",
        "--serve",
        str(port),
        *given,
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(2):
            line = process.stdout.readline()
        assert f"http://localhost:{port}/" in line
        yield f"http://localhost:{port}/index.html"
        process.terminate()


@pytest.mark.browser
def test_edit_and_save(served: str, tmp_path: Path) -> None:
    with (
        chromium() as browser,
        browser.new_context(viewport={"width": 1300, "height": 1000}) as context,
    ):
        page = context.new_page()
        answered: list[str] = []
        page.on("response", lambda response: answered.append(response.url))
        page.add_init_script(FOLDER.replace("FILES", json.dumps(ARCHIVE)))
        page.goto(served)
        page.get_by_role("button", name="Work with Local Repository").click()
        for step in ("2025", "05"):
            page.get_by_role("option", name=step).or_(
                page.get_by_text(step, exact=True)
            ).first.click()
        page.get_by_text("A flood (1937-08~)").first.click()
        title = page.get_by_role("textbox").and_(page.locator("input")).first
        until(page, lambda: title.input_value() == "A flood")
        page.get_by_text("Jane Roe").first.wait_for(state="attached")  # people are offered by name
        title.fill("A great flood: «наводнение»")
        page.get_by_role("button", name="Save").first.click()
        deadline = time.monotonic() + PATIENCE_S
        path = "content/articles/2025/05/flood.md"
        saved: dict[str, str] = {}
        while "great" not in saved.get(path, ""):
            assert time.monotonic() < deadline, saved.get(path)
            page.wait_for_timeout(100)
            try:
                saved = page.evaluate(READ)
            except Error:
                continue  # the browser's own file beside the one that is written came and went
        fonts = "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
        until(page, lambda: "Material Symbols" in str(page.evaluate(fonts)))  # icons are icons
        here = served.rpartition("/")[0]
        others = [url for url in answered if not url.startswith((here, "blob:", "data:"))]
        assert others == [], "no other host answered: none was reached"
        page.screenshot(path=tmp_path / "editor.png")

    root = write_archive(tmp_path / "saved", saved)
    result = build_archive(root)
    assert not [found for found in result.problems if found.is_error]
    built = (root / "site/1937/08/flood.html").read_text()
    assert "<h1" in built
    assert "A great flood: «наводнение»" in built
    assert "<em>rose</em>" in built
    assert "<table>" in built
    text = saved[path]
    for kept in ("1937-08~", "Ivan the Unknown", "jane-roe", "note: kept", "- Riga", "[^1]: Here."):
        assert kept in text, f"{kept} is gone from\n{text}"
    assert "[]" not in text, "nothing empty is added"
    assert saved["content/people/jane-roe.md"] == ARCHIVE["content/people/jane-roe.md"]


def test_configuration_is_valid_and_knows_every_key(packages: Path) -> None:
    settings = settings_of(SETTINGS.format("series"))
    config = cms_config(settings, str.title)
    sveltia = next(package for package in PACKAGES if package.name == "@sveltia/cms")
    with tarfile.open(packages / sveltia.file_name) as tar:
        held = tar.extractfile("package/schema/sveltia-cms.json")
        assert held is not None
        schema = json.load(held)
    errors = [
        error.message
        for error in jsonschema.validators.validator_for(schema)(schema).iter_errors(config)
    ]
    assert errors == []
    collections: dict[str, Any] = {found["name"]: found for found in config["collections"]}
    assert list(collections) == [
        "articles",
        "people",
        "topics",
        "places",
        "series",
        "notices",
        "pages",
    ]
    names = {field["name"] for field in collections["articles"]["fields"]}
    assert names == (ARTICLE_KEYS - {"extra"}) | {"body", "topics", "places", "series"}
    assert config["backend"]["name"] == "gitea"
    assert config["backend"]["base_url"] == "https://codeberg.org"


def test_another_package_is_refused(tmp_path: Path) -> None:
    fake = tmp_path / PACKAGES[0].file_name
    fake.write_bytes(b"not it")
    settings = settings_of("title: x\n")
    with pytest.raises(UsageError, match="is not @sveltia/cms"):
        write_admin(
            cms_config(settings, str),
            "x",
            tmp_path / "admin",
            tmp_path / "cache",
            {fake.name: fake},
        )
    done = run_backfile("-C", write_archive(tmp_path / "a", {}), "cms", "--package", "other.tgz")
    assert done.returncode == 2
    assert re.search(r"other.tgz is not one of", done.stderr)
    assert not (tmp_path / "a/admin").exists()
