// What one person sees, as the server last told it. Knows no elements; panes draw from it.

import { kept, keep } from "./dom.js";

export class Mirror extends EventTarget {
  constructor(person) {
    super();
    this.person = person;
    this.messages = new Map();
    this.older = new Map();
    this.asked = new Set();
    this.chats = [];
    this.lines = [];
    this.ready = false;
  }

  /**
   * One frame from the server. Fires `change` for everything, `arrival` for a new message, and `missing` for a thread
   * that was too old to be given and in which something happens now.
   */
  take(frame) {
    if (frame.type === "view") {
      this.messages = new Map(frame.messages.map((message) => [message.id, message]));
      this.older = new Map(frame.older.map((each) => [place(each.channel, each.thread), each]));
      this.asked.clear();
      this.chats = frame.chats;
      this.lines = frame.happened;
      this.ready = true;
    } else if (frame.type === "message") {
      const known = this.messages.get(frame.message.id);
      if (known && known.rev >= frame.message.rev) return;
      const late = !known && this.wasLeftOut(frame.message);
      this.messages.set(frame.message.id, frame.message);
      if (late) this.miss(frame.message);
      if (!known && !(late && frame.message.body.card)) {
        this.dispatchEvent(new CustomEvent("arrival", { detail: frame.message }));
      }
    } else if (frame.type === "chat") {
      if (!this.chats.some((chat) => chat.channel === frame.chat.channel)) this.chats.push(frame.chat);
    } else if (frame.type === "happened") {
      if (frame.line.n <= (this.lines.at(-1)?.n ?? 0)) return;
      if (frame.gone.length) this.lines = this.lines.filter((line) => !frame.gone.includes(line.n));
      this.lines.push(frame.line);
    }
    this.dispatchEvent(new Event("change"));
  }

  /** What was asked for behind the end of a place: messages, and what there is behind them. */
  add({ messages, older }, channel, thread = "") {
    for (const message of messages) {
      if (!((this.messages.get(message.id)?.rev ?? -1) >= message.rev)) this.messages.set(message.id, message);
    }
    this.older.delete(place(channel, thread));
    for (const each of older) this.older.set(place(each.channel, each.thread), each);
    this.dispatchEvent(new Event("change"));
  }

  /** What there is behind what was given of a place: `left`, `cards`, and `before` which message; null for nothing. */
  behind(channel, thread = "") {
    return this.older.get(place(channel, thread)) ?? null;
  }

  /** Whether a message belongs to a thread that was not given. */
  wasLeftOut(message) {
    const end = this.older.get(place(message.channel, ""));
    return Boolean(end) && !this.messages.has(root(message)) && numbered(root(message)) < numbered(end.before);
  }

  miss(message) {
    if (this.asked.has(root(message))) return;
    this.asked.add(root(message));
    this.dispatchEvent(new CustomEvent("missing", { detail: { channel: message.channel, thread: root(message) } }));
  }

  /** Messages of one place, oldest first; a whisper that was put away is gone. */
  in(channel, thread = "") {
    return [...this.messages.values()]
      .filter((m) => m.channel === channel && m.thread === thread && !(m.whisper && m.deleted))
      .sort((a, b) => number(a) - number(b));
  }

  /** How many messages of others came to a place since this person last looked. */
  unread(channel, thread = "") {
    const seen = Number(kept(`seen.${this.person}.${channel}.${thread}`, "0"));
    return this.in(channel, thread).filter((m) => number(m) > seen && m.author !== this.person && !m.deleted).length;
  }

  /** Whether this person ever looked at a place. */
  looked(channel, thread = "") {
    return Number(kept(`seen.${this.person}.${channel}.${thread}`, "-1")) >= 0;
  }

  /** This person looks at a place now. */
  look(channel, thread = "") {
    const last = this.in(channel, thread).at(-1);
    const name = `seen.${this.person}.${channel}.${thread}`;
    const now = last ? number(last) : 0;
    if (now > Number(kept(name, "-1"))) keep(name, String(now));
  }
}

/** The order of a message in the room. */
export const number = (message) => numbered(message.id);

const numbered = (id) => Number(id.slice(1));
const place = (channel, thread) => `${channel} ${thread}`;
const root = (message) => message.thread || message.id;
