// Shows only the claims of chosen verdicts. The choice is in the address, as
// ?verdict=does-not-hold+arithmetic-slip, so that a link to it can be shared.

import { element } from "./controls.js";
import { choose, chosen, onReturn } from "./ledger/address.js";

/** The claims of the page: id, verdict, and all that shows one, its folded figures included. */
function claimsOf(tables) {
  const claims = [];
  for (const row of tables.flatMap((table) => [...table.querySelectorAll("tbody tr")])) {
    const badge = row.querySelector(".verdict");
    if (badge) {
      const id = badge.id.replace(/^claim-/, "");
      const verdict = [...badge.classList].find((name) => name !== "verdict");
      const figures = document.getElementById(`figures-${id}`)?.closest("details");
      claims.push({ id, verdict, parts: figures ? [row, figures] : [row] });
    } else {
      claims.at(-1).parts.push(row); // a figure of the claim above
    }
  }
  return claims;
}

/** What goes when a table has no claim to show: its section, or in a shell without, its heading. */
function surroundings(table) {
  const section = table.closest("section.level2");
  if (section) return [section];
  let heading = table;
  while (heading && heading.tagName !== "H2") heading = heading.previousElementSibling;
  return heading ? [table, heading] : [table];
}

function build(box) {
  const tables = [...document.querySelectorAll(".claims")];
  const claims = claimsOf(tables);
  const sections = tables.map((table) => ({
    parts: surroundings(table),
    claims: claims.filter(({ parts }) => table.contains(parts[0])),
  }));

  const choices = [...document.querySelectorAll("#tbl-verdicts .verdict")].map((badge) => {
    const verdict = [...badge.classList].find((name) => name !== "verdict");
    const count = claims.filter((claim) => claim.verdict === verdict).length;
    const input = element("input", { type: "checkbox", value: verdict, disabled: count === 0 });
    input.className = "form-check-input";
    return { input, label: element("label", {}, [input, ` ${badge.textContent} (${count})`]) };
  });
  const all = element("button", { type: "button", textContent: "Show all" });
  all.className = "btn btn-sm btn-outline-secondary";
  const said = element("p", { className: "claims-said", ariaLive: "polite" });

  const ticked = () => choices.filter(({ input }) => input.checked).map(({ input }) => input.value);

  function tick(verdicts) {
    for (const { input } of choices) input.checked = verdicts.includes(input.value);
    show();
  }

  function show() {
    const verdicts = ticked();
    const shown = claims.filter(({ verdict }) => !verdicts.length || verdicts.includes(verdict));
    for (const claim of claims) {
      for (const part of claim.parts) part.hidden = !shown.includes(claim);
    }
    for (const section of sections) {
      const some = section.claims.some((claim) => shown.includes(claim));
      for (const part of section.parts) part.hidden = !some;
    }
    all.disabled = !verdicts.length;
    said.textContent = `${shown.length} of ${claims.length} claims are shown.`;
  }

  const remember = () => choose({ verdict: ticked().join(" ") });

  /** A link to a claim leads to it, whatever was chosen before. */
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target?.closest("[hidden]")) return;
    tick([]);
    target.scrollIntoView();
  }

  function restore() {
    tick((chosen().verdict ?? "").split(" "));
    reveal();
  }

  box.append(
    element("fieldset", {}, [
      element("legend", { textContent: "Show only what …" }),
      ...choices.map(({ label }) => label),
      all,
    ]),
    said,
  );
  box.addEventListener("change", () => {
    show();
    remember();
  });
  all.addEventListener("click", () => {
    tick([]);
    remember();
    choices[0].input.focus();
  });
  addEventListener("hashchange", reveal);
  onReturn(restore);
  restore();
}

const box = document.getElementById("claims-filter");
if (box) build(box);
