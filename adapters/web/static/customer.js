// The customer's side: one of several people, each with chats of their own.

import { lastPicked, pick, picker, showBadge } from "./avatar.js";
import { Composer } from "./composer.js";
import { announce, el, icon, timeIn, toast } from "./dom.js";
import { pressOrAsk } from "./forms.js";
import { gist } from "./message.js";
import { Thread } from "./thread.js";
import { act } from "./wire.js";

export class CustomerPane {
  constructor(room) {
    this.room = room;
    this.me = lastPicked("customer", room.customers);
    this.chosen = new Map();
    this.people = picker({
      legend: "Be this customer",
      group: "customer",
      members: room.customers,
      picked: this.me,
      onpick: (id) => this.become(id),
      badge: (id) => (id === this.me ? 0 : this.unread(id)),
    });
    this.chats = el("div", { class: "chats", role: "group", "aria-label": "Chats" });
    this.about = el("p", { class: "about" });
    this.thread = new Thread({
      label: "Chat with the company",
      room,
      on: {
        react: (message, emoji, added) => this.do({ do: "react", message: message.id, emoji, added }),
        edit: (message, text) => this.do({ do: "edit", message: message.id, text }),
        remove: (message) => this.do({ do: "delete", message: message.id }),
        press: (message, button) => pressOrAsk(this.me, message.id, button, []),
      },
    });
    this.composer = new Composer({
      label: "Write as the customer",
      placeholder: "Write a message",
      aim: () => {
        const { me, channel } = this;
        return (text, files, nonce) => act(me, { do: "say", channel, text, files }, nonce);
      },
      onempty: () => this.thread.editLast(),
      onsent: () => this.thread.toEnd(),
      hint: () => ({ words: "Enter sends · Shift + Enter is a new line", kind: "reply" }),
      suggest: () => [],
      who: () => this.me,
      limits: room.limits,
    });
    this.node = el(
      "section",
      { class: "pane customer", id: "customer", "aria-labelledby": "customer-title" },
      el("header", { class: "pane-head" }, el("h2", { id: "customer-title" }, "Customer"), this.people.node),
      el("div", { class: "sub-head" }, this.about, this.chats),
      this.thread.node,
      this.composer.node,
    );
    this.composer.takeFilesFrom(this.node);
    for (const { id } of room.customers) {
      room.mirrors.get(id).addEventListener("change", () => room.soon(this));
      room.mirrors.get(id).addEventListener("arrival", ({ detail }) => this.arrived(id, detail));
    }
  }

  get mirror() {
    return this.room.mirrors.get(this.me);
  }

  get channel() {
    const chats = this.mirror.chats;
    const chosen = this.chosen.get(this.me);
    return chats.some((c) => c.channel === chosen) ? chosen : (chats.at(-1)?.channel ?? `customer-${this.me}`);
  }

  unread(id) {
    const mirror = this.room.mirrors.get(id);
    return mirror.chats.reduce((sum, chat) => sum + mirror.unread(chat.channel), 0);
  }

  become(id) {
    this.me = id;
    pick("customer", id);
    this.draw();
    this.room.changed();
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

  async openChat() {
    if (this.opening) return;
    this.opening = true; // however fast one clicks: one chat
    try {
      const { chat } = await act(this.me, { do: "open_chat" });
      this.chosen.set(this.me, chat.channel);
      this.draw();
      this.composer.area.focus();
    } catch (error) {
      toast(error.message);
    } finally {
      this.opening = false;
    }
  }

  /** Say what was offered to begin with, once: the second of two clicks is the first again. */
  async begin(text) {
    try {
      await act(this.me, { do: "say", channel: this.channel, text }, `begin ${this.channel} ${text}`);
    } catch (error) {
      toast(error.message);
    }
  }

  arrived(id, message) {
    if (id === this.me && message.author !== id && !message.body.quiet) {
      announce(`To ${this.room.person(id).name}: ${gist(message, this.room)}`);
    }
  }

  draw() {
    const { mirror, channel } = this;
    if (!mirror.ready) return;
    const me = this.room.person(this.me);
    if (this.room.visible("customer")) mirror.look(channel);
    this.people.draw();
    this.about.replaceChildren(el("strong", {}, me.name), ` · ${me.about} · ${timeIn(me.timezone)}`);
    this.drawChats(mirror.chats, channel);
    const behind = mirror.behind(channel);
    this.thread.draw(`${this.me} ${channel}`, this.me, mirror.in(channel), this.empty(me), behind);
    this.composer.moveTo(`${this.me} ${channel}`, {
      placeholder: `Write as ${me.name.split(" ")[0]}`,
      label: `Write as ${me.name}`,
    });
  }

  drawChats(chats, channel) {
    const tabs = chats.map((chat, index) => {
      const badge = el("span", { class: "badge" });
      showBadge(badge, chat.channel === channel ? 0 : this.mirror.unread(chat.channel), "unread");
      return el(
        "button",
        {
          type: "button",
          class: "chip",
          "aria-pressed": String(chat.channel === channel),
          onclick: () => {
            this.chosen.set(this.me, chat.channel);
            this.draw();
          },
        },
        `Chat ${index + 1}`,
        badge,
      );
    });
    const more = { type: "button", class: "chip", title: "Begin another chat", onclick: () => this.openChat() };
    this.chats.replaceChildren(...(chats.length > 1 ? tabs : []), el("button", more, icon("plus"), "New chat"));
  }

  empty(me) {
    return el(
      "div",
      { class: "empty" },
      el("h3", {}, `You are ${me.name.split(" ")[0]}, a customer.`),
      el("p", {}, "Write to the company as you would on Slack or Teams. Some things to begin with:"),
      el(
        "ul",
        { class: "starters" },
        me.tries.map(({ what, text }) =>
          el(
            "li",
            {},
            el(
              "button",
              { type: "button", lang: me.locale, onclick: () => this.begin(text) },
              el("span", { class: "what" }, what),
              el("span", { class: "words" }, text),
            ),
          ),
        ),
      ),
    );
  }
}
