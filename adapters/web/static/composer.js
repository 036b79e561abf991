// Where one writes. Enter sends, Shift+Enter is a new line; what could not be sent stays where it was.

import { el, icon, toast } from "./dom.js";
import { freshNonce } from "./wire.js";

export class Composer {
  /** `send(text, nonce)` resolves when it is done; `onempty` is for ArrowUp in an empty field; `hint(text)` says below what will happen. */
  constructor({ label, placeholder, send, onempty, hint, suggest }) {
    this.send = send;
    this.hint = hint;
    this.suggest = suggest;
    this.drafts = new Map();
    this.place = "";
    this.nonce = freshNonce();
    this.area = el("textarea", { rows: "1", maxlength: "10000", "aria-label": label, placeholder });
    this.button = el("button", { type: "submit", class: "send", "aria-label": "Send", title: "Send (Enter)" }, icon("send"));
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
      this.nonce = freshNonce();
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

  async submit(event) {
    event.preventDefault();
    const text = this.area.value;
    if (!text.trim() || this.sending) return;
    this.sending = true;
    const place = this.place;
    this.area.value = "";
    this.changed();
    try {
      await this.send(text, this.nonce);
      this.nonce = freshNonce();
    } catch (error) {
      toast(`Not sent. ${error.message}`);
      if (this.place !== place) this.drafts.set(place, text);
      else if (!this.area.value) this.area.value = text;
      this.changed();
    } finally {
      this.sending = false;
    }
  }
}
