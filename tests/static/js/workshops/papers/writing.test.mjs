// What is written on a ballot: sent a moment after the last change, made from what was seen, and never lost.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Soon } from "../../../../../platform/static/js/workshops/papers/soon.js";
import { Writing, newer, says } from "../../../../../platform/static/js/workshops/papers/writing.js";

const BY = { id: "7m0k", name: "Menden · Ehrenamt" };
const mark = (value, at = "2016-04-28T09:00:00.000000Z", reason = "") => ({ value, reason, by: BY, at });
const blank = (changes = {}) => ({ team: "ahlen", poll: "p1", entitled: true, owns: null, abstained: false, version: 0, awaits: false, marks: {}, tally: null, ...changes });

/** A page with a ballot on it, whose timers run when it is told so. */
function table(ballot = blank()) {
  const timers = [];
  const later = (_ms, run) => {
    const timer = { run };
    timers.push(timer);
    return () => timers.splice(timers.indexOf(timer), 1);
  };
  const host = { place: "workshop/w", ballot, changes: [], sent: [], send: (name, body) => host.sent.push([name, body]), requestUpdate() {} };
  const pass = () => timers.splice(0).forEach(({ run }) => run());
  return { host, pass, writing: new Writing(host, new Soon(later)) };
}

test("a paper is sent once, with the last that was said, made from what was seen at the first", () => {
  const { host, pass, writing } = table(blank({ version: 2 }));
  writing.fill({ a: 1 });
  host.ballot = blank({ version: 3, marks: { b: mark(4) } });
  writing.fill({ a: 2, b: 0 });
  assert.deepEqual(host.sent, []);
  assert.deepEqual(writing.values(host.ballot), { a: 2 });
  pass();
  assert.deepEqual(host.sent, [["ballot.fill", { base: 2, marks: { a: 2 } }]]);
  assert.equal(writing.waits, false);
});

test("a page that goes away sends at once what waits", () => {
  const { host, pass, writing } = table();
  writing.fill({ a: 1 });
  writing.soon.flush();
  pass();
  assert.deepEqual(host.sent, [["ballot.fill", { base: 0, marks: { a: 1 } }]]);
});

test("while the own paper before has no answer, the next says whose version it builds on", () => {
  const { host, pass, writing } = table(blank({ version: 1 }));
  host.changes = [{ name: "ballot.fill" }];
  writing.fill({ a: 1 });
  pass();
  assert.deepEqual(host.sent, [["ballot.fill", { base: 1, own: true, marks: { a: 1 } }]]);
});

test("what the ballot says already is not sent, unless it lies aside", () => {
  const { host, pass, writing } = table(blank({ version: 1, marks: { a: mark(1), b: mark(0) } }));
  writing.fill({ a: 1 });
  pass();
  assert.deepEqual(host.sent, []);
  assert.equal(says(blank({ abstained: true, marks: { a: mark(1) } }), { a: 1 }), false);
  assert.equal(says(blank({ awaits: true, marks: { a: mark(1) } }), { a: 1 }), false);
});

test("a stale paper is kept beside the other, and saved over it only when somebody says so", () => {
  const { host, pass, writing } = table(blank({ version: 1 }));
  const present = { version: 2, marks: { b: 1 }, by: BY, at: "2016-04-28T09:00:00.000000Z" };
  const command = { name: "ballot.fill", place: "workshop/w", body: { base: 1, marks: { a: 1 } } };
  assert.equal(writing.refused(command, { code: "closed", present: null }), false);
  assert.equal(writing.refused({ ...command, place: "workshop/v" }, { code: "stale", present }), false);
  writing.fill({ a: 3 });
  assert.equal(writing.refused(command, { code: "stale", present }), true);
  pass();
  assert.deepEqual([host.sent, writing.conflict], [[], { mine: { a: 3 }, theirs: present }]);
  writing.settle({ base: 2, marks: { a: 3 } });
  assert.deepEqual([host.sent, writing.conflict], [[["ballot.fill", { base: 2, marks: { a: 3 } }]], null]);
});

test("the other version is the one that stands by now", () => {
  const theirs = { version: 2, marks: { b: 1 }, by: BY, at: "2016-04-28T09:00:00.000000Z" };
  assert.equal(newer({ mine: {}, theirs }, blank({ version: 1 })), theirs);
  const later = "2016-04-28T09:05:00.000000Z";
  const now = newer({ mine: {}, theirs }, blank({ version: 3, marks: { a: mark(2), b: mark(1, later) } }));
  assert.deepEqual(now, { version: 3, marks: { a: 2, b: 1 }, by: BY, at: later });
});

test("a mark is sent at once, its reason when nobody types any more", () => {
  const { host, pass, writing } = table();
  writing.mark("a", 2, "");
  assert.deepEqual(host.sent.pop(), ["ballot.mark", { topic: "a", value: 2 }]);
  host.ballot = blank({ marks: { a: mark(2) } });
  writing.mark("a", 2, "Zu");
  writing.mark("a", 2, "Zu lang. ");
  assert.deepEqual([host.sent, writing.reasons(host.ballot)], [[], { a: "Zu lang. " }]);
  pass();
  assert.deepEqual(host.sent, [["ballot.mark", { topic: "a", value: 2, reason: "Zu lang." }]]);
});

test("a new poll leaves nothing of what was written on the last ballot", () => {
  const { host, pass, writing } = table(blank({ marks: { a: mark(2) } }));
  writing.fill({ a: 1 });
  writing.mark("a", 2, "Zu lang.");
  writing.renew();
  pass();
  assert.deepEqual([host.sent, writing.waits], [[], false]);
});
