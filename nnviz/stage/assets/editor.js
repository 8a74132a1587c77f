// A form for weights and biases in place of the curves, or, on a small screen, at its lower end.
// Enter applies the values, Escape closes the form.

import { formatWeight } from "./diagram.js";
import { element } from "./dom.js";
import { hasPages } from "./pages.js";

const HELP = "The arrow keys change a value by 0.1. Enter applies, Escape cancels.";
const WHY = "How this number comes about, on the page Explain";
const SMALL = matchMedia("(max-width: 760px), (max-height: 500px)");

export class Editor {
  // `apply` gets a list of {field, value}; `closed` is called when the form closes; `explain(ask)`
  // goes to the page that explains a number.
  constructor(box, apply, closed, explain) {
    Object.assign(this, { box, apply, closed, explain, form: null });
  }

  // Prepares for another run, whose weights may be from -most to most.
  setRun(most) {
    Object.assign(this, { most }).close();
  }

  open({ title, rows, ask, beside }) {
    this.close();
    this.returnTo = document.activeElement;
    const inputs = rows.map(({ value }) => numberField(formatWeight(value)));
    const labels = rows.map(({ name }, i) => element("label", {}, element("span", {}, name), inputs[i]));
    const help = element("span", { role: "status" }, HELP);
    const cancel = element("button", { type: "button", onclick: () => this.close() }, "Cancel");
    const why = element("button", { type: "button", title: WHY, hidden: !hasPages(), onclick: () => this.leaveFor(ask) }, "Why?");
    const buttons = element("div", {}, help, why, element("button", { type: "submit" }, "Apply"), cancel);
    const attributes = { className: "nnv-editor", noValidate: true, role: "dialog", ariaLabel: title };
    const fields = element("div", { className: "nnv-fields" }, ...labels);
    const form = (this.form = element("form", attributes, element("strong", {}, title), fields, buttons));
    const before = inputs.map((input) => input.value);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const wrong = inputs.find((input) => !(Math.abs(Number(input.value)) <= this.most) || input.value === "");
      if (wrong) {
        help.textContent = `A weight must be a number from -${this.most} to ${this.most}.`;
        wrong.focus();
        return;
      }
      const changed = rows.filter((_, i) => inputs[i].value !== before[i]);
      if (changed.length) this.apply(changed.map((row) => ({ field: row.field, value: Number(inputs[rows.indexOf(row)].value) })));
      this.close();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
      event.stopPropagation();
    });
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget) && event.relatedTarget) this.close();
    });
    this.box.append(form);
    if (SMALL.matches) {
      form.popover = "manual"; // above everything, wherever the page is scrolled to
      form.showPopover();
      beside.scrollIntoView({ block: "nearest" });
    } else form.scrollIntoView({ block: "nearest" });
    inputs[0].focus({ preventScroll: true });
  }

  leaveFor(ask) {
    this.close();
    this.explain(ask);
  }

  close() {
    if (!this.form) return;
    const form = this.form;
    this.form = null;
    form.remove();
    this.closed();
    this.returnTo?.focus?.({ preventScroll: true });
  }
}

// The browser counts steps from the default value, so that is always the present one.
function numberField(value) {
  const input = element("input", { type: "number", step: "0.1", defaultValue: value });
  input.addEventListener("input", () => (input.defaultValue = input.value));
  input.addEventListener("focus", () => input.select());
  return input;
}
