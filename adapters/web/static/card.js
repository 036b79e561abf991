// The root card of a case, and buttons. What a button means is the app's business.

import { el, icon } from "./dom.js";
import { markup } from "./markup.js";

const LONG = 60;
const STATUS = {
  bot: "With the bot",
  queued: "Waiting",
  assigned: "With an agent",
  on_hold: "On hold",
  resolved: "Resolved",
  moved: "Passed on",
};

/** What a status is called on the page. */
export const statusLabel = (status) => STATUS[status] ?? status;

/** A card's title without its number, which is shown beside it. */
export const cardTitle = (card) => card.title.replace(new RegExp(`^#${card.number}[\\s·:,–—-]*`), "");

/** A card. `press(button)` is called for its buttons and resolves when that is done. */
export function cardView(card, press) {
  const facts = card.fields.filter((field) => !card.why || !field.text.endsWith(card.why));
  return el(
    "div",
    { class: `card tone-${card.tone}` },
    el(
      "header",
      {},
      el("span", { class: "number" }, `#${card.number}`),
      el("strong", { class: "title" }, cardTitle(card)),
      el("span", { class: "pill" }, statusLabel(card.status)),
    ),
    card.why ? el("div", { class: "why" }, markup(card.why)) : null,
    card.evidence.length
      ? el(
          "ul",
          { class: "evidence", "aria-label": "What triggered it" },
          card.evidence.map((each) => el("li", {}, each)),
        )
      : null,
    facts.length
      ? el(
          "dl",
          { class: "fields" },
          facts.map((fact) =>
            el(
              "div",
              { class: fact.text.length > LONG ? "wide" : null },
              el("dt", {}, fact.label),
              el("dd", {}, markup(fact.text)),
            ),
          ),
        )
      : null,
    buttonsView(card.buttons, press),
  );
}

/** A row of buttons; while one is being pressed, and a moment after it is `"done"`, none can be pressed again. */
export function buttonsView(buttons, press) {
  if (!buttons?.length) return null;
  const row = el("div", { class: "buttons", role: "group", "aria-label": "Choices" });
  const rest = buttons.filter((button) => button.more);
  for (const button of buttons.filter((each) => !each.more)) {
    if (button.url) {
      if (!/^https?:\/\//i.test(button.url)) continue;
      const link = { class: "button plain", href: button.url, target: "_blank", rel: "noopener noreferrer" };
      row.append(el("a", link, button.label, icon("link")));
      continue;
    }
    const node = el("button", { type: "button", class: `button ${button.style}` }, button.label);
    node.addEventListener("click", async () => {
      if (row.dataset.busy) return;
      // not `disabled`: that would take the focus from whoever presses by keys
      row.dataset.busy = "yes";
      for (const each of row.querySelectorAll("button")) each.setAttribute("aria-disabled", "true");
      node.classList.add("pressed");
      const done = await press(button);
      setTimeout(
        () => {
          delete row.dataset.busy;
          for (const each of row.querySelectorAll("button")) each.removeAttribute("aria-disabled");
          node.classList.remove("pressed");
        },
        done === "done" ? 1500 : 0,
      );
    });
    row.append(node);
  }
  if (rest.length) {
    const menu = buttonsView(rest.map((button) => ({ ...button, more: false })), press);
    menu.classList.add("menu");
    menu.setAttribute("aria-label", "More choices");
    const summary = el("summary", { class: "button plain", "aria-label": "More" }, "⋯");
    const details = el("details", { class: "more" }, summary, menu);
    details.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !details.open) return;
      details.open = false;
      summary.focus();
      event.stopPropagation();
    });
    row.append(details);
  }
  return row;
}
