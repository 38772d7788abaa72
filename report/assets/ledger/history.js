// One figure of a kind over all its runs: drawn with its interval, and as a table.

import { element } from "../element.js";
import { CONFIG, layoutOf, loadPlotly } from "../plotly.js";
import { onThemeChange, withColours } from "../theme.js";
import { choose, chosen, onReturn } from "./address.js";
import { whenNear } from "./near.js";
import { NOT_LOADED, dateOf, figuresOf, runsOf } from "./runs.js";
import { setOptions, shown, tableOf } from "./tables.js";

const MOST_OPTIONS = 300; // a longer list is of no use, and slow to open
const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "cross", "x"];
const HEIGHT = 340; // pixels

/** The name that a kind opens with: the first sampled figure of its newest run, or the first. */
function firstOf(figures) {
  const sampled = [...figures].find(([, { low }]) => low !== null);
  return (sampled ?? [...figures][0])?.[0] ?? "";
}

/** A marker and an interval a run, in a trace for every machine. */
function plotOf(name, points) {
  const machines = [...new Set(points.map(({ run }) => run.machine))];
  const unit = points[0].figure.unit;
  return {
    data: machines.map((machine, index) => {
      const here = points.filter(({ run }) => run.machine === machine);
      const reach = (of) => here.map(({ figure }) => of(figure));
      return {
        type: "scatter",
        mode: "markers",
        name: machine,
        x: here.map(({ run }) => run.created),
        y: reach(({ value }) => value),
        text: here.map(({ run }) => `${run.profile} profile`),
        marker: { color: "var(--measured)", size: 10, symbol: SYMBOLS[index % SYMBOLS.length] },
        error_y: {
          type: "data",
          symmetric: false,
          color: "var(--measured)",
          array: reach(({ value, high }) => (high ?? value) - value),
          arrayminus: reach(({ value, low }) => value - (low ?? value)),
        },
      };
    }),
    layout: {
      height: HEIGHT,
      showlegend: true,
      xaxis: { type: "date", title: { text: "measured, UTC" } },
      yaxis: { title: { text: unit || name.split(".").at(-1) } },
    },
  };
}

function rowOf({ run, figure }) {
  const interval = figure.low === null ? "" : `${shown(figure.low)} to ${shown(figure.high)}`;
  return [
    element("a", { href: `#${run.entry.id}` }, dateOf(run)),
    run.profile,
    run.machine,
    shown(figure.value),
    interval,
    figure.n === null ? "" : shown(figure.n),
  ];
}

export function showHistory() {
  const form = document.getElementById("history");
  const place = document.getElementById("history-plot");
  const list = document.getElementById("history-table");
  const said = form.querySelector("output");
  const { history: kind, find, figure: figures } = form.elements;
  let names = []; // of the figures of the chosen kind
  let drawn; // the Plotly figure that is shown
  let asked = 0; // a slower answer to an earlier choice is dropped

  async function draw() {
    if (!drawn) return;
    const Plotly = await loadPlotly();
    const layout = layoutOf(drawn, place.clientWidth);
    await Plotly.react(place, withColours(drawn.data), layout, CONFIG);
  }

  function offer(name) {
    const words = find.value.toLowerCase().split(/\s+/);
    const found = names.filter((text) => words.every((word) => text.toLowerCase().includes(word)));
    const offered = found.slice(0, MOST_OPTIONS);
    if (name && !offered.includes(name)) offered.unshift(name);
    setOptions(figures, Object.fromEntries(offered.map((text) => [text, text])), name);
    return found.length;
  }

  async function show(wanted) {
    const turn = ++asked;
    const runs = runsOf(kind.value);
    const all = await Promise.all(runs.map(figuresOf));
    if (turn !== asked) return;
    names = [...new Set(all.flatMap((found) => [...found.keys()]))];
    const name = names.includes(wanted) ? wanted : firstOf(all[0]);
    offer(name);
    const points = runs
      .map((run, index) => ({ run, figure: all[index].get(name) }))
      .filter(({ figure }) => figure)
      .reverse();
    said.value = `${points.length} of ${runs.length} runs have this figure`;
    list.replaceChildren(
      tableOf(
        ["run", "profile", "machine", points[0].figure.unit || "value", "95 % interval", "n"],
        points.map(rowOf),
        new Set([3, 4, 5]),
      ),
    );
    list.hidden = false;
    drawn = plotOf(name, points);
    place.setAttribute("role", "figure");
    place.setAttribute("aria-label", `${kind.value}: ${name} over ${points.length} runs; the table has the numbers.`);
    await draw();
  }

  const tell = (error) => {
    said.value = NOT_LOADED;
    console.error(error);
  };

  function restore() {
    const choices = chosen();
    kind.value = choices.history ?? "";
    if (kind.selectedIndex < 0) kind.value = firstKind;
    show(choices.figure).catch(tell);
  }

  kind.addEventListener("change", () => {
    find.value = "";
    choose({ history: kind.value, figure: "" });
    show().catch(tell);
  });
  figures.addEventListener("change", () => {
    choose({ history: kind.value, figure: figures.value });
    show(figures.value).catch(tell);
  });
  find.addEventListener("input", () => {
    const count = offer(figures.value);
    said.value = `${shown(count)} figures found` + (count > MOST_OPTIONS ? `, the first ${MOST_OPTIONS} are offered` : "");
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  onThemeChange(() => draw().catch(tell));

  // The kind that has most to show: several runs, as early in the order of measuring as can be.
  const several = [...kind.options].find(({ value }) => runsOf(value).length > 1);
  const firstKind = (several ?? kind.options[0]).value;
  form.hidden = false;
  whenNear(form, () => {
    onReturn(restore);
    restore();
  });
}
