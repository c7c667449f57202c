// The own commands that the state of a stream does not contain yet, drawn on top of it until it does.

/** @import { Answer, Command, Declaration, Viewpoint } from "./shapes.js" */

/**
 * A command under way: without an answer, or answered by numbers that this screen has not reached yet.
 *
 * @typedef {{command: Command, seqs: Record<string, number> | null}} UnderWay
 */

/**
 * Whether the command still has to be drawn on top of the stream at this number. A command that wrote nothing to the
 * stream is done there as soon as it is answered.
 *
 * @param {UnderWay} entry
 * @param {string} stream
 * @param {number} seq
 */
export function isAhead(entry, stream, seq) {
  if (entry.seqs === null) return true;
  return (entry.seqs[stream] ?? -1) > seq;
}

/**
 * The commands of a stream's place that are not contained in its state.
 *
 * @param {UnderWay[]} entries
 * @param {string} stream
 * @param {number} seq
 * @returns {Command[]}
 */
export function pendingOn(entries, stream, seq) {
  const ahead = entries.filter(({ command }) => stream === command.place || stream.startsWith(`${command.place}/`));
  return ahead.filter((entry) => isAhead(entry, stream, seq)).map((entry) => entry.command);
}

/**
 * The state as it will be when every pending command has been carried out as meant.
 *
 * @param {any} state
 * @param {Command[]} pending
 * @param {Declaration} declaration
 * @param {Viewpoint} from
 */
export function foreseen(state, pending, declaration, from) {
  const { foresee } = declaration;
  if (!foresee || state === null) return state;
  return pending.reduce((drawn, command) => foresee(drawn, command, from), state);
}

/**
 * Keeps answered commands until every followed stream has come as far as their answers said.
 *
 * A screen whose socket is cut may well get an answer by HTTP long before the events; without this the change would
 * jump back in between.
 */
export class Answered {
  constructor() {
    /** @type {UnderWay[]} */
    this.entries = [];
  }

  /**
   * @param {Command} command
   * @param {Answer} answer
   */
  add(command, answer) {
    this.entries.push({ command, seqs: { ...answer.seqs } });
  }

  /**
   * Lets go of those that all followed streams contain.
   *
   * @param {Map<string, number>} reached  how far each followed stream has come
   */
  prune(reached) {
    this.entries = this.entries.filter(({ seqs }) =>
      Object.entries(seqs ?? {}).some(([stream, seq]) => reached.has(stream) && /** @type {number} */ (reached.get(stream)) < seq),
    );
  }

  /**
   * A new snapshot contains all that was answered before; numbers of another epoch cannot be compared.
   *
   * @param {string} stream
   */
  contained(stream) {
    for (const entry of this.entries) if (entry.seqs) delete entry.seqs[stream];
  }
}
