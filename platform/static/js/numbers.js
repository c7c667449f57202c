// Numbers for people: the German or English way of writing them, and lists of names in a sentence.

import { _, language, n_ } from "./gettext.js";

/** @param {number} value */
export function number(value) {
  return new Intl.NumberFormat(language() === "en" ? "en-GB" : "de-DE").format(value);
}

/** @param {number} value */
export function minutes(value) {
  return n_("{n} Minute", "{n} Minuten", value);
}

/** @param {number} value */
export function teams(value) {
  return n_("{n} Team", "{n} Teams", value);
}

/**
 * "Ahlen, Menden und Senden".
 *
 * @param {string[]} names
 */
export function list(names) {
  return new Intl.ListFormat(language() === "en" ? "en-GB" : "de-DE", { type: "conjunction" }).format(names);
}

/**
 * @param {string[]} names
 * @param {number} most  how many are named before the rest is counted
 */
export function shortList(names, most) {
  if (names.length <= most + 1) return list(names);
  return _("{names} und {n} weitere", { names: names.slice(0, most).join(", "), n: number(names.length - most) });
}
