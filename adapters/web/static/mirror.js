// What one person sees, as the server last told it. Knows no elements; panes draw from it.

import { kept, keep } from "./dom.js";

export class Mirror extends EventTarget {
  constructor(person) {
    super();
    this.person = person;
    this.messages = new Map();
    this.chats = [];
    this.lines = [];
    this.ready = false;
  }

  /** One frame from the server. Fires `change` for everything, `arrival` for a new message. */
  take(frame) {
    if (frame.type === "view") {
      this.messages = new Map(frame.messages.map((message) => [message.id, message]));
      this.chats = frame.chats;
      this.lines = frame.happened;
      this.ready = true;
    } else if (frame.type === "message") {
      const known = this.messages.get(frame.message.id);
      if (known && known.rev >= frame.message.rev) return;
      this.messages.set(frame.message.id, frame.message);
      if (!known) this.dispatchEvent(new CustomEvent("arrival", { detail: frame.message }));
    } else if (frame.type === "chat") {
      if (!this.chats.some((chat) => chat.channel === frame.chat.channel)) this.chats.push(frame.chat);
    } else if (frame.type === "happened") {
      if (frame.line.n <= (this.lines.at(-1)?.n ?? 0)) return;
      if (frame.gone.length) this.lines = this.lines.filter((line) => !frame.gone.includes(line.n));
      this.lines.push(frame.line);
    }
    this.dispatchEvent(new Event("change"));
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
export const number = (message) => Number(message.id.slice(1));
