// Notices that the tab which should send is asleep, so that no change waits behind it.

/**
 * @typedef {object} Doors
 * @property {() => boolean} stuck  something waits that another tab should send and this one could
 * @property {() => void} ask  whether the other one is awake
 * @property {() => void} takeOver
 * @property {(ms: number, run: () => void) => void} later
 */

const ASLEEP = 4000;

/** Asks as long as something is stuck. A tab that the browser has put to sleep does not answer. */
export class Takeover {
  /** @param {Doors} doors */
  constructor(doors) {
    this.doors = doors;
    this.asking = false;
    this.awake = false;
  }

  /** Called whenever something may have become stuck; more often does no harm. */
  look() {
    if (this.asking || !this.doors.stuck()) return;
    this.asking = true;
    this.awake = false;
    this.doors.ask();
    this.doors.later(ASLEEP, () => this.#judge());
  }

  /** The other tab has answered. */
  heard() {
    this.awake = true;
  }

  #judge() {
    this.asking = false;
    if (!this.awake && this.doors.stuck()) this.doors.takeOver();
    this.look();
  }
}
