// When everything on a run sheet is: as planned before the meeting, as it comes while it runs, as it was afterwards.

import { later } from "../dates.js";
import { runningIn } from "./sheet_state.js";

/** @import { Sheet, SheetBlock } from "./sheet_state.js" */

const MINUTE = 60_000;
/** Minutes after its end at which a meeting is over even if nobody has said so. */
const FORGOTTEN = 240;

/**
 * A block with its moments. `part` of `parts`: a topic that comes in several.
 *
 * @typedef {SheetBlock & {starts: Date, ends: Date, stage: "past" | "now" | "ahead", part: number, parts: number}} Row
 */

/**
 * `drift` is by how many minutes the meeting will end later than planned, `opens` when the first people come. `led`
 * says that somebody goes through the sheet; otherwise what is on now is what the plan says.
 *
 * @typedef {{rows: Row[], opens: Date, begins: Date, ends: Date, wanted: Date, drift: number, led: boolean,
 *            stage: "ahead" | "now" | "past", now: Row | undefined, next: Row | undefined, left: number}} Timetable
 */

/**
 * @param {Date} from
 * @param {Date} to
 */
function minutesBetween(from, to) {
  return Math.trunc((to.getTime() - from.getTime()) / MINUTE);
}

/**
 * @param {SheetBlock[]} blocks
 */
function inParts(blocks) {
  /** @param {SheetBlock} block */
  const siblings = ({ topic }) => blocks.filter((other) => topic !== null && other.topic === topic);
  return blocks.map((block) => ({ ...block, part: siblings(block).indexOf(block) + 1, parts: siblings(block).length }));
}

/**
 * @param {Date} starts
 * @param {Date} ends
 * @param {Date} now
 */
function stageAt(starts, ends, now) {
  if (now < starts) return "ahead";
  return now < ends ? "now" : "past";
}

/**
 * Begun minutes count, so that "noch 1 Minute" is said until it is over. The clocks of two machines differ a little:
 * nothing is left of a block that is not in it.
 *
 * @param {Row} row
 * @param {Date} now
 */
function leftOf({ starts, minutes }, now) {
  return Math.min(minutes, Math.ceil((later(starts, minutes).getTime() - now.getTime()) / MINUTE));
}

/**
 * When a meeting that somebody leads is over even if nobody says so.
 *
 * @param {Sheet} sheet
 * @param {string} startsAt  of the meeting
 */
export function forgottenFrom({ agreed }, startsAt) {
  return agreed === null ? null : later(startsAt, agreed + FORGOTTEN);
}

/**
 * People arrive before the time in the invitation; from then on one block follows the other. Once the meeting runs,
 * what was is as it was, and what comes follows the block that is on, which ends no earlier than now.
 *
 * @param {Sheet} sheet
 * @param {string} startsAt  of the meeting
 * @param {Date} now  by the server's clock
 * @returns {Timetable}
 */
export function timetable(sheet, startsAt, now) {
  const led = sheet.agreed !== null;
  const limit = forgottenFrom(sheet, startsAt);
  const forgotten = limit !== null && now > limit;
  const running = forgotten ? undefined : runningIn(sheet);
  const blocks = inParts(sheet.blocks);
  const arrival = blocks[0]?.kind === "arrival" ? blocks[0].minutes : 0;
  let cursor = later(startsAt, -arrival);
  /** @type {Row[]} */
  const rows = blocks.map((block, place) => {
    const starts = block.begun_at ? new Date(block.begun_at) : cursor;
    const follower = blocks[place + 1]?.begun_at ?? (led && block.begun_at ? sheet.ended_at : null);
    const ends = follower ? new Date(follower) : later(starts, block.minutes);
    const isOn = block.id === running?.id;
    cursor = isOn && now > ends ? now : ends;
    if (!led) return { ...block, starts, ends, stage: stageAt(starts, ends, now) };
    return { ...block, starts, ends: cursor, stage: isOn ? "now" : follower || forgotten ? "past" : "ahead" };
  });
  const begins = rows.find(({ kind }) => kind !== "arrival")?.starts ?? new Date(startsAt);
  const wanted = later(startsAt, sheet.agreed ?? sheet.planned);
  const on = rows.findIndex(({ stage }) => stage === "now");
  const opens = rows[0]?.starts ?? begins;
  return {
    rows, opens, begins, ends: cursor, wanted, led, now: rows[on], next: on < 0 ? undefined : rows[on + 1],
    drift: minutesBetween(wanted, cursor),
    stage: led ? (running ? "now" : "past") : stageAt(opens, cursor, now),
    left: on < 0 ? 0 : leftOf(rows[on], now),
  };
}

/**
 * The same for a workshop: of one that is cancelled nothing is on, nor over.
 *
 * @param {{starts_at: string, cancelled_at: string | null}} workshop
 * @param {Sheet} sheet
 * @param {Date} now
 * @returns {Timetable}
 */
export function timetableOf({ starts_at, cancelled_at }, sheet, now) {
  const table = timetable(sheet, starts_at, now);
  if (!cancelled_at) return table;
  return { ...table, rows: table.rows.map((row) => ({ ...row, stage: "ahead" })), stage: "ahead", now: undefined, next: undefined, left: 0 };
}
