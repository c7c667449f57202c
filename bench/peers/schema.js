// The tables that both databases of the peer have, and what is in them at the beginning.
export const SCHEMA = `
CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE session (key TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES person, ends_at TEXT NOT NULL);
CREATE TABLE workshop (id TEXT PRIMARY KEY, cohort TEXT NOT NULL);
CREATE TABLE seat (person TEXT NOT NULL REFERENCES person, cohort TEXT NOT NULL, team TEXT NOT NULL,
  PRIMARY KEY (person, cohort));
CREATE TABLE ballot (team TEXT NOT NULL, workshop TEXT NOT NULL REFERENCES workshop, marked INTEGER NOT NULL,
  PRIMARY KEY (workshop, team));
CREATE TABLE topic (id TEXT PRIMARY KEY, workshop TEXT NOT NULL REFERENCES workshop);
CREATE TABLE mark (team TEXT NOT NULL, topic TEXT NOT NULL REFERENCES topic, value INTEGER NOT NULL,
  person TEXT NOT NULL REFERENCES person, at TEXT NOT NULL, PRIMARY KEY (team, topic));
CREATE INDEX mark_topic ON mark (topic, value);
CREATE TABLE stream (name TEXT PRIMARY KEY, epoch TEXT NOT NULL, head INTEGER NOT NULL);
CREATE TABLE event (stream TEXT NOT NULL REFERENCES stream, seq INTEGER NOT NULL, name TEXT NOT NULL,
  at TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (stream, seq));
CREATE TABLE receipt (person TEXT NOT NULL, id TEXT NOT NULL, fingerprint TEXT NOT NULL, answer TEXT NOT NULL,
  at TEXT NOT NULL, PRIMARY KEY (person, id));
`

/** Everybody of the house that is measured, by `put(table, row)`. */
export function fill(told, put) {
  const ends_at = new Date(Date.now() + 86_400_000).toISOString()
  const workshop = told.place.slice('workshop/'.length)
  put('workshop', { id: workshop, cohort: told.cohort })
  for (const id of told.topics) put('topic', { id, workshop })
  for (const each of told.people) {
    put('person', { id: each.id, name: each.name })
    put('session', { key: each.key, person: each.id, ends_at })
    put('seat', { person: each.id, cohort: told.cohort, team: each.team })
  }
  for (const team of new Set(told.people.map((each) => each.team))) put('ballot', { team, workshop, marked: 0 })
  put('stream', { name: told.place, epoch: told.epoch, head: 0 })
}
