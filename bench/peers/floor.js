// The floor: a bare WebSocket broadcast without sign-in, Socket.IO or database, in the same wire format.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

const told = JSON.parse(readFileSync(process.argv[2], 'utf8'))
let seq = 0

const http = createServer((request, response) => {
  const parts = []
  request.on('data', (part) => parts.push(part))
  request.on('end', () => {
    let text = '"ok"'
    if (request.method === 'POST') {
      const { body } = JSON.parse(Buffer.concat(parts))
      seq += 1
      const event = { seq, name: 'poll.tally_changed', at: new Date().toISOString(), body: { poll: told.poll, ...body } }
      const frame = `42${JSON.stringify(['events', { stream: told.place, events: [event] }])}`
      for (const each of sockets.clients) each.send(frame)
      text = JSON.stringify({ ok: true, seqs: { [told.place]: seq }, result: {} })
    }
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
    response.end(text)
  })
})
http.keepAliveTimeout = 75_000

const sockets = new WebSocketServer({ server: http, perMessageDeflate: false })
sockets.on('connection', (socket) => {
  socket.send('0{}')
  socket.on('message', (data) => {
    const text = data.toString()
    if (text === '40') socket.send('40{}')
    else if (text.startsWith('420')) socket.send('430[{"ok":true,"events":[],"more":false}]')
  })
})

http.listen({ port: told.port, host: '127.0.0.1', backlog: 4096 })
