// The HTML of the page Lab, constant markup only.

import { element } from "./dom.js";
import { tab, tabPanel } from "./tabs.js";

export const VIEWS = { race: "Race", ensemble: "Ensemble", landscape: "Landscape", hidden: "Hidden space", metrics: "How good?", models: "Other models", libraries: "The libraries" };

const QUESTIONS = {
  race: "Which setting learns better? Several runs on one clock; all else is equal.",
  ensemble: "Is it the setting, or luck? The same experiment from many initial weights.",
  landscape: "What does training walk through? The loss over a plane through the run's path.",
  hidden: "What do the hidden layers do? Each bends the plane until a straight line separates the classes.",
  metrics: "How good is it really? A threshold turns probabilities into classes, and every threshold errs in its own way.",
  models: "Would another model do as well? The same points, inputs and split.",
  libraries: "Is NumPy slow? The same training in other libraries, and what each of their defaults changes.",
};

const MARKUP = `
<div class="nnv-lab-head">
  <div class="nnv-tabs" role="tablist" aria-label="Lab">${Object.entries(VIEWS).map(tab).join("")}</div>
  <label class="nnv-lab-time" title="Drag, or press the arrow keys here, to go to any moment of all runs">
    <span>Moment</span>
    <input type="range" min="0" max="0" step="1" value="0" data-testid="nnviz-lab-time" aria-label="Moment of all runs on this page">
    <output data-testid="nnviz-lab-step">Step 0</output>
  </label>
</div>
<p class="nnv-lab-question"></p>
<p class="nnv-lab-notice" role="alert" data-testid="nnviz-lab-notice" hidden></p>
${Object.keys(VIEWS).map(tabPanel).join("")}`;

export function buildLab(root) {
  const part = element("div", { className: "nnv-lab", innerHTML: MARKUP, hidden: true });
  root.querySelector(".nnv-panels").after(part);
  return part;
}

export function showQuestion(root, view) {
  root.querySelector(".nnv-lab-question").textContent = QUESTIONS[view];
}
