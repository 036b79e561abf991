// The desk: the private channel of the agents, with its cases and their threads.

import { lastPicked, pick, picker, showBadge } from "./avatar.js";
import { buttonsView, cardTitle, statusLabel } from "./card.js";
import { Composer } from "./composer.js";
import { announce, el, icon, reconcile, timeOf, toast } from "./dom.js";
import { plain } from "./markup.js";
import { looksLikeNote } from "./message.js";
import { number } from "./mirror.js";
import { Thread } from "./thread.js";
import { act } from "./wire.js";

const COMMANDS = ["/support help", "/support queue", "/support stats", "/support stats today by reason"];

export class DeskPane {
  constructor(room) {
    this.room = room;
    this.me = lastPicked("agent", room.agents);
    this.open = { channel: room.desks[0]?.channel ?? "", thread: "" };
    this.chosen = false;
    this.rows = new Map();
    this.people = picker({
      legend: "Be this agent",
      group: "agent",
      members: room.agents,
      picked: this.me,
      onpick: (id) => this.become(id),
      badge: (id) => (id === this.me ? 0 : this.whispers(id)),
    });
    this.list = el("ul", { class: "cases" });
    this.title = el("h3", { id: "thread-title" });
    this.state = el("div", { class: "thread-state" });
    this.cardSeen = new IntersectionObserver((seen) => this.cardMoved(seen.at(-1).isIntersecting), { threshold: 0.9 });
    this.thread = new Thread({
      label: "Thread",
      room,
      on: {
        react: (message, emoji, added) => this.do({ do: "react", message: message.id, emoji, added }),
        edit: (message, text) => this.do({ do: "edit", message: message.id, text }),
        remove: (message) => this.do({ do: "delete", message: message.id }),
        press: (message, b) => this.do({ do: "press", message: message.id, action: b.action, value: b.value }),
      },
    });
    this.composer = new Composer({
      label: "Write as the agent",
      placeholder: "Reply",
      aim: () => {
        const { me, open } = this;
        return (text, nonce) => act(me, { do: "say", ...open, text }, nonce);
      },
      onempty: () => this.thread.editLast(),
      hint: (text) => this.hint(text),
      suggest: (text) => this.suggest(text),
    });
    this.note = el(
      "button",
      { type: "button", class: "chip note-switch", "aria-pressed": "false", title: "A note stays in the desk", onclick: () => this.toggleNote() },
      icon("lock"),
      "Note",
    );
    this.composer.node.querySelector(".field").prepend(this.note);
    this.back = el(
      "button",
      { type: "button", class: "icon-button back", "aria-label": "All cases", onclick: () => this.showList() },
      icon("back"),
    );
    this.node = el(
      "section",
      { class: "pane desk", id: "desk", "aria-labelledby": "desk-title" },
      el("header", { class: "pane-head" }, el("h2", { id: "desk-title" }, "Desk"), this.people.node),
      el(
        "div",
        { class: "desk-body" },
        el("nav", { class: "case-list", "aria-label": "Cases" }, this.list),
        el(
          "div",
          { class: "case-thread", role: "group", "aria-labelledby": "thread-title" },
          el("div", { class: "sub-head" }, this.back, this.title, this.state),
          this.thread.node,
          this.composer.node,
        ),
      ),
    );
    for (const { id } of room.agents) {
      room.mirrors.get(id).addEventListener("change", () => room.soon(this));
      room.mirrors.get(id).addEventListener("arrival", ({ detail }) => this.arrived(id, detail));
    }
  }

  get mirror() {
    return this.room.mirrors.get(this.me);
  }

  /** All root cards that the agent sees, newest first; those that are done come last. */
  cases() {
    const cards = this.room.desks.flatMap((d) => this.mirror.in(d.channel)).filter((m) => m.body.card && !m.deleted);
    const done = (m) => (m.body.card.tone === "done" ? 1 : 0);
    return cards.sort((a, b) => done(a) - done(b) || number(b) - number(a));
  }

  waiting() {
    return this.cases().reduce((sum, card) => sum + this.fresh(card), 0);
  }

  /** What is new in a case: its card if it was never looked at, and the words in its thread. */
  fresh(card) {
    const { mirror } = this;
    return mirror.unread(card.channel, card.id) || (mirror.looked(card.channel, card.id) ? 0 : 1);
  }

  whispers(id) {
    const mirror = this.room.mirrors.get(id);
    return [...mirror.messages.values()].filter((m) => m.whisper && !m.deleted && !m.answered && m.body.buttons).length;
  }

  become(id) {
    this.me = id;
    pick("agent", id);
    this.draw();
    this.room.changed();
  }

  select(channel, thread) {
    this.open = { channel, thread };
    this.chosen = true;
    this.node.classList.add("in-thread");
    this.draw();
    this.room.changed();
  }

  showList() {
    this.node.classList.remove("in-thread");
    this.list.querySelector("[aria-current=true]")?.focus();
  }

  step(by) {
    const cases = this.cases();
    if (!cases.length) return;
    const at = cases.findIndex((card) => card.id === this.open.thread);
    const next = cases[Math.max(0, Math.min(cases.length - 1, at + by))];
    this.select(next.channel, next.id);
    this.rows.get(next.id)?.scrollIntoView({ block: "nearest" });
  }

  async do(what) {
    try {
      await act(this.me, what);
      return true;
    } catch (error) {
      toast(error.message);
      return false;
    }
  }

  arrived(id, message) {
    if (id !== this.me || message.author === id) return;
    if (message.body.card) announce(`New case ${message.body.card.number}: ${cardTitle(message.body.card)}`);
    else if (message.whisper) announce(`Only you see this: ${plain(message.body.text)}`);
    else if (message.thread === this.open.thread && !message.body.quiet) announce(`Desk: ${plain(message.body.text)}`);
  }

  toggleNote() {
    const { area } = this.composer;
    const text = area.value;
    this.composer.fill(looksLikeNote(text) ? text.replace(/^\s*(\/\/|note:|🔒)\s*/i, "") : `// ${text}`);
  }

  hint(text) {
    const note = looksLikeNote(text);
    this.note?.setAttribute("aria-pressed", String(note));
    if (/^\/support/i.test(text)) return { words: "A command. Only you will see the answer.", kind: "command" };
    if (!this.open.thread) return { words: "Everybody at the desk reads this. /support asks the app.", kind: "channel" };
    if (note) return { words: "A note. It stays in the desk, the customer never sees it.", kind: "note" };
    if (this.room.person(this.me).guest) return { words: "Guests read along: what you write stays in the desk.", kind: "note" };
    return { words: "Goes to the customer if the case is yours, or free. Begin with // for a note.", kind: "reply" };
  }

  suggest(text) {
    if (!text.startsWith("/") || text.startsWith("//")) return [];
    const card = this.mirror.messages.get(this.open.thread)?.body.card;
    const here = card ? [`/support why ${card.number}`, `/support case ${card.number}`] : [];
    return [...here, ...COMMANDS].filter((each) => each.startsWith(text.toLowerCase()) && each !== text);
  }

  draw() {
    const { mirror } = this;
    if (!mirror.ready) return;
    const cases = this.cases();
    if (!this.chosen && cases.length && !this.open.thread) this.open = { channel: cases[0].channel, thread: cases[0].id };
    const { channel, thread } = this.open;
    if (this.room.visible("desk") && this.threadVisible()) mirror.look(channel, thread);
    this.people.draw();
    this.drawList(cases);
    const root = mirror.messages.get(thread);
    const messages = thread
      ? [root, ...mirror.in(channel, thread)].filter(Boolean)
      : mirror.in(channel).filter((m) => !m.body.card);
    const me = this.room.person(this.me);
    const card = root?.body.card;
    const desk = this.room.desks.find((d) => d.channel === channel);
    this.title.replaceChildren(...(card ? [`#${card.number} `, el("span", {}, cardTitle(card))] : desk ? [icon("hash"), desk.name] : ["No desk here"]));
    this.thread.draw(`${channel} ${thread}`, this.me, messages, this.empty(cases.length));
    this.drawState(root);
    this.composer.moveTo(`${this.me} ${channel} ${thread}`, {
      placeholder: thread ? `Reply as ${me.name.split(" ")[0]}` : `Write as ${me.name.split(" ")[0]}, or try /support stats`,
      label: thread ? `Reply as ${me.name}` : `Write to the desk as ${me.name}`,
    });
    this.note.hidden = !thread;
    this.composer.node.hidden = !channel;
  }

  /** What the card offers stays at hand while the card itself is scrolled away. */
  drawState(root) {
    const card = root?.body.card;
    const sign = `${root?.id} ${root?.rev} ${this.me}`;
    if (sign !== this.stateSign) {
      this.stateSign = sign;
      const press = (b) => this.do({ do: "press", message: root.id, action: b.action, value: b.value });
      const pill = card && el("span", { class: `pill tone-${card.tone}` }, statusLabel(card.status));
      this.offers = card ? buttonsView(card.buttons.slice(0, 2), press) : null;
      if (this.offers) this.offers.hidden = true;
      this.state.replaceChildren(...[this.offers, pill].filter(Boolean));
      this.cardSeen.disconnect();
      const drawn = root && this.thread.drawn.get(root.id)?.node.querySelector(".card .buttons");
      if (drawn) this.cardSeen.observe(drawn);
    }
  }

  cardMoved(visible) {
    if (this.offers) this.offers.hidden = visible;
  }

  threadVisible() {
    return !this.room.narrow(this.node) || this.node.classList.contains("in-thread");
  }

  drawList(cases) {
    const rows = cases.map((message) => this.caseRow(message));
    const channels = this.room.desks.map((desk) => this.channelRow(desk));
    reconcile(this.list, [...channels, ...rows, ...(cases.length || !channels.length ? [] : [this.noCases()])]);
  }

  noCases() {
    this.nothing ??= el("li", { class: "no-cases" }, "No cases yet.");
    return this.nothing;
  }

  channelRow(desk) {
    const unread = this.mirror.unread(desk.channel, "");
    return this.listRow(`channel ${desk.channel}`, desk.channel, "", String(unread), () => {
      const badge = el("span", { class: "badge" });
      const chatter = this.mirror.in(desk.channel).filter((m) => !m.body.card && m.author !== this.me).length;
      showBadge(badge, chatter ? Math.min(unread, chatter) : 0, "unread");
      return [el("span", { class: "case-top" }, icon("hash"), el("span", { class: "case-title" }, desk.name), badge)];
    });
  }

  caseRow(message) {
    const { card } = message.body;
    const fresh = message.id === this.open.thread && this.threadVisible() ? 0 : this.fresh(message);
    const last = this.mirror.in(message.channel, message.id).filter((m) => !m.body.quiet && !m.deleted && !m.whisper).at(-1);
    const sign = `${message.rev} ${fresh} ${last?.id} ${last?.rev}`;
    return this.listRow(message.id, message.channel, message.id, sign, () => {
      const badge = el("span", { class: "badge" });
      showBadge(badge, fresh, "new");
      return [
        el(
          "span",
          { class: "case-top" },
          el("span", { class: `dot tone-${card.tone}` }),
          el("span", { class: "case-title" }, `#${card.number} ${cardTitle(card)}`),
          badge,
        ),
        el("span", { class: "case-why" }, last ? plain(last.body.text) : plain(card.why)),
        el("span", { class: "case-foot" }, statusLabel(card.status), " · ", timeOf((last ?? message).at)),
      ];
    });
  }

  listRow(id, channel, thread, sign, content) {
    const current = String(this.open.channel === channel && this.open.thread === thread);
    const full = `${sign} ${this.me}`;
    let row = this.rows.get(id);
    if (!row) {
      row = el("li", {}, el("button", { type: "button", onclick: () => this.select(channel, thread) }));
      this.rows.set(id, row);
    }
    const button = row.firstChild;
    button.setAttribute("aria-current", current);
    if (row.dataset.sign !== full) button.replaceChildren(...content());
    row.dataset.sign = full;
    return row;
  }

  empty(cases) {
    if (!this.room.desks.length) {
      const where = "The cases of this app go to a desk on another platform. Answer them there; your words arrive in the chat on the left.";
      return el("div", { class: "empty" }, el("h3", {}, "The desk is elsewhere."), el("p", {}, where));
    }
    if (cases) return el("div", { class: "empty" }, el("p", {}, "Nothing was said here yet."));
    return el(
      "div",
      { class: "empty" },
      el("h3", {}, "Nobody is waiting."),
      el("p", {}, "A case appears here when the bot cannot go on, when a customer is upset, or asks for a person. Try it: as a customer, write"),
      el("p", { class: "quote" }, "can I talk to a person"),
      el("p", {}, "Here you can also ask the app for numbers: ", el("code", {}, "/support stats"), " or ", el("code", {}, "/support help"), "."),
    );
  }
}
