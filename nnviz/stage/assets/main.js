// The entry points for Streamlit: one component gives the stage its place on the page, others
// bring messages of the session. A document has only one stage.

import { Stage } from "./stage.js";

let stage, place;
const early = window.nnvizMessages ?? []; // messages that came before the stage was made

window.nnvizMessages = { push: ([message, trigger]) => receive(message, trigger) };
window.nnviz = { painted: 0, stalls: 0, mounts: 0, playing: false, carrier: null, frame: null };

// Streamlit calls this after each rerun of the page. If it has made a new element for the stage,
// the stage moves there and plays on. `view` is the page that shows it, "playground" or "explain",
// or empty; `glossary` the terms of a page that explains.
export function mount(parent, plotlyUrl, view = "playground", glossary = null) {
  stage ??= new Stage(parent, plotlyUrl);
  if (parent !== place) {
    (place = parent).append(stage.root);
    window.nnviz.mounts += 1;
  }
  stage.setPage(view, glossary);
  for (const message of early.splice(0)) receive(...message);
}

// Receives a message of the session, if there is one; `trigger` sends answers, if that is possible.
export function receive(message, trigger) {
  if (!stage) early.push([message, trigger]);
  else if (message) stage.receive(message, trigger ?? stage.trigger);
}
