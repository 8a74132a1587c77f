// What this tab keeps of its run, so that a reload of the page goes on at the same step. Another
// tab, and the same link opened once more, begin from the start.

const KEY = "nnviz-run";

export class Memory {
  // `current()`: {experiment, own, step} of what is shown, or null. `own` is the experiment's text
  // when no address can hold it.
  constructor(current) {
    const keep = () => {
      const run = current(), address = window.location.search;
      if (run) store((storage) => storage.setItem(KEY, JSON.stringify({ address, ...run })));
    };
    window.addEventListener("pagehide", keep);
  }

  // What was kept when this page was reloaded; told once.
  recall() {
    if (this.recalled) return null;
    this.recalled = true;
    const [entry] = performance.getEntriesByType("navigation");
    if (!["reload", "back_forward"].includes(entry?.type)) return null;
    const kept = store((storage) => JSON.parse(storage.getItem(KEY)));
    return kept?.address === new URL(entry.name).search ? kept : null;
  }
}

// A browser may be told to keep nothing, or be full: then a reload begins from the start.
function store(action) {
  try {
    return action(window.sessionStorage);
  } catch (refusal) {
    console.info("nnviz: this browser keeps nothing of the run", refusal);
    return null;
  }
}
