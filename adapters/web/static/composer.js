// Where one writes. Enter sends, Shift+Enter is a new line; what could not be sent stays where it was.

import { el, icon, toast } from "./dom.js";
import { freshNonce } from "./wire.js";

export class Composer {
  /**
   * `aim()` gives what sends from here, as who writes now: `(text, nonce) => Promise`. `onempty` is for ArrowUp
   * in an empty field; `hint(text)` says below what will happen, `suggest(text)` offers whole texts.
   */
  constructor({ label, placeholder, aim, onempty, hint, suggest }) {
    this.aim = aim;
    this.hint = hint;
    this.suggest = suggest;
    this.drafts = new Map();
    this.place = "";
    this.sending = Promise.resolve();
    this.failed = null;
    this.area = el("textarea", { rows: "1", maxlength: "10000", "aria-label": label, placeholder });
    const send = { type: "submit", class: "send", "aria-label": "Send", title: "Send (Enter)" };
    this.button = el("button", send, icon("send"));
    this.line = el("p", { class: "hint" });
    this.chips = el("div", { class: "chips", hidden: true });
    this.node = el(
      "form",
      { class: "composer", onsubmit: (event) => this.submit(event) },
      this.chips,
      el("div", { class: "field" }, this.area, this.button),
      this.line,
    );
    this.area.addEventListener("input", () => this.changed());
    this.area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.submit(event);
      else if (event.key === "Escape") this.area.blur();
      else if (event.key === "ArrowUp" && !this.area.value) {
        event.preventDefault();
        onempty();
      }
    });
  }

  /** Write into another place; what was being written is kept for each. */
  moveTo(place, { placeholder, label }) {
    this.area.placeholder = placeholder;
    this.area.setAttribute("aria-label", label);
    if (place !== this.place) {
      this.drafts.set(this.place, this.area.value);
      this.place = place;
      this.area.value = this.drafts.get(place) ?? "";
    }
    this.changed();
  }

  /** Put a text into the field, to be looked at before it is sent. */
  fill(text) {
    this.area.value = text;
    this.changed();
    this.area.focus();
    this.area.setSelectionRange(text.length, text.length);
  }

  changed() {
    const text = this.area.value;
    this.area.style.height = "auto";
    this.area.style.height = `${Math.min(this.area.scrollHeight, 200)}px`;
    const { words, kind } = this.hint(text);
    this.line.textContent = words;
    this.node.dataset.kind = kind;
    this.button.disabled = !text.trim();
    const offered = this.suggest(text);
    this.chips.hidden = !offered.length;
    this.chips.replaceChildren(
      ...offered.map((each) => el("button", { type: "button", class: "chip", onclick: () => this.fill(each) }, each)),
    );
  }

  submit(event) {
    event.preventDefault();
    const text = this.area.value;
    if (!text.trim()) return;
    const nonce = this.failed?.text === text ? this.failed.nonce : freshNonce();
    const { place } = this;
    const send = this.aim();
    this.failed = null;
    this.area.value = "";
    this.changed();
    // one after the other: what was written first arrives first, however fast one writes
    this.sending = this.sending
      .then(() => send(text, nonce))
      .catch((error) => this.giveBack(place, text, nonce, error));
  }

  giveBack(place, text, nonce, error) {
    toast(`Not sent. ${error.message}`);
    this.failed = { text, nonce };
    const rest = this.place === place ? this.area.value : (this.drafts.get(place) ?? "");
    const whole = rest ? `${text}\n${rest}` : text;
    if (this.place === place) this.area.value = whole;
    else this.drafts.set(place, whole);
    this.changed();
  }
}
