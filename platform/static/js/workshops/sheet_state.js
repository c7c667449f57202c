// A run sheet as the wire shows it, and what becomes of it by an own change that has no answer yet.

/** @import { Command } from "../live/shapes.js" */

/**
 * @typedef {"arrival" | "topic" | "break" | "lunch" | "other" | "closing"} Kind
 * @typedef {{id: string, kind: Kind, topic: string | null, title: string, minutes: number, begun_at: string | null}} SheetBlock
 * @typedef {{version: number, planned: number, agreed: number | null, ended_at: string | null, blocks: SheetBlock[], off: SheetBlock[]}} Sheet
 */

/**
 * What is put "as early as possible" goes after the arrival, and after what has begun.
 *
 * @param {SheetBlock[]} blocks
 */
export function freeFrom(blocks) {
  return blocks.reduce((place, { kind, begun_at }, at) => (kind === "arrival" || begun_at ? at + 1 : place), 0);
}

/**
 * The block that is on.
 *
 * @param {Sheet} sheet
 */
export function runningIn({ blocks, ended_at }) {
  return ended_at ? undefined : blocks.filter(({ begun_at }) => begun_at).at(-1);
}

/**
 * Whether a block can still be changed.
 *
 * @param {Sheet} sheet
 * @param {string} id
 */
export function isAhead({ blocks, agreed, ended_at }, id) {
  if (ended_at) return false;
  return agreed === null || blocks.findIndex((block) => block.id === id) >= freeFrom(blocks);
}

/**
 * @param {SheetBlock[]} blocks
 * @param {SheetBlock} block
 * @param {string | null | undefined} after
 */
function put(blocks, block, after) {
  const place = after ? blocks.findIndex(({ id }) => id === after) + 1 : freeFrom(blocks);
  return block.kind === "arrival" ? [block, ...blocks] : [...blocks.slice(0, place), block, ...blocks.slice(place)];
}

/**
 * What a command does to the blocks where that can be known; what makes a new block is drawn when it is there.
 *
 * @param {Sheet} sheet
 * @param {Command} command
 * @returns {Partial<Sheet>}
 */
function effect(sheet, { name, body }) {
  const { blocks, off } = sheet;
  const one = blocks.find(({ id }) => id === body.block);
  const others = blocks.filter(({ id }) => id !== body.block);
  /** @param {SheetBlock | undefined} changed  @param {Partial<SheetBlock>} change */
  const withChange = (changed, change) => blocks.map((block) => (block === changed ? { ...block, ...change } : block));
  switch (name) {
    case "block.move":
      return one && body.after !== one.id ? { blocks: put(others, one, body.after) } : {};
    case "block.resize":
      return { blocks: withChange(one, { minutes: body.minutes }) };
    case "sheet.extend":
      return { blocks: withChange(runningIn(sheet), { minutes: body.minutes }) };
    case "block.rename":
      return { blocks: withChange(one, { title: body.title }) };
    case "block.join": {
      const two = blocks.find(({ id }) => id === body.other);
      if (!one || !two) return {};
      return { blocks: withChange(one, { minutes: one.minutes + two.minutes }).filter(({ id }) => id !== two.id) };
    }
    case "block.remove":
      return one ? { blocks: others, off: [...off, one] } : {};
    case "block.restore": {
      const back = off.find(({ id }) => id === body.block);
      return back ? { blocks: put(blocks, back, body.after), off: off.filter((block) => block !== back) } : {};
    }
    default:
      return {};
  }
}

/**
 * Nothing is drawn that the server will refuse because it was meant for an older sheet.
 *
 * @param {Sheet | null} sheet
 * @param {Command} command
 * @returns {Sheet | null}
 */
export function foreseeSheet(sheet, command) {
  const { name, body } = command;
  if (!sheet || !/^(block|sheet)\./.test(name) || body.base !== sheet.version) return sheet;
  return { ...sheet, ...effect(sheet, command), version: sheet.version + 1 };
}
