// A form that the app asks for before it does something, as a dialog. What it asks is the app's business.

import { Combobox } from "./combobox.js";
import { el, toast } from "./dom.js";
import { choose, freshNonce, press, submit } from "./wire.js";

const UNNAMED = [["", "—"]];
const SEARCHED = 7;

/** One field's control: `node` to show, `input` to focus, `get()` and `set(value)`. */
function control(field, people, onchoose) {
  const common = { id: `form-${field.name}`, name: field.name, required: field.required };
  const plain = (node) => ({ node, input: node, get: () => node.value, set: (value) => (node.value = value) });
  if (field.kind === "long_text") return plain(el("textarea", { ...common, dir: "auto", rows: 6, value: field.value }));
  if (field.kind === "text") return plain(el("input", { ...common, dir: "auto", type: "text", value: field.value }));
  const options = field.kind === "person" ? people.map((each) => [each.id, each.name]) : field.options;
  if (field.fills || options.length > SEARCHED) {
    const combo = new Combobox({ ...common, label: field.label, options, value: field.value, onchoose });
    return { node: combo.node, input: combo.input, get: () => combo.value, set: (value) => combo.set(value) };
  }
  return plain(
    el(
      "select",
      common,
      [...(field.required && field.value ? [] : UNNAMED), ...options].map(([value, label]) =>
        el("option", { value, selected: value === field.value }, label),
      ),
    ),
  );
}

/**
 * Shows a form; `send(fields)` gives what is wrong with it by field, or null once it is taken, and `fill(fields)` the
 * form as it stands after a choice. It closes when it is taken or put away; what was typed stays while something is
 * wrong.
 */
export function ask(form, people, { send, fill }) {
  const filled = () => Object.fromEntries(rows.map(({ field, get }) => [field.name, get()]));
  const refill = async () => {
    const anew = await fill(filled());
    for (const { field, set, hint } of anew ? rows : []) {
      const now = anew.fields.find((each) => each.name === field.name);
      if (!now) continue;
      set(now.value);
      hint.textContent = now.hint;
    }
  };
  const rows = form.fields.map((field) => ({
    field,
    ...control(field, people, () => field.fills && refill()),
    hint: el("small", { id: `form-${field.name}-hint` }, field.hint),
    fault: el("p", { class: "fault", id: `form-${field.name}-fault` }),
  }));
  const submit = el("button", { type: "submit", class: "button primary" }, form.submit);
  const cancel = el("button", { type: "button", class: "button plain", onclick: () => dialog.close() }, "Cancel");
  const body = el(
    "form",
    { method: "dialog" },
    el("h2", { id: "form-title" }, form.title),
    rows.map(({ field, node, input, hint, fault }) => {
      input.setAttribute("aria-describedby", `${hint.id} ${fault.id}`);
      return el("div", { class: "row" }, el("label", { for: input.id }, field.label), node, hint, fault);
    }),
    el("div", { class: "buttons" }, submit, cancel),
  );
  const dialog = el("dialog", { class: "help ask", "aria-labelledby": "form-title" }, body);
  body.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    const faults = await send(filled());
    submit.disabled = false;
    if (!faults) return dialog.close();
    for (const { field, fault, input } of rows) {
      fault.textContent = faults[field.name] ?? "";
      input.setAttribute("aria-invalid", String(field.name in faults));
    }
    rows.find(({ field }) => field.name in faults)?.input.focus();
  });
  body.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) body.requestSubmit();
  });
  const back = opener();
  dialog.addEventListener("close", () => {
    dialog.remove();
    back();
  });
  document.body.append(dialog);
  dialog.showModal();
  rows.find(({ field }) => field.kind === "long_text" && field.required)?.input.focus();
}

/** Takes the focus back to where it is now: there, or to its message when that has been drawn anew meanwhile. */
function opener() {
  const from = document.activeElement;
  const message = from?.closest(".message")?.dataset.id;
  return () => {
    // the browser gave it back already, or somebody has gone on
    if (document.activeElement && document.activeElement !== document.body) return;
    const there = from?.isConnected && from.checkVisibility();
    const again = message && document.querySelector(`.message[data-id="${CSS.escape(message)}"]`);
    (there ? from : again)?.focus();
  };
}

/** Presses a button as somebody; what it asks for first is asked. `"done"`, `"asked"`, or false when it failed. */
export async function pressOrAsk(me, message, button, people) {
  const complain = (otherwise) => (error) => {
    toast(error.message);
    return otherwise;
  };
  let done = "done";
  try {
    await press(me, message, button, (form) => {
      done = "asked";
      const nonce = freshNonce();
      ask(form, people, {
        send: (fields) => submit(me, message, form, fields, nonce).catch(complain({})),
        fill: (fields) => choose(me, message, form, fields).catch(complain(null)),
      });
    });
    return done;
  } catch (error) {
    toast(error.message);
    return false;
  }
}
