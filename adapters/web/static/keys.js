// Keys for those who leave the mouse alone. They work while nothing is being written.

import { el } from "./dom.js";

const HELP = [
  ["c", "write as the customer"],
  ["d", "write at the desk"],
  ["j · k", "next case, case before"],
  ["n", "begin another chat"],
  ["w", "open or close What happened"],
  ["t", "light or dark"],
  ["?", "this help"],
  ["↑ · ↓", "walk through messages, when one is in focus"],
  ["r · e · Del", "react to, edit, delete the message in focus"],
  ["↑ in an empty field", "edit your last message"],
  ["Enter · Shift + Enter", "send · new line"],
  ["Esc", "leave the field"],
];

/** The help as a dialog; `open()` shows it. */
export function help() {
  const dialog = el(
    "dialog",
    { class: "help", "aria-labelledby": "help-title" },
    el("h2", { id: "help-title" }, "Keys"),
    el("dl", {}, HELP.map(([keys, what]) => el("div", {}, el("dt", {}, caps(keys)), el("dd", {}, what)))),
    el("form", { method: "dialog" }, el("button", { class: "button primary" }, "Close")),
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  return dialog;
}

function caps(keys) {
  return keys.split(" · ").flatMap((key, index) => [index ? " " : "", el("kbd", {}, key)]);
}

/** Listens for keys on the whole page; `on` maps a key to what it does. */
export function listen(on) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("textarea, select, input:not([type=radio]):not([type=checkbox])")) return;
    const does = on[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });
}
