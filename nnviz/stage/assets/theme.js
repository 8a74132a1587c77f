// Reads the page's theme: light or dark, and its colours.

export function rgb(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  return [...probe.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
}

export function readTheme(element, palettes) {
  const style = getComputedStyle(element);
  const read = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const background = read("--st-background-color", "#ffffff");
  const [r, g, b] = rgb(background);
  const dark = 0.299 * r + 0.587 * g + 0.114 * b < 128;
  return {
    dark,
    scale: Number(read("--scale", 1)), // of the type: larger in lecture mode
    background,
    text: read("--st-text-color", dark ? "#fafafa" : "#31333f"),
    border: read("--st-border-color", dark ? "#3a3f4b" : "#d9dce3"),
    palette: palettes[dark ? "dark" : "light"],
  };
}
