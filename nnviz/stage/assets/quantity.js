// A number or a symbol that can be asked: a button with the ask that Python has written.

import { element } from "./dom.js";

// `symbol` is [base, above, below], such as ["z", "2", "3"]: z of unit 3 in layer 2.
export function symbolPart([base, above, below]) {
  const part = element("span", { className: "nnv-symbol" }, element("i", {}, base));
  if (above === "" && below === "") return part;
  const beside = element("span", {}, element("sup", {}, above && `[${above}]`), element("sub", {}, below));
  part.append(beside);
  return part;
}

export const symbolText = ([base, above, below]) => `${base}${above && `[${above}]`}${below && ` ${below}`}`;

// Changes the text of a part, if it is another one: what is read or selected stays untouched.
export function write(part, text) {
  if (part.textContent !== text) part.textContent = text;
}

function setAttributes(part, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (part.getAttribute(name) !== value) part.setAttribute(name, value);
  }
}

// A button for a cell {ask, symbol, shown, value, title}, with its symbol and its number.
export function cellPart(cell) {
  const part = element("button", { type: "button", className: "nnv-cell" });
  part.append(symbolPart(cell.symbol), element("b"));
  if (cell.way) part.dataset.way = cell.way;
  writeCell(part, cell);
  return part;
}

export function writeCell(part, { ask, shown, value, title }) {
  write(part.lastChild, shown);
  setAttributes(part, { "data-ask": ask, "data-value": value, title, "aria-label": `${title}: ${shown}` });
}

// A token is a text, a symbol {ask, symbol} or a number {ask, shown, value}.
function tokenPart(token) {
  if (typeof token === "string") return element("span");
  const part = element("button", { type: "button", className: "nnv-token" });
  if (token.symbol) part.append(symbolPart(token.symbol));
  return part;
}

function writeToken(part, token) {
  if (typeof token === "string") write(part, token);
  else {
    setAttributes(part, { "data-ask": token.ask });
    if (token.symbol) return;
    setAttributes(part, { "data-value": token.value });
    write(part, token.shown);
  }
}

const kindOf = (token) => (typeof token === "string" ? "" : token.symbol ? symbolText(token.symbol) : "#");

// Writes a line of tokens in place, as long as their kinds stay the same.
export function writeTokens(host, tokens) {
  writeList(host, tokens, kindOf, tokenPart, writeToken);
}

// Writes a list in place: makes new parts with `make(item)` if the kinds of the items changed, then
// writes all of them with `fill(part, item)`. A part that had the focus keeps it, by its ask.
export function writeList(host, items, kind, make, fill) {
  const kinds = JSON.stringify(items.map(kind));
  if (host.dataset.kinds !== kinds) {
    host.dataset.kinds = kinds;
    const focused = host.contains(document.activeElement) ? document.activeElement.dataset.ask : null;
    host.replaceChildren(...items.map(make));
    items.forEach((item, i) => fill(host.children[i], item, i));
    if (focused) host.querySelector(`[data-ask="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  } else items.forEach((item, i) => fill(host.children[i], item, i));
}

// Writes a row of cells.
export function writeCells(host, cells) {
  writeList(host, cells, ({ ask, symbol }) => [ask, symbol], cellPart, writeCell);
}

// Writes sentences, one paragraph each, with the definitions of their terms.
export function writeSentences(host, sentences, terms) {
  writeList(host, sentences, (sentence) => sentence, () => element("p"), (part, sentence) => terms.write(part, sentence));
}
