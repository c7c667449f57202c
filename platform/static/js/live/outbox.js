// The outbox: sends commands in order, one at a time for each place, until each has got its answer.

/** @import { Answer, Command, RefusalBody } from "./shapes.js" */
/** @import { Entry, Unsent } from "./unsent.js" */

/**
 * What came of one try. `wait` is in seconds and only there when the server asked for patience; `gone` means that
 * another tab has got the answer in the meantime, `broken` that the server has stumbled over this very command.
 *
 * @typedef {{kind: "answered", answer: Answer} | {kind: "refused", error: RefusalBody, status: number}
 *         | {kind: "unknown_actor"} | {kind: "other_actor"} | {kind: "forged"} | {kind: "gone"}
 *         | {kind: "broken", error: RefusalBody, status: number} | {kind: "later", wait?: number}} Outcome
 */

/**
 * @typedef {object} Doors
 * @property {(bytes: string) => Promise<Outcome>} post  never rejects: without a network the outcome is `later`
 * @property {() => Promise<"same" | "other" | "nobody" | "unknown">} whoIsSignedIn
 * @property {(entry: Entry, answer: Answer) => void} answered
 * @property {(entry: Entry, error: RefusalBody, status: number) => void} refused
 * @property {() => void} changed  something about what waits has changed
 * @property {(ms: number, run: () => void) => () => void} later  a timer; what it returns stops it
 * @property {() => number} random
 */

/** @typedef {{busy: boolean, tries: number, broken: number, stop: (() => void) | null}} Lane */

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
/** So many times a command may break the server before it is given up: it would hold up its place for ever. */
const MOST_BROKEN = 4;

/**
 * Sends what was given to it. `stopped` says why nothing is sent at the moment: nobody is signed in any more, or
 * somebody else is. Everything is kept in both cases.
 */
export class Outbox {
  /**
   * @param {Unsent} unsent
   * @param {Doors} doors
   */
  constructor(unsent, doors) {
    this.unsent = unsent;
    this.doors = doors;
    this.leads = false;
    this.sure = unsent.all().length === 0;
    /** @type {"" | "signed-out" | "other-actor"} */
    this.stopped = "";
    /** @type {Map<string, Lane>} */
    this.lanes = new Map();
    /** @type {ReturnType<Doors["whoIsSignedIn"]> | null} */
    this.asking = null;
    this.patient = false;
  }

  /**
   * @param {Command} command
   * @param {boolean} [traceless]  kept in the memory of this tab only
   */
  put(command, traceless = false) {
    const entry = this.unsent.add(command, traceless);
    this.doors.changed();
    this.pump();
    return entry;
  }

  get sending() {
    return [...this.lanes.values()].some((lane) => lane.busy);
  }

  /** @param {boolean} leads  whether this tab sends what is kept for all tabs of this person */
  lead(leads) {
    this.leads = leads;
    this.pump();
  }

  /** The connection is back, or somebody has signed in again: try now, but ask first who it is. */
  wake() {
    this.sure = false;
    this.stopped = "";
    for (const lane of this.lanes.values()) {
      lane.stop?.();
      lane.stop = null;
      lane.tries = 0;
    }
    this.pump();
  }

  wipe() {
    this.unsent.wipe();
    this.doors.changed();
  }

  /** Starts what may be sent now: the first command of each place that is not busy. None overtakes one of another tab. */
  pump() {
    if (this.stopped || this.patient) return;
    /** @type {Map<string, Entry>} */
    const first = new Map();
    for (const entry of this.unsent.all()) {
      const place = entry.command.place;
      if (!first.has(place)) first.set(place, entry);
    }
    for (const [place, entry] of first) {
      if (entry.kept && !this.leads) continue;
      const lane = this.#lane(place);
      if (!lane.busy && !lane.stop) void this.#send(lane, entry);
    }
  }

  /** @param {string} place */
  #lane(place) {
    const lane = this.lanes.get(place) ?? { busy: false, tries: 0, broken: 0, stop: null };
    this.lanes.set(place, lane);
    return lane;
  }

  /**
   * @param {Lane} lane
   * @param {Entry} entry
   */
  async #send(lane, entry) {
    lane.busy = true;
    this.doors.changed();
    const outcome = await this.#tryOnce(entry);
    lane.busy = false;
    this.#settle(lane, entry, outcome);
    this.doors.changed();
    this.pump();
  }

  /**
   * @param {Entry} entry
   * @returns {Promise<Outcome>}
   */
  async #tryOnce(entry) {
    if (!this.sure) {
      this.asking ??= this.doors.whoIsSignedIn().finally(() => (this.asking = null));
      const who = await this.asking;
      if (who === "nobody") return { kind: "unknown_actor" };
      if (who === "other") return { kind: "other_actor" };
      if (who === "unknown") return { kind: "later" };
      this.sure = true;
    }
    return this.unsent.has(entry) ? this.doors.post(entry.bytes) : { kind: "gone" };
  }

  /**
   * @param {Lane} lane
   * @param {Entry} entry
   * @param {Outcome} outcome
   */
  #settle(lane, entry, outcome) {
    switch (outcome.kind) {
      case "answered":
        this.#done(lane, entry);
        return this.doors.answered(entry, outcome.answer);
      case "broken":
        lane.broken += 1;
        return lane.broken < MOST_BROKEN ? this.#pause(lane) : this.#giveUp(lane, entry, outcome);
      case "refused":
        return this.#giveUp(lane, entry, outcome);
      case "gone":
        return this.#done(lane, entry);
      case "unknown_actor":
        return this.#stop("signed-out");
      case "other_actor":
        return this.#stop("other-actor");
      case "forged":
        this.sure = false;
        return this.#pause(lane);
      case "later":
        return outcome.wait === undefined ? this.#pause(lane) : this.#bePatient(outcome.wait);
    }
  }

  /**
   * @param {Lane} lane
   * @param {Entry} entry
   */
  #done(lane, entry) {
    this.unsent.remove(entry);
    lane.tries = lane.broken = 0;
  }

  /**
   * @param {Lane} lane
   * @param {Entry} entry
   * @param {{error: RefusalBody, status: number}} outcome
   */
  #giveUp(lane, entry, { error, status }) {
    this.#done(lane, entry);
    this.doors.refused(entry, error, status);
  }

  /** @param {"signed-out" | "other-actor"} why */
  #stop(why) {
    this.sure = false;
    this.stopped = why;
  }

  /** @param {Lane} lane  not all at once after an outage: the pause is somewhere between half and all of its length */
  #pause(lane) {
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** lane.tries);
    lane.tries += 1;
    lane.stop = this.doors.later(longest * (0.5 + this.doors.random() / 2), () => {
      lane.stop = null;
      this.pump();
    });
  }

  /** @param {number} seconds  the server counts a person's commands, so all places wait */
  #bePatient(seconds) {
    this.patient = true;
    this.doors.later(seconds * 1000, () => {
      this.patient = false;
      this.pump();
    });
  }
}
