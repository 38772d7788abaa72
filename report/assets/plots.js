// Draws every <div class="plot"> from the Plotly figure in the JSON script that it holds, when it
// comes near the window, and again when the theme or the window changes. A trace colour
// "var(--measured)" follows the theme.

import { CONFIG, NARROW, layoutOf, loadPlotly } from "./plotly.js";
import { onThemeChange, withColours } from "./theme.js";

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
