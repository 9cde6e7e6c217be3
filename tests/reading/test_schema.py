"""The schemas that `backfile schema` writes say what the readers do, and hold for what is kept."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from builder.reading.about import ABOUT
from builder.reading.schema import KINDS, as_json, make_schema
from tests.archives import ROOT, files_of, run_backfile, write_archive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CASES = ROOT / "tests/cases/problems"


class _Loader(yaml.SafeLoader):
    """YAML as editors read it: the core schema of YAML 1.2, in which a date is a text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in found if not tag.endswith(":timestamp")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def head_of(text: str, kind: str) -> Any:  # noqa: ANN401 - whatever it says
    text = text if kind == "archive" else text.split("---\n", 2)[1]
    return yaml.load(text, Loader=_Loader)


def kind_of(path: str) -> str | None:
    if path == "content/archive.yaml":
        return "archive"
    folder = path.split("/")[1]
    known = {"articles": "article", "people": "person", "notices": "notice", "pages": "page"}
    return known.get(folder, "topic") if path.endswith(".md") else None


def schemas(root: Path, *options: str) -> dict[str, Any]:
    """Return every schema, as the command writes it for an archive."""
    done = run_backfile("-C", root, "schema", "--into", root / "schemas", *options)
    assert done.returncode == 0, done.stderr
    found = {kind: json.loads((root / f"schemas/{kind}.schema.json").read_text()) for kind in KINDS}
    for schema in found.values():
        jsonschema.Draft7Validator.check_schema(schema)
    return found


def mistakes(schema: Any, value: Any) -> list[str]:  # noqa: ANN401 - JSON
    found = jsonschema.Draft7Validator(schema).iter_errors(value)
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message[:90]}" for error in found]


@pytest.mark.parametrize("options", [(), ("--general",)], ids=["own", "general"])
def test_all_of_the_sample_is_valid(options: tuple[str, ...], tmp_path: Path) -> None:
    settings = (ROOT / "content/archive.yaml").read_text()
    root = write_archive(tmp_path, {"content/archive.yaml": settings})
    found = schemas(root, *options)
    seen = 0
    for path in sorted((ROOT / "content").rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        kind = kind_of(name) if path.is_file() else None
        if kind is not None:
            assert mistakes(found[kind], head_of(path.read_text(), kind)) == [], name
            seen += 1
    assert seen > 60


# What a schema of one file cannot say: it needs other files, the calendar, or counting.
NOT_IN_A_SCHEMA = {
    "bad-date",  # a day that does not exist; a form that is none is found
    "bad-id",
    "bad-slug-reserved",
    "bad-slug-person",
    "bad-permalink",
    "bad-language",
    "bad-value",
    "wrong-type",
}
FOUND = {
    "bad-alias", "bad-date-forms", "bad-digest", "bad-slug", "bad-url", "missing-field",
    "not-a-setting", "unknown-key",
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(FOUND | NOT_IN_A_SCHEMA))
def test_mistakes_of_form_are_found_by_the_schema_too(case: str, tmp_path: Path) -> None:
    """Where a reader finds a mistake of form in a file, so does the schema, and nowhere else."""
    files = files_of((CASES / f"{case}.txt").read_text(encoding="utf-8"))
    expected = files.pop("expected")
    root = write_archive(tmp_path, files)
    found = schemas(root)
    wrong = {line.split(":")[0] for line in expected.splitlines() if ": error[" in line}
    told = {}
    for path, text in files.items():
        kind = kind_of(path)
        if kind is not None:
            told[path] = mistakes(found[kind], head_of(text, kind))
    is_clean = {path for path in told if path not in wrong and "warning" not in expected}
    assert {path: told[path] for path in is_clean if told[path]} == {}
    if case in FOUND:
        assert any(told[path] for path in wrong if path in told), told


def keys(schema: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - JSON
    for name, inner in schema.get("properties", {}).items():
        yield f"{path}.{name}"
        for part in (inner, inner.get("items", {}), *inner.get("anyOf", ())):
            if isinstance(part, dict):
                yield from keys(part, f"{path}.{name}")


def test_every_key_has_a_form_and_its_sentence() -> None:
    known = set()
    for kind in KINDS:
        schema = make_schema(kind)
        known |= set(keys(schema, kind))
        for name, inner in schema["properties"].items():
            assert inner.keys() - {"description"}, f"{kind}.{name} has no form"
            if kind != "archive":
                assert inner.get("description"), f"{kind}.{name} is not in builder/reading/about.py"
    assert ABOUT.keys() - known == set()


def test_those_that_are_shipped_are_up_to_date() -> None:
    shipped = {path.name: path.read_text() for path in (ROOT / "builder/schemas").iterdir()}
    assert shipped == {f"{kind}.schema.json": as_json(kind) for kind in KINDS}, "make schemas"


def test_a_new_archive_has_its_schemas_and_names_them(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    assert run_backfile("init", root, "--lang", "ru").returncode == 0
    first = (root / "content/archive.yaml").read_text().partition("\n")[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert (root / "content" / named).resolve() == root.resolve() / ".schemas/archive.schema.json"
    written = {path.name: path.read_text() for path in (root / ".schemas").iterdir()}
    done = run_backfile("-C", root, "--quiet", "schema", "--into", root / "again")
    assert done.returncode == 0, done.stderr
    assert written == {path.name: path.read_text() for path in (root / "again").iterdir()}


def patterns(schema: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        for inner in schema.values():
            yield from patterns(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from patterns(inner)


def test_patterns_are_read_by_editors_too() -> None:
    """As ECMAScript reads them with its flag u, by which every other escape is a mistake."""
    found = {pattern for kind in KINDS for pattern in patterns(make_schema(kind))}
    assert len(found) == 8
    known = r"\\[dDwWsSbB^$.*+?()\[\]{}|/\\]"
    assert [p for p in found if "\\" in re.sub(known, "", p) or "(?" in p.replace("(?:", "")] == []


def test_every_key_of_front_matter_is_documented() -> None:
    text = (ROOT / "docs/content.md").read_text() + (ROOT / "docs/settings.md").read_text()
    missing = [key for kind in KINDS for key in make_schema(kind)["properties"]]
    assert [key for key in missing if f"`{key}`" not in text and key != "timezone"] == []


def test_an_archive_has_its_own(tmp_path: Path) -> None:
    settings = "title: T\nlanguages: [en, ru]\ntaxonomies: [places]\n"
    root = write_archive(tmp_path, {"content/archive.yaml": settings})
    own, general = schemas(root)["article"], schemas(root, "--general")["article"]
    article = {"title": "A", "date": "2025", "places": ["Riga"]}
    assert mistakes(own, article) == mistakes(general, article) == []
    assert mistakes(own, {**article, "lang": "fr"}) != []
    assert mistakes(own, {**article, "plcaes": ["Riga"]}) != []
    assert mistakes(general, {**article, "lang": "fr"}) == []
    done = run_backfile("-C", root, "schema", "article")
    assert json.loads(done.stdout) == own
    assert run_backfile("-C", root, "schema").returncode == 2
    assert run_backfile("-C", root, "schema", "nothing").returncode == 2
