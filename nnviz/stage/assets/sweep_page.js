// The HTML of the page Sweep, constant markup only.

import { element } from "./dom.js";

const MARKUP = `
<p class="nnv-lab-question">Which settings learn well, and is it luck? Every combination is trained with several seeds of the initial weights.</p>
<div class="nnv-sweep-form"></div>
<p class="nnv-lab-notice" role="alert" data-testid="nnviz-sweep-notice" hidden></p>
<div class="nnv-sweep-run">
  <div class="nnv-sweep-size"></div>
  <span class="nnv-sweep-words" data-testid="nnviz-sweep-words"></span>
  <button type="button" data-testid="nnviz-sweep-start" disabled>Start</button>
  <button type="button" data-testid="nnviz-sweep-cancel" hidden>Cancel</button>
  <progress max="1" value="0" aria-label="Progress of the sweep" data-testid="nnviz-sweep-progress" hidden></progress>
  <span class="nnv-sweep-left" role="status" data-testid="nnviz-sweep-left"></span>
</div>
<div class="nnv-sweep-head" hidden>
  <span class="nnv-sweep-by" role="group" aria-label="Colour by">
    <button type="button" data-by="accuracy" aria-pressed="true">Accuracy</button>
    <button type="button" data-by="loss" aria-pressed="false">Loss</button>
  </span>
  <span class="nnv-sweep-legend">
    <span><b></b> <span></span> <i aria-hidden="true"></i> <span></span></span>
    <span class="nnv-sweep-of-seeds"><span class="nnv-sweep-spread" aria-hidden="true"><i></i></span> lowest to highest of the seeds</span>
    <span><span class="nnv-sweep-mark" aria-hidden="true"></span> diverged</span>
  </span>
</div>
<div class="nnv-sweep-body" hidden>
  <div class="nnv-sweep-picture"></div>
  <div class="nnv-sweep-side"></div>
  <section class="nnv-sweep-rows"></section>
</div>`;

export function buildSweep(root) {
  const part = element("div", { className: "nnv-lab nnv-sweep", innerHTML: MARKUP, hidden: true });
  root.querySelector(".nnv-panels").after(part);
  return part;
}
