#!/bin/sh
# Finds a Chromium for the tests of the playground, or installs Debian's where that is allowed.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the playground's tests (once) ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    if apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends chromium >/dev/null; then exit 0; fi
fi
echo "NO CHROMIUM: the playground's browser tests are left out. Install chromium and run make test again." >&2
