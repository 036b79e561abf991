// The files of a message that is being written: brought to the app at once, shown, and sent with the words.

import { el, icon, sizeOf, toast } from "./dom.js";
import { fileAddress, upload } from "./wire.js";

export class Attachments {
  /** `who()` is whose files these are; `limits` has `files` and `bytes`; `changed()` is called for every change. */
  constructor({ who, limits, changed }) {
    this.who = who;
    this.limits = limits;
    this.changed = changed;
    this.places = new Map();
    this.place = "";
    this.node = el("ul", { class: "attachments", hidden: true, "aria-label": "Files to send" });
    this.chooser = el("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-hidden": "true" });
    this.chooser.addEventListener("change", () => {
      this.add(this.chooser.files);
      this.chooser.value = "";
    });
    const attach = { type: "button", class: "attach", "aria-label": "Attach files", title: "Attach files (or paste, or drop them here)" };
    this.button = el("button", { ...attach, onclick: () => this.chooser.click() }, icon("clip"));
  }

  /** The files of the place where one writes now. */
  get items() {
    return this.places.get(this.place) ?? [];
  }

  get uploading() {
    return this.items.some((item) => !item.held);
  }

  moveTo(place) {
    this.place = place;
    this.draw();
  }

  /** Takes what is pasted into `area`, and what is dropped anywhere on `zone`. */
  takeFrom(area, zone) {
    area.addEventListener("paste", (event) => {
      if (!event.clipboardData?.files.length) return;
      event.preventDefault();
      this.add(event.clipboardData.files);
    });
    let inside = 0;
    const over = (by) => {
      inside = Math.max(0, inside + by);
      zone.classList.toggle("dropping", inside > 0);
    };
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    zone.addEventListener("dragenter", (event) => carries(event) && over(1));
    zone.addEventListener("dragleave", (event) => carries(event) && over(-1));
    zone.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
    zone.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      over(-inside);
      this.add(event.dataTransfer.files);
      area.focus();
    });
  }

  add(files) {
    for (const file of files) {
      const why = this.refusal(file);
      if (why) toast(why);
      else this.begin(file);
    }
  }

  refusal(file) {
    const { files, bytes } = this.limits;
    if (this.items.length >= files) return `“${file.name}” was not attached: a message has at most ${files} files.`;
    if (!file.size) return `“${file.name}” was not attached: it is empty, or a folder.`;
    if (file.size > bytes) {
      return `“${file.name}” has ${sizeOf(file.size)}, and at most ${sizeOf(bytes)} can be sent. Send a smaller one, or a link.`;
    }
    return "";
  }

  begin(file) {
    const { place } = this;
    const me = this.who();
    const item = { name: file.name, size: file.size, me, done: 0, held: null, abort: new AbortController() };
    this.places.set(place, [...this.items, item]);
    const progress = (share) => {
      item.done = share;
      item.bar?.style.setProperty("--done", `${Math.round(share * 100)}%`);
    };
    upload(me, file, { progress, signal: item.abort.signal })
      .then((held) => {
        item.held = held;
      })
      .catch((error) => {
        this.drop(place, item);
        if (error.name !== "AbortError") toast(`“${file.name}” was not attached. ${error.message}`);
      })
      .finally(() => {
        this.draw();
        this.changed();
      });
    this.draw();
    this.changed();
  }

  drop(place, item) {
    this.places.set(place, (this.places.get(place) ?? []).filter((each) => each !== item));
  }

  /** Takes the files out, to be sent. */
  take() {
    const { items } = this;
    this.places.delete(this.place);
    this.draw();
    return items;
  }

  /** Puts files back that could not be sent. */
  giveBack(place, items) {
    if (items.length) this.places.set(place, [...items, ...(this.places.get(place) ?? [])]);
    this.draw();
  }

  draw() {
    this.node.hidden = !this.items.length;
    this.node.replaceChildren(...this.items.map((item) => this.row(item)));
  }

  row(item) {
    const remove = { type: "button", class: "dismiss", "aria-label": `Do not send ${item.name}`, title: "Do not send this" };
    const shown = item.held?.type.startsWith("image/")
      ? el("img", { src: fileAddress(item.held, item.me), alt: "" })
      : icon("file");
    const state = item.held ? sizeOf(item.size) : "uploading…";
    item.bar = el(
      "li",
      { class: item.held ? "attached" : "attached pending" },
      shown,
      el("span", { class: "file-name", title: item.name }, item.held?.name ?? item.name),
      el("span", { class: "file-size" }, state),
      el(
        "button",
        {
          ...remove,
          onclick: () => {
            item.abort.abort();
            this.drop(this.place, item);
            this.draw();
            this.changed();
            this.button.focus();
          },
        },
        icon("close"),
      ),
    );
    item.bar.style.setProperty("--done", `${Math.round(item.done * 100)}%`);
    return item.bar;
  }
}
