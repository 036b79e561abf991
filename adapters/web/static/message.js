// One message: whose it is, what it says, what can be done with it.

import { avatar } from "./avatar.js";
import { buttonsView, cardTitle, cardView, statusLabel } from "./card.js";
import { el, icon, sizeOf, timeOf } from "./dom.js";
import { markup, plain } from "./markup.js";
import { fileAddress } from "./wire.js";

const EMOJI = ["👍", "❤️", "😄", "🎉", "🙏", "👀", "😕", "🔒"];
const DELIVERED = "✅";
const FAILED = "⚠️";

/** Whether an agent's message is marked as a note, so that the page can show it as what it will be. */
export const looksLikeNote = (text) =>
  text.includes("🔒") || /^[\s*_~]*(\/\/|note[\s*_~]*:)/i.test(text.slice(0, 200).replace(/[\p{Cf}\\]/gu, "").normalize("NFKC"));

/** Whether a message is an agent's note. */
export const isNote = (message, author) => author.side === "desk" && !author.app && looksLikeNote(message.body.text);

/**
 * The element of a message. `room` names people; `me` looks at it; `on` has react, edit, remove, press.
 * With `follows` it comes right after another of the same author and needs no name again.
 */
export function messageView(message, { room, me, follows, on }) {
  const { body } = message;
  const mine = message.author === me;
  const author = room.person(message.author);
  const name = body.voice?.name ?? author.name;
  const note = isNote(message, author);
  const kind = [
    "message",
    mine ? "mine" : author.app ? "app" : "other",
    body.voice ? "voiced" : null,
    follows ? "follows" : null,
    body.quiet ? "quiet" : null,
    body.card ? "carded" : null,
    message.whisper ? "whisper" : null,
    message.deleted ? "gone" : null,
    note ? "note" : null,
  ];
  const node = el("article", {
    class: kind.filter(Boolean).join(" "),
    tabindex: "-1",
    title: body.quiet ? timeOf(message.at) : null,
    data: { id: message.id },
    lang: author.app ? null : author.locale,
    "aria-label": `${message.whisper ? "Only you see this. " : ""}${name}, ${timeOf(message.at)}: ${spoken(message, room)}`,
  });
  if (!body.quiet && !body.card) node.append(avatar(name, { app: author.app && !body.voice }));
  const content = el("div", { class: "content" });
  if (!follows && !body.quiet && !body.card) content.append(byline(message, name, author, note));
  content.append(bubble(message, room, me, on));
  content.append(...below(message, { room, me, mine, on }));
  node.append(content);
  if (!message.deleted && !message.whisper) node.append(actions(message, node, mine, me, on));
  return node;
}

function spoken(message, room) {
  if (message.deleted) return "deleted";
  const { card } = message.body;
  if (card) return `Case ${card.number}, ${cardTitle(card)}, ${statusLabel(card.status)}. ${plain(card.why)}`;
  return gist(message, room);
}

/** Whom a line about the case calls, "" for nobody. Customers' words call whoever has the case: that goes without saying. */
const called = ({ mention, quiet }, room) => (mention && quiet ? `@${room.person(mention).name}` : "");

function calling(said, body, room, me) {
  const name = called(body, room);
  if (name) (said.querySelector("p") ?? said).prepend(el("span", { class: body.mention === me ? "call me" : "call" }, name), " ");
  return said;
}

/** What a message says; that it was edited is said below it, and need not be said again. */
function words({ body, edited }) {
  return edited ? body.text.replace(/\n\*\(edited\)\*$/, "") : body.text;
}

/** What a message says in one line: whom it calls, its words, and the names of its files. */
export function gist(message, room) {
  const { files } = message.body;
  const parts = [called(message.body, room), plain(words(message)), ...(files ?? []).map((file) => `📎 ${file.name}`)];
  return parts.filter(Boolean).join(" ");
}

function byline(message, name, author, note) {
  return el(
    "div",
    { class: "byline" },
    el("span", { class: "name" }, name),
    author.app && !message.body.voice ? el("span", { class: "tag" }, "app") : null,
    author.guest ? el("span", { class: "tag" }, "guest") : null,
    note ? el("span", { class: "tag" }, icon("lock"), "note") : null,
    el("time", { datetime: new Date(message.at * 1000).toISOString() }, timeOf(message.at)),
  );
}

function bubble(message, room, me, on) {
  const { body } = message;
  const node = el("div", { class: "bubble" });
  if (message.deleted) {
    node.append(el("p", {}, "This message was deleted."));
    return node;
  }
  if (message.whisper) node.append(el("p", { class: "only-you" }, icon("eye"), "Only you can see this"));
  if (body.card) node.append(cardView(body.card, (button) => on.press(message, button)));
  else if (body.text) node.append(calling(markup(words(message)), body, room, me));
  if (body.image) node.append(picture(body.image, body.alt));
  for (const file of body.files ?? []) node.append(attachment(file, me));
  if (message.whisper && message.answered) {
    node.append(el("p", { class: "answered" }, icon("check"), message.answered));
  } else if (!body.card && message.whisper) {
    node.append(...[buttonsView(body.buttons, (button) => on.press(message, button))].filter(Boolean));
  }
  if (message.whisper) {
    const away = { type: "button", class: "dismiss", "aria-label": "Put away", title: "Put away" };
    node.append(el("button", { ...away, onclick: () => on.remove(message) }, icon("close")));
  }
  return node;
}

function attachment(file, me) {
  const href = fileAddress(file, me);
  if (file.type.startsWith("image/")) {
    const whole = { class: "shot", href, target: "_blank", rel: "noopener", title: `${file.name} · ${sizeOf(file.size)}` };
    return el("a", whole, el("img", { src: href, alt: file.name }));
  }
  return el(
    "p",
    { class: "attachment" },
    icon("file"),
    el("a", { href, download: file.name, title: file.name }, file.name),
    el("span", { class: "file-size" }, sizeOf(file.size)),
  );
}

function picture(address, alt) {
  if (/^data:image\/(png|jpeg|gif|webp);base64,/.test(address) || /^\/(?!\/)/.test(address)) {
    return el("img", { class: "picture", src: address, alt: alt || "Picture" });
  }
  return markup(address);
}

function below(message, { room, me, mine, on }) {
  const out = [];
  if (message.deleted) return out;
  const { body } = message;
  if (!body.card && !message.whisper && body.buttons) out.push(buttonsView(body.buttons, (b) => on.press(message, b)));
  const feet = [];
  const side = room.person(message.author).side;
  for (const reaction of message.reactions) {
    const receipt = !room.person(message.author).app && reaction.people.some((id) => room.person(id).app);
    if (receipt && side === "desk" && reaction.emoji === DELIVERED) {
      feet.push(el("span", { class: "receipt" }, icon("check"), "The customer has it"));
    } else if (receipt && side === "desk" && reaction.emoji === FAILED) {
      feet.push(el("span", { class: "receipt failed" }, icon("warn"), "It did not arrive"));
    } else {
      feet.push(reactionView(message, reaction, room, me, on));
    }
  }
  if (message.edited && !body.card && !message.whisper) feet.push(el("span", { class: "edited" }, "edited"));
  if (mine && side === "customer") feet.push(ticks(message.taken));
  if (feet.length) out.push(el("div", { class: "feet" }, feet));
  return out;
}

function ticks(taken) {
  const label = taken ? "Received" : "Sent, not received yet";
  return el(
    "span",
    { class: `ticks ${taken ? "taken" : ""}`, role: "img", "aria-label": label, title: label },
    icon("check"),
    taken ? icon("check") : null,
  );
}

function reactionView(message, reaction, room, me, on) {
  const own = reaction.people.includes(me);
  const names = reaction.people.map((id) => room.person(id).name).join(", ");
  return el(
    "button",
    {
      type: "button",
      class: "reaction",
      "aria-pressed": String(own),
      title: names,
      "aria-label": `${reaction.emoji} ${names}`,
      onclick: () => on.react(message, reaction.emoji, !own),
    },
    reaction.emoji,
    reaction.people.length > 1 ? el("span", {}, String(reaction.people.length)) : null,
  );
}

function actions(message, node, mine, me, on) {
  const tool = (name, label, onclick) =>
    el("button", { type: "button", "aria-label": label, title: label, data: { tool: name }, onclick }, icon(name));
  const bar = el("div", { class: "tools", role: "toolbar", "aria-label": "What to do with this message" });
  const react = tool("smile", "React (r)", () => {
    const open = bar.querySelector(".emoji");
    if (open) open.remove();
    else bar.prepend(emojiRow(message, me, on));
    bar.querySelector(".emoji button")?.focus();
  });
  bar.append(react);
  if (mine) {
    bar.append(
      tool("pencil", "Edit (e)", () => editor(message, node, on)),
      tool("trash", "Delete (Del)", (event) => twice(event.currentTarget, () => on.remove(message))),
    );
  }
  return bar;
}

function emojiRow(message, me, on) {
  const has = (emoji) => message.reactions.some((each) => each.emoji === emoji && each.people.includes(me));
  return el(
    "span",
    { class: "emoji", role: "group", "aria-label": "Reactions" },
    EMOJI.map((emoji) =>
      el(
        "button",
        { type: "button", "aria-label": emoji, onclick: () => on.react(message, emoji, !has(emoji)) },
        emoji,
      ),
    ),
  );
}

/** The first press asks, the second does it. */
function twice(button, then) {
  if (button.classList.contains("sure")) {
    then();
    return;
  }
  const label = button.getAttribute("aria-label");
  button.classList.add("sure");
  button.setAttribute("aria-label", "Delete for good? Press again");
  button.append(el("span", {}, "Sure?"));
  setTimeout(() => {
    button.classList.remove("sure");
    button.setAttribute("aria-label", label);
    button.querySelector("span")?.remove();
  }, 3000);
}

function editor(message, node, on) {
  const box = node.querySelector(".bubble");
  if (node.classList.contains("editing")) return;
  node.classList.add("editing");
  const before = [...box.childNodes];
  const stop = () => {
    node.classList.remove("editing");
    box.replaceChildren(...before);
    node.focus();
    on.edited();
  };
  const save = async () => {
    const text = area.value.trim();
    if (text && text !== message.body.text && !(await on.edit(message, text))) return;
    stop();
  };
  const { text: value } = message.body;
  const area = el("textarea", { "aria-label": "Change your message", dir: "auto", rows: "3", maxlength: "10000", value });
  area.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") stop();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
  });
  box.replaceChildren(
    area,
    el(
      "div",
      { class: "buttons" },
      el("button", { type: "button", class: "button primary", onclick: save }, "Save"),
      el("button", { type: "button", class: "button plain", onclick: stop }, "Cancel"),
    ),
  );
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
}
