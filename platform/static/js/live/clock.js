// The server's clock, as well as it can be known here: what is open and what is over goes by it, not by this machine's.

const KEPT = 8;
const JUMP = 5000;

/**
 * Estimates how far the server's clock is ahead of this one.
 *
 * A time that was sent by the server is already old when it arrives, so each sample is too low by its way here and the
 * highest of the last few is the best. A sample far away from the estimate means that a clock was set: start anew.
 */
export class Clock {
  /** @param {() => number} [local]  milliseconds by this machine's clock */
  constructor(local = Date.now) {
    this.local = local;
    /** @type {number[]} */
    this.samples = [];
  }

  /** @param {string | undefined} iso  the server's time, just received */
  heard(iso) {
    const sent = Date.parse(iso ?? "");
    if (Number.isNaN(sent)) return;
    const sample = sent - this.local();
    if (Math.abs(sample - this.offset) > JUMP) this.samples = [];
    this.samples = [...this.samples, sample].slice(-KEPT);
  }

  get offset() {
    return this.samples.length ? Math.max(...this.samples) : 0;
  }

  now() {
    return new Date(this.local() + this.offset);
  }
}
