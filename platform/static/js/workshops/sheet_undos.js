// What takes the last changes to a run sheet back, one after the other.

import { _ } from "../gettext.js";

/** @import { Act, Ask } from "./sheet_acts.js" */

export class Undos {
  constructor() {
    /** @type {Ask[]} the latest at the end */
    this.asks = [];
  }

  get length() {
    return this.asks.length;
  }

  /** @param {Ask} ask */
  remember(ask) {
    this.asks.push(ask);
  }

  /**
   * What takes the latest change back. Asked only when everything before it has its answer: until then the latest
   * change is not known.
   *
   * @returns {Act | null}
   */
  take() {
    const ask = this.asks.pop();
    if (!ask) return null;
    return {
      name: ask.name,
      body: ask.body,
      said: _("Die letzte Änderung ist zurückgenommen."),
      undo: ({ block } = {}) => {
        if (ask.instead && block) this.#rename(ask.instead, block);
        return null;
      },
      // Nothing was taken back: the sheet had changed in between, and this is still the latest change made here.
      stale: () => this.remember(ask),
    };
  }

  /**
   * A block that is made anew has another id than the one that earlier changes were about.
   *
   * @param {string} before
   * @param {string} now
   */
  #rename(before, now) {
    this.asks = this.asks.map((ask) => ({
      ...ask,
      instead: ask.instead === before ? now : ask.instead,
      body: Object.fromEntries(Object.entries(ask.body).map(([name, value]) => [name, value === before ? now : value])),
    }));
  }
}
