// The strip that shows what the app decided and why, newest first.

import { announce, el, keep, kept, reconcile, timeOf } from "./dom.js";

const LOUD = /^(handed_over|taken_over|undelivered|not_sent|held|reopened|answered_nothing)$/;
const GOOD = /^(answered|claimed|replied|first_answered|resolved|confirmed)$/;

export class HappenedPane {
  constructor(room) {
    this.room = room;
    this.drawn = new WeakMap();
    this.only = el("input", { type: "checkbox", checked: kept("only", "") === "yes", onchange: () => this.filter() });
    this.count = el("span", { class: "count" });
    const toggle = { type: "button", class: "strip-toggle", "aria-expanded": "true", "aria-controls": "lines" };
    this.toggle = el("button", { ...toggle, onclick: () => this.fold() }, "What happened", this.count);
    this.list = el("ol", { id: "lines", class: "lines", tabindex: "0", "aria-label": "Decisions, newest first" });
    const soon = "As soon as somebody writes, you will read here what was understood, what was decided, and why.";
    this.nothing = el("li", { class: "nothing" }, `Nothing yet. ${soon}`);
    this.node = el(
      "section",
      { class: "pane happened", id: "happened", "aria-label": "What happened" },
      el(
        "header",
        { class: "strip-head" },
        el("h2", {}, this.toggle),
        el("p", { class: "explain" }, "Each decision of the app, with its reason"),
        el("label", { class: "only" }, this.only, el("span", {}, "This customer only")),
      ),
      this.list,
    );
    if (kept("folded", "") === "yes") this.fold();
    room.mirrors.get(room.agents[0].id).addEventListener("change", () => room.soon(this));
  }

  fold() {
    const folded = this.node.classList.toggle("folded");
    this.toggle.setAttribute("aria-expanded", String(!folded));
    keep("folded", folded ? "yes" : "no");
    announce(folded ? "What happened: closed" : "What happened: open");
  }

  filter() {
    keep("only", this.only.checked ? "yes" : "no");
    this.draw();
  }

  draw() {
    const mirror = this.room.mirrors.get(this.room.agents[0].id);
    const owner = new Map(mirror.chats.map((chat) => [chat.channel, chat.customer]));
    for (const m of this.room.mirrors.values()) for (const c of m.chats) owner.set(c.channel, c.customer);
    const lines = mirror.lines.filter((each) => !this.only.checked || owner.get(each.channel) === this.room.customer());
    this.count.textContent = lines.length ? String(lines.length) : "";
    const rows = lines.slice(-300).reverse().map((each) => this.row(each, owner.get(each.channel)));
    reconcile(this.list, rows.length ? rows : [this.nothing]);
  }

  row(line, customer) {
    const known = this.drawn.get(line);
    if (known) return known;
    const labels = Object.entries(line.labels).map(([name, value]) => `${name}: ${value}`).join(" · ");
    // of whoever was forgotten the line says that much, and not who
    const whose = customer && line.kind !== "forgotten" && this.room.person(customer).name;
    const tone = LOUD.test(line.kind) ? "loud" : GOOD.test(line.kind) ? "good" : "";
    const row = el(
      "li",
      { class: tone },
      el("time", {}, timeOf(line.at)),
      el("span", { class: "kind" }, line.kind.replaceAll("_", " ")),
      el("span", { class: "text" }, line.text, labels ? el("span", { class: "labels" }, labels) : null),
      el("span", { class: "whose" }, [whose, line.case && `#${line.case}`].filter(Boolean).join(" · ")),
    );
    this.drawn.set(line, row);
    return row;
  }
}
