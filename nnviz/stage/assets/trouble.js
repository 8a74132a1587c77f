// What the notice says when there is more than one thing to say: the most pressing comes first.

const ORDER = ["lost", "refused", "progress", "stopped"];
const NUMBER = new Intl.NumberFormat("en");

export const LOST = "The server does not answer. What has been seen can be replayed; training goes on when it is back.";

export class Trouble {
  constructor(show) {
    this.show = show;
    this.texts = {};
  }

  set(kind, text) {
    if ((this.texts[kind] ?? null) === text) return;
    this.texts[kind] = text;
    this.show(ORDER.map((name) => this.texts[name]).find(Boolean) ?? null);
  }
}

export function progressOf({ step, goal }) {
  return `Training up to step ${NUMBER.format(goal)}: step ${NUMBER.format(step)} is reached.`;
}

export function stopOf({ step, cause, advice }) {
  return `Stopped at step ${step}: ${cause} ${advice}`;
}

// A rule of the server as a sentence.
export function sentence(rule) {
  const text = rule.charAt(0).toUpperCase() + rule.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
