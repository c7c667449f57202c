// The changes that are made to a run sheet on this page: one after the other, each based on what the one before has made.

import { Refusal } from "../live/shapes.js";
import { Undos } from "./sheet_undos.js";

/** @import { Act } from "./sheet_acts.js" */
/** @import { Sheet } from "./sheet_state.js" */

/**
 * `sheet`: as it is at that moment. `said`: what has been done, in words; `refused`: why not, nothing where all is well.
 *
 * @typedef {object} Page
 * @property {() => Sheet | null} sheet
 * @property {(name: string, body: Record<string, any>) => Promise<{result: Record<string, any>}>} send
 * @property {(words: string) => void} said
 * @property {(message: string) => void} refused
 */

export class Changes {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.undos = new Undos();
    /** @type {Promise<void>} */
    this.queue = Promise.resolve();
    /** After a refusal, what was meant for the sheet as it would have become is dropped. */
    this.round = 0;
    /** @type {Set<number>} the versions that were made here */
    this.mine = new Set();
  }

  /** @param {(sheet: Sheet) => Act | null} make  asked when its turn has come, with the sheet as it is then */
  do(make) {
    const { round } = this;
    this.queue = this.queue.then(() => (round === this.round ? this.#carryOut(make) : undefined));
  }

  /** Takes back what is the latest change once all that were made before have their answers. */
  undo() {
    this.do(() => this.undos.take());
  }

  /** @param {(sheet: Sheet) => Act | null} make */
  async #carryOut(make) {
    const sheet = this.page.sheet();
    const act = sheet && make(sheet);
    if (!sheet || !act) return;
    const made = sheet.version + 1;
    this.mine.add(made);
    this.page.refused("");
    try {
      const { result } = await this.page.send(act.name, { ...act.body, base: sheet.version });
      const undo = act.undo(result);
      if (undo) this.undos.remember(undo);
      this.page.said(act.said);
      this.page.refused("");
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.mine.delete(made);
      if (refusal.code === "stale") act.stale?.();
      this.round += 1;
      this.page.refused(refusal.message);
    }
  }
}
