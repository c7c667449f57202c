// How the streams of a cohort and of a person are read: events in, the next state out; nothing else.

/** @import { LiveEvent } from "../live/shapes.js" */

/**
 * @typedef {{id: string, name: string, members: {id: string, name: string}[]}} Team
 * @typedef {{id: string, number: number, title: string, starts_at: string, place: string, minutes: number,
 *            cancelled_at: string | null, cancelled_reason: string}} Meeting
 * @typedef {{cohort: {id: string, name: string}, workshops: Meeting[], teams: Team[]}} CohortState
 * @typedef {{name: string, language: string, theme: string, sessions: {id: string, opened_at: string, device: string}[]}} PersonState
 */

/**
 * @template {{id: string}} T
 * @param {T[]} items
 * @param {T} item
 */
function withItem(items, item) {
  const known = items.some(({ id }) => id === item.id);
  return known ? items.map((old) => (old.id === item.id ? item : old)) : [...items, item];
}

/**
 * The order of the server: at the same moment the one that was announced first.
 *
 * @param {Meeting} one
 * @param {Meeting} other
 */
function byDate(one, other) {
  if (one.starts_at === other.starts_at) return one.number - other.number;
  return one.starts_at < other.starts_at ? -1 : 1;
}

/**
 * @param {CohortState} state
 * @param {LiveEvent} event
 * @returns {CohortState}
 */
export function reduceCohort(state, { name, body }) {
  switch (name) {
    case "workshop.announced":
    case "workshop.rescheduled": {
      const workshops = withItem(state.workshops, body.workshop);
      return { ...state, workshops: [...workshops].sort(byDate) };
    }
    case "cohort.changed":
      return { ...state, cohort: body.cohort };
    case "team.changed":
      return { ...state, teams: withItem(state.teams, body.team) };
    case "team.removed":
      return { ...state, teams: state.teams.filter(({ id }) => id !== body.team) };
    default:
      return state;
  }
}

/**
 * @param {PersonState} state
 * @param {LiveEvent} event
 * @returns {PersonState}
 */
export function reducePerson(state, { name, body }) {
  switch (name) {
    case "profile.changed":
      return { ...state, name: body.name, language: body.language, theme: body.theme };
    case "sessions.changed":
      return { ...state, sessions: body.sessions };
    default:
      return state;
  }
}
