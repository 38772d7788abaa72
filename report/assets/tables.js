// Puts every table into a box that scrolls sideways by touch, mouse or keyboard.

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

for (const table of document.querySelectorAll("main table")) {
  const box = boxOf(table);
  box.classList.add("table-scroll");
  const reachable = () => {
    const wide = box.scrollWidth > box.clientWidth;
    box.toggleAttribute("tabindex", wide);
    if (!wide) return;
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", nameOf(table));
  };
  new ResizeObserver(reachable).observe(box);
}
