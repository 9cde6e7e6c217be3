"""What a forge runs on each change of an archive: check it, build it, publish it.

Written once by `backfile init`, for people to change. Each workflow checks what is proposed, with
the problems shown beside the lines; and from the main branch builds, verifies and publishes. It
keeps what the last build remembers and made, so that a correction costs a correction.
"""

from __future__ import annotations

import json
from typing import Final

_REQUIREMENTS: Final = """\
# What builds this archive. Another version may write other bytes: change it on purpose.
{requirement}
"""

_FROM_A_FOLDER: Final = """\
# The Backfile that wrote this came from a folder of a machine, where no forge can get it. Before
# the first run name here where it is to be had, or keep a wheel beside this file and name that:
# ./backfile-{version}-py3-none-any.whl (`make wheel` in a clone of Backfile writes it to dist/).
backfile=={version}"""

_GITHUB: Final = """\
# Checks each pull request, and publishes the main branch with GitHub Pages.
# In the repository's settings: Pages > Build and deployment > Source > GitHub Actions.
name: Archive

on:
  push:
    branches: [main]
  pull_request:
  workflow_dispatch:

permissions:
  contents: read

jobs:
  check:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
        with:
          fetch-depth: 0 # the articles' history is in the commits
          persist-credentials: false
      - uses: actions/setup-python@v6
        with:
          python-version: "3.13"
          cache: pip
      - name: Install
        run: pip install --requirement requirements.txt
      - name: Check
        run: backfile check --format github

  build:
    needs: check
    if: github.event_name != 'pull_request'
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
        with:
          fetch-depth: 0
          persist-credentials: false
      - uses: actions/setup-python@v6
        with:
          python-version: "3.13"
          cache: pip
      - name: Keep what the last build remembers and made
        uses: actions/cache@v5
        with:
          path: |
            .backfile
            site
          key: backfile-${{ hashFiles('requirements.txt') }}-${{ github.sha }}
          restore-keys: backfile-${{ hashFiles('requirements.txt') }}-
      - name: Install
        run: pip install --requirement requirements.txt
      - name: Build
        run: backfile build
      - name: Verify
        run: backfile verify
      - name: Pack
        run: tar --create --dereference --directory site --file "$RUNNER_TEMP/artifact.tar" .
      - uses: actions/upload-artifact@v5
        with:
          name: github-pages # the name that deploy-pages looks for
          path: ${{ runner.temp }}/artifact.tar
          retention-days: 1
          if-no-files-found: error

  publish:
    needs: build
    runs-on: ubuntu-24.04
    permissions:
      pages: write
      id-token: write
    environment:
      name: github-pages
      url: ${{ steps.pages.outputs.page_url }}
    concurrency: pages
    steps:
      - id: pages
        uses: actions/deploy-pages@v5
"""

_GITLAB: Final = """\
# Checks each merge request, and publishes the default branch with GitLab Pages.
default:
  image: python:3.13 # has git, which tells the articles' history
  cache:
    key:
      files: [requirements.txt]
    paths: [.backfile/, site/, .pip/]
  before_script:
    - pip install --requirement requirements.txt

variables:
  GIT_DEPTH: "0" # the articles' history is in the commits
  PIP_CACHE_DIR: $CI_PROJECT_DIR/.pip

check:
  stage: test
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
    - backfile check --format gitlab > problems.json
  artifacts:
    when: always
    reports:
      codequality: problems.json

pages:
  stage: deploy
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - backfile build
    - backfile verify
    - rm -rf public
    - cp -R site public
  artifacts:
    paths: [public]
"""

_WOODPECKER: Final = """\
# Checks each pull request, and publishes the main branch with Codeberg Pages, from the branch
# `pages` of this repository. It wants a secret `pages_token`: an access token that may write to it.
# Commits of that branch carry no name and no zone of anybody; each takes the place of the last.
when:
  - event: pull_request
  - event: push
    branch: main

steps:
  check:
    image: python:3.13 # has git, which tells the articles' history
    commands:
      - pip install --requirement requirements.txt
      - backfile check

  build:
    image: python:3.13 # has git, which tells the articles' history
    when:
      - event: push
        branch: main
    commands:
      - pip install --requirement requirements.txt
      - backfile build
      - backfile verify

  publish:
    image: alpine/git
    when:
      - event: push
        branch: main
    environment:
      PAGES_TOKEN:
        from_secret: pages_token
      GIT_AUTHOR_NAME: archive
      GIT_AUTHOR_EMAIL: archive@invalid
      GIT_COMMITTER_NAME: archive
      GIT_COMMITTER_EMAIL: archive@invalid
      TZ: UTC
    commands:
      - cd site
      - rm -f .gitkeep
      - git init --quiet --initial-branch pages
      - git add --all --force
      - git commit --quiet --message "The archive as of $CI_COMMIT_SHA"
      - git push --quiet --force "https://token:$PAGES_TOKEN@${CI_REPO_URL##*://}.git" pages
"""

WORKFLOWS: Final = {
    "github": (".github/workflows/archive.yml", _GITHUB),
    "gitlab": (".gitlab-ci.yml", _GITLAB),
    "codeberg": (".woodpecker.yaml", _WOODPECKER),
}
"""File and text, by the name that `init --workflow` takes."""


def workflow_files(name: str, requirement: str) -> dict[str, str]:
    """Return the files of a workflow by path in the archive."""
    path, text = WORKFLOWS[name]
    return {path: text, "requirements.txt": _REQUIREMENTS.format(requirement=requirement)}


def requirement_of(version: str, direct_url: str | None) -> str:
    """Return what pip has to be told for a forge to get the very Backfile that is installed here.

    `direct_url` is what pip wrote down if it did not come from an index, as JSON (PEP 610). A name
    alone would fetch whatever an index has under it, by whomever.
    """
    found = {} if direct_url is None else json.loads(direct_url)
    url, vcs, archive = found.get("url", ""), found.get("vcs_info"), found.get("archive_info")
    if url and not url.startswith("https://"):
        return _FROM_A_FOLDER.format(version=version)
    if vcs is not None:
        return f"backfile @ {vcs['vcs']}+{url}@{vcs['commit_id']}"
    if archive is not None:
        digest = archive.get("hashes", {}).get("sha256")
        return f"backfile @ {url}" + (f"#sha256={digest}" if digest else "")
    return f"backfile=={version}"
