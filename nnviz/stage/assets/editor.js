// A small form for weights and biases. Enter applies, Escape leaves.

import { formatWeight } from "./diagram.js";

export class Editor {
  constructor(box, apply) {
    this.box = box;
    this.apply = apply;
    this.form = null;
  }

  open({ title, rows, x, y }) {
    this.close();
    const form = document.createElement("form");
    form.className = "nnv-editor";
    form.noValidate = true;
    form.setAttribute("role", "dialog");
    form.setAttribute("aria-label", title ?? rows[0].name);
    if (title) form.append(Object.assign(document.createElement("strong"), { textContent: title }));
    const inputs = rows.map(({ name, value }) => {
      const label = document.createElement("label");
      const input = document.createElement("input");
      Object.assign(input, { type: "number", step: "any", value: formatWeight(value) });
      label.append(Object.assign(document.createElement("span"), { textContent: name }), input);
      form.append(label);
      return input;
    });
    const help = document.createElement("small");
    help.textContent = "Enter applies, Escape leaves";
    form.append(help);
    const before = inputs.map((input) => input.value);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const wrong = inputs.find((input) => !(Math.abs(Number(input.value)) <= 1000) || input.value === "");
      if (wrong) {
        help.textContent = "A weight must be a number from -1000 to 1000";
        wrong.focus();
        return;
      }
      const changed = rows.filter((_, i) => inputs[i].value !== before[i]);
      if (changed.length) this.apply(changed.map((row) => ({ field: row.field, value: Number(inputs[rows.indexOf(row)].value) })));
      this.close();
    });
    form.append(Object.assign(document.createElement("button"), { hidden: true }));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
      event.stopPropagation();
    });
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget) && event.relatedTarget) this.close();
    });
    this.returnTo = document.activeElement;
    this.box.append(form);
    const room = this.box.getBoundingClientRect();
    form.style.left = `${Math.max(0, Math.min(x, room.width - form.offsetWidth - 4))}px`;
    form.style.top = `${Math.max(0, Math.min(y, room.height - form.offsetHeight - 4))}px`;
    this.form = form;
    inputs[0].focus();
    inputs[0].select();
  }

  close() {
    if (!this.form) return;
    const form = this.form;
    this.form = null;
    form.remove();
    this.returnTo?.focus?.();
  }
}
