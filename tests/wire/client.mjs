// A foreign client, written from docs/wire.md alone: signs in, takes a snapshot, follows, and says what it sees.
// node client.mjs URL EMAIL PASSWORD STREAM; a line "cut" on standard input drops the socket, "end" prints the state.

import { createInterface } from "node:readline";

import { io } from "socket.io-client";

const [, , url, email, password, stream] = process.argv;
const cookies = new Map();
let known = null;
let buffer = [];
let caughtUp = false;

async function http(path, init = {}) {
  const headers = { cookie: kept(), origin: url, ...init.headers };
  const answer = await fetch(url + path, { redirect: "manual", ...init, headers });
  for (const set of answer.headers.getSetCookie()) {
    const [, name, value] = set.match(/^([^=]+)=([^;]*)/);
    cookies.set(name, value);
  }
  return answer;
}

function kept() {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
}

async function signIn() {
  const form = await (await http("/sign-in")).text();
  const token = form.match(/name="csrf_token"[^>]*value="([^"]+)"/)[1];
  const body = new URLSearchParams({ email, password, csrf_token: token });
  const answer = await http("/sign-in", { method: "POST", body });
  if (answer.status !== 302) throw new Error(`signing in answered ${answer.status}`);
}

async function snapshot() {
  known = await (await http(`/live/streams/${stream}`)).json();
  console.log(JSON.stringify({ snapshot: known.seq, epoch: known.epoch }));
}

const replace = (topics, topic) =>
  topics.some(({ id }) => id === topic.id) ? topics.map((old) => (old.id === topic.id ? topic : old)) : [...topics, topic];

function apply(state, { name, body }) {
  switch (name) {
    case "topic.proposed": {
      const standing = state.poll && !state.poll.closed_at && !(body.topic.id in state.poll.tally);
      const poll = standing ? { ...state.poll, tally: { ...state.poll.tally, [body.topic.id]: 0 } } : state.poll;
      return { ...state, topics: replace(state.topics, body.topic), poll };
    }
    case "poll.tally_changed": {
      const tally = body.topic ? { ...state.poll.tally, [body.topic]: body.approvals } : state.poll.tally;
      return { ...state, poll: { ...state.poll, tally, voted: body.voted } };
    }
    case "poll.closed": {
      const topics = state.topics.map((topic) => ({ ...topic, state: body.topics[topic.id] ?? topic.state }));
      return { ...state, poll: body.poll, agenda: body.agenda, topics };
    }
    case "topic.needs_changed": {
      const topics = state.topics.map((topic) => (topic.id === body.topic ? { ...topic, need: body.need, offer: body.offer } : topic));
      return { ...state, topics };
    }
    default:
      return state;
  }
}

function take(events) {
  for (const event of events) {
    if (event.seq <= known.seq) continue;
    if (event.seq !== known.seq + 1) return void subscribe();
    known = { ...known, seq: event.seq, state: apply(known.state, event) };
    console.log(JSON.stringify({ seq: event.seq, name: event.name }));
  }
}

async function subscribe() {
  caughtUp = false;
  const asked = { stream, epoch: known.epoch, after: known.seq };
  const answer = await socket.timeout(30000).emitWithAck("subscribe", asked);
  if (!answer.ok) throw new Error(answer.error.code);
  if (answer.reset) {
    await snapshot();
    return subscribe();
  }
  take(answer.events);
  if (answer.more) return subscribe();
  caughtUp = true;
  const waiting = buffer;
  buffer = [];
  for (const events of waiting) take(events);
  console.log(JSON.stringify({ following: known.seq }));
}

await signIn();
await snapshot();
const socket = io(url, { transports: ["websocket"], extraHeaders: { cookie: kept(), origin: url } });
socket.on("connect", subscribe);
socket.on("events", ({ stream: name, events }) => {
  if (name !== stream) return;
  if (caughtUp) take(events);
  else buffer.push(events);
});
socket.on("heartbeat", ({ heads }) => {
  if (caughtUp && heads[stream] > known.seq) subscribe();
});
socket.on("reset", async () => {
  caughtUp = false;
  await snapshot();
  await subscribe();
});

for await (const line of createInterface({ input: process.stdin })) {
  if (line === "cut") {
    socket.disconnect();
    console.log(JSON.stringify({ cut: known.seq }));
  }
  if (line === "back") socket.connect();
  if (line === "end") break;
}
console.log(JSON.stringify({ seq: known.seq, epoch: known.epoch, state: known.state }));
socket.disconnect();
process.exit(0);
