// The database of the peer on SQLite: prepared statements, one transaction a change, durable.
import Database from 'better-sqlite3'
import { fill, SCHEMA } from './schema.js'

export async function open(told) {
  const database = new Database(told.database)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  database.exec(SCHEMA)
  const put = {}
  const filling = database.transaction(() =>
    fill(told, (table, row) => {
      const names = Object.keys(row)
      put[table] ??= database.prepare(
        `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`,
      )
      put[table].run(row)
    }),
  )
  filling()

  const who = database.prepare(
    `SELECT person.id, person.name FROM session JOIN person ON person.id = session.person
     WHERE session.key = ? AND session.ends_at > ?`,
  )
  const given = database.prepare('SELECT fingerprint, answer FROM receipt WHERE person = ? AND id = ?')
  const seat = database.prepare(
    `SELECT seat.team, ballot.marked FROM seat
     JOIN workshop ON workshop.cohort = seat.cohort
     JOIN ballot ON ballot.team = seat.team AND ballot.workshop = workshop.id
     WHERE seat.person = ? AND workshop.id = ?`,
  )
  const topic = database.prepare('SELECT id FROM topic WHERE id = ? AND workshop = ?')
  const mark = database.prepare(
    `INSERT INTO mark (team, topic, value, person, at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (team, topic) DO UPDATE SET value = excluded.value, person = excluded.person, at = excluded.at`,
  )
  const tally = database.prepare(
    `SELECT (SELECT count(*) FROM mark WHERE topic = ? AND value = 1) AS approvals,
            (SELECT count(*) FROM ballot WHERE workshop = ? AND marked = 1) AS voted`,
  )
  const touch = database.prepare('UPDATE ballot SET marked = 1 WHERE team = ? AND workshop = ?')
  const number = database.prepare('UPDATE stream SET head = head + 1 WHERE name = ? RETURNING head')
  const append = database.prepare('INSERT INTO event (stream, seq, name, at, body) VALUES (?, ?, ?, ?, ?)')
  const keep = database.prepare('INSERT INTO receipt (person, id, fingerprint, answer, at) VALUES (?, ?, ?, ?, ?)')
  const head = database.prepare('SELECT head, epoch FROM stream WHERE name = ?')
  const since = database.prepare(
    'SELECT seq, name, at, body FROM event WHERE stream = ? AND seq > ? ORDER BY seq LIMIT 500',
  )

  const change = database.transaction((key, asked, fingerprint) => {
    const at = new Date().toISOString()
    const person = who.get(key, at)
    if (!person) return { refused: 401 }
    const before = given.get(person.id, asked.id)
    if (before) return before.fingerprint === fingerprint ? { answer: before.answer } : { refused: 409 }
    const member = seat.get(person.id, asked.workshop)
    if (!member || !topic.get(asked.body.topic, asked.workshop)) return { refused: 404 }
    if (!member.marked) touch.run(member.team, asked.workshop)
    mark.run(member.team, asked.body.topic, asked.body.value, person.id, at)
    const counted = tally.get(asked.body.topic, asked.workshop)
    const seq = number.get(asked.place).head
    const body = { poll: told.poll, topic: asked.body.topic, approvals: counted.approvals, voted: counted.voted }
    append.run(asked.place, seq, 'poll.tally_changed', at, JSON.stringify(body))
    const answer = JSON.stringify({ ok: true, seqs: { [asked.place]: seq }, result: {} })
    keep.run(person.id, asked.id, fingerprint, answer, at)
    return { answer, event: { seq, name: 'poll.tally_changed', at, body } }
  })

  return {
    change: async (key, asked, fingerprint) => change.immediate(key, asked, fingerprint),
    who: async (key) => who.get(key, new Date().toISOString()),
    isMember: async (person, workshop) => seat.get(person, workshop) !== undefined,
    head: async (stream) => head.get(stream),
    since: async (stream, after) => since.all(stream, after),
  }
}
