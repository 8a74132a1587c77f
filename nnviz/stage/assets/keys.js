// The keyboard: the action of each key, and the cases in which the stage ignores a key.

const KEYS = {
  " ": "toggle", k: "toggle",
  s: "step", ArrowRight: "step", PageDown: "step",
  ArrowLeft: "back", PageUp: "back",
  e: "epoch",
  Home: "reset",
  "[": "slower", "]": "faster",
  l: "lecture",
  "?": "help",
};

const USES_KEYS =
  "input:not([type='checkbox']), textarea, select, [contenteditable='true'], [role='slider'], [role='combobox'], " +
  "[role='listbox'], [role='radiogroup'], [role='dialog'], [role='tablist'], " +
  "[role='application'], .nnv-diagram-nodes";
const USES_SPACE = "button, a, summary, input, [role='button'], [role='checkbox']";

// Whether the focused control uses the key itself. It uses Space only if it got the focus by Tab,
// not by a click or from a closed dialog; else Space plays or pauses.
function isTaken(target, key, clicked) {
  if (!(target instanceof Element)) return false;
  if (target.closest(USES_KEYS)) {
    const onlyArrows = target.matches(".nnv input[type='range'], .nnv-diagram-nodes button");
    return !onlyArrows || key.startsWith("Arrow") || key.startsWith("Page") || key === "Home" || key === " ";
  }
  return key === " " && !clicked && target.closest(USES_SPACE) !== null;
}

// Where a person types, the browser itself undoes the typing.
const TYPES = "input:not([type='checkbox'], [type='range']), textarea, [contenteditable='true']";

function actionFor(event, clicked) {
  const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.altKey;
  if (isUndo && !event.target.closest?.(TYPES)) return event.shiftKey ? "redo" : "undo";
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  return action && !isTaken(event.target, event.key, clicked) ? action : null;
}

export function listen(actions) {
  let clicked = false; // since Tab was last pressed
  const onKey = (event) => {
    if (event.key === "Tab") clicked = false;
    const action = actionFor(event, clicked);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    actions[action]();
  };
  document.addEventListener("pointerdown", () => (clicked = true), { capture: true });
  document.addEventListener("keydown", onKey, { capture: true });
}
