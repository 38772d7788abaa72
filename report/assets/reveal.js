// Opens what a link leads into when it is folded: a tab that is not shown, a closed callout. And
// gives the heads of callouts, which both renderers make of plain boxes, what a button has.

/** Shows the element with the id in the address, whatever it is hidden in. */
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const folded = [];
  for (let at = target; at; at = at.parentElement) {
    if (at.matches(".tab-pane:not(.active), .callout-collapse:not(.show)")) folded.push(at);
    if (at.matches("details:not([open])")) at.open = true;
  }
  for (const { id } of folded) {
    document.querySelector(`[aria-controls="${id}"], [data-bs-target="#${id}"]`)?.click();
  }
  if (folded.length) requestAnimationFrame(() => target.scrollIntoView());
}

for (const head of document.querySelectorAll(".callout-header[data-bs-toggle]")) {
  head.setAttribute("role", "button");
  head.tabIndex = 0;
  head.addEventListener("keydown", (event) => {
    if (event.target !== head || !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    head.click();
  });
}

addEventListener("hashchange", reveal);
addEventListener("load", reveal);
