// Stores this tab's run, so that it continues at the same step after a reload of the page. A new
// tab, or the same link opened again, begins at the start.

const KEY = "nnviz-run";

export class Memory {
  // `current()`: the shown {experiment, text, step}, or null. `text` is the experiment as JSON, if
  // no address can hold it.
  constructor(current) {
    const keep = () => {
      const run = current(), address = window.location.search;
      if (run) store((storage) => storage.setItem(KEY, JSON.stringify({ address, ...run })));
    };
    window.addEventListener("pagehide", keep);
  }

  // Returns the stored run after a reload of this page; only the first call does.
  recall() {
    if (this.recalled) return null;
    this.recalled = true;
    const [entry] = performance.getEntriesByType("navigation");
    if (!["reload", "back_forward"].includes(entry?.type)) return null;
    const kept = store((storage) => JSON.parse(storage.getItem(KEY)));
    return kept?.address === new URL(entry.name).search ? kept : null;
  }
}

// The browser may refuse to store anything, or be full: then a reload begins at the start.
export function store(action, kind = "sessionStorage") {
  try {
    return action(window[kind]);
  } catch (refusal) {
    console.info("nnviz: this browser keeps nothing of the run", refusal);
    return null;
  }
}
