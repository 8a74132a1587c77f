// What Streamlit talks to. It calls deliver() with every message, and the same one again after
// each rerun of the page; state is kept by element, so that nothing is mounted twice.

import { Stage } from "./stage.js";

const stages = new WeakMap();
let latest = null; // what was mounted last, for letters from elsewhere on the page

window.nnviz = { painted: 0, stalls: 0, mounts: 0, playing: false, carrier: null, frame: null };

// Returns the number of the call, for release().
export function deliver({ parentElement, data, setTriggerValue }, plotlyUrl) {
  let entry = stages.get(parentElement);
  if (!entry) {
    entry = { stage: new Stage(parentElement, plotlyUrl), calls: 0 };
    stages.set(parentElement, entry);
  }
  latest = entry.stage;
  entry.stage.receive(data, setTriggerValue);
  entry.calls += 1;
  return entry.calls;
}

// Streamlit may clean up after a stale call, when the element is alive and was called again.
export function release(parentElement, call) {
  const entry = stages.get(parentElement);
  if (!entry || entry.calls !== call || parentElement.isConnected) return;
  stages.delete(parentElement);
  if (latest === entry.stage) latest = null;
  entry.stage.destroy();
}

// A message that a widget sends ahead of the page.
window.addEventListener("nnviz-letter", ({ detail }) => latest?.receive(detail, latest.trigger));
