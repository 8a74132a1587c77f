// A small form for weights and biases. Enter applies the values, Escape closes the form.

import { formatWeight } from "./diagram.js";
import { element } from "./dom.js";

export class Editor {
  constructor(box, apply) {
    this.box = box;
    this.apply = apply;
    this.form = null;
  }

  // Prepares for another run, whose weights may be from -most to most.
  setRun(most) {
    Object.assign(this, { most }).close();
  }

  open({ title, rows, x, y }) {
    this.close();
    const inputs = rows.map(({ value }) => element("input", { type: "number", step: "any", value: formatWeight(value) }));
    const labels = rows.map(({ name }, i) => element("label", {}, element("span", {}, name), inputs[i]));
    const help = element("small", {}, "Enter applies, Escape leaves");
    const attributes = { className: "nnv-editor", noValidate: true, role: "dialog", ariaLabel: title ?? rows[0].name };
    const form = element("form", attributes, ...(title ? [element("strong", {}, title)] : []), ...labels, help);
    const before = inputs.map((input) => input.value);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const wrong = inputs.find((input) => !(Math.abs(Number(input.value)) <= this.most) || input.value === "");
      if (wrong) {
        help.textContent = `A weight must be a number from -${this.most} to ${this.most}`;
        wrong.focus();
        return;
      }
      const changed = rows.filter((_, i) => inputs[i].value !== before[i]);
      if (changed.length) this.apply(changed.map((row) => ({ field: row.field, value: Number(inputs[rows.indexOf(row)].value) })));
      this.close();
    });
    form.append(element("button", { hidden: true }));
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
