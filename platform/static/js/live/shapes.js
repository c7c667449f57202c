// The shapes of what goes over the wire and between the parts of the live module, as types for the checker.

/**
 * @typedef {{kind: string, id: string, name: string}} Actor
 * @typedef {{seq: number, name: string, at: string, body: any}} LiveEvent
 * @typedef {{stream: string, epoch: string, seq: number, state: any}} Snapshot
 * @typedef {{stream: string, epoch?: string, head?: number, events?: LiveEvent[], more?: boolean, reset?: boolean}} CatchUp
 * @typedef {{code: string, message: string, fields?: Record<string, string>, present?: any}} RefusalBody
 * @typedef {{ok: true, seqs: Record<string, number>, result: Record<string, any>}} Answer
 * @typedef {{id: string, name: string, place: string, body: Record<string, any>}} Command
 * @typedef {{id: string, name: string}} Person
 */

/**
 * What a listener of a stream gets: the state with the own unconfirmed commands already drawn into it.
 *
 * `events` are those applied since the listener was last called, `fresh` says that a snapshot replaced everything,
 * `pending` are the own commands of this place that the state does not contain yet. Without a state somebody is
 * `evicted` for good, or it is `withheld` until the person of this page is signed in again.
 *
 * @typedef {{stream: string, state: any, seq: number, events: LiveEvent[], fresh: boolean, pending: Command[], evicted: boolean, withheld: boolean}} View
 */

/**
 * How a stream is read: `reduce` makes the next state of an event, `foresee` of an own command that has no answer yet.
 * Both return a new object for what they change and the same object when nothing changes.
 *
 * @typedef {{actor: Actor | null, team: string | null, now: string}} Viewpoint
 * @typedef {{reduce: (state: any, event: LiveEvent) => any,
 *            foresee?: (state: any, command: Command, from: Viewpoint) => any}} Declaration
 */

/**
 * What brings events: the socket, or HTTP asked again and again.
 *
 * @typedef {{pushes: boolean, ask: (stream: string, epoch: string, after: number) => Promise<CatchUp>}} Carrier
 */

/** A refusal by the server: its code, its sentence for a person, those for single fields, and what stands there instead. */
export class Refusal extends Error {
  /**
   * @param {RefusalBody} error
   * @param {number} [status]
   */
  constructor(error, status = 0) {
    super(error.message);
    this.name = "Refusal";
    this.code = error.code;
    this.fields = error.fields ?? {};
    this.present = error.present ?? null;
    this.status = status;
  }
}
