// What Streamlit talks to. It calls deliver() with every message, and the same one again after
// each rerun of the page; state is kept by element, so that nothing is mounted twice.

import { Stage } from "./stage.js";

const stages = new WeakMap();

window.nnviz = { painted: 0, stalls: 0, mounts: 0, playing: false, carrier: null, frame: null };

// Returns the number of the call, for release().
export function deliver({ parentElement, data, setTriggerValue }, plotlyUrl) {
  let entry = stages.get(parentElement);
  if (!entry) {
    entry = { stage: new Stage(parentElement, plotlyUrl), calls: 0 };
    stages.set(parentElement, entry);
  }
  entry.stage.receive(data, setTriggerValue);
  entry.calls += 1;
  return entry.calls;
}

// Streamlit may clean up after a stale call, when the element is alive and was called again.
export function release(parentElement, call) {
  const entry = stages.get(parentElement);
  if (!entry || entry.calls !== call || parentElement.isConnected) return;
  stages.delete(parentElement);
  entry.stage.destroy();
}
