// Own commands on top of a state: from the click until the event is there, and not a moment longer.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Answered, foreseen, isAhead, pendingOn } from "../../../../platform/static/js/live/overlay.js";

const command = (id, value) => ({ id, name: "set", place: "workshop/a", body: { value } });
const answer = (seqs) => ({ ok: true, seqs, result: {} });
const TEAM = "workshop/a/team/b";

test("a command without an answer is ahead, an answered one until its number has come", () => {
  assert.equal(isAhead({ command: command("1"), seqs: null }, "workshop/a", 9), true);
  const entry = { command: command("1"), seqs: { "workshop/a": 12 } };
  assert.deepEqual([11, 12, 13].map((seq) => isAhead(entry, "workshop/a", seq)), [true, false, false]);
});

test("a command that wrote nothing to a stream is done there with its answer", () => {
  assert.equal(isAhead({ command: command("1"), seqs: { "workshop/a": 12 } }, TEAM, 3), false);
});

test("a command concerns the streams of its place and no others", () => {
  const entries = [{ command: command("1"), seqs: null }];
  const streams = ["workshop/a", TEAM, "workshop/ab", "cohort/a"];
  assert.deepEqual(streams.map((stream) => pendingOn(entries, stream, 0).length), [1, 1, 0, 0]);
});

test("the foreseen state is the real one with every pending command in turn", () => {
  const declaration = { reduce: (state) => state, foresee: (state, { body }) => [...state, body.value] };
  assert.deepEqual(foreseen([0], [command("1", 1), command("2", 2)], declaration, {}), [0, 1, 2]);
  assert.deepEqual(foreseen([0], [command("1", 1)], { reduce: (state) => state }, {}), [0]);
  assert.equal(foreseen(null, [command("1", 1)], declaration, {}), null);
});

test("an answered command stays until all followed streams have come as far", () => {
  const answered = new Answered();
  answered.add(command("1"), answer({ "workshop/a": 12, [TEAM]: 3, "workshop/a/facilitators": 5 }));
  const reached = (workshop, team) => new Map([["workshop/a", workshop], [TEAM, team]]);
  answered.prune(reached(12, 2));
  assert.equal(answered.entries.length, 1);
  answered.prune(reached(12, 3));
  assert.equal(answered.entries.length, 0);
});

test("a new snapshot contains what was answered before it", () => {
  const answered = new Answered();
  const given = answer({ "workshop/a": 120 });
  answered.add(command("1"), given);
  answered.contained("workshop/a");
  assert.deepEqual(pendingOn(answered.entries, "workshop/a", 2), []);
  assert.deepEqual(given.seqs, { "workshop/a": 120 });
});
