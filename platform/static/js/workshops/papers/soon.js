// What is sent a moment after the last change: the latest of each thing, and at once when the page goes away.

const MOMENT = 600;

export class Soon {
  /** @param {(ms: number, run: () => void) => () => void} [later]  a timer; what it returns stops it */
  constructor(later = timer) {
    this.later = later;
    /** @type {Map<string, {run: () => void, stop: () => void}>} */
    this.waiting = new Map();
  }

  /**
   * @param {string} key  the thing it is about
   * @param {() => void} run
   */
  put(key, run) {
    this.drop(key);
    this.waiting.set(key, { run, stop: this.later(MOMENT, () => this.#run(key)) });
  }

  /** @param {string} key */
  has(key) {
    return this.waiting.has(key);
  }

  /** @param {string} key */
  drop(key) {
    this.waiting.get(key)?.stop();
    this.waiting.delete(key);
  }

  flush() {
    for (const key of [...this.waiting.keys()]) this.#run(key);
  }

  /** @param {string} key */
  #run(key) {
    const due = this.waiting.get(key);
    this.drop(key);
    due?.run();
  }
}

/**
 * @param {number} ms
 * @param {() => void} run
 */
function timer(ms, run) {
  const started = setTimeout(run, ms);
  return () => clearTimeout(started);
}
