// What the team writes on its ballot here: sent at once or a moment after the last change, and nothing over what was not seen.

import { Soon } from "./soon.js";

/** @import { Command, Refusal } from "../../live/shapes.js" */
/** @import { BallotState } from "../state.js" */
/** @import { Conflict } from "./conflict.js" */

/**
 * `changes` are the own changes of the ballot that are under way.
 *
 * @typedef {{readonly place: string, readonly ballot: BallotState | undefined, readonly changes: Command[],
 *            send: (name: string, body: Record<string, any>) => void, requestUpdate: () => void}} Host
 */

export class Writing {
  /**
   * @param {Host} host
   * @param {Soon} [soon]
   */
  constructor(host, soon = new Soon()) {
    this.host = host;
    this.soon = soon;
    /** @type {{base: number, own: boolean, marks: Record<string, number>} | null}  what is not sent yet, made from that version */
    this.draft = null;
    /** @type {Record<string, string>}  reasons that are being typed */
    this.typed = {};
    /** @type {Conflict | null} */
    this.conflict = null;
  }

  /** Whether something is not on its way yet. */
  get waits() {
    return Boolean(this.draft) || Object.keys(this.typed).length > 0;
  }

  /** @param {BallotState} ballot */
  values({ marks }) {
    return this.draft?.marks ?? valuesOf(marks);
  }

  /** @param {BallotState} ballot */
  reasons({ marks }) {
    return { ...Object.fromEntries(Object.entries(marks).map(([topic, { reason }]) => [topic, reason])), ...this.typed };
  }

  /**
   * A mark is sent at once, a reason when nobody has typed for a moment.
   *
   * @param {string} topic
   * @param {number} value
   * @param {string} [reason]
   */
  mark(topic, value, reason = "") {
    const before = this.host.ballot?.marks[topic];
    const say = () => {
      delete this.typed[topic];
      this.host.send("ballot.mark", { topic, value, ...(reason.trim() ? { reason: reason.trim() } : {}) });
    };
    this.soon.drop(topic);
    if (before?.value === value) {
      this.typed[topic] = reason;
      this.soon.put(topic, say);
    } else {
      say();
    }
    this.host.requestUpdate();
  }

  /** @param {Record<string, number>} values */
  fill(values) {
    const marks = Object.fromEntries(Object.entries(values).filter(([, value]) => value > 0));
    const own = this.host.changes.some(({ name }) => name === "ballot.fill");
    this.draft = this.draft ? { ...this.draft, marks } : { base: this.host.ballot?.version ?? 0, own, marks };
    this.soon.put("paper", () => this.#hand());
    this.host.requestUpdate();
  }

  /**
   * Keeps the refused paper beside the one that is there; true if it was about this ballot.
   *
   * @param {Command} command
   * @param {Refusal} refusal
   */
  refused({ place, body }, { code, present }) {
    if (code !== "stale" || place !== this.host.place || !present) return false;
    this.soon.drop("paper");
    this.conflict = { mine: this.draft?.marks ?? body.marks, theirs: present };
    this.draft = null;
    this.host.requestUpdate();
    return true;
  }

  /** @param {{base: number, marks: Record<string, number>} | null} choice  what is saved over the other version, or nothing */
  settle(choice) {
    this.conflict = null;
    if (choice) this.host.send("ballot.fill", choice);
    this.host.requestUpdate();
  }

  /** There is a new ballot: what was written on the last one is void. */
  renew() {
    for (const key of [...this.soon.waiting.keys()]) this.soon.drop(key);
    this.draft = this.conflict = null;
    this.typed = {};
  }

  #hand() {
    const { draft } = this;
    const { ballot } = this.host;
    this.draft = null;
    this.host.requestUpdate();
    if (!draft || !ballot) return;
    const { base, own, marks } = draft;
    if (says(ballot, marks)) return;
    this.host.send("ballot.fill", own ? { base, own, marks } : { base, marks });
  }
}

/** @param {BallotState["marks"]} marks */
export function valuesOf(marks) {
  return Object.fromEntries(Object.entries(marks).map(([topic, { value }]) => [topic, value]));
}

/**
 * Whether the ballot says that already, and no more.
 *
 * @param {BallotState} ballot
 * @param {Record<string, number>} said
 */
export function says({ marks, abstained, awaits }, said) {
  if (abstained || awaits) return false;
  return [...Object.keys(marks), ...Object.keys(said)].every((topic) => (marks[topic]?.value ?? 0) === (said[topic] ?? 0));
}

/**
 * The other version as it stands by now: it may change while somebody decides.
 *
 * @param {Conflict} conflict
 * @param {BallotState} ballot
 * @returns {Conflict["theirs"]}
 */
export function newer({ theirs }, { version, marks }) {
  if (version <= theirs.version) return theirs;
  const last = Object.values(marks).reduce((one, other) => (one.at > other.at ? one : other));
  return { version, marks: valuesOf(marks), by: last.by, at: last.at };
}
