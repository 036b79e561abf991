// A list that is searched by typing: an input with the choices below it, as the ARIA pattern for a combobox says.

import { el } from "./dom.js";

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export class Combobox {
  /** `options` are pairs of value and label; `value` is chosen at first; `onchoose(value)` hears of each choice. */
  constructor({ id, name, label, options, value, onchoose }) {
    this.options = options;
    this.onchoose = onchoose;
    this.shown = [];
    this.at = -1;
    this.list = el("ul", { id: `${id}-list`, class: "combo-list", role: "listbox", "aria-label": label, hidden: true });
    this.input = el("input", {
      id,
      name,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: "Type to search",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    });
    this.node = el("div", { class: "combo" }, this.input, this.list);
    this.set(value);
    this.input.addEventListener("click", () => this.open(""));
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("input", () => this.open(this.input.value));
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.key(event));
    // a press on the list must not take the focus, or it would be gone before it is chosen from
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  /** Show a value as chosen; says nothing to anybody. */
  set(value) {
    this.value = value;
    this.input.value = this.options.find(([each]) => each === value)?.[1] ?? "";
  }

  open(sought) {
    const words = folded(sought).split(/\s+/).filter(Boolean);
    this.shown = this.options.filter(([, label]) => words.every((word) => folded(label).includes(word)));
    this.at = sought ? 0 : this.shown.findIndex(([value]) => value === this.value);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    const rows = this.shown.map(([value, label], index) =>
      el("li", { id: `${this.list.id}-${index}`, role: "option", onclick: () => this.choose(value) }, label),
    );
    const nothing = el("li", { class: "nothing" }, "Nothing is called that.");
    this.list.replaceChildren(...(rows.length ? rows : [nothing]));
    this.mark();
  }

  mark() {
    const rows = [...this.list.querySelectorAll("[role=option]")];
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === this.at)));
    const active = rows[this.at];
    if (active) this.input.setAttribute("aria-activedescendant", active.id);
    else this.input.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    if (this.input.value.trim()) this.set(this.value);
    else if (this.value) this.choose("");
  }

  choose(value) {
    const changed = value !== this.value;
    this.set(value);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    if (changed) this.onchoose(value);
  }

  key(event) {
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) this.open("");
      else this.at = Math.max(0, Math.min(this.shown.length - 1, this.at + (event.key === "ArrowDown" ? 1 : -1)));
      this.mark();
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      const chosen = this.shown[this.at];
      if (chosen) this.choose(chosen[0]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault(); // the list goes, the window stays
      event.stopPropagation();
      this.close();
    }
  }
}
