// Says each refusal once: in the tab where the change was made, or where it was sent if nobody says it there.

/**
 * @typedef {object} Doors
 * @property {(id: string) => void} told  the other tabs hear that it has been said
 * @property {(text: string, id: string) => void} show
 * @property {(ms: number, run: () => void) => void} later
 */

/** Long enough for what another tab has said meanwhile to arrive in one that was asleep. */
const OWN = 100;
/** Long enough for the tab where the change was made; it may be closed, or asleep. */
const FOREIGN = 1000;

export class Refusals {
  /** @param {Doors} doors */
  constructor(doors) {
    this.doors = doors;
    /** @type {Set<string>} */
    this.known = new Set();
  }

  /**
   * @param {string} id
   * @param {string} text  empty where the page itself shows it
   * @param {{own: boolean}} made  whether the change was made in this tab
   */
  came(id, text, { own }) {
    if (!text) this.#say(id, text);
    else this.doors.later(own ? OWN : FOREIGN, () => this.#say(id, text));
  }

  /** @param {string} id  another tab has said it */
  heard(id) {
    this.known.add(id);
  }

  /**
   * @param {string} id
   * @param {string} text
   */
  #say(id, text) {
    if (this.known.has(id)) return;
    this.known.add(id);
    this.doors.told(id);
    if (text) this.doors.show(text, id);
  }
}
