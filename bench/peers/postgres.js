// The database of the peer on PostgreSQL: named statements on pooled connections, one transaction a change.
import pg from 'pg'
import { fill, SCHEMA } from './schema.js'

const WHO = `SELECT person.id, person.name FROM session JOIN person ON person.id = session.person
  WHERE session.key = $1 AND session.ends_at > $2`
const SEAT = `SELECT seat.team, ballot.marked FROM seat
  JOIN workshop ON workshop.cohort = seat.cohort
  JOIN ballot ON ballot.team = seat.team AND ballot.workshop = workshop.id
  WHERE seat.person = $1 AND workshop.id = $2`
const GIVEN = 'SELECT fingerprint, answer FROM receipt WHERE person = $1 AND id = $2'
const LOCK = 'SELECT head FROM stream WHERE name = $1 FOR UPDATE'
const TOPIC = 'SELECT id FROM topic WHERE id = $1 AND workshop = $2'
const MARK = `INSERT INTO mark (team, topic, value, person, at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (team, topic) DO UPDATE SET value = excluded.value, person = excluded.person, at = excluded.at`
const TALLY = `SELECT (SELECT count(*) FROM mark WHERE topic = $1 AND value = 1)::int AS approvals,
  (SELECT count(*) FROM ballot WHERE workshop = $2 AND marked = 1)::int AS voted`
const TOUCH = 'UPDATE ballot SET marked = 1 WHERE team = $1 AND workshop = $2'
const MOVE = 'UPDATE stream SET head = $2 WHERE name = $1'
const APPEND = 'INSERT INTO event (stream, seq, name, at, body) VALUES ($1, $2, $3, $4, $5)'
const KEEP = 'INSERT INTO receipt (person, id, fingerprint, answer, at) VALUES ($1, $2, $3, $4, $5)'
const HEAD = 'SELECT head, epoch FROM stream WHERE name = $1'
const SINCE = 'SELECT seq, name, at, body FROM event WHERE stream = $1 AND seq > $2 ORDER BY seq LIMIT 500'

const ALL = [WHO, SEAT, GIVEN, LOCK, TOPIC, TOUCH, MARK, TALLY, MOVE, APPEND, KEEP, HEAD, SINCE]
const named = new Map(ALL.map((text, k) => [text, `s${k}`]))

async function rows(client, text, ...values) {
  return (await client.query({ name: named.get(text), text, values })).rows
}

export async function open(told) {
  const pool = new pg.Pool({ connectionString: told.database, max: 10 })
  await pool.query(SCHEMA)
  const filling = await pool.connect()
  await filling.query('BEGIN')
  const rowsOf = []
  fill(told, (table, row) => rowsOf.push([table, row]))
  for (const [table, row] of rowsOf) {
    const names = Object.keys(row)
    const places = names.map((_, k) => `$${k + 1}`)
    await filling.query(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')})`, Object.values(row))
  }
  await filling.query('COMMIT')
  filling.release()

  async function within(client, key, asked, fingerprint) {
    const at = new Date().toISOString()
    const [person] = await rows(client, WHO, key, at)
    if (!person) return { refused: 401 }
    const [stream] = await rows(client, LOCK, asked.place)
    const [before] = await rows(client, GIVEN, person.id, asked.id)
    if (before) return before.fingerprint === fingerprint ? { answer: before.answer } : { refused: 409 }
    const [member] = await rows(client, SEAT, person.id, asked.workshop)
    const [topic] = member ? await rows(client, TOPIC, asked.body.topic, asked.workshop) : []
    if (!stream || !topic) return { refused: 404 }
    if (!member.marked) await rows(client, TOUCH, member.team, asked.workshop)
    await rows(client, MARK, member.team, asked.body.topic, asked.body.value, person.id, at)
    const [counted] = await rows(client, TALLY, asked.body.topic, asked.workshop)
    const seq = stream.head + 1
    const body = { poll: told.poll, topic: asked.body.topic, approvals: counted.approvals, voted: counted.voted }
    await rows(client, MOVE, asked.place, seq)
    await rows(client, APPEND, asked.place, seq, 'poll.tally_changed', at, JSON.stringify(body))
    const answer = JSON.stringify({ ok: true, seqs: { [asked.place]: seq }, result: {} })
    await rows(client, KEEP, person.id, asked.id, fingerprint, answer, at)
    return { answer, event: { seq, name: 'poll.tally_changed', at, body } }
  }

  return {
    async change(key, asked, fingerprint) {
      const client = await pool.connect()
      try {
        await client.query('BEGIN')
        const done = await within(client, key, asked, fingerprint)
        await client.query('COMMIT')
        return done
      } catch (error) {
        await client.query('ROLLBACK')
        throw error
      } finally {
        client.release()
      }
    },
    who: async (key) => (await rows(pool, WHO, key, new Date().toISOString()))[0],
    isMember: async (person, workshop) => (await rows(pool, SEAT, person, workshop)).length > 0,
    head: async (stream) => (await rows(pool, HEAD, stream))[0],
    since: async (stream, after) => rows(pool, SINCE, stream, after),
  }
}
