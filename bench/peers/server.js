// The peer: what the live part of Werkstatt does, done the same way by Node and Socket.IO.
//
// `node server.js TOLD` where TOLD is a JSON file: port, origin, secret, database, and the house to put into it.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { Signing } from './signing.js'

const told = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const store = await (await import(told.database.startsWith('postgresql') ? './postgres.js' : './sqlite.js')).open(told)
const signing = new Signing(told.secret)
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

function answer(response, status, text) {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
  })
  response.end(text)
}

function refuse(response, status) {
  answer(response, status, JSON.stringify({ ok: false, error: { code: status, message: '', fields: {} } }))
}

function read(request) {
  return new Promise((resolve, reject) => {
    const parts = []
    let size = 0
    request.on('data', (part) => {
      size += part.length
      if (size > 65_536) request.destroy()
      else parts.push(part)
    })
    request.on('end', () => resolve(Buffer.concat(parts)))
    request.on('error', reject)
  })
}

/** The command in the text, or null when it is not one of ours. */
function understood(content) {
  let asked
  try {
    asked = JSON.parse(content)
  } catch {
    return null
  }
  const { id, name, place, body } = asked ?? {}
  if (!UUID.test(id) || name !== 'ballot.mark' || typeof place !== 'string' || !place.startsWith('workshop/')) return null
  if (typeof body?.topic !== 'string' || (body.value !== 0 && body.value !== 1)) return null
  if (Object.keys(asked).length !== 4 || Object.keys(body).length !== 2) return null
  return { id, name, place, body, workshop: place.slice('workshop/'.length) }
}

async function command(request, response) {
  if (request.headers.origin !== told.origin) return refuse(response, 403)
  const session = signing.read(request.headers)
  if (!session) return refuse(response, 401)
  if (!signing.isCsrf(session.token, request.headers['x-csrftoken'])) return refuse(response, 403)
  const content = await read(request)
  const asked = understood(content)
  if (!asked) return refuse(response, 422)
  const done = await store.change(session.key, asked, createHash('sha256').update(content).digest('hex'))
  if (done.refused) return refuse(response, done.refused)
  if (done.event) io.to(asked.place).emit('events', { stream: asked.place, events: [done.event] })
  answer(response, 200, done.answer)
}

const http = createServer((request, response) => {
  if (request.method === 'POST' && request.url === '/live/commands') {
    command(request, response).catch((error) => {
      console.error(error)
      refuse(response, 500)
    })
  } else if (request.url === '/healthz') answer(response, 200, '"ok"')
  else refuse(response, 404)
})
http.keepAliveTimeout = 75_000

const io = new Server(http, {
  transports: ['websocket'],
  serveClient: false,
  maxHttpBufferSize: 65_536,
  allowRequest: (request, decide) => {
    const session = request.headers.origin === told.origin ? signing.read(request.headers) : null
    if (!session) return decide('forbidden', false)
    store.who(session.key).then(
      (person) => {
        request.person = person
        decide(null, Boolean(person))
      },
      () => decide('error', false),
    )
  },
})

io.on('connection', (socket) => {
  const { person } = socket.conn
  socket.on('subscribe', async ({ stream, epoch, after }, acknowledge) => {
    if (!(await store.isMember(person.id, stream.slice('workshop/'.length)))) {
      return acknowledge({ ok: false, error: { code: 'not_found', message: '', fields: {} } })
    }
    socket.join(stream)
    const now = await store.head(stream)
    if (now.epoch !== epoch || after > now.head) return acknowledge({ ok: true, stream, reset: true })
    const rows = after < now.head ? await store.since(stream, after) : []
    const events = rows.map((row) => ({ ...row, body: JSON.parse(row.body) }))
    const more = events.length > 0 && events.at(-1).seq < now.head
    acknowledge({ ok: true, stream, epoch, head: now.head, events, more })
  })
})

// The request that a socket began with takes memory for as long as it is kept.
io.engine.on('connection', (raw) => {
  raw.person = raw.request.person
  raw.request = null
})

http.listen({ port: told.port, host: '127.0.0.1', backlog: 4096 })
