// Two runs of a kind side by side: what differs, by how much, and whether sampling explains it.

import { element } from "../element.js";
import { choose, chosen, onReturn } from "./address.js";
import { differences } from "./differences.js";
import { whenNear } from "./near.js";
import { NOT_LOADED, figuresOf, runsOf, titleOf } from "./runs.js";
import { estimated, setOptions, shown, tableOf } from "./tables.js";

const ROWS = 500; // that are added at a time: more would keep the reader waiting
const NUMERIC = new Set([1, 2, 3, 4]);

function verdictOf({ first, second, beyond }) {
  if (!first) return "only in the second";
  if (!second) return "only in the first";
  if (beyond) return "differs";
  return first.value === second.value ? "equal" : "within the intervals";
}

function rowOf(difference) {
  const { figure, first, second, relative, beyond } = difference;
  const both = first && second;
  return [
    element("code", {}, figure),
    first ? estimated(first) : "–",
    second ? estimated(second) : "–",
    both ? shown(second.value - first.value) : "–",
    relative === null ? "–" : shown(relative + 1),
    element("span", beyond ? { className: "differs" } : {}, verdictOf(difference)),
  ];
}

export function showComparison() {
  const form = document.getElementById("compare");
  if (!form) return; // no kind has two runs
  const list = document.getElementById("compare-table");
  const again = document.getElementById("compare-command");
  const said = form.querySelector("output");
  const { compare: kind, first, second, find, show: all } = form.elements;
  let found = []; // all differences of the two runs
  let asked = 0; // a slower answer to an earlier choice is dropped

  function fill(most = ROWS) {
    const words = find.value.toLowerCase().split(/\s+/);
    const wanted = found.filter(
      ({ figure, beyond }) =>
        (all.checked || beyond) && words.every((word) => figure.toLowerCase().includes(word)),
    );
    const beyond = found.filter((difference) => difference.beyond).length;
    said.value = `${shown(beyond)} of ${shown(found.length)} figures differ beyond sampling`;
    list.replaceChildren();
    list.hidden = wanted.length === 0;
    if (list.hidden) return;
    const headers = ["figure", "first", "second", "difference", "ratio", "verdict"];
    list.append(tableOf(headers, wanted.slice(0, most).map(rowOf), NUMERIC));
    if (wanted.length > most) {
      const more = `Show more: ${shown(most)} of ${shown(wanted.length)} rows so far`;
      const button = element("button", { type: "button" }, more);
      button.addEventListener("click", () => fill(most + ROWS));
      list.append(button);
    }
  }

  function offer(one, other) {
    const runs = runsOf(kind.value);
    const titles = Object.fromEntries(runs.map((run) => [run.id, titleOf(run)]));
    setOptions(first, titles, one in titles ? one : runs[1].id);
    setOptions(second, titles, other in titles ? other : runs[0].id);
  }

  async function show() {
    const turn = ++asked;
    const runs = [first, second].map(({ value }) => runsOf(kind.value).find(({ id }) => id === value));
    const [one, other] = await Promise.all(runs.map(figuresOf));
    if (turn !== asked) return;
    found = differences(one, other);
    fill();
    const files = runs.map(({ json }) => json.replace("../", "")).join(" ");
    again.replaceChildren("reproduce: ", element("code", {}, `latent-storage compare ${files}`));
  }

  const tell = (error) => {
    said.value = NOT_LOADED;
    console.error(error);
  };

  function restore() {
    const choices = chosen();
    kind.value = choices.compare ?? "";
    if (kind.selectedIndex < 0) kind.selectedIndex = 0;
    all.checked = choices.show === "all";
    offer(choices.first, choices.second);
    show().catch(tell);
  }

  function keep() {
    choose({
      compare: kind.value,
      first: first.value,
      second: second.value,
      show: all.checked ? "all" : "",
    });
  }

  form.addEventListener("change", ({ target }) => {
    if (target === find) return;
    if (target === kind) offer();
    keep();
    if (target === all) fill();
    else show().catch(tell);
  });
  find.addEventListener("input", () => fill());
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  whenNear(form, () => {
    onReturn(restore);
    restore();
  });
}
