// How the streams of a workshop are read: events and own commands in, the next state out; nothing else.

import { foreseeSheet } from "./sheet_state.js";

/** @import { Command, LiveEvent, Viewpoint } from "../live/shapes.js" */
/** @import { Sheet } from "./sheet_state.js" */

/**
 * @typedef {"question" | "proposed" | "chosen" | "withdrawn" | "merged"} TopicState
 * @typedef {{id: string, title: string, question: string, minutes: number, minutes_most: number | null, after: string[], team: string | null,
 *            state: TopicState, merged_into: string | null, need: string[], offer: string[], proposed_at: string, asked_at: string | null,
 *            parked: number[], answer: {answered: "yes" | "partly" | "no", note: string} | null,
 *            carrier: {by: "group" | "expert", note: string} | null}} Topic  `minutes`: null as long as it is a question
 * @typedef {"equal_shares" | "equal_shares_points" | "approval" | "dots" | "score" | "borda" | "schulze" | "consent"} Method
 * @typedef {{id: string, method: Method, completion: string, dots: number | null, show: "live" | "own" | "end", secret: boolean,
 *            quorum: number | null, ties: "least_served" | "seed", carries: boolean, opens_at: string, closes_at: string | null,
 *            closed_at: string | null, seed: string, minutes: number, round: number, teams: number, voted: number | null,
 *            reset_at: string | null, tally: Record<string, number> | null, voices: Record<string, Voice[]> | null}} Poll  `voted` and `tally` are null
 *            while they are hidden, `voices` but for a consent that is closed
 * @typedef {{team: string, value: number, reason: string}} Voice  a concern or an objection
 * @typedef {{topic: string, title: string, position: number, minutes: number, approvals: number}} Block
 * @typedef {{adopted_at: string | null, blocks: Block[], left_over: Omit<Block, "position">[], unmet: Record<string, string[]>}} Agenda
 * @typedef {{id: string, number: number, title: string, starts_at: string, place: string, minutes: number,
 *            cancelled_at: string | null, cancelled_reason: string, cohort: string}} Workshop
 * @typedef {{workshop: Workshop, topics: Topic[], poll: Poll | null, agenda: Agenda | null, sheet: Sheet | null}} WorkshopState
 *
 * @typedef {{value: number, reason: string, by: {id: string, name: string}, at: string, taken_from?: string}} Mark  `taken_from`: the
 *            merged topic it comes from
 * @typedef {{team: string, poll: string | null, entitled: boolean, owns: string | null, abstained: boolean, version: number,
 *            awaits: boolean, marks: Record<string, Mark>, tally: Record<string, number> | null}} BallotState
 *
 * @typedef {{at: string, what: string, by: {id: string, name: string} | null}} Handled
 * @typedef {{missing: {id: string, name: string, awaits: boolean}[], log: Handled[]}} DeskState
 */

/**
 * @param {Topic[]} topics
 * @param {string} id
 * @param {(topic: Topic) => Partial<Topic>} change
 */
function changed(topics, id, change) {
  return topics.map((topic) => (topic.id === id ? { ...topic, ...change(topic) } : topic));
}

/**
 * @param {WorkshopState} state
 * @param {Topic} topic
 * @returns {WorkshopState}
 */
function withTopic(state, topic) {
  const known = state.topics.some(({ id }) => id === topic.id);
  const topics = known ? changed(state.topics, topic.id, () => topic) : [...state.topics, topic];
  const { poll } = state;
  const counts = poll?.tally && !poll.closed_at && topic.state === "proposed" && !(topic.id in poll.tally);
  return counts ? { ...state, topics, poll: { ...poll, tally: { ...poll.tally, [topic.id]: 0 } } } : { ...state, topics };
}

/**
 * @param {Topic[]} topics
 * @param {Record<string, Topic["state"]>} states
 */
function withStates(topics, states) {
  return topics.map((topic) => (topic.id in states ? { ...topic, state: states[topic.id] } : topic));
}

/**
 * @param {Poll | null} poll
 * @param {{poll: string, topic: string | null, approvals: number | null, voted: number}} news
 */
function counted(poll, { poll: id, topic, approvals, voted }) {
  if (!poll || poll.id !== id) return poll;
  const tally = topic === null || approvals === null ? poll.tally : { ...poll.tally, [topic]: approvals };
  return { ...poll, voted, tally };
}

/**
 * @param {WorkshopState} state
 * @param {LiveEvent} event
 * @returns {WorkshopState}
 */
export function reduceWorkshop(state, { name, body }) {
  switch (name) {
    case "topic.proposed":
    case "topic.changed":
    case "topic.withdrawn":
    case "topic.restored":
    case "topic.asked":
    case "topic.answered":
      return withTopic(state, body.topic);
    case "topic.merged":
    case "topic.unmerged":
      return { ...body.topics.reduce(withTopic, state), poll: body.poll };
    case "topic.moved":
      return { ...state, topics: state.topics.filter(({ id }) => id !== body.topic) };
    case "topic.needs_changed":
      return { ...state, topics: changed(state.topics, body.topic, () => ({ need: body.need, offer: body.offer })) };
    case "poll.opened":
      return { ...state, poll: body.poll, agenda: null };
    case "poll.changed":
    case "poll.reset":
      return { ...state, poll: body.poll };
    case "poll.tally_changed":
      return { ...state, poll: counted(state.poll, body) };
    case "poll.closed":
      return { ...state, poll: body.poll, agenda: body.agenda, topics: withStates(state.topics, body.topics) };
    case "poll.reopened":
      return { ...state, poll: body.poll, agenda: null, topics: withStates(state.topics, body.topics) };
    case "agenda.adopted":
      return { ...state, agenda: body.agenda };
    case "sheet.changed":
      return { ...state, sheet: body.sheet };
    case "workshop.changed":
      return { ...state, workshop: body.workshop };
    default:
      return state;
  }
}

/**
 * @param {string[]} teams
 * @param {string} team
 * @param {boolean} value
 */
function voiced(teams, team, value) {
  const others = teams.filter((id) => id !== team);
  if (!value) return others;
  return teams.includes(team) ? teams : [...teams, team];
}

/**
 * @param {WorkshopState} state
 * @param {Command} command
 * @param {Viewpoint} from
 * @returns {WorkshopState}
 */
export function foreseeWorkshop(state, command, { team }) {
  const { name, body } = command;
  /** @param {(topic: Topic) => Partial<Topic>} change */
  const onTopic = (change) => ({ ...state, topics: changed(state.topics, body.topic, change) });
  switch (name) {
    case "topic.need":
      return team ? onTopic(({ need }) => ({ need: voiced(need, team, body.value) })) : state;
    case "topic.offer":
      return team ? onTopic(({ offer }) => ({ offer: voiced(offer, team, body.value) })) : state;
    case "topic.withdraw":
      return onTopic(() => ({ state: "withdrawn" }));
    case "topic.restore":
      return onTopic(({ minutes }) => ({ state: minutes ? "proposed" : "question" }));
    default: {
      const sheet = foreseeSheet(state.sheet, command);
      return sheet === state.sheet ? state : { ...state, sheet };
    }
  }
}

/**
 * What a team sees that has voted; topics without support are left out.
 *
 * @param {Record<string, number> | null} before
 * @param {Record<string, number> | null} changed
 */
function shown(before, changed) {
  return changed && Object.fromEntries(Object.entries({ ...before, ...changed }).filter(([, support]) => support));
}

/**
 * A paper that was written whole: what it says as before keeps its author.
 *
 * @param {BallotState} state
 * @param {{marks: Record<string, number>, version: number, by: {id: string, name: string}, at: string}} paper
 * @param {boolean} awaits
 * @returns {BallotState}
 */
function written(state, { marks, version, by, at }, awaits) {
  const said = Object.entries(marks).filter(([topic, value]) => state.marks[topic]?.value !== value);
  const changed = Object.fromEntries(said.map(([topic, value]) => [topic, { value, reason: "", by, at }]));
  return { ...state, version, abstained: false, awaits, marks: { ...state.marks, ...changed } };
}

/**
 * @param {BallotState} state
 * @param {LiveEvent} event
 * @returns {BallotState}
 */
export function reduceBallot(state, { name, body }) {
  switch (name) {
    case "ballot.marked": {
      const { topic, value, reason = "", by, at, abstained } = body;
      return { ...state, abstained, awaits: false, marks: { ...state.marks, [topic]: { value, reason, by, at } } };
    }
    case "ballot.filled":
      return written(state, body, false);
    case "ballot.entered":
      return written(state, body, true);
    case "ballot.confirmed":
      return { ...state, awaits: false };
    case "ballot.carried": {
      const { topic, value, by, at, taken_from } = body;
      const { [topic]: _before, ...others } = state.marks;
      if (value === null) return { ...state, marks: others };
      const mark = { value, reason: "", by, at };
      return { ...state, marks: { ...others, [topic]: taken_from ? { ...mark, taken_from } : mark } };
    }
    case "ballot.abstained":
      return { ...state, abstained: body.value, awaits: false };
    case "ballot.tally_changed":
      return { ...state, tally: shown(state.tally, body.tally) };
    case "ballot.share_changed":
      return { ...state, owns: body.owns };
    case "ballot.renewed":
      return { ...state, poll: body.poll, entitled: true, owns: body.owns, abstained: false, version: 0, awaits: false, marks: {}, tally: null };
    default:
      return state;
  }
}

/**
 * A mark takes an abstention back, as it does on the server.
 *
 * @param {BallotState} state
 * @param {Command} command
 * @param {Viewpoint} from
 * @returns {BallotState}
 */
export function foreseeBallot(state, { name, body }, { actor, now }) {
  const by = { id: actor?.id ?? "", name: actor?.name ?? "" };
  switch (name) {
    case "ballot.mark": {
      const mark = { value: body.value, reason: body.reason ?? "", by, at: now };
      return { ...state, abstained: false, awaits: false, marks: { ...state.marks, [body.topic]: mark } };
    }
    case "ballot.fill": {
      const blank = Object.fromEntries(Object.keys(state.marks).map((topic) => [topic, 0]));
      return written(state, { marks: { ...blank, ...body.marks }, version: body.base + 1, by, at: now }, false);
    }
    case "ballot.confirm":
      return { ...state, awaits: false };
    case "ballot.abstain":
      return { ...state, abstained: body.value, awaits: false };
    default:
      return state;
  }
}

/**
 * @param {DeskState} state
 * @param {LiveEvent} event
 * @returns {DeskState}
 */
export function reduceDesk(state, { name, body }) {
  if (name === "poll.missing_changed") return { ...state, missing: body.missing };
  if (name === "poll.handled") return { ...state, log: [...state.log, body] };
  return state;
}
