// One followed stream: its state is a snapshot and the events after it, whatever happens to the connection.

import { Sequence } from "./sequence.js";
import { Refusal } from "./shapes.js";

/** @import { Carrier, Declaration, LiveEvent, Snapshot } from "./shapes.js" */
/** @import { Outcome } from "./sequence.js" */

/**
 * @typedef {object} Surroundings
 * @property {(stream: string) => Promise<Snapshot>} fetchSnapshot
 * @property {(subscription: Subscription, events: LiveEvent[], fresh: boolean) => void} changed
 * @property {(subscription: Subscription) => void} evicted  may not be read any more
 * @property {(error: unknown) => void} failed  a question got no answer; it will be asked again
 * @property {(ms: number, run: () => void) => () => void} later
 */

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;

/** Asks, applies, repairs. It knows neither sockets nor HTTP: a carrier brings the answers. */
export class Subscription {
  /**
   * @param {string} stream
   * @param {Declaration} declaration
   * @param {Surroundings} surroundings
   */
  constructor(stream, declaration, surroundings) {
    this.stream = stream;
    this.declaration = declaration;
    this.surroundings = surroundings;
    this.sequence = new Sequence(declaration.reduce);
    /** @type {Carrier | null} */
    this.carrier = null;
    this.evicted = false;
    this.withheld = false;
    this.tries = 0;
    this.fetching = false;
    this.snapshots = 0;
    /** @type {(() => void) | null} */
    this.stopPause = null;
  }

  /** @param {Snapshot | null} embedded  what the page brought along; without it the snapshot is fetched */
  start(embedded) {
    if (embedded) this.#take(embedded);
    else void this.#fetch();
  }

  /** @param {Carrier | null} carrier  who brings the events from now on; null while there is no connection */
  carry(carrier) {
    this.carrier = carrier;
    if (carrier) this.withheld = false;
    this.sequence.lost();
    this.check();
  }

  /** Asks for what is missing, at once. */
  check() {
    this.stopPause?.();
    this.stopPause = null;
    if (this.evicted || this.withheld) return;
    if (this.sequence.phase === "empty") void this.#fetch();
    else if (this.carrier) void this.#ask(this.carrier);
  }

  /** @param {LiveEvent[]} events */
  received(events) {
    this.#follow(() => this.sequence.received(events));
  }

  /** @param {number} head */
  heard(head) {
    this.#follow(() => this.sequence.heard(head));
  }

  /** @param {string} epoch  the one that has begun */
  reset(epoch) {
    if (epoch !== this.sequence.epoch) this.#follow(() => this.sequence.forget());
  }

  evict() {
    if (this.evicted) return;
    this.evicted = true;
    this.#empty();
    this.surroundings.evicted(this);
  }

  /** Nobody is signed in, or somebody else: nothing is kept until there is a carrier again. */
  withhold() {
    if (this.evicted) return;
    this.withheld = true;
    this.#empty();
  }

  #empty() {
    this.stopPause?.();
    this.stopPause = null;
    this.sequence.state = null;
    this.sequence.forget();
  }

  /** @param {Snapshot} snapshot */
  #take(snapshot) {
    this.sequence.snapshotted(snapshot);
    this.surroundings.changed(this, [], true);
    this.check();
  }

  async #fetch() {
    if (this.fetching) return;
    this.fetching = true;
    try {
      const snapshot = await this.surroundings.fetchSnapshot(this.stream);
      this.snapshots += 1;
      this.fetching = false;
      if (!this.evicted && !this.withheld) this.#take(snapshot);
    } catch (error) {
      this.fetching = false;
      this.#stumble(error);
    }
  }

  /** @param {Carrier} carrier */
  async #ask(carrier) {
    const turn = this.sequence.asked();
    try {
      const answer = await carrier.ask(this.stream, this.sequence.epoch, this.sequence.seq);
      if (carrier !== this.carrier || turn !== this.sequence.turn) return;
      const todo = this.#follow(() => this.sequence.answered(turn, answer));
      if (todo === "nothing" && !carrier.pushes && carrier === this.carrier) void this.#ask(carrier);
    } catch (error) {
      if (carrier === this.carrier && turn === this.sequence.turn) this.#stumble(error);
    }
  }

  /**
   * Does what the numbers ask for. A state that an event does not fit to is not repaired but taken anew.
   *
   * @param {() => Outcome} step
   */
  #follow(step) {
    const { todo, applied } = this.#stepped(step);
    if (applied.length && !this.evicted) this.surroundings.changed(this, applied, false);
    if (todo === "nothing") this.tries = this.snapshots = 0;
    else if (todo === "snapshot" && this.snapshots > 1) this.#pause();
    else this.check();
    return todo;
  }

  /**
   * @param {() => Outcome} step
   * @returns {Outcome}
   */
  #stepped(step) {
    try {
      return step();
    } catch (error) {
      console.error(`An event of ${this.stream} does not fit to its state.`, error);
      return this.sequence.forget();
    }
  }

  /** @param {unknown} error */
  #stumble(error) {
    // Asked for by whoever sat here before.
    if (this.withheld) return;
    if (error instanceof Refusal && error.code === "not_found") return this.evict();
    this.surroundings.failed(error);
    this.#pause();
  }

  #pause() {
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.tries);
    this.tries += 1;
    this.stopPause = this.surroundings.later(longest * (0.5 + Math.random() / 2), () => this.check());
  }
}
