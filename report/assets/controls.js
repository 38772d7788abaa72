// Labelled controls of a page, made of the browser's own.

import { element } from "./element.js";

let count = 0;

/** A control with its label above it. */
export function labelled(text, control) {
  control.id = `control-${++count}`;
  const label = element("label", { htmlFor: control.id, textContent: text });
  return element("div", { className: "viewer-control" }, label, control);
}

/** A box to tick, its label behind it. */
export function tick(text) {
  const box = element("input", { type: "checkbox", className: "form-check-input" });
  const made = labelled(text, box);
  made.classList.add("viewer-check");
  made.prepend(box);
  return { box, made };
}

/** A slider of whole numbers. */
export const range = (max, value) =>
  element("input", { type: "range", min: 0, max, value, step: 1, className: "form-range" });

/**
 * A list to choose from.
 * @param {{value: string, text: string, group?: string}[]} options those of a group follow one another
 */
export function choice(options) {
  const select = element("select", { className: "form-select form-select-sm" });
  let group = null;
  for (const { value, text, group: label } of options) {
    if (label && group?.label !== label) select.append((group = element("optgroup", { label })));
    (label ? group : select).append(element("option", { value, textContent: text }));
  }
  return select;
}
