// The code of a model, to copy: it runs as it is.

import { element } from "./dom.js";

export class ModelCode {
  // `close()` is called when it is closed here.
  constructor(close) {
    this.head = element("h3");
    this.text = element("pre", { tabIndex: 0 });
    this.text.dataset.testid = "nnviz-model-code";
    const copy = element("button", { type: "button", textContent: "Copy" });
    const shut = element("button", { type: "button", textContent: "Close" });
    this.said = element("span", { className: "nnv-model-copied" });
    this.said.setAttribute("role", "status");
    copy.addEventListener("click", () => this.copy());
    shut.addEventListener("click", close);
    this.root = element("section", { className: "nnv-model-code", hidden: true }, this.head, element("div", {}, copy, shut, this.said), this.text);
  }

  // Shows code under a title, or nothing for null.
  show(title, code) {
    const isNew = title !== null && (this.root.hidden || this.text.textContent !== code);
    this.root.hidden = title === null;
    this.head.textContent = title ? `${title}: code to copy` : "";
    this.text.textContent = code;
    this.said.textContent = "";
    if (isNew) this.root.scrollIntoView({ block: "nearest" });
  }

  // Copies the code. A page without a secure address may not, so it selects it.
  async copy() {
    getSelection().selectAllChildren(this.text);
    const isCopied = await navigator.clipboard?.writeText(this.text.textContent).then(() => true, () => false);
    this.said.textContent = isCopied ? "Copied." : "Selected: press Ctrl+C.";
  }
}
