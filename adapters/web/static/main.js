// Puts the page together: who is in the room, a line for each, the panes, and what they share.

import { showBadge } from "./avatar.js";
import { CustomerPane } from "./customer.js";
import { DeskPane } from "./desk.js";
import { el, keep, kept, toast } from "./dom.js";
import { HappenedPane } from "./happened.js";
import { help, listen } from "./keys.js";
import { Mirror } from "./mirror.js";
import { Line, older, people } from "./wire.js";

const NARROW = 620;
const phone = matchMedia("(max-width: 760px)");

class Room {
  constructor(found) {
    this.customers = found.customers;
    this.agents = found.agents;
    this.desks = found.desks;
    this.limits = found.limits;
    this.claimOnReply = found.claim_on_reply;
    this.known = new Map([...found.customers, ...found.agents, found.app].map((each) => [each.id, each]));
    this.mirrors = new Map([...found.customers, ...found.agents].map((each) => [each.id, new Mirror(each.id)]));
    this.changed = () => {};
    this.waiting = new Set();
    this.customer = () => "";
  }

  person(id) {
    return this.known.get(id) ?? { id, name: id, about: "", side: "", app: false, guest: false };
  }

  /** Bring what came before that message in a channel or a thread; without `before` the newest of it. */
  async bring(person, where) {
    const mirror = this.mirrors.get(person);
    try {
      mirror.add(await older(person, where), where.channel, where.thread);
    } catch (error) {
      toast(error.message);
    }
  }

  /** Draw a pane before the next picture, once for all that changed until then. */
  soon(pane) {
    if (!this.waiting.size) {
      requestAnimationFrame(() => {
        const panes = [...this.waiting];
        this.waiting.clear();
        for (const each of panes) each.draw();
      });
    }
    this.waiting.add(pane);
  }

  /** Whether somebody can be looking at a pane now. */
  visible(pane) {
    return !document.hidden && (!phone.matches || document.body.dataset.pane === pane);
  }

  /** Whether a pane shows its list and its thread one at a time. */
  narrow(node) {
    return node.clientWidth < NARROW;
  }
}

function show(pane) {
  document.body.dataset.pane = pane;
  for (const tab of document.querySelectorAll("#tabs button")) {
    tab.setAttribute("aria-pressed", String(tab.dataset.pane === pane));
  }
}

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  keep("theme", root.dataset.theme);
}

async function begin() {
  const found = await people();
  const room = new Room(found);
  const customer = new CustomerPane(room);
  const desk = new DeskPane(room);
  const happened = new HappenedPane(room);
  room.customer = () => customer.me;
  document.querySelector("main").replaceChildren(customer.node, desk.node, happened.node);

  const redraw = () => {
    customer.draw();
    desk.draw();
    happened.draw();
    badges();
  };
  const badges = () => {
    const tab = (pane) => document.querySelector(`#tabs [data-pane=${pane}] .badge`);
    const unread = room.customers.reduce((sum, each) => sum + customer.unread(each.id), 0);
    showBadge(tab("customer"), unread, "unread");
    showBadge(tab("desk"), room.mirrors.get(desk.me).ready ? desk.waiting() : 0, "new");
    document.title = unread ? `(${unread}) Warmline playground` : "Warmline playground";
  };
  room.changed = redraw;
  for (const [id, mirror] of room.mirrors) {
    mirror.addEventListener("change", badges);
    mirror.addEventListener("missing", ({ detail }) => room.bring(id, detail));
  }

  const dialog = help();
  document.body.append(dialog);
  document.getElementById("help").addEventListener("click", () => dialog.showModal());
  document.getElementById("theme").addEventListener("click", switchTheme);
  for (const tab of document.querySelectorAll("#tabs button")) {
    tab.addEventListener("click", () => {
      show(tab.dataset.pane);
      redraw();
    });
  }
  show(kept("pane", "customer"));
  document.addEventListener("visibilitychange", redraw);
  phone.addEventListener("change", redraw);
  setInterval(() => customer.draw(), 30_000);
  listen({
    c: () => {
      show("customer");
      redraw();
      customer.composer.area.focus();
    },
    d: () => {
      show("desk");
      desk.node.classList.add("in-thread");
      redraw();
      desk.composer.area.focus();
    },
    j: () => desk.step(1),
    k: () => desk.step(-1),
    n: () => customer.openChat(),
    w: () => happened.fold(),
    t: switchTheme,
    "?": () => dialog.showModal(),
  });

  const up = new Map();
  const light = document.getElementById("link");
  for (const [id, mirror] of room.mirrors) {
    new Line(id, {
      frame: (frame) => mirror.take(frame),
      state: (who, live) => {
        up.set(who, live);
        const all = [...room.mirrors.keys()].every((each) => up.get(each));
        const words = all ? "Live" : "Connecting…";
        light.classList.toggle("live", all);
        if (light.lastElementChild.textContent !== words) light.lastElementChild.textContent = words;
      },
    });
  }
}

begin().catch((error) => {
  document.querySelector("main").replaceChildren(
    el(
      "div",
      { class: "empty" },
      el("h3", {}, "The playground cannot be shown."),
      el("p", {}, error.message),
      el("button", { type: "button", class: "button primary", onclick: () => location.reload() }, "Try again"),
    ),
  );
  toast(error.message);
});
