// Ranks of topics: 1 is the best, each is given once and without a gap, and what has none is left out.

/** @import { Topic } from "../state.js" */

/**
 * The ids of what is ranked, the best first.
 *
 * @param {{topics: Topic[], values: Record<string, number>}} sheet
 * @returns {string[]}
 */
export function ranking({ topics, values }) {
  const ranked = topics.filter(({ id }) => values[id] > 0);
  return ranked.sort((one, other) => values[one.id] - values[other.id]).map(({ id }) => id);
}

/**
 * @param {string[]} ids  the best first
 * @returns {Record<string, number>}
 */
export function ranks(ids) {
  return Object.fromEntries(ids.map((id, index) => [id, index + 1]));
}

/**
 * The order after a topic has gone to that place, counted from 0; below 0 it is left out.
 *
 * @param {string[]} ids
 * @param {string} id
 * @param {number} place
 */
export function moved(ids, id, place) {
  const others = ids.filter((other) => other !== id);
  return place < 0 ? others : [...others.slice(0, place), id, ...others.slice(place)];
}
