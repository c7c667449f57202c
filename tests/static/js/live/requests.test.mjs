// What the answers of the server mean for a command.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import { fetchEvents, outcomeOf, postCommand } from "../../../../platform/static/js/live/requests.js";

const error = { code: "closed", message: "Die Abstimmung ist geschlossen.", fields: {} };

test("an answer is an answer", () => {
  const answer = { ok: true, seqs: { "workshop/a": 3 }, result: {} };
  assert.deepEqual(outcomeOf(200, null, answer), { kind: "answered", answer });
});

test("what cannot be carried out is given up", () => {
  for (const status of [400, 404, 409, 413, 422]) {
    assert.deepEqual(outcomeOf(status, null, { ok: false, error }), { kind: "refused", error, status });
  }
});

test("who is not signed in, and who has an old token, keeps the command", () => {
  assert.deepEqual(outcomeOf(401, null, { ok: false, error }), { kind: "unknown_actor" });
  assert.deepEqual(outcomeOf(403, null, { ok: false, error }), { kind: "forged" });
});

test("too many commands wait as long as the server says", () => {
  assert.deepEqual(outcomeOf(429, "17", { ok: false, error }), { kind: "later", wait: 17 });
  assert.deepEqual(outcomeOf(429, null, null), { kind: "later", wait: 5 });
});

test("a busy server, a gateway without one, and a strange page in between are tried again", () => {
  const odd = [[503, { ok: false, error }], [502, null], [504, { error: { code: "busy" } }], [500, null], [500, "<h1>"], [200, null], [404, null]];
  for (const [status, said] of odd) assert.deepEqual(outcomeOf(status, null, said), { kind: "later" });
});

test("a server that stumbles over a command says so, and the person hears that it was not saved", () => {
  const said = { ok: false, error: { code: "error", message: "Hier ist etwas schiefgegangen.", fields: {} } };
  const outcome = outcomeOf(500, null, said);
  assert.deepEqual([outcome.kind, outcome.status, outcome.error.code], ["broken", 500, "error"]);
  assert.match(outcome.error.message, /nicht gespeichert/);
});

/** A connection that brings the first lines of an answer and then nothing more, until it is given up. */
function stalling(_url, { signal }) {
  const body = new ReadableStream({
    start: (controller) => signal.addEventListener("abort", () => controller.error(signal.reason)),
  });
  return Promise.resolve(new Response(body, { status: 200 }));
}

test("a connection that stalls in the middle of an answer is given up as well", async (t) => {
  t.mock.method(globalThis, "fetch", stalling);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const outcome = postCommand("{}", "token");
  const events = assert.rejects(fetchEvents("workshop/a", { epoch: "e", after: 0, wait: 25 }));
  await turn();
  t.mock.timers.tick(40_000);
  assert.deepEqual(await outcome, { kind: "later" });
  await events;
});

test("a page that somebody else has put in between is no answer", async (t) => {
  t.mock.method(globalThis, "fetch", async () => new Response("<h1>WLAN</h1>", { status: 200 }));
  await assert.rejects(fetchEvents("workshop/a", { epoch: "e", after: 0, wait: 0 }), { name: "Error" });
  assert.deepEqual(await postCommand("{}", "token"), { kind: "later" });
});
