// Lets whatever is wider than its column scroll sideways by touch, mouse or keyboard: every table, in
// a box of its own, long lines of code and of mathematics, and what says so by data-scrolls="its name".

function boxOf(table) {
  const there = table.closest(".sd-table, .table-scroll");
  if (there) return there;
  const box = document.createElement("div");
  table.replaceWith(box);
  box.append(table);
  return box;
}

function nameOf(table) {
  const caption = table.closest(".quarto-float, figure")?.querySelector("figcaption, .table-caption");
  return (table.caption ?? caption)?.textContent.trim() || "Table";
}

/** Whenever a box holds more than it shows, the keyboard reaches it, under a name. */
function reachable(box, name) {
  new ResizeObserver(() => {
    const wide = box.scrollWidth > box.clientWidth;
    box.toggleAttribute("tabindex", wide);
    if (!wide) return;
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", name);
  }).observe(box);
}

for (const table of document.querySelectorAll("main table")) {
  const box = boxOf(table);
  box.classList.add("table-scroll");
  reachable(box, nameOf(table));
}

for (const box of document.querySelectorAll("[data-scrolls]")) reachable(box, box.dataset.scrolls);

// Quarto sets mathematics only after this has run.
addEventListener("load", () => {
  for (const code of document.querySelectorAll("main pre")) reachable(code, "Code");
  for (const formula of document.querySelectorAll(".katex-display")) reachable(formula, "Equation");
});
