// A form that the app asks for before it does something, as a dialog. What it asks is the app's business.

import { el, toast } from "./dom.js";
import { freshNonce, press, submit } from "./wire.js";

const UNNAMED = [["", "—"]];

function control(field, people) {
  const common = { id: `form-${field.name}`, name: field.name, required: field.required };
  if (field.kind === "long_text") return el("textarea", { ...common, rows: 5, value: field.value });
  if (field.kind === "text") return el("input", { ...common, type: "text", value: field.value });
  const options = field.kind === "person" ? people.map((each) => [each.id, each.name]) : field.options;
  return el(
    "select",
    common,
    [...(field.required && field.value ? [] : UNNAMED), ...options].map(([value, label]) =>
      el("option", { value, selected: value === field.value }, label),
    ),
  );
}

/**
 * Shows a form; `send(fields)` gives what is wrong with it by field, or null once it is taken.
 * It closes when it is taken or put away; what was typed stays while something is wrong.
 */
export function ask(form, people, send) {
  const rows = form.fields.map((field) => ({ field, input: control(field, people), fault: el("p", { class: "fault" }) }));
  const submit = el("button", { type: "submit", class: "button primary" }, form.submit);
  const cancel = el("button", { type: "button", class: "button plain", onclick: () => dialog.close() }, "Cancel");
  const body = el(
    "form",
    { method: "dialog" },
    el("h2", { id: "form-title" }, form.title),
    rows.map(({ field, input, fault }) =>
      el(
        "div",
        { class: "row" },
        el("label", { for: input.id }, field.label),
        input,
        field.hint ? el("small", {}, field.hint) : null,
        fault,
      ),
    ),
    el("div", { class: "buttons" }, submit, cancel),
  );
  const dialog = el("dialog", { class: "help ask", "aria-labelledby": "form-title" }, body);
  body.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    const faults = await send(Object.fromEntries(rows.map(({ field, input }) => [field.name, input.value])));
    submit.disabled = false;
    if (!faults) return dialog.close();
    for (const { field, fault, input } of rows) {
      fault.textContent = faults[field.name] ?? "";
      input.setAttribute("aria-invalid", String(field.name in faults));
    }
    rows.find(({ field }) => field.name in faults)?.input.focus();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** Presses a button as somebody; what it asks for first is asked. True when that was done. */
export async function pressOrAsk(me, message, button, people) {
  try {
    await press(me, message, button, (form) => {
      const nonce = freshNonce();
      ask(form, people, (fields) =>
        submit(me, message, form, fields, nonce).catch((error) => {
          toast(error.message);
          return {};
        }),
      );
    });
    return true;
  } catch (error) {
    toast(error.message);
    return false;
  }
}
