// The blocks of an agenda with their moments.

import { later } from "../dates.js";

/** @import { Block } from "./state.js" */

/**
 * A block with its moment: one after the other from the beginning of the meeting, pauses not counted.
 *
 * @param {Block[]} blocks
 * @param {string} startsAt
 */
export function timed(blocks, startsAt) {
  let passed = 0;
  return [...blocks].sort((one, other) => one.position - other.position).map((block) => {
    const from = passed;
    passed += block.minutes;
    return { ...block, from, starts: later(startsAt, from), ends: later(startsAt, passed) };
  });
}

/** @typedef {ReturnType<typeof timed>[number]} TimedBlock */
