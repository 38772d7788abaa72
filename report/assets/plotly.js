// The one copy of Plotly that the site carries, and the look of every plot of the report.

import { token, withColours } from "./theme.js";

const LIBRARY = new URL("./vendor/plotly/plotly-basic.min.js", import.meta.url).href;

/** As wide is a plot on paper: an A4 page between its margins. */
export const PAPER = 680; // pixels

/** Below this width a plot is laid out for a phone. */
export const NARROW = 560; // pixels

/** Plotly's configuration of every plot. */
export const CONFIG = {
  responsive: true,
  displaylogo: false,
  displayModeBar: "hover",
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
};

let library;

/** Plotly itself, from the site's one copy, fetched with the first plot that asks for it. */
export function loadPlotly() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = LIBRARY;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error(`${LIBRARY} could not be loaded`));
    document.head.append(script);
  });
  return library;
}

/** Plotly at once, for what cannot wait for it: a print. */
export function loadPlotlyNow() {
  if (!window.Plotly) {
    const request = new XMLHttpRequest();
    request.open("GET", LIBRARY, false);
    request.send();
    (0, eval)(request.responseText);
    library = Promise.resolve(window.Plotly);
  }
  return window.Plotly;
}

/** The report's own layout; what a figure sets itself is laid over it. */
function baseLayout(narrow) {
  const axis = {
    color: token("--ink-muted"),
    gridcolor: token("--plot-grid"),
    zerolinecolor: token("--rule"),
    linecolor: token("--rule"),
    automargin: true,
    title: { standoff: 12 },
  };
  return {
    autosize: true,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: token("--sans"), size: narrow ? 12 : 13, color: token("--ink") },
    colorway: ["--measured", "--modelled", "--published", "--ink-muted"].map(token),
    margin: narrow ? { l: 44, r: 8, t: 24, b: 44 } : { l: 60, r: 16, t: 32, b: 52 },
    hoverlabel: { font: { family: token("--sans") } },
    legend: { orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom" },
    xaxis: axis,
    yaxis: axis,
  };
}

function merged(base, own) {
  const result = { ...base };
  for (const [key, value] of Object.entries(own ?? {})) {
    const both = [base?.[key], value].every((v) => v && typeof v === "object" && !Array.isArray(v));
    result[key] = both ? merged(base[key], value) : value;
  }
  return result;
}

/**
 * The layout of a figure in the report's own look and today's theme.
 * @param {{layout?: object}} figure a Plotly figure; what its layout sets is laid over the report's
 * @param {number} width of the plot, in pixels
 */
export function layoutOf(figure, width) {
  const base = baseLayout(width < NARROW);
  const { template, width: fixed, ...own } = figure.layout ?? {}; // the page decides on these
  for (const key of Object.keys(own)) {
    if (/^[xy]axis\d+$/.test(key)) base[key] = base.xaxis;
  }
  return merged(base, withColours(own));
}
