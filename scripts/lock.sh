#!/usr/bin/env bash
# Writes requirements.lock and scripts/java.lock: hashed, for every platform and Python that we support,
# and without the address of any package index, so that each machine installs from the one it is configured for.
set -euo pipefail
cd "$(dirname "$0")/.."

tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
"${PYTHON:-python3}" -m venv "$tool"
"$tool/bin/pip" install -qq uv==0.13.9

# uv does not read pip's configuration: hand it the index that pip uses here, if one is set.
index=$("$tool/bin/pip" config get global.index-url 2>/dev/null || true)
export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$index}}
[ -n "$UV_DEFAULT_INDEX" ] || unset UV_DEFAULT_INDEX

lock() {
    "$tool/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' "$@"
}
lock ${UPGRADE:+--upgrade} pyproject.toml --extra cli --group dev --output-file requirements.lock
lock ${UPGRADE:+--upgrade} scripts/java.in --output-file scripts/java.lock
echo "Locked. Newer versions: make lock UPGRADE=1"
