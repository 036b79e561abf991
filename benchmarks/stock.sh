#!/bin/sh
# Fetches what the stock CloudAdapter lacks here into .boot/stock, to be measured beside ours; never a dependency.
set -eu
cd "$(dirname "$0")/.."
[ -d .boot/stock/botbuilder/integration ] && exit 0
package=botbuilder-integration-aiohttp==4.17.1
uv=uv
command -v uv >/dev/null 2>&1 || uv=.boot/bin/uv
UV_NATIVE_TLS=true UV_SYSTEM_CERTS=true "$uv" pip install --quiet --python .venv/bin/python --no-deps --target .boot/stock "$package" 2>/dev/null ||
    python3 -m pip install --quiet --no-deps --target .boot/stock "$package"
