// What facilitators do to a run sheet: what is asked for, what is said of it, and what takes it back.

import { _, n_ } from "../gettext.js";
import { called } from "./sheet_words.js";
import { freeFrom, runningIn } from "./sheet_state.js";

/** @import { Kind, Sheet, SheetBlock } from "./sheet_state.js" */

/**
 * `instead`: the block that is made comes in place of the one that had this id. `stale`: what to do when the sheet has
 * changed in between.
 *
 * @typedef {{name: string, body: Record<string, any>, instead?: string}} Ask
 * @typedef {Ask & {said: string, undo: (result: Record<string, any>) => Ask | null, stale?: () => void}} Act
 */

/**
 * @param {Sheet} sheet
 * @param {string} id
 */
function placed({ blocks }, id) {
  const place = blocks.findIndex((block) => block.id === id);
  return { one: blocks[place], before: blocks[place - 1]?.id ?? null, place };
}

/**
 * @param {Sheet} sheet
 * @param {string} id
 * @param {string | null} after
 * @returns {Act | null}
 */
export function move(sheet, id, after) {
  const { one, before } = placed(sheet, id);
  if (!one || after === id) return null;
  const undo = { name: "block.move", body: { block: id, after: before } };
  return { name: "block.move", body: { block: id, after }, said: _("„{title}“ ist verschoben.", { title: called(one) }), undo: () => undo };
}

/**
 * One place up or down; null where there is none.
 *
 * @param {Sheet} sheet
 * @param {string} id
 * @param {-1 | 1} by
 */
export function shift(sheet, id, by) {
  const { place } = placed(sheet, id);
  const to = place + by;
  if (place < 0 || to < freeFrom(sheet.blocks) || to >= sheet.blocks.length) return null;
  return move(sheet, id, sheet.blocks[by > 0 ? to : to - 1]?.id ?? null);
}

/**
 * @param {Sheet} sheet
 * @param {string} id
 * @param {number} minutes
 * @returns {Act | null}
 */
export function resize(sheet, id, minutes) {
  const { one } = placed(sheet, id);
  if (!one || one.minutes === minutes) return null;
  const said = n_("„{title}“ dauert jetzt {n} Minute.", "„{title}“ dauert jetzt {n} Minuten.", minutes, { title: called(one) });
  const undo = { name: "block.resize", body: { block: id, minutes: one.minutes } };
  return { name: "block.resize", body: { block: id, minutes }, said, undo: () => undo };
}

/**
 * @param {Sheet} sheet
 * @param {string} id
 * @param {number} minutes  of the first part
 * @returns {Act | null}
 */
export function split(sheet, id, minutes) {
  const { one } = placed(sheet, id);
  return one && {
    name: "block.split",
    body: { block: id, minutes },
    said: _("„{title}“ ist geteilt.", { title: called(one) }),
    undo: ({ block }) => ({ name: "block.join", body: { block: id, other: block } }),
  };
}

/**
 * @param {Sheet} sheet
 * @param {string} id
 * @param {string} other  the part behind it
 * @returns {Act | null}
 */
export function join(sheet, id, other) {
  const { one } = placed(sheet, id);
  return one && {
    name: "block.join",
    body: { block: id, other },
    said: _("„{title}“ ist wieder ein Block.", { title: called(one) }),
    undo: () => ({ name: "block.split", body: { block: id, minutes: one.minutes }, instead: other }),
  };
}

/**
 * @param {Sheet} sheet
 * @param {string} id
 * @returns {Act | null}
 */
export function remove(sheet, id) {
  const { one, before } = placed(sheet, id);
  return one && {
    name: "block.remove",
    body: { block: id },
    said: _("„{title}“ ist vom Ablauf genommen.", { title: called(one) }),
    undo: () => ({ name: "block.restore", body: { block: id, after: before } }),
  };
}

/**
 * @param {Sheet} sheet
 * @param {string} id
 * @returns {Act | null}
 */
export function restore({ blocks, off }, id) {
  const one = off.find((block) => block.id === id);
  const last = blocks.at(-1);
  const after = last?.kind === "closing" ? blocks.at(-2) : last;
  return one ? {
    name: "block.restore",
    body: { block: id, after: after && blocks.indexOf(after) >= freeFrom(blocks) ? after.id : null },
    said: _("„{title}“ steht wieder auf dem Ablauf.", { title: called(one) }),
    undo: () => ({ name: "block.remove", body: { block: id } }),
  } : null;
}

/**
 * @param {Sheet} sheet
 * @param {string} id
 * @param {string} title
 * @returns {Act | null}
 */
export function rename(sheet, id, title) {
  const { one } = placed(sheet, id);
  if (!one || one.title === title) return null;
  return {
    name: "block.rename",
    body: { block: id, title },
    said: _("Der Block heißt jetzt „{title}“.", { title: called({ ...one, title }) }),
    undo: () => ({ name: "block.rename", body: { block: id, title: one.title } }),
  };
}

/**
 * @param {{kind: Kind, title: string, minutes: number, after: string | null}} block
 * @returns {Act}
 */
export function add(block) {
  const title = called(/** @type {SheetBlock} */ ({ ...block, id: "", topic: null, begun_at: null }));
  return {
    name: "block.add",
    body: block,
    said: _("„{title}“ ist eingefügt.", { title }),
    undo: ({ block: id }) => ({ name: "block.remove", body: { block: id } }),
  };
}

/**
 * @param {Sheet} sheet
 * @param {number} more
 * @returns {Act | null}
 */
export function extend(sheet, more) {
  const on = runningIn(sheet);
  if (!on) return null;
  const minutes = on.minutes + more;
  const said = n_("„{title}“ dauert jetzt {n} Minute.", "„{title}“ dauert jetzt {n} Minuten.", minutes, { title: called(on) });
  return { name: "sheet.extend", body: { minutes }, said, undo: () => ({ name: "sheet.extend", body: { minutes: on.minutes } }) };
}

/**
 * The way back from here and from `goOn` is `backwards`, which has a button of its own: a second one would go back twice.
 *
 * @returns {Act}
 */
export function start() {
  return { name: "sheet.start", body: {}, said: _("Das Treffen hat begonnen."), undo: () => null };
}

/** @returns {Act} */
export function backwards() {
  return { name: "sheet.back", body: {}, said: _("Ein Schritt zurück."), undo: () => null };
}

/**
 * @param {Sheet} sheet
 * @returns {Act}
 */
export function goOn(sheet) {
  const on = runningIn(sheet);
  const following = on && sheet.blocks[sheet.blocks.indexOf(on) + 1];
  const said = following ? _("Jetzt: {title}.", { title: called(following) }) : _("Das Treffen ist beendet.");
  return { name: "sheet.next", body: {}, said, undo: () => null };
}
