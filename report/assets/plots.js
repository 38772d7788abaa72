// Draws every <div class="plot"> from the Plotly figure in the JSON script that it holds, when it
// comes near the window, and again when the theme or the window changes. A trace colour
// "var(--measured)" follows the theme. A print shows every plot, in the light theme.

import { CONFIG, NARROW, PAPER, layoutOf, loadPlotly, loadPlotlyNow } from "./plotly.js";
import { onThemeChange, withColours } from "./theme.js";

let printing = false;

async function draw(plot) {
  await drawWith(await loadPlotly(), plot);
}

/** Draws a plot, as wide as its box or as the paper. It is drawn already when this returns. */
function drawWith(Plotly, plot) {
  const width = printing ? PAPER : undefined;
  const figure = JSON.parse(plot.querySelector("script").textContent);
  let area = plot.querySelector(".plot-area");
  if (!area) {
    area = document.createElement("div");
    area.className = "plot-area";
    plot.append(area);
  }
  const layout = { ...layoutOf(figure, width ?? plot.clientWidth), width };
  const done = Plotly.react(area, withColours(figure.data), layout, CONFIG);
  // The plot is described as a whole; its single labels say nothing in the order they stand in.
  for (const drawing of area.querySelectorAll("svg")) drawing.setAttribute("aria-hidden", "true");
  plot.dataset.drawn = "yes";
  return done;
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
  plot.setAttribute("role", "figure");
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
addEventListener("beforeprint", () => {
  printing = true;
  if (!plots.length) return;
  const Plotly = loadPlotlyNow();
  plots.forEach((plot) => drawWith(Plotly, plot));
});
addEventListener("afterprint", () => {
  printing = false;
  plots.forEach(show);
});
