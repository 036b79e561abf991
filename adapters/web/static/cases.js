// The list of a desk's cases, and what is new in each.

import { showBadge } from "./avatar.js";
import { cardTitle, statusLabel } from "./card.js";
import { el, icon, reconcile, timeOf } from "./dom.js";
import { plain } from "./markup.js";
import { gist } from "./message.js";
import { number } from "./mirror.js";

/** All root cards that somebody sees, newest first; those that are done come last. */
export function casesOf(mirror, desks) {
  const cards = desks.flatMap((desk) => mirror.in(desk.channel)).filter((m) => m.body.card && !m.deleted);
  const done = (message) => (message.body.card.tone === "done" ? 1 : 0);
  return cards.sort((a, b) => done(a) - done(b) || number(b) - number(a));
}

/** What is new in a case: its card if it was never looked at, and the words in its thread. */
export function freshIn(mirror, card) {
  return mirror.unread(card.channel, card.id) || (mirror.looked(card.channel, card.id) ? 0 : 1);
}

export class CaseList {
  /**
   * `select(channel, thread)` opens a case, or a channel itself where `thread` is empty; `bring(older)` shows what there
   * is behind the cases of desks.
   */
  constructor({ desks, person, select, bring }) {
    this.desks = desks;
    this.person = person;
    this.select = select;
    this.rows = new Map();
    this.node = el("ul", { class: "cases" });
    this.behind = [];
    this.older = el("button", { type: "button", class: "chip", onclick: () => bring(this.behind) });
    this.more = el("li", { class: "more-cases" }, this.older);
    this.nothing = el("li", { class: "no-cases" }, "No cases yet.");
  }

  /** Draw these cases for `mirror`; `open` is what is selected, `seen` whether it can be read now. */
  draw({ mirror, cases, open, seen }) {
    const rows = [
      ...this.desks.map((desk) => this.channelRow(desk, mirror, open)),
      ...cases.map((message) => this.caseRow(message, mirror, open, seen)),
    ];
    this.behind = this.desks.map((desk) => mirror.behind(desk.channel)).filter((each) => each?.cards);
    const count = this.behind.reduce((sum, each) => sum + each.cards, 0);
    const label = count === 1 ? "Show the case before" : `Show older cases (${count})`;
    if (this.older.textContent !== label) this.older.textContent = label;
    const last = [cases.length || !rows.length ? null : this.nothing, count ? this.more : null].filter(Boolean);
    reconcile(this.node, [...rows, ...last]);
  }

  /** Bring the row of a case into sight. */
  reveal(id) {
    this.rows.get(id)?.scrollIntoView({ block: "nearest" });
  }

  focus() {
    this.node.querySelector("[aria-current=true]")?.focus();
  }

  channelRow(desk, mirror, open) {
    const chatter = mirror.in(desk.channel).filter((m) => !m.body.card && m.author !== mirror.person).length;
    const unread = Math.min(mirror.unread(desk.channel, ""), chatter);
    const sign = `${mirror.person} ${unread}`;
    return this.row({ id: desk.channel, channel: desk.channel, thread: "", open, sign }, () => [
      el(
        "span",
        { class: "case-top" },
        icon("hash"),
        el("span", { class: "case-title" }, desk.name),
        badge(unread, "unread"),
      ),
    ]);
  }

  caseRow(message, mirror, open, seen) {
    const { card } = message.body;
    const fresh = message.id === open.thread && seen ? 0 : freshIn(mirror, message);
    const last = mirror
      .in(message.channel, message.id)
      .filter((m) => !m.body.quiet && !m.deleted && !m.whisper && (m.body.voice || !this.person(m.author).app))
      .at(-1);
    const sign = [mirror.person, message.rev, fresh, last?.id, last?.rev].join(" ");
    return this.row({ id: message.id, channel: message.channel, thread: message.id, open, sign }, () => [
      el(
        "span",
        { class: "case-top" },
        el("span", { class: `dot tone-${card.tone}` }),
        el("span", { class: "case-title" }, `#${card.number} `, el("bdi", {}, cardTitle(card))),
        badge(fresh, "new"),
      ),
      el("span", { class: "case-why" }, last ? gist(last, this) : plain(card.why)),
      el("span", { class: "case-foot" }, statusLabel(card.status), " · ", timeOf((last ?? message).at)),
    ]);
  }

  row({ id, channel, thread, open, sign }, content) {
    let row = this.rows.get(id);
    if (!row) {
      row = el("li", {}, el("button", { type: "button", onclick: () => this.select(channel, thread) }));
      this.rows.set(id, row);
    }
    row.firstChild.setAttribute("aria-current", String(open.channel === channel && open.thread === thread));
    if (row.dataset.sign !== sign) row.firstChild.replaceChildren(...content());
    row.dataset.sign = sign;
    return row;
  }
}

function badge(n, what) {
  const node = el("span", { class: "badge" });
  showBadge(node, n, what);
  return node;
}
