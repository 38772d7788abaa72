// Shows only the claims of chosen verdicts. The choice is in the address, as
// ?verdict=does-not-hold+arithmetic-slip, so that a link to it can be shared.

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

function build(form) {
  const tables = [...document.querySelectorAll(".claims")];
  const claims = claimsOf(tables);
  const sections = tables.map((table) => ({
    section: table.closest("section"),
    claims: claims.filter(({ parts }) => table.contains(parts[0])),
  }));
  const boxes = [...form.elements.verdict];
  const all = form.querySelector("button");

  const ticked = () => boxes.filter(({ checked }) => checked).map(({ value }) => value);

  function show() {
    const verdicts = ticked();
    const shown = claims.filter(({ verdict }) => !verdicts.length || verdicts.includes(verdict));
    for (const claim of claims) {
      for (const part of claim.parts) part.hidden = !shown.includes(claim);
    }
    for (const { section, claims: own } of sections) {
      section.hidden = !own.some((claim) => shown.includes(claim));
    }
    all.disabled = !verdicts.length;
    form.querySelector("output").value = `${shown.length} of ${claims.length} claims are shown.`;
  }

  function tick(verdicts) {
    for (const box of boxes) box.checked = verdicts.includes(box.value);
    show();
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

  form.addEventListener("change", () => {
    show();
    remember();
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    boxes.find(({ disabled }) => !disabled).focus(); // before the button is gone
    tick([]);
    remember();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", reveal);
  onReturn(restore);
  form.hidden = false;
  restore();
}

const form = document.getElementById("claims-filter");
if (form) build(form);
