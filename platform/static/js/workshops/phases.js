// Where a workshop stands at a moment: collecting topics, voting, counted, settled; and the sentence that says so.

import { _ } from "../gettext.js";
import { inWords, later } from "../dates.js";
import { forgottenFrom, timetable } from "./sheet_times.js";

/** @import { Sheet } from "./sheet_state.js" */
/** @import { Agenda, Poll, Topic, WorkshopState } from "./state.js" */

/**
 * `closing`: the time is up and the count is due any moment. `settled`: the agenda has been adopted. `void`: closed
 * without a result, as too few have voted for a secret one. A poll that was closed before it began is as good as none.
 *
 * @typedef {"collecting" | "announced" | "open" | "closing" | "closed" | "settled" | "void"} Phase
 */

/**
 * @param {Poll | null} poll
 * @param {Agenda | null} agenda
 * @param {Date} now  by the server's clock
 * @returns {Phase}
 */
export function phaseOf(poll, agenda, now) {
  if (!poll || (isRecalled(poll) && !agenda?.adopted_at)) return "collecting";
  if (poll.closed_at && !agenda) return "void";
  if (poll.closed_at) return agenda?.adopted_at ? "settled" : "closed";
  if (now < new Date(poll.opens_at)) return "announced";
  return poll.closes_at && now >= new Date(poll.closes_at) ? "closing" : "open";
}

/**
 * Whether nobody has a ballot to fill in, and none will be counted: before a poll, and after one that came to nothing.
 *
 * @param {Phase} phase
 */
export function hasNoBallots(phase) {
  return phase === "collecting" || phase === "void";
}

/** The methods whose marks say nothing but that a team wants a topic: only these can be united. */
const APPROVING = ["approval", "equal_shares"];

/**
 * Whether topics may be merged and separated now; the server says so with the same rule.
 *
 * @param {Phase} phase
 * @param {Pick<Poll, "method" | "secret"> | null} poll
 */
export function mayMerge(phase, poll) {
  if (hasNoBallots(phase)) return true;
  if (poll?.secret) return false;
  return phase === "announced" || (phase === "open" && APPROVING.includes(poll?.method ?? ""));
}

/** @param {Poll} poll  whether its announcement was taken back */
function isRecalled({ opens_at, closed_at }) {
  return closed_at !== null && new Date(closed_at) < new Date(opens_at);
}

/**
 * Whether nothing can be made of a result any more: its topics were handed on before it was adopted.
 *
 * @param {WorkshopState} state
 */
export function isUndone({ agenda, topics }) {
  if (!agenda || agenda.adopted_at) return false;
  const states = new Map(topics.map(({ id, state }) => [id, state]));
  return agenda.blocks.some(({ topic }) => states.get(topic) !== "chosen") || agenda.left_over.some(({ topic }) => !states.has(topic));
}

/**
 * @param {{starts_at: string, minutes: number}} workshop
 * @param {Date} now
 * @returns {"ahead" | "running" | "past"}
 */
export function meetingAt({ starts_at, minutes }, now) {
  if (now < new Date(starts_at)) return "ahead";
  return now < later(starts_at, minutes) ? "running" : "past";
}

/**
 * Whether a part of a page is there now that belongs to a workshop which is held, or to one that is cancelled; nothing is where
 * the workshop may not be read any more.
 *
 * @param {string | null} when  `held` or `cancelled`
 * @param {{cancelled_at: string | null} | undefined} workshop
 */
export function isShown(when, workshop) {
  return workshop !== undefined && (workshop.cancelled_at ? "cancelled" : "held") === when;
}

/**
 * By whoever leads the meeting, else by its run sheet, whose breaks count; else by its minutes. A sheet that everything
 * was taken off says nothing.
 *
 * @param {WorkshopState} state
 * @param {Date} now
 */
export function meetingBySheet({ workshop, sheet }, now) {
  if (!sheet || !saysWhen(sheet)) return meetingAt(workshop, now);
  const { begins, stage } = timetable(sheet, workshop.starts_at, now);
  if (stage === "past") return "past";
  return now < begins ? "ahead" : "running";
}

/**
 * The moments at which a meeting may begin or end without an event that says so.
 *
 * @param {WorkshopState} state
 * @param {Date} now
 */
export function meetingMoments({ workshop, sheet }, now) {
  const { starts_at, minutes } = workshop;
  if (!sheet || !saysWhen(sheet)) return [new Date(starts_at), later(starts_at, minutes)];
  const { begins, ends } = timetable(sheet, starts_at, now);
  return [begins, ends, forgottenFrom(sheet, starts_at)];
}

/** @param {Sheet} sheet */
function saysWhen({ blocks }) {
  return blocks.some(({ kind }) => kind !== "arrival");
}

/**
 * @param {WorkshopState} state
 * @param {Date} now
 */
export function stateInWords(state, now) {
  const { workshop, poll, agenda } = state;
  if (workshop.cancelled_at) return { phase: "cancelled", words: _("Dieses Treffen ist abgesagt.") };
  const phase = phaseOf(poll, agenda, now);
  const meeting = meetingBySheet(state, now);
  if (phase === "settled" && meeting !== "ahead") {
    return meeting === "running"
      ? { phase: "running", words: _("Das Treffen läuft jetzt.") }
      : { phase: "past", words: _("Das Treffen ist vorbei.") };
  }
  return { phase, words: pollInWords(phase, poll, now) };
}

/**
 * @param {Phase} phase
 * @param {Poll | null} poll
 * @param {Date} now
 */
export function pollInWords(phase, poll, now) {
  switch (phase) {
    case "collecting":
      return poll ? _("Die angekündigte Abstimmung ist zurückgenommen. Themen werden gesammelt.") : _("Themen werden gesammelt.");
    case "announced":
      return _("Die Abstimmung beginnt am {moment}.", { moment: inWords(poll?.opens_at ?? now, now) });
    case "open":
      return poll?.closes_at
        ? _("Die Abstimmung läuft bis {moment}.", { moment: inWords(poll.closes_at, now) })
        : _("Die Abstimmung läuft, bis die Moderation sie schließt.");
    case "closing":
      return _("Die Zeit ist um, die Stimmen werden gezählt.");
    case "closed":
      return _("Die Abstimmung ist beendet, der Ablauf ist noch nicht übernommen.");
    case "settled":
      return _("Der Ablauf steht.");
    case "void":
      return _("Die geheime Abstimmung ist ohne Ergebnis beendet.");
  }
}

/**
 * What every topic got: while people vote in the order of proposal, afterwards as it was counted. What was not chosen
 * may have moved on to the next meeting by then, so the agenda and not the list of topics is asked.
 *
 * @param {WorkshopState} state
 * @param {Record<string, number> | null} [tally]  what is known of the count while people vote
 */
export function tallyOf(state, tally = state.poll?.tally ?? null) {
  const { agenda } = state;
  if (!agenda) return standing(state).map(({ id, title }) => ({ id, title, approvals: tally?.[id] ?? 0, chosen: false }));
  const rows = [
    ...agenda.blocks.map(({ topic, title, approvals }) => ({ id: topic, title, approvals, chosen: true })),
    ...agenda.left_over.map(({ topic, title, approvals }) => ({ id: topic, title, approvals, chosen: false })),
  ];
  return rows.sort((one, other) => other.approvals - one.approvals);
}

/**
 * The topics that stand for election, in the order in which they were proposed: nothing jumps while votes come in.
 *
 * @param {WorkshopState} state
 * @returns {Topic[]}
 */
export function standing({ topics, poll }) {
  if (!poll) return [];
  const { tally } = poll;
  return topics.filter(({ id, state }) => (tally ? id in tally : state === "proposed"));
}
