// What the answers of the server mean for a command.

import assert from "node:assert/strict";
import { test } from "node:test";

import { outcomeOf } from "../../../../platform/static/js/live/requests.js";

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

test("a busy or broken server, and a strange page in between, are tried again", () => {
  for (const [status, said] of [[503, { ok: false, error }], [500, null], [502, null], [200, null], [404, null]]) {
    assert.deepEqual(outcomeOf(status, null, said), { kind: "later" });
  }
});
