// Builds elements. Text goes in as text nodes, always: nothing here or elsewhere parses markup.

const SVG = "http://www.w3.org/2000/svg";
const SAID_MS = 10000;

/** An element: `on*` props are listeners, `data`/`class`/`aria-*` as attributes, false and null left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "value" || name === "checked" || name === "disabled") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const PATHS = {
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M8.5 14.500c1.8 2.3 5.2 2.3 7 0M9 9.800v.01M15 9.800v.01",
  pencil: "M4 20l1-4L16.5 4.500a2.1 2.1 0 0 1 3 3L8 19l-4 1M14.5 6.500l3 3",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5.500M13.5 11v5.5",
  send: "M4 12l16-8-6 16-3-7-7-1zM11 13l9-9",
  lock: "M7 11h10v9H7zM9 11V8a3 3 0 0 1 6 0v3",
  check: "M5 12.500l4.5 4.500L19 7.5",
  warn: "M12 4l9 16H3L12 4M12 10v4.500M12 17.300v.01",
  plus: "M12 5v14M5 12h14",
  back: "M15 5l-7 7 7 7",
  down: "M12 5v14M6 13l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
  hash: "M9 4L7 20M17 4l-2 16M4.5 9h16M3.5 15h16",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  clip: "M19.5 11.5l-7.8 7.8a4.600 4.600 0 0 1-6.500-6.500l8.200-8.200a3.100 3.100 0 0 1 4.400 4.400l-8.100 8.100a1.600 1.600 0 0 1-2.300-2.300l7.300-7.300",
  link: "M14 5h5v5M19 5l-8 8M17 14v5H5V7h5",
  retry: "M20 11a8 8 0 1 0-2.3 6M20 5v6h-6",
};

/** One of our line icons, hidden from screen readers: the control that holds it has a label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** The app's mark, as a picture from our own file. */
export function logo() {
  return el("img", { src: "/static/logo.svg", alt: "", class: "logo" });
}

/** Puts these children into `parent`, keeping those that are there already and the place of the focus. */
export function reconcile(parent, wanted) {
  let at = parent.firstChild;
  for (const node of wanted) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

const HOURS = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const clock = new Intl.DateTimeFormat(undefined, HOURS);
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

/** Hours and minutes of a time in seconds since 1970. */
export const timeOf = (at) => clock.format(at * 1000);

/** What the clock shows now in an IANA time zone. */
export const timeIn = (timeZone) => new Intl.DateTimeFormat(undefined, { ...HOURS, timeZone }).format(Date.now());

/** The day of a time, in words. */
export function dayOf(at) {
  const then = new Date(at * 1000);
  const today = new Date();
  if (then.toDateString() === today.toDateString()) return "Today";
  today.setDate(today.getDate() - 1);
  return then.toDateString() === today.toDateString() ? "Yesterday" : day.format(then);
}

/** A number of bytes as people say it. */
export function sizeOf(bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  let n = bytes;
  let at = 0;
  while (n >= 1000 && at < units.length - 1) {
    n /= 1000;
    at += 1;
  }
  return `${at && n < 10 ? n.toFixed(1).replace(/\.0$/, "") : Math.round(n)} ${units[at]}`;
}

/** Says something to screen readers, and shows nothing. What comes together is said one after the other. */
export function announce(text) {
  const said = el("p", {}, text);
  document.getElementById("announcer").append(said);
  setTimeout(() => said.remove(), SAID_MS);
}

/** Shows a short message at the bottom for a while; for what went wrong. */
export function toast(text) {
  const node = el("div", { class: "toast", role: "alert" }, text);
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), 7000);
}

/** What was kept in this browser, or the other value where there is nothing. */
export function kept(name, otherwise) {
  try {
    return localStorage.getItem(`warmline.${name}`) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Keep something in this browser, if it lets us. */
export function keep(name, value) {
  try {
    localStorage.setItem(`warmline.${name}`, value);
  } catch {
    // storage is switched off: it is forgotten with the page
  }
}
