// Draws every <div class="plot"> from the Plotly figure in the JSON script that it holds, when it
// comes near the window, and again when the theme or the window changes. Plotly itself is loaded
// with the first plot. A trace colour "var(--measured)" follows the theme.

import { onThemeChange, token, withColours } from "./theme.js";

const LIBRARY = new URL("./vendor/plotly/plotly-basic.min.js", import.meta.url).href;
const NARROW = 560; // pixels
const CONFIG = {
  responsive: true,
  displaylogo: false,
  displayModeBar: "hover",
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
};

let library;
function loadPlotly() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = LIBRARY;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error(`${LIBRARY} could not be loaded`));
    document.head.append(script);
  });
  return library;
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

function layoutOf(figure, width) {
  const base = baseLayout(width < NARROW);
  const { template, width: fixed, ...own } = figure.layout ?? {}; // the page decides on these
  for (const key of Object.keys(own)) {
    if (/^[xy]axis\d+$/.test(key)) base[key] = base.xaxis;
  }
  return merged(base, withColours(own));
}

async function draw(plot) {
  const Plotly = await loadPlotly();
  const figure = JSON.parse(plot.querySelector("script").textContent);
  let area = plot.querySelector(".plot-area");
  if (!area) {
    area = document.createElement("div");
    area.className = "plot-area";
    plot.append(area);
  }
  await Plotly.react(area, withColours(figure.data), layoutOf(figure, plot.clientWidth), CONFIG);
  plot.dataset.drawn = "yes";
}

function show(plot) {
  draw(plot).catch((error) => {
    plot.textContent = plot.getAttribute("aria-label") ?? "This plot could not be drawn.";
    plot.classList.add("plot-failed");
    console.error(error);
  });
}

/** A plot without words of its own is described by the caption of its figure. */
function describe(plot, number) {
  plot.setAttribute("role", "img");
  if (plot.hasAttribute("aria-label") || plot.hasAttribute("aria-labelledby")) return;
  const caption = plot.closest(".quarto-float, figure")?.querySelector("figcaption, .figure-caption");
  if (!caption) return;
  caption.id ||= `plot-caption-${number}`;
  plot.setAttribute("aria-labelledby", caption.id);
}

const plots = [...document.querySelectorAll("div.plot")];
const drawn = () => plots.filter((plot) => plot.dataset.drawn);
const near = new IntersectionObserver(
  (entries) => {
    for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
      near.unobserve(target);
      show(target);
    }
  },
  { rootMargin: "400px" },
);
plots.forEach((plot, number) => {
  describe(plot, number + 1);
  near.observe(plot);
});
onThemeChange(() => drawn().forEach(show));
matchMedia(`(max-width: ${NARROW}px)`).addEventListener("change", () => drawn().forEach(show));
addEventListener("beforeprint", () => plots.filter((plot) => !plot.dataset.drawn).forEach(show));
