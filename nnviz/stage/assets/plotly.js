// Loads Plotly once, from this server; the stage draws its first surface without waiting for it.

let loading = null;

export function loadPlotly(url) {
  loading ??= new Promise((resolve, reject) => {
    if (window.Plotly) {
      resolve(window.Plotly);
      return;
    }
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      loading = null;
      reject(new Error("Plotly could not be loaded from this server"));
    };
    document.head.append(script);
  });
  return loading;
}

export const PLOT_CONFIG = { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false };

// The margins of a plot whose type is larger or smaller than the figure was laid out for.
export function scaled(margin, scale) {
  return Object.fromEntries(Object.entries(margin).map(([side, pixels]) => [side, Math.round(pixels * scale)]));
}
