// The keyboard: which key does what, and when a key is not for the stage.

const KEYS = {
  " ": "toggle",
  k: "toggle",
  s: "step",
  ArrowRight: "step",
  Home: "reset",
  "[": "slower",
  "]": "faster",
};

// Typing, and keys that a focused control uses itself, stay where they are.
function isTaken(target, key) {
  if (!(target instanceof Element)) return false;
  if (target.closest("input, textarea, select, [contenteditable='true'], [role='slider'], [role='combobox'], [role='listbox'], [role='radiogroup'], [role='dialog']")) {
    return !(target.matches("[data-testid='nnviz-speed']") && "[]k".includes(key));
  }
  return key === " " && target.closest("button, a, summary, [role='button'], [role='checkbox']") !== null;
}

export function actionFor(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  return action && !isTaken(event.target, event.key) ? action : null;
}

export function listen(actions) {
  const onKey = (event) => {
    const action = actionFor(event);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    actions[action]();
  };
  document.addEventListener("keydown", onKey, true);
  return () => document.removeEventListener("keydown", onKey, true);
}
