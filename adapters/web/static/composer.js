// Where one writes. Enter sends, Shift+Enter is a new line; what could not be sent stays where it was.

import { Attachments } from "./attachments.js";
import { el, icon, toast } from "./dom.js";
import { freshNonce } from "./wire.js";

export class Composer {
  /**
   * `aim()` gives what sends from here, as who writes now: `(text, files, nonce) => Promise`. `onempty` is for ArrowUp
   * in an empty field, `onsent` for what was just sent; `hint(text)` says below what will happen, `suggest(text)` offers whole texts. `who()` writes,
   * `limits` are those of the room.
   */
  constructor({ label, placeholder, aim, onempty, onsent, hint, suggest, who, limits }) {
    this.aim = aim;
    this.onsent = onsent;
    this.hint = hint;
    this.suggest = suggest;
    this.drafts = new Map();
    this.place = "";
    this.sending = Promise.resolve();
    this.failed = null;
    this.eager = false;
    this.area = el("textarea", { rows: "1", dir: "auto", maxlength: String(limits.text), "aria-label": label, placeholder });
    this.attachments = new Attachments({ who, limits, changed: () => this.filesChanged() });
    const send = { type: "submit", class: "send", "aria-label": "Send", title: "Send (Enter)" };
    this.button = el("button", send, icon("send"));
    this.line = el("p", { class: "hint" });
    this.chips = el("div", { class: "chips", hidden: true });
    this.node = el(
      "form",
      { class: "composer", onsubmit: (event) => this.submit(event) },
      this.chips,
      this.attachments.node,
      el("div", { class: "field" }, this.attachments.button, this.area, this.button),
      this.attachments.chooser,
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
      this.eager = false;
      this.attachments.moveTo(place);
    }
    this.changed();
  }

  /** Takes files that are dropped anywhere on `zone`. */
  takeFilesFrom(zone) {
    this.attachments.takeFrom(this.area, zone);
  }

  /** What was to be sent as soon as its files are there is sent. */
  filesChanged() {
    this.changed();
    if (this.eager && !this.attachments.uploading) this.send();
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
    this.line.textContent = this.eager && this.attachments.uploading ? "Sent as soon as the files are there." : words;
    this.node.dataset.kind = kind;
    this.button.disabled = !text.trim() && !this.attachments.items.length;
    const offered = this.suggest(text);
    this.chips.hidden = !offered.length;
    this.chips.replaceChildren(
      ...offered.map((each) => el("button", { type: "button", class: "chip", onclick: () => this.fill(each) }, each)),
    );
  }

  submit(event) {
    event.preventDefault();
    if (!this.area.value.trim() && !this.attachments.items.length) return;
    this.eager = this.attachments.uploading;
    if (this.eager) this.changed();
    else this.send();
  }

  send() {
    const text = this.area.value;
    const items = this.attachments.take();
    const files = items.map((item) => item.held.id);
    const sign = JSON.stringify([text, files]);
    const nonce = this.failed?.sign === sign ? this.failed.nonce : freshNonce();
    const { place } = this;
    const send = this.aim();
    this.failed = null;
    this.eager = false;
    this.area.value = "";
    this.changed();
    this.onsent();
    // one after the other: what was written first arrives first, however fast one writes
    this.sending = this.sending
      .then(() => send(text, files, nonce))
      .catch((error) => {
        this.failed = { sign, nonce };
        this.attachments.giveBack(place, items);
        this.giveBack(place, text, error);
      });
  }

  giveBack(place, text, error) {
    toast(`Not sent. ${error.message}`);
    const rest = this.place === place ? this.area.value : (this.drafts.get(place) ?? "");
    const whole = rest ? `${text}\n${rest}` : text;
    if (this.place === place) this.area.value = whole;
    else this.drafts.set(place, whole);
    this.changed();
  }
}
