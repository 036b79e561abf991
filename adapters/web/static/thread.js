// A list of messages that keeps its place: draws what changed, follows the end, can be walked by keys.

import { dayOf, el, icon, reconcile } from "./dom.js";
import { isNote, messageView } from "./message.js";

const TOGETHER = 300;
const NEAR = 80;
const CLICK = 100; // milliseconds after which a finger that let go has been heard as a click, or was none

export class Thread {
  /** `on` is what messages need (see message.js); `label` names the list to screen readers. */
  constructor({ label, room, on }) {
    this.room = room;
    this.on = { ...on, edited: () => this.redraw() };
    this.drawn = new Map();
    this.list = el("div", { class: "thread", role: "region", "aria-label": label, tabindex: "0" });
    const jump = { type: "button", class: "jump", hidden: true, onclick: () => this.toEnd() };
    this.jump = el("button", jump, icon("down"), "New messages");
    this.node = el("div", { class: "thread-frame" }, this.list, this.jump);
    this.stuck = true;
    this.list.addEventListener("scroll", () => {
      if (this.list.scrollTop === this.put) return; // our own, heard late: a picture may have grown since
      this.stuck = this.atEnd();
      if (this.stuck) this.jump.hidden = true;
    });
    new ResizeObserver(() => this.stuck && this.shown.length && this.toEnd()).observe(this.list);
    // pictures have no height until they are there
    this.list.addEventListener("load", () => this.stuck && this.shown.length && this.toEnd(), true);
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.held = null;
    this.list.addEventListener("pointerdown", (event) => {
      const message = event.target.closest(".message");
      if (message) this.hold(message);
    });
    this.more = el("button", { type: "button", class: "chip", onclick: () => this.bring() });
    this.before = el("div", { class: "day" }, this.more);
    this.behind = null;
    this.place = "";
    this.shown = [];
    this.focusNext = null;
  }

  /**
   * Draw these messages of a place, as `me` sees them, or `empty` when there are none. `behind` is what was not given of
   * it (see Mirror), null for nothing.
   */
  draw(place, me, messages, empty, behind = null) {
    const moved = place !== this.place;
    const follow = moved || this.stuck;
    const grew = messages.at(-1)?.id !== this.shown.at(-1)?.id;
    const fromEnd = this.list.scrollHeight - this.list.scrollTop;
    const longer = !moved && this.shown.length > 0 && messages[0]?.id !== this.shown[0].id;
    if (moved) this.drawn.clear();
    this.place = place;
    this.me = me;
    this.shown = messages;
    this.empty = empty;
    this.behind = behind;
    const wanted = messages.length ? [...this.earlier(), ...this.rows()] : [empty].filter(Boolean);
    reconcile(this.list, wanted);
    this.focusNext?.focus();
    this.focusNext = null;
    if (!messages.length) this.list.scrollTop = 0;
    else if (follow) this.toEnd();
    else if (longer) this.list.scrollTop = this.list.scrollHeight - fromEnd;
    else if (grew) this.jump.hidden = false;
  }

  redraw() {
    this.draw(this.place, this.me, this.shown, this.empty, this.behind);
  }

  /** The button for what was said before all that is here, if anything was. */
  earlier() {
    const left = this.behind?.left ?? 0;
    const said = left === 1 ? "Show the message before" : `Show earlier messages (${left})`;
    if (this.more.textContent !== said) this.more.textContent = said;
    return left ? [this.before] : [];
  }

  async bring() {
    await this.room.bring(this.me, this.behind);
    if (!this.behind) this.list.focus(); // the button is gone
  }

  rows() {
    const out = [];
    let before = null;
    const days = new Map();
    for (const message of this.shown) {
      const newDay = !before || dayOf(before.at) !== dayOf(message.at);
      if (newDay) {
        const label = dayOf(message.at);
        const known = this.drawn.get(`day ${label}`);
        const row = known?.node ?? el("div", { class: "day" }, el("span", {}, label));
        days.set(`day ${label}`, row);
        this.drawn.set(`day ${label}`, { node: row });
        out.push(row);
      }
      const follows = !newDay && samePerson(before, message) && this.note(before) === this.note(message);
      out.push(this.row(message, follows));
      before = message;
    }
    return out;
  }

  row(message, follows) {
    const sign = `${message.rev} ${follows} ${this.me}`;
    const known = this.drawn.get(message.id);
    const busy = known?.node === this.held || known?.node.classList.contains("editing");
    if (known && (known.sign === sign || busy)) return known.node;
    const node = messageView(message, { room: this.room, me: this.me, follows, on: this.on });
    if (!known) node.classList.add("arrived");
    if (known) this.focusNext = keepPlace(known.node, node) ?? this.focusNext;
    this.drawn.set(message.id, { sign, node });
    return node;
  }

  /** Leave a message as it is while a finger is on it: a button that is drawn anew in between would not hear the press. */
  hold(node) {
    this.held = node;
    const end = new AbortController();
    const release = () => {
      end.abort();
      setTimeout(() => {
        this.held = null;
        this.room.changed();
      }, CLICK);
    };
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, release, { signal: end.signal });
  }

  note(message) {
    return isNote(message, this.room.person(message.author));
  }

  atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR;
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
    this.put = this.list.scrollTop;
    this.stuck = true;
    this.jump.hidden = true;
  }

  /** Put the keys on the newest message of one's own and open it for editing. */
  editLast() {
    const own = [...this.list.querySelectorAll(".message.mine:not(.gone)")].at(-1);
    own?.querySelector('[data-tool="pencil"]')?.click();
  }

  key(event) {
    const messages = [...this.list.querySelectorAll(".message")];
    const at = messages.indexOf(event.target.closest(".message"));
    const tool = (name) => messages[at]?.querySelector(`[data-tool="${name}"]`);
    const steps = { ArrowUp: -1, ArrowDown: 1 };
    if (event.key in steps) {
      const next = at < 0 ? messages.length - 1 : at + steps[event.key];
      messages[Math.max(0, Math.min(messages.length - 1, next))]?.focus();
    } else if (event.key === "Home") messages[0]?.focus();
    else if (event.key === "End") messages.at(-1)?.focus();
    else if (event.target.closest("button, a, textarea")) return;
    else if (event.key === "r") tool("smile")?.click();
    else if (event.key === "e") tool("pencil")?.click();
    else if (event.key === "Delete") tool("trash")?.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function samePerson(before, message) {
  const plainOne = (m) => !m.body.quiet && !m.body.card && !m.whisper;
  return (
    before.author === message.author &&
    before.body.voice?.name === message.body.voice?.name &&
    plainOne(before) &&
    plainOne(message) &&
    message.at - before.at < TOGETHER
  );
}

/** A message that is drawn anew keeps its menu open. What is to have the focus: the same button, itself where that is gone. */
function keepPlace(before, now) {
  const menu = now.querySelector("details.more");
  if (menu && before.querySelector("details.more[open]")) menu.open = true;
  const focused = document.activeElement;
  if (!before.contains(focused)) return null;
  const same = [...now.querySelectorAll(focused.localName)].find((each) => each.textContent === focused.textContent);
  return focused.matches("button, summary") && same ? same : now;
}
