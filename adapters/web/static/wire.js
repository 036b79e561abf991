// Talks to the server: acts by POST, and for each person a WebSocket that tells what that person sees.

const FIRST_WAIT = 400;
const LONGEST_WAIT = 8000;

const AWAY = "The app cannot be reached. Is it still running?";

/** What the app answers to a request. Rejects with an Error whose message can be shown. */
async function ask(address, options) {
  const response = await fetch(address, options).catch(() => {
    throw new Error(AWAY);
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `The app answered ${response.status}.`);
  return answer;
}

/** Do something as somebody. Rejects with an Error whose message can be shown, as all of these do. */
export function act(person, what, nonce = freshNonce()) {
  const body = JSON.stringify({ as: person, nonce, ...what });
  return ask("/api/acts", { method: "POST", headers: { "Content-Type": "application/json" }, body });
}

/** Press a button. When it asks for something first, `show(form)` is called instead, and nothing is pressed. */
export async function press(person, message, button, show) {
  const { form } = await act(person, { do: "press", message, action: button.action, value: button.value });
  if (form) show(form);
}

/** Send a form. What is wrong with it by field, or null when it was taken. */
export async function submit(person, message, form, fields, nonce) {
  const { action, value } = form;
  const { faults } = await act(person, { do: "submit", message, action, value, fields }, nonce);
  return faults ?? null;
}

/** Tell of a choice in a form. The form as it stands then, or null when it is gone. */
export async function choose(person, message, form, fields) {
  const { action, value } = form;
  return (await act(person, { do: "choose", message, action, value, fields })).form;
}

/**
 * Bring a file to the app as somebody, to be sent with a message. `progress` is told how much of it is there, from 0 to
 * 1; `signal` calls it off. Rejects with an Error whose message can be shown, or an AbortError.
 */
export function upload(person, file, { progress, signal }) {
  const where = new URLSearchParams({ as: person, name: file.name || "file" });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/files?${where}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("load", () => {
      if (request.status === 200) resolve(request.response.file);
      else reject(new Error(request.response?.error ?? `The app answered ${request.status}.`));
    });
    request.addEventListener("error", () => reject(new Error(AWAY)));
    request.addEventListener("abort", () => reject(new DOMException("called off", "AbortError")));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** Where somebody finds a file of the room. */
export const fileAddress = (file, person) => `/api/files/${encodeURIComponent(file.id)}?as=${encodeURIComponent(person)}`;

/** A name for one act, so that trying it again cannot do it twice. */
export function freshNonce() {
  return crypto.randomUUID();
}

/** What came before that message in a channel or a thread, as somebody sees it; without `before` the newest of it. */
export const older = (person, { channel, thread = "", before = "" }) =>
  ask(`/api/older?${new URLSearchParams({ as: person, channel, thread, before })}`);

/** Who is in the room. */
export const people = () => ask("/api/room");

/** Listens as one person for as long as the page lives; comes back by itself with a fresh view. */
export class Line {
  constructor(person, { frame, state }) {
    this.person = person;
    this.frame = frame;
    this.state = state;
    this.wait = FIRST_WAIT;
    this.connect();
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws?as=${encodeURIComponent(this.person)}`);
    socket.addEventListener("message", (event) => {
      this.wait = FIRST_WAIT;
      this.state(this.person, true);
      this.frame(JSON.parse(event.data));
    });
    socket.addEventListener("close", () => {
      this.state(this.person, false);
      setTimeout(() => this.connect(), this.wait * (0.75 + Math.random() / 2));
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    });
  }
}
