// Remembers from page to page of a tab that its network lets no socket through.

const NAME = "werkstatt/without-socket";

export function isWithoutSocket() {
  try {
    return sessionStorage.getItem(NAME) !== null;
  } catch {
    return false;
  }
}

/** @param {boolean} without  a browser that forbids to remember it has to find out on each page */
export function rememberWithoutSocket(without) {
  try {
    if (without) sessionStorage.setItem(NAME, "1");
    else sessionStorage.removeItem(NAME);
  } catch {
    // see above
  }
}
