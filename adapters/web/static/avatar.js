// Who somebody is, at a glance: a disc with initials, in a colour of their own.

import { el, kept, keep, logo } from "./dom.js";

const HUES = [14, 42, 92, 158, 188, 214, 262, 318];

/** A disc for a person or for a name that came with a relayed message. */
export function avatar(name, { app = false } = {}) {
  if (app) return el("span", { class: "avatar app", "aria-hidden": "true" }, logo());
  const letters = name
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => [...word][0].toUpperCase());
  const initials = letters.length > 1 ? letters[0] + letters.at(-1) : (letters[0] ?? "?");
  return el("span", { class: `avatar hue-${hue(name)}`, "aria-hidden": "true" }, initials);
}

function hue(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return sum % HUES.length;
}

/** A row of people of whom one is picked; `badge(id)` counts what waits for each. Returns { node, draw }. */
export function picker({ legend, group, members, picked, onpick, badge }) {
  const badges = new Map();
  const node = el(
    "fieldset",
    { class: "picker" },
    el("legend", { class: "unseen" }, legend),
    members.map((member) => {
      const count = el("span", { class: "badge" });
      const input = el("input", {
        type: "radio",
        name: group,
        value: member.id,
        class: "unseen",
        checked: member.id === picked,
        onchange: () => onpick(member.id),
      });
      const title = member.about ? `${member.name}: ${member.about}` : member.name;
      input.setAttribute("aria-label", title);
      badges.set(member.id, { count, input, title });
      return el(
        "label",
        { title, class: member.guest ? "guest" : null },
        input,
        avatar(member.name),
        el("span", { class: "who" }, member.name.split(" ")[0]),
        count,
      );
    }),
  );
  const draw = () => {
    for (const [id, { count, input, title }] of badges) {
      const n = badge(id);
      showBadge(count, n, "unread");
      input.setAttribute("aria-label", n ? `${title}, ${n} unread` : title);
    }
  };
  return { node, draw };
}

/** Shows a number in a badge, or nothing for none. */
export function showBadge(node, n, what) {
  node.textContent = n > 99 ? "99+" : n ? String(n) : "";
  node.hidden = !n;
  node.setAttribute("role", "img");
  if (n) node.setAttribute("aria-label", `${n} ${what}`);
  else node.removeAttribute("aria-label");
}

/** Who was picked last time on this side, if they are still here. */
export function lastPicked(side, members) {
  const asked = new URLSearchParams(location.search).get(side) ?? kept(`picked.${side}`, "");
  return members.some((member) => member.id === asked) ? asked : members[0].id;
}

/** Remember who is picked on a side. */
export const pick = (side, id) => keep(`picked.${side}`, id);
