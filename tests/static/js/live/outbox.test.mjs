// The outbox against a server in memory: in order, one at a time for each place, until answered, for the right person only.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import { Outbox } from "../../../../platform/static/js/live/outbox.js";
import { Unsent } from "../../../../platform/static/js/live/unsent.js";
import { Drawer } from "./drawer.mjs";

const ACTOR = { kind: "person", id: "7m0k", name: "Ahlen · Engagementförderung" };

/** Holds every request until the test says what becomes of it. */
function house({ drawer = new Drawer(), who = "same" } = {}) {
  const state = { posted: [], answered: [], refused: [], timers: [], asked: 0, who };
  const unsent = new Unsent(ACTOR, drawer);
  const outbox = new Outbox(unsent, {
    post: (bytes) => new Promise((resolve) => state.posted.push({ bytes, command: JSON.parse(bytes), resolve })),
    whoIsSignedIn: async () => {
      state.asked += 1;
      return state.who;
    },
    answered: ({ command }) => state.answered.push(command.id),
    refused: ({ command }, error, status) => state.refused.push([command.id, error.code, status]),
    changed: () => {},
    later: (ms, run) => {
      const timer = { ms, run };
      state.timers.push(timer);
      return () => (state.timers = state.timers.filter((other) => other !== timer));
    },
    random: () => 1,
  });
  return { outbox, unsent, state, drawer };
}

let count = 0;
function command(place, value = 1) {
  count += 1;
  return { id: `id${String(count).padStart(4, "0")}`, name: "ballot.mark", place, body: { topic: "9x1b", value } };
}

const ok = { kind: "answered", answer: { ok: true, seqs: {}, result: {} } };
const refused = { kind: "refused", error: { code: "closed", message: "Die Abstimmung ist geschlossen." }, status: 409 };
const broken = { kind: "broken", error: { code: "error", message: "Hier ist etwas schiefgegangen." }, status: 500 };
const ids = (posted) => posted.map((request) => request.command.id);

async function settle(request, outcome) {
  request.resolve(outcome);
  await turn();
}

function run({ state }) {
  const timer = state.timers.shift();
  timer.run();
  return timer.ms;
}

test("one place has one command in flight, two places have two", async () => {
  const { outbox, state } = house();
  outbox.lead(true);
  const [a1, a2, b1] = [command("workshop/a"), command("workshop/a"), command("workshop/b")];
  for (const each of [a1, a2, b1]) outbox.put(each);
  await turn();
  assert.deepEqual(ids(state.posted), [a1.id, b1.id]);
  await settle(state.posted[0], ok);
  assert.deepEqual(ids(state.posted), [a1.id, b1.id, a2.id]);
});

test("many changes of one place arrive in the order in which they were made", async () => {
  const house1 = house();
  house1.outbox.lead(true);
  const given = Array.from({ length: 40 }, (_none, index) => command("workshop/a", index % 2));
  for (const each of given) house1.outbox.put(each);
  for (let index = 0; index < given.length; index += 1) {
    await turn();
    await settle(house1.state.posted[index], ok);
  }
  assert.deepEqual(house1.state.answered, given.map(({ id }) => id));
  assert.deepEqual(house1.unsent.all(), []);
});

test("what got no answer is sent again, the same bytes, after pauses that grow", async () => {
  const it = house();
  it.outbox.lead(true);
  it.outbox.put(command("workshop/a"));
  const pauses = [];
  for (let round = 0; round < 9; round += 1) {
    await turn();
    await settle(it.state.posted[round], { kind: "later" });
    pauses.push(run(it));
  }
  await turn();
  assert.equal(new Set(it.state.posted.map(({ bytes }) => bytes)).size, 1);
  assert.deepEqual(pauses, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
});

test("an answer makes the next pause short again", async () => {
  const it = house();
  it.outbox.lead(true);
  it.outbox.put(command("workshop/a"));
  it.outbox.put(command("workshop/a"));
  await turn();
  await settle(it.state.posted[0], { kind: "later" });
  run(it);
  await turn();
  await settle(it.state.posted[1], ok);
  await settle(it.state.posted[2], { kind: "later" });
  assert.equal(it.state.timers[0].ms, 500);
});

test("too many commands: every place waits as long as the server says", async () => {
  const it = house();
  it.outbox.lead(true);
  it.outbox.put(command("workshop/a"));
  await turn();
  await settle(it.state.posted[0], { kind: "later", wait: 7 });
  it.outbox.put(command("workshop/b"));
  it.outbox.wake();
  await turn();
  assert.equal(it.state.posted.length, 1);
  assert.equal(run(it), 7000);
  await turn();
  assert.equal(it.state.posted.length, 3);
});

test("a refusal drops the command, is told, and the next one goes", async () => {
  const { outbox, state, unsent } = house();
  outbox.lead(true);
  const [first, second] = [command("workshop/a"), command("workshop/a")];
  outbox.put(first);
  outbox.put(second);
  await turn();
  await settle(state.posted[0], refused);
  assert.deepEqual(state.refused, [[first.id, "closed", 409]]);
  assert.deepEqual(ids(state.posted), [first.id, second.id]);
  assert.deepEqual(unsent.all().map((entry) => entry.command.id), [second.id]);
});

test("a session that has ended keeps everything until the same person is back", async () => {
  const { outbox, state, unsent } = house();
  outbox.lead(true);
  outbox.put(command("workshop/a"));
  outbox.put(command("workshop/a"));
  await turn();
  await settle(state.posted[0], { kind: "unknown_actor" });
  assert.deepEqual([outbox.stopped, unsent.all().length, state.posted.length], ["signed-out", 2, 1]);
  state.who = "nobody";
  outbox.wake();
  await turn();
  assert.deepEqual([outbox.stopped, state.posted.length], ["signed-out", 1]);
  state.who = "same";
  outbox.wake();
  await turn();
  assert.deepEqual([outbox.stopped, state.posted.length], ["", 2]);
});

test("nothing is ever sent for somebody else", async () => {
  const drawer = new Drawer();
  house({ drawer }).outbox.put(command("workshop/a"));
  const { outbox, state, unsent } = house({ drawer, who: "other" });
  outbox.lead(true);
  await turn();
  assert.deepEqual([outbox.stopped, state.posted.length, unsent.all().length], ["other-actor", 0, 1]);
});

test("what an earlier page left behind is sent after asking who is signed in", async () => {
  const drawer = new Drawer();
  const left = command("workshop/a");
  house({ drawer }).outbox.put(left);
  const { outbox, state } = house({ drawer });
  outbox.lead(true);
  await turn();
  assert.deepEqual([state.asked, ids(state.posted)], [1, [left.id]]);
});

test("a fresh page with nothing left behind does not ask, one that was cut off does", async () => {
  const { outbox, state } = house();
  outbox.lead(true);
  outbox.put(command("workshop/a"));
  await turn();
  assert.equal(state.asked, 0);
  await settle(state.posted[0], ok);
  outbox.wake();
  outbox.put(command("workshop/a"));
  outbox.put(command("workshop/b"));
  await turn();
  assert.deepEqual([state.asked, state.posted.length], [1, 3]);
});

test("who is signed in is asked again when the server does not know the token", async () => {
  const it = house();
  it.outbox.lead(true);
  it.outbox.put(command("workshop/a"));
  await turn();
  await settle(it.state.posted[0], { kind: "forged" });
  run(it);
  await turn();
  assert.deepEqual([it.state.asked, it.state.posted.length], [1, 2]);
});

test("a tab that does not lead sends only what lives in its own memory, and nothing before its turn", async () => {
  const { outbox, state } = house();
  const [kept, behind, elsewhere] = [command("workshop/a"), command("workshop/a"), command("workshop/b")];
  outbox.put(kept);
  outbox.put(behind, true);
  outbox.put(elsewhere, true);
  await turn();
  assert.deepEqual(ids(state.posted), [elsewhere.id]);
  outbox.lead(true);
  await turn();
  assert.deepEqual(ids(state.posted), [elsewhere.id, kept.id]);
  await settle(state.posted[1], ok);
  assert.deepEqual(ids(state.posted), [elsewhere.id, kept.id, behind.id]);
});

test("with a full storage the last click is the last to arrive, whichever tab sends", async () => {
  const drawer = new Drawer({ room: 1 });
  const [one, other] = [house({ drawer }), house({ drawer })];
  const [first, last] = [command("workshop/a", 1), command("workshop/a", 0)];
  const entry = one.outbox.put(first);
  one.outbox.put(last);
  other.outbox.lead(true);
  await turn();
  assert.deepEqual([ids(one.state.posted), ids(other.state.posted)], [[], [entry.command.id]]);
  await settle(other.state.posted[0], ok);
  one.outbox.pump();
  await turn();
  assert.deepEqual(ids(one.state.posted), [last.id]);
});

test("a command that breaks the server again and again is given up, and the next one goes", async () => {
  const it = house();
  it.outbox.lead(true);
  const [poison, next] = [command("workshop/a"), command("workshop/a")];
  it.outbox.put(poison);
  it.outbox.put(next);
  await turn();
  for (let round = 0; round < 3; round += 1) {
    await settle(it.state.posted[round], broken);
    assert.deepEqual(it.state.refused, []);
    run(it);
    await turn();
  }
  await settle(it.state.posted[3], broken);
  assert.deepEqual(it.state.refused, [[poison.id, "error", 500]]);
  assert.deepEqual(ids(it.state.posted).slice(3), [poison.id, next.id]);
  await settle(it.state.posted[4], broken);
  assert.equal(it.state.refused.length, 1);
});

test("what another tab has got the answer for meanwhile is not sent", async () => {
  const drawer = new Drawer();
  const one = house({ drawer });
  const entry = one.outbox.put(command("workshop/a"));
  const other = house({ drawer });
  other.outbox.lead(true);
  one.unsent.remove(entry);
  await turn();
  assert.deepEqual(other.state.posted, []);
});

test("after signing out nothing is left", async () => {
  const { outbox, unsent, drawer } = house();
  outbox.put(command("workshop/a"));
  outbox.put(command("workshop/a"), true);
  outbox.wipe();
  assert.deepEqual([unsent.all(), drawer.length], [[], 0]);
});
