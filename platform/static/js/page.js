// What the server says about the page itself: who is looking, in which language, and for which team.

/**
 * @typedef {{actor: import("./live/shapes.js").Actor | null, csrf: string, language: "de" | "en", now: string,
 *            strings: string | null, team: string | null, facilitates: boolean,
 *            teams: Record<string, string>}} Page  `teams`: their names, for guests, who do not follow the cohort
 */

/** @type {Page} */
const NOBODY = { actor: null, csrf: "", language: "de", now: "", strings: null, team: null, facilitates: false, teams: {} };

/** @returns {Page} */
function read() {
  const text = document.getElementById("page")?.textContent;
  return text ? { ...NOBODY, ...JSON.parse(text) } : NOBODY;
}

/** Read once: a page belongs to the person it was made for, whoever signs in later in another tab. */
export const page = read();
