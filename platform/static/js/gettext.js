// Every visible string goes through here: German is written in the code, other languages are looked up.

/** @typedef {Record<string, string | [string, string]>} Strings */

/** @type {{language: "de" | "en", strings: Strings}} */
const current = { language: "de", strings: {} };

/**
 * @param {"de" | "en"} language
 * @param {Strings} [strings]  translations by German text; what is missing stays German
 */
export function speak(language, strings = {}) {
  current.language = language;
  current.strings = strings;
}

export function language() {
  return current.language;
}

/**
 * Fetches the translations of a page and speaks them; a page without them is German and asks for nothing.
 *
 * A page whose translations cannot be fetched works on in German rather than not at all.
 *
 * @param {"de" | "en"} name
 * @param {string | null} url
 */
export async function learn(name, url) {
  speak(name);
  if (!url) return;
  try {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (answer.ok) speak(name, await answer.json());
  } catch (error) {
    console.warn("The translations could not be fetched.", error);
  }
}

/**
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * The sentence in the language of the page, its `{placeholders}` filled in.
 *
 * @param {string} text
 * @param {Record<string, string | number>} [values]
 */
export function _(text, values = {}) {
  const known = current.strings[text];
  return filled(typeof known === "string" ? known : text, values);
}

/**
 * The sentence for this number; `{n}` is the number itself, written the way of the language.
 *
 * @param {string} one
 * @param {string} many
 * @param {number} n
 * @param {Record<string, string | number>} [values]
 */
export function n_(one, many, n, values = {}) {
  const known = current.strings[one];
  const [single, plural] = Array.isArray(known) ? known : [one, many];
  const written = new Intl.NumberFormat(current.language === "en" ? "en-GB" : "de-DE").format(n);
  return filled(n === 1 ? single : plural, { n: written, ...values });
}
