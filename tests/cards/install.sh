#!/bin/sh
# Fetches the renderers for the pictures of the cards into .boot/cards; nothing of theirs comes into the tree.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=${1:-.boot/cards}
mkdir -p "$to"
(cd "$to" && npm install --silent --no-audit --no-fund slack-blocks-to-jsx react@18 react-dom@18 adaptivecards markdown-it esbuild)
cp "$here/page.jsx" "$here/page.html" "$to/"
(cd "$to" && node_modules/.bin/esbuild page.jsx --bundle --outfile=bundle.js --jsx=automatic --loader:.js=jsx --define:process.env.NODE_ENV='"production"' --log-level=error)
cat "$to/node_modules/slack-blocks-to-jsx/dist/style.css" > "$to/bundle.css"
