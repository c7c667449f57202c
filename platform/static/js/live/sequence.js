// The numbers of one stream: which event may be applied now, which is kept, and when the log has to be asked.

/** @import { CatchUp, LiveEvent, Snapshot } from "./shapes.js" */

/**
 * What has to be done next: `ask` the log for what follows `seq`, take a new `snapshot`, or nothing.
 *
 * @typedef {{todo: "nothing" | "ask" | "snapshot", applied: LiveEvent[]}} Outcome
 */

/** More than this is not worth keeping while an answer is awaited: the log has it all. */
const MOST_HELD = 2000;

/**
 * Follows the numbers of one stream without doing anything itself: every method returns what is to be done.
 *
 * Events may arrive before the answer to the subscription that they belong to. They are held, the answer is applied
 * first, and then everything goes by its number: the next one is applied, an old one dropped, a hole asks the log.
 */
export class Sequence {
  /** @param {(state: any, event: LiveEvent) => any} reduce */
  constructor(reduce) {
    this.reduce = reduce;
    /** @type {any} */
    this.state = null;
    this.epoch = "";
    this.seq = -1;
    /** @type {"empty" | "idle" | "asking" | "live"} */
    this.phase = "empty";
    /** @type {LiveEvent[]} */
    this.held = [];
    this.turn = 0;
    this.fruitless = 0;
  }

  /**
   * @param {Snapshot} snapshot
   * @returns {Outcome}
   */
  snapshotted(snapshot) {
    this.state = snapshot.state;
    this.epoch = snapshot.epoch;
    this.seq = snapshot.seq;
    this.phase = "idle";
    this.turn += 1;
    this.fruitless = 0;
    return { todo: "ask", applied: [] };
  }

  /** Begins a question to the log; its number has to come back with the answer, so that late answers are ignored. */
  asked() {
    this.phase = "asking";
    this.turn += 1;
    return this.turn;
  }

  /**
   * @param {number} turn
   * @param {CatchUp} answer
   * @returns {Outcome}
   */
  answered(turn, answer) {
    if (turn !== this.turn || this.phase !== "asking") return { todo: "nothing", applied: [] };
    if (answer.reset || answer.epoch !== this.epoch) return this.forget();
    const before = this.seq;
    const applied = this.#apply(answer.events ?? []);
    if (applied === null) return this.forget();
    this.fruitless = this.seq > before ? 0 : this.fruitless + 1;
    if (answer.more) return this.#again(applied);
    this.phase = "live";
    const held = this.held;
    this.held = [];
    const outcome = this.received(held);
    outcome.applied.unshift(...applied);
    if (outcome.todo !== "nothing") return outcome;
    if ((answer.head ?? 0) > this.seq) return this.#again(outcome.applied);
    this.fruitless = 0;
    return outcome;
  }

  /**
   * @param {LiveEvent[]} events
   * @returns {Outcome}
   */
  received(events) {
    if (this.phase !== "live") {
      this.held = this.held.length + events.length > MOST_HELD ? [] : [...this.held, ...events];
      return { todo: "nothing", applied: [] };
    }
    const applied = [];
    for (const [index, event] of events.entries()) {
      if (event.seq <= this.seq) continue;
      if (event.seq !== this.seq + 1) {
        this.held = events.slice(index);
        this.phase = "idle";
        return { todo: "ask", applied };
      }
      this.#take(event);
      applied.push(event);
    }
    return { todo: "nothing", applied };
  }

  /**
   * The server says how far the stream has come.
   *
   * @param {number} head
   * @returns {Outcome}
   */
  heard(head) {
    if (this.phase !== "live" || head <= this.seq) return { todo: "nothing", applied: [] };
    this.phase = "idle";
    return { todo: "ask", applied: [] };
  }

  /** The connection is gone: whatever was on its way has to be asked for again. */
  lost() {
    this.turn += 1;
    this.held = [];
    if (this.phase !== "empty") this.phase = "idle";
  }

  /**
   * A new epoch has begun, or the log does not reach back: the numbers known so far mean nothing any more. The state
   * stays on the screen until the new one is there.
   *
   * @returns {Outcome}
   */
  forget() {
    this.turn += 1;
    this.held = [];
    this.phase = "empty";
    return { todo: "snapshot", applied: [] };
  }

  /**
   * Applies what the log answered; null when it leaves a hole, which a log that is whole never does.
   *
   * @param {LiveEvent[]} events
   */
  #apply(events) {
    const applied = [];
    for (const event of events) {
      if (event.seq <= this.seq) continue;
      if (event.seq !== this.seq + 1) return null;
      this.#take(event);
      applied.push(event);
    }
    return applied;
  }

  /** @param {LiveEvent} event */
  #take(event) {
    this.state = this.reduce(this.state, event);
    this.seq = event.seq;
  }

  /**
   * Asks once more, unless asking has brought nothing three times although the log says that there is something.
   *
   * @param {LiveEvent[]} applied
   * @returns {Outcome}
   */
  #again(applied) {
    this.phase = "idle";
    if (this.fruitless < 3) return { todo: "ask", applied };
    return { todo: this.forget().todo, applied };
  }
}
