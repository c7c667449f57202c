// The way without a socket: asks by HTTP again and again, and lets the server wait until there is something to say.

import { fetchEvents } from "./requests.js";
import { Refusal } from "./shapes.js";

/** @import { CatchUp } from "./shapes.js" */

const WAIT = 25;
const SIDE_PAUSE = 3000;
const HIDDEN_PAUSE = 30_000;
const LEAST_PAUSE = 1000;

/**
 * Only the stream asked for first is waited for, the others are looked at every few seconds: a browser opens six
 * connections to a house for all tabs together, and commands need them too.
 */
export class LongPoll {
  /** @param {() => void} worked  called after each question that was answered */
  constructor(worked) {
    this.pushes = false;
    this.worked = worked;
    this.main = "";
    this.end = new AbortController();
    /** @type {Map<string, number>} */
    this.pauses = new Map();
  }

  stop() {
    this.end.abort();
  }

  /** @param {string} stream  another one is waited for then */
  leave(stream) {
    if (stream === this.main) this.main = "";
    this.pauses.delete(stream);
  }

  /**
   * @param {string} stream
   * @param {string} epoch
   * @param {number} after
   * @returns {Promise<CatchUp>}
   */
  async ask(stream, epoch, after) {
    this.main ||= stream;
    const known = this.pauses.get(stream);
    if (known) await this.#pause(known);
    const waits = known !== undefined && stream === this.main && !document.hidden;
    const began = Date.now();
    const answer = await this.#fetch(stream, { epoch, after, wait: waits ? WAIT : 0, signal: this.end.signal });
    this.pauses.set(stream, this.#pauseAfter(stream, answer, Date.now() - began));
    this.worked();
    return answer;
  }

  /**
   * @param {string} stream
   * @param {Parameters<typeof fetchEvents>[1]} question
   */
  async #fetch(stream, question) {
    try {
      return await fetchEvents(stream, question);
    } catch (error) {
      if (error instanceof Refusal && error.code === "not_found") this.leave(stream);
      throw error;
    }
  }

  /**
   * @param {string} stream
   * @param {CatchUp} answer
   * @param {number} took
   */
  #pauseAfter(stream, answer, took) {
    if (answer.more || answer.reset) return 0;
    if (document.hidden) return HIDDEN_PAUSE;
    if (stream !== this.main) return SIDE_PAUSE;
    return answer.events?.length || took > LEAST_PAUSE ? 0 : LEAST_PAUSE;
  }

  /** @param {number} ms */
  #pause(ms) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      this.end.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(this.end.signal.reason);
      });
    });
  }
}
