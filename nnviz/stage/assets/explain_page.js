// The HTML of the Explain page, constant markup only.

import { element } from "./dom.js";
import { tab, tabPanel } from "./tabs.js";

export const TABS = { sample: "One sample", update: "The update", weight: "One weight", layers: "Layers", worksheet: "Worksheet" };
const WAYS = { forward: "Forward", backward: "Backward", both: "Both" };

const way = ([name, title]) => `<button type="button" data-show="${name}" aria-pressed="false">${title}</button>`;

const MARKUP = `
<div class="nnv-explain-head">
  <div class="nnv-chooser" role="group" aria-label="Choose a sample">
    <button type="button" data-by="-1" aria-label="Previous sample" title="Previous sample">‹</button>
    <div class="nnv-sample" role="spinbutton" tabindex="0" aria-label="Sample" data-testid="nnviz-sample"
      title="Click on a point of the plane, or press ← and →"></div>
    <button type="button" data-by="1" aria-label="Next sample" title="Next sample">›</button>
  </div>
  <button type="button" class="nnv-badge" data-testid="nnviz-gradient-check" disabled><span></span><b></b></button>
  <button type="button" class="nnv-go-back" data-testid="nnviz-go-back">Back to the playground</button>
</div>
<p class="nnv-summary" data-testid="nnviz-summary"></p>
<div class="nnv-totals" role="group" aria-label="Loss and cost"></div>
<div class="nnv-tabs" role="tablist" aria-label="Explain">${Object.entries(TABS).map(tab).join("")}</div>
<div class="nnv-explain-body">
  <div class="nnv-explain-main">${Object.keys(TABS).map(tabPanel).join("")}</div>
  <section class="nnv-answer" role="region" aria-label="Answer" data-testid="nnviz-answer" tabindex="-1">
    <div class="nnv-answer-bar">
      <button type="button" class="nnv-answer-back" title="The answer before (Backspace)" disabled>← Back</button>
      <ol class="nnv-trail" aria-label="Asked before"></ol>
      <span class="nnv-at-step"></span>
    </div>
    <p class="nnv-answer-empty">Every number on this page can be asked: click on one, or go to it with Tab and press Enter.</p>
  </section>
</div>`;

const SAMPLE_MARKUP = `
<div class="nnv-diagram-head">
  <div class="nnv-ways" role="group" aria-label="Numbers of">${Object.entries(WAYS).map(way).join("")}</div>
  <span class="nnv-at-step"></span>
</div>
<div class="nnv-one-sample" role="group" aria-label="The sample in the network"></div>
<p class="nnv-batch"></p>`;

export function buildExplain(root) {
  const part = element("div", { className: "nnv-explain", innerHTML: MARKUP, hidden: true });
  part.querySelector(".nnv-tab-sample").innerHTML = SAMPLE_MARKUP;
  root.querySelector(".nnv-panels").after(part);
  return part;
}
