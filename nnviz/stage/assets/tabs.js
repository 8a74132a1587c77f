// Tabs with the keys of the pattern: arrows, Home and End choose, Tab leaves the row.

export const tab = ([name, title]) =>
  `<button type="button" role="tab" id="nnv-tab-${name}" aria-controls="nnv-panel-${name}" data-tab="${name}" data-testid="nnviz-tab-${name}">${title}</button>`;
export const tabPanel = (name) =>
  `<section role="tabpanel" id="nnv-panel-${name}" aria-labelledby="nnv-tab-${name}" class="nnv-tab-${name}" hidden></section>`;

export class Tabs {
  // `chosen(name)` is called with the name of the tab that is shown.
  constructor(root, chosen) {
    Object.assign(this, { root, chosen, buttons: [...root.querySelectorAll('[role="tab"]')] });
    this.buttons.forEach((button, i) => {
      button.addEventListener("click", () => this.choose(button.dataset.tab));
      button.addEventListener("keydown", (event) => {
        const last = this.buttons.length - 1;
        const next = { ArrowRight: i < last ? i + 1 : 0, ArrowLeft: i > 0 ? i - 1 : last, Home: 0, End: last }[event.key];
        if (next === undefined) return;
        event.preventDefault();
        this.buttons[next].focus();
        this.choose(this.buttons[next].dataset.tab);
      });
    });
  }

  choose(name) {
    this.name = name;
    for (const button of this.buttons) {
      const isOn = button.dataset.tab === name;
      button.setAttribute("aria-selected", String(isOn));
      button.tabIndex = isOn ? 0 : -1;
      this.root.querySelector(`#nnv-panel-${button.dataset.tab}`).hidden = !isOn;
    }
    this.chosen(name);
  }
}
