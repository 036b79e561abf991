#!/bin/sh
# Prints which marks the default test run takes: a browser's, the schemas' and axe's only where they could be had.
cd "$(dirname "$0")/.."
marks="not slow"
tests/browser/find.sh >/dev/null || marks="$marks and not browser"
for name in adaptive-card-1.5.json teams-manifest-1.19.json; do
    if [ ! -e ".data/tests/fetched/$name" ]; then marks="$marks and not schemas"; break; fi
done
[ -e ".data/tests/fetched/axe-4.14.1.min.js" ] || marks="$marks and not axe"
echo "$marks"
