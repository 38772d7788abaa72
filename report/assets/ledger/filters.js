// Shows the runs of a kind, a machine or a profile alone.

import { choose, chosen, onReturn } from "./address.js";
import { RUNS } from "./runs.js";

const NAMES = ["kind", "machine", "profile"];

export function showFilters() {
  const form = document.getElementById("run-filters");
  const controls = form.elements;

  function apply() {
    const wanted = NAMES.map((name) => [name, controls[name].value]);
    const fits = (run) => wanted.every(([name, value]) => !value || run[name] === value);
    for (const run of RUNS) run.entry.hidden = !fits(run);
    const count = RUNS.filter(fits).length;
    form.querySelector("output").value =
      count === RUNS.length ? `${count} runs` : `${count} of ${RUNS.length} runs`;
  }

  function restore() {
    const choices = chosen();
    for (const name of NAMES) {
      controls[name].value = choices[name] ?? "";
      if (controls[name].selectedIndex < 0) controls[name].value = ""; // no run is of that any more
    }
    apply();
    openTarget();
  }

  /** A link to a run opens its entry, whatever is filtered. */
  function openTarget() {
    const run = RUNS.find(({ entry }) => `#${entry.id}` === decodeURIComponent(location.hash));
    if (!run) return;
    run.entry.hidden = false;
    run.entry.open = true;
    run.entry.scrollIntoView();
  }

  form.addEventListener("change", () => {
    choose(Object.fromEntries(NAMES.map((name) => [name, controls[name].value])));
    apply();
  });
  form.addEventListener("reset", () => {
    choose(Object.fromEntries(NAMES.map((name) => [name, ""])));
    setTimeout(apply); // after the browser has reset the controls
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  onReturn(restore);
  addEventListener("hashchange", openTarget);
  form.hidden = false;
  restore();
}
