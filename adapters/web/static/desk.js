// The desk: the private channel of the agents, the thread of one case, and where an agent writes.

import { lastPicked, pick, picker } from "./avatar.js";
import { buttonsView, cardTitle, statusLabel } from "./card.js";
import { CaseList, casesOf, freshIn } from "./cases.js";
import { Composer } from "./composer.js";
import { announce, el, icon, toast } from "./dom.js";
import { pressOrAsk } from "./forms.js";
import { gist, looksLikeNote } from "./message.js";
import { Thread } from "./thread.js";
import { act } from "./wire.js";

const COMMANDS = ["/support help", "/support queue", "/support stats", "/support stats today by reason"];
const AT_HAND = 2;
const ENDED = {
  resolved: "This case is closed: what you write stays in the desk. Reopen it to write to the customer.",
  moved: "This case is at another desk: what you write here stays here.",
  bot: "The bot has this conversation: what you write stays in the desk.",
};

export class DeskPane {
  constructor(room) {
    this.room = room;
    this.me = lastPicked("agent", room.agents);
    this.open = { channel: room.desks[0]?.channel ?? "", thread: "" };
    this.chosen = false;
    this.people = picker({
      legend: "Be this agent",
      group: "agent",
      members: room.agents,
      picked: this.me,
      onpick: (id) => this.become(id),
      badge: (id) => (id === this.me ? 0 : this.whispers(id)),
    });
    const select = (channel, thread) => this.select(channel, thread);
    const bring = (older) => older.forEach((each) => room.bring(this.me, each));
    this.list = new CaseList({ desks: room.desks, person: (id) => room.person(id), select, bring });
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
        press: (message, button) => this.press(message.id, button),
      },
    });
    this.composer = new Composer({
      label: "Write as the agent",
      placeholder: "Reply",
      aim: () => {
        const { me, open } = this;
        return (text, files, nonce) => act(me, { do: "say", ...open, text, files }, nonce);
      },
      onempty: () => this.thread.editLast(),
      onsent: () => this.thread.toEnd(),
      hint: (text) => this.hint(text),
      suggest: (text) => this.suggest(text),
      who: () => this.me,
      limits: room.limits,
    });
    this.node = this.build();
    this.composer.takeFilesFrom(this.node);
    for (const { id } of room.agents) {
      room.mirrors.get(id).addEventListener("change", () => room.soon(this));
      room.mirrors.get(id).addEventListener("arrival", ({ detail }) => this.arrived(id, detail));
    }
  }

  build() {
    const note = { type: "button", class: "chip note-switch", title: "A note stays in the desk" };
    this.note = el("button", { ...note, "aria-pressed": "false", onclick: () => this.toggleNote() }, icon("lock"), "Note");
    this.composer.node.querySelector(".field").prepend(this.note);
    const back = { type: "button", class: "icon-button back", "aria-label": "All cases" };
    return el(
      "section",
      { class: "pane desk", id: "desk", "aria-labelledby": "desk-title" },
      el("header", { class: "pane-head" }, el("h2", { id: "desk-title" }, "Desk"), this.people.node),
      el(
        "div",
        { class: "desk-body" },
        el("nav", { class: "case-list", "aria-label": "Cases" }, this.list.node),
        el(
          "div",
          { class: "case-thread", role: "group", "aria-labelledby": "thread-title" },
          el(
            "div",
            { class: "sub-head" },
            el("button", { ...back, onclick: () => this.showList() }, icon("back")),
            this.title,
            this.state,
          ),
          this.thread.node,
          this.composer.node,
        ),
      ),
    );
  }

  get mirror() {
    return this.room.mirrors.get(this.me);
  }

  cases() {
    return casesOf(this.mirror, this.room.desks);
  }

  /** How many things are new at the desk. */
  waiting() {
    return this.cases().reduce((sum, card) => sum + freshIn(this.mirror, card), 0);
  }

  /** How many questions wait for one agent alone. */
  whispers(id) {
    const open = (m) => m.whisper && !m.deleted && !m.answered && m.body.buttons;
    return [...this.room.mirrors.get(id).messages.values()].filter(open).length;
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
    this.list.focus();
  }

  /** Go on to the next case, or back to the one before. */
  step(by) {
    const cases = this.cases();
    if (!cases.length) return;
    const at = cases.findIndex((card) => card.id === this.open.thread);
    const next = cases[Math.max(0, Math.min(cases.length - 1, at + by))];
    this.select(next.channel, next.id);
    this.list.reveal(next.id);
    const { card } = next.body;
    announce(`Case ${card.number}, ${cardTitle(card)}, ${statusLabel(card.status)}`);
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

  press(message, button) {
    return pressOrAsk(this.me, message, button, this.room.agents);
  }

  arrived(id, message) {
    if (id !== this.me || message.author === id) return;
    const { card, quiet, mention } = message.body;
    if (card) announce(`New case ${card.number}: ${cardTitle(card)}`);
    else if (message.whisper) announce(`Only you see this: ${gist(message, this.room)}`);
    else if (quiet && mention === id) announce(`You are called: ${gist(message, this.room)}`);
    else if (message.thread === this.open.thread && !quiet) announce(`Desk: ${gist(message, this.room)}`);
  }

  toggleNote() {
    const text = this.composer.area.value;
    this.composer.fill(looksLikeNote(text) ? text.replaceAll("🔒", "").replace(/^[\s*_~]*(\/\/|note\s*:)\s*/i, "") : `// ${text}`);
  }

  hint(text) {
    const note = looksLikeNote(text);
    this.note?.setAttribute("aria-pressed", String(note));
    if (/^\/support/i.test(text)) return { words: "A command. Only you will see the answer.", kind: "command" };
    if (!this.open.thread) {
      return { words: "Everybody at the desk reads this. /support asks the app.", kind: "channel" };
    }
    if (note) return { words: "A note. It stays in the desk, the customer never sees it.", kind: "note" };
    if (this.room.person(this.me).guest) {
      return { words: "Guests read along: what you write stays in the desk.", kind: "note" };
    }
    const root = this.mirror.messages.get(this.open.thread);
    if (root && !root.body.card) {
      return { words: "This thread is no case's: what you write stays in the desk.", kind: "note" };
    }
    const { status } = root?.body.card ?? {};
    if (ENDED[status]) return { words: ENDED[status], kind: "note" };
    if (status === "queued" && !this.room.claimOnReply) {
      return { words: "Waits until the case is claimed. Begin with // for a note.", kind: "reply" };
    }
    if (this.calls(text)) {
      return { words: "Calls a colleague: you are asked before it goes to the customer.", kind: "reply" };
    }
    return { words: "Goes to the customer if the case is yours, or free. Begin with // for a note.", kind: "reply" };
  }

  /** Whether the text calls an agent other than whoever writes it, by first name. */
  calls(text) {
    const called = new Set([...text.toLowerCase().matchAll(/(?<!\w)@([\p{L}\p{N}_]+)/gu)].map((match) => match[1]));
    return this.room.agents.some(({ id, name }) => id !== this.me && called.has(name.toLowerCase().split(" ")[0]));
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
    const free = !this.chosen && !this.open.thread && !this.composer.area.value;
    if (free && cases.length) {
      this.open = { channel: cases[0].channel, thread: cases[0].id };
    }
    const { channel, thread } = this.open;
    const seen = this.threadVisible();
    if (this.room.visible("desk") && seen) mirror.look(channel, thread);
    this.people.draw();
    this.list.draw({ mirror, cases, open: this.open, seen });
    const root = mirror.messages.get(thread);
    const messages = thread
      ? [root, ...mirror.in(channel, thread)].filter(Boolean)
      : mirror.in(channel).filter((m) => !m.body.card);
    this.drawTitle(root?.body.card, channel);
    this.thread.draw(`${channel} ${thread}`, this.me, messages, this.empty(cases.length), this.behind());
    this.drawState(root);
    const name = this.room.person(this.me).name;
    const short = name.split(" ")[0];
    this.composer.moveTo(`${this.me} ${channel} ${thread}`, {
      placeholder: thread ? `Reply as ${short}` : `Write as ${short}, or try /support stats`,
      label: thread ? `Reply as ${name}` : `Write to the desk as ${name}`,
    });
    this.note.hidden = !thread;
    this.composer.node.hidden = !channel;
  }

  /** What was said before all that the open thread shows: in the channel itself the cards are not among it. */
  behind() {
    const { channel, thread } = this.open;
    const older = this.mirror.behind(channel, thread);
    return older && older.left > older.cards ? { ...older, left: older.left - older.cards } : null;
  }

  drawTitle(card, channel) {
    const desk = this.room.desks.find((each) => each.channel === channel);
    if (card) this.title.replaceChildren(`#${card.number} `, el("bdi", {}, cardTitle(card)));
    else if (desk) this.title.replaceChildren(icon("hash"), desk.name);
    else this.title.replaceChildren("No desk here");
  }

  /** What the card offers stays at hand while the card itself is scrolled away. */
  drawState(root) {
    const sign = `${root?.id} ${root?.rev} ${this.me}`;
    const drawn = root && this.thread.drawn.get(root.id)?.node.querySelector(".card .buttons");
    if (sign === this.stateSign && drawn === this.stateOf) return;
    this.stateSign = sign;
    this.stateOf = drawn;
    const card = root?.body.card;
    this.offers = card ? buttonsView(card.buttons.slice(0, AT_HAND), (button) => this.press(root.id, button)) : null;
    if (this.offers) this.offers.hidden = true;
    const pill = card && el("span", { class: `pill tone-${card.tone}` }, statusLabel(card.status));
    this.state.replaceChildren(...[this.offers, pill].filter(Boolean));
    this.cardSeen.disconnect();
    if (drawn) this.cardSeen.observe(drawn);
  }

  cardMoved(visible) {
    if (this.offers) this.offers.hidden = visible;
  }

  threadVisible() {
    return !this.room.narrow(this.node) || this.node.classList.contains("in-thread");
  }

  empty(cases) {
    const said = (...children) => el("div", { class: "empty" }, ...children);
    if (!this.room.desks.length) {
      const where = "Cases go to a desk on another platform. What is answered there arrives in the chat.";
      return said(el("h3", {}, "The desk is elsewhere."), el("p", {}, where));
    }
    if (cases) return said(el("p", {}, "Nothing was said here yet."));
    return said(
      el("h3", {}, "Nobody is waiting."),
      el("p", {}, "A case appears here when the bot cannot go on, when a customer is upset, or asks for a person."),
      el("p", {}, "Try it: as a customer, write"),
      el("p", { class: "quote" }, "can I talk to a person"),
      el("p", {}, "Or ask the app: ", el("code", {}, "/support stats"), " · ", el("code", {}, "/support help")),
    );
  }
}
