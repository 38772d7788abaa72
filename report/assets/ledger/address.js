// What is chosen on the page is in its address, so that a copied link restores it.

/** @returns {Record<string, string>} what the address says is chosen, by the name of the control */
export const chosen = () => Object.fromEntries(new URLSearchParams(location.search));

/**
 * Write choices into the address, as a step that the back button undoes.
 * @param {Record<string, string>} choices by name; an empty one is left out
 */
export function choose(choices) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(choices)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString();
  const address = text ? `?${text}` : location.pathname;
  if (text !== location.search.slice(1)) history.pushState(null, "", address);
}

/** Call back whenever the reader goes back or forward. */
export function onReturn(callback) {
  addEventListener("popstate", callback);
}
