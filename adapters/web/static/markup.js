// CommonMark, as much of it as messages use, to elements. Builds nodes only; never touches innerHTML.
// Unlike CommonMark a line's end is a line's end: people who chat mean it.

const MAX_DEPTH = 8;
const LINK = /!?\[((?:[^[\]\\]|\\.)*)\]\(\s*<?((?:[^\s()<>\\]|\\.|\([^\s()]*\))*)>?(?:\s+"[^"]*")?\s*\)/y;
const ANGLED = /<((?:https?:\/\/|mailto:)[^\s<>]+)>/y;
const BARE = /https?:\/\/[^\s<>"'`*]+/y;
const PUNCTUATION = /[!-/:-@[-`{-~]/;
const DELIMITERS = ["**", "__", "~~", "*", "_"];
const TAGS = { "**": "strong", __: "strong", "~~": "del", "*": "em", _: "em" };

/** A text as elements, ready to be put on the page. */
export function markup(text) {
  const out = document.createDocumentFragment();
  out.append(...blocks(text.replaceAll("\r\n", "\n").split("\n"), 0));
  return out;
}

/** A text without its marks, for previews and for screen readers. */
export function plain(text) {
  const box = document.createElement("div");
  box.append(markup(text));
  for (const each of box.querySelectorAll("br, p, li, pre, blockquote, hr")) each.after(" ");
  return box.textContent.replace(/\s+/g, " ").trim();
}

function blocks(lines, depth) {
  const out = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line);
    const start = at;
    if (!line.trim()) {
      at += 1;
    } else if (fence) {
      at += 1;
      while (at < lines.length && !lines[at].trimStart().startsWith(fence[1])) at += 1;
      out.push(node("pre", node("code", lines.slice(start + 1, at).join("\n"))));
      at += 1;
    } else if (/^ {0,3}#{1,6}\s/.test(line)) {
      out.push(classed("p", "heading", ...inline(line.replace(/^ {0,3}#{1,6}\s+/, "").replace(/\s#+\s*$/, ""), 0)));
      at += 1;
    } else if (/^ {0,3}([-*_])( *\1){2,}\s*$/.test(line)) {
      out.push(document.createElement("hr"));
      at += 1;
    } else if (/^ {0,3}>/.test(line) && depth < MAX_DEPTH) {
      while (at < lines.length && /^ {0,3}>/.test(lines[at])) at += 1;
      const inner = lines.slice(start, at).map((each) => each.replace(/^ {0,3}> ?/, ""));
      out.push(node("blockquote", ...blocks(inner, depth + 1)));
    } else if (bullet(line) && depth < MAX_DEPTH) {
      const [list, next] = listAt(lines, at, depth);
      out.push(list);
      at = next;
    } else {
      while (at < lines.length && lines[at].trim() && (at === start || !opensBlock(lines[at]))) at += 1;
      out.push(node("p", ...inline(lines.slice(start, at).map((each) => each.trim()).join("\n"), 0)));
    }
  }
  return out;
}

const bullet = (line) => /^( {0,3})([-*+]|\d{1,9}[.)])( +)(?=\S)/.exec(line);
const opensBlock = (line) => /^ {0,3}(`{3,}|~{3,}|#{1,6}\s|>)/.test(line) || bullet(line) !== null;

function listAt(lines, start, depth) {
  const first = bullet(lines[start]);
  const ordered = /\d/.test(first[2]);
  const list = document.createElement(ordered ? "ol" : "ul");
  if (ordered && parseInt(first[2], 10) !== 1) list.setAttribute("start", String(parseInt(first[2], 10)));
  let at = start;
  while (at < lines.length) {
    const mark = bullet(lines[at]);
    if (!mark || /\d/.test(mark[2]) !== ordered) break;
    const width = mark[0].length;
    const item = [lines[at].slice(width)];
    at += 1;
    while (at < lines.length) {
      const indent = /^ */.exec(lines[at])[0].length;
      const deeper = lines[at].trim() && indent >= Math.min(width, 2);
      const lazy = lines[at].trim() && !opensBlock(lines[at]) && lines[at - 1].trim();
      const gap = !lines[at].trim() && at + 1 < lines.length && /^ {2,}\S/.test(lines[at + 1]);
      if (!deeper && !lazy && !gap) break;
      item.push(lines[at].slice(Math.min(indent, width)));
      at += 1;
    }
    const inner = blocks(item, depth + 1);
    const tight = inner.flatMap((each) => (each.tagName === "P" && !each.className ? [...each.childNodes] : [each]));
    list.append(node("li", ...(inner.filter((each) => each.tagName === "P").length > 1 ? inner : tight)));
    while (at < lines.length && !lines[at].trim() && at + 1 < lines.length && bullet(lines[at + 1])) at += 1;
  }
  return [list, at];
}

function inline(text, depth) {
  const out = [];
  let words = "";
  const flush = () => {
    words.split("\n").forEach((line, index) => {
      if (index) out.push(document.createElement("br"));
      if (line) out.push(document.createTextNode(line));
    });
    words = "";
  };
  let at = 0;
  while (at < text.length) {
    const found = special(text, at, depth);
    if (found) {
      flush();
      out.push(found.node);
      at = found.end;
    } else if (text[at] === "\\" && at + 1 < text.length && PUNCTUATION.test(text[at + 1])) {
      words += text[at + 1];
      at += 2;
    } else {
      words += text[at];
      at += 1;
    }
  }
  flush();
  return out;
}

function special(text, at, depth) {
  const here = text[at];
  if (here === "`") return code(text, at);
  if (here === "[" || (here === "!" && text[at + 1] === "[")) return linked(text, at, depth);
  if (here === "<") {
    const found = match(ANGLED, text, at);
    return found && { node: anchor(found[1], [document.createTextNode(found[1])]), end: at + found[0].length };
  }
  if (here === "h" && (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]))) return bare(text, at);
  return depth < MAX_DEPTH ? emphasis(text, at, depth) : null;
}

function code(text, at) {
  const ticks = /^`+/.exec(text.slice(at, at + 12))[0];
  const end = text.indexOf(ticks, at + ticks.length);
  if (end < 0) return null;
  const inner = text.slice(at + ticks.length, end).replaceAll("\n", " ");
  const trimmed = /^ .*[^ ].* $/.test(inner) ? inner.slice(1, -1) : inner;
  return { node: node("code", trimmed), end: end + ticks.length };
}

function linked(text, at, depth) {
  const found = match(LINK, text, at);
  if (!found || !safe(found[2])) return null;
  const label = found[1] ? inline(found[1], depth + 1) : [document.createTextNode(found[2])];
  return { node: anchor(found[2].replace(/\\(.)/g, "$1"), label), end: at + found[0].length };
}

function bare(text, at) {
  const found = match(BARE, text, at);
  if (!found) return null;
  let url = found[0].replace(/[.,;:!?…]+$/, "");
  while (/[)\]}]$/.test(url) && !/[([{]/.test(url.slice(8))) url = url.slice(0, -1).replace(/[.,;:!?…]+$/, "");
  return { node: anchor(url, [document.createTextNode(url)]), end: at + url.length };
}

function emphasis(text, at, depth) {
  const mark = DELIMITERS.find((each) => text.startsWith(each, at));
  if (!mark || (mark[0] === "_" && at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1]))) return null;
  const from = at + mark.length;
  if (from >= text.length || /\s/.test(text[from])) return null;
  for (let end = text.indexOf(mark, from + 1); end > 0; end = text.indexOf(mark, end + 1)) {
    while (mark.length === 2 && text[end + 2] === mark[0]) end += 1;
    const after = text[end + mark.length] ?? " ";
    const inWord = mark[0] === "_" && /[\p{L}\p{N}]/u.test(after);
    const doubled = mark.length === 1 && (after === mark || text[end - 1] === mark);
    if (/\s|\\/.test(text[end - 1]) || inWord || doubled) continue;
    return { node: node(TAGS[mark], ...inline(text.slice(from, end), depth + 1)), end: end + mark.length };
  }
  return null;
}

const safe = (url) => /^(https?:\/\/|mailto:)/i.test(url);

function anchor(url, children) {
  const out = node("a", ...children);
  if (safe(url)) out.setAttribute("href", url);
  out.setAttribute("target", "_blank");
  out.setAttribute("rel", "noopener noreferrer");
  return out;
}

function match(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function node(tag, ...children) {
  const out = document.createElement(tag);
  out.append(...children);
  return out;
}

function classed(tag, name, ...children) {
  const out = node(tag, ...children);
  out.className = name;
  return out;
}
