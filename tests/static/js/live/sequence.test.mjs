// The numbers of a stream: whatever order things arrive in, the state is the snapshot and every event once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Sequence } from "../../../../platform/static/js/live/sequence.js";

const event = (seq) => ({ seq, name: "said", at: "2016-04-28T09:00:00.000000Z", body: { word: `w${seq}` } });
const events = (from, to) => Array.from({ length: to - from + 1 }, (_none, index) => event(from + index));
const reduce = (state, { body }) => [...state, body.word];
const words = (from, to) => events(from, to).map(({ body }) => body.word);

/** A sequence that holds the snapshot at 10. */
function at10() {
  const sequence = new Sequence(reduce);
  sequence.snapshotted({ stream: "s", epoch: "e1", seq: 10, state: [] });
  return sequence;
}

/** One that follows live from 10. */
function live() {
  const sequence = at10();
  sequence.answered(sequence.asked(), { stream: "s", epoch: "e1", head: 10, events: [], more: false });
  return sequence;
}

test("a snapshot is followed by a question to the log", () => {
  const sequence = new Sequence(reduce);
  assert.equal(sequence.phase, "empty");
  assert.deepEqual(sequence.snapshotted({ stream: "s", epoch: "e1", seq: 10, state: [] }), { todo: "ask", applied: [] });
});

test("events that come before the answer wait for it and are applied after it", () => {
  const sequence = at10();
  const turn = sequence.asked();
  assert.deepEqual(sequence.received(events(13, 14)), { todo: "nothing", applied: [] });
  const outcome = sequence.answered(turn, { stream: "s", epoch: "e1", head: 13, events: events(11, 13), more: false });
  assert.deepEqual(outcome, { todo: "nothing", applied: events(11, 14) });
  assert.deepEqual(sequence.state, words(11, 14));
  assert.equal(sequence.phase, "live");
});

test("the next event is applied, an old one dropped", () => {
  const sequence = live();
  assert.deepEqual(sequence.received(events(11, 12)).applied, events(11, 12));
  assert.deepEqual(sequence.received(events(10, 12)), { todo: "nothing", applied: [] });
  assert.deepEqual(sequence.received(events(12, 13)).applied, events(13, 13));
  assert.deepEqual(sequence.state, words(11, 13));
});

test("a hole asks the log, and what came after the hole is applied when it is filled", () => {
  const sequence = live();
  assert.deepEqual(sequence.received([event(11), event(14), event(15)]), { todo: "ask", applied: [event(11)] });
  const turn = sequence.asked();
  sequence.received([event(16)]);
  const outcome = sequence.answered(turn, { stream: "s", epoch: "e1", head: 14, events: events(12, 14), more: false });
  assert.deepEqual(outcome, { todo: "nothing", applied: events(12, 16) });
  assert.deepEqual(sequence.state, words(11, 16));
});

test("a hole behind what was held asks once more", () => {
  const sequence = at10();
  const turn = sequence.asked();
  sequence.received([event(14)]);
  const outcome = sequence.answered(turn, { stream: "s", epoch: "e1", head: 11, events: [event(11)], more: false });
  assert.deepEqual(outcome, { todo: "ask", applied: [event(11)] });
});

test("more asks again from the new place and does not go live before the end", () => {
  const sequence = at10();
  const first = sequence.answered(sequence.asked(), { stream: "s", epoch: "e1", head: 14, events: events(11, 12), more: true });
  assert.deepEqual(first, { todo: "ask", applied: events(11, 12) });
  assert.notEqual(sequence.phase, "live");
  const second = sequence.answered(sequence.asked(), { stream: "s", epoch: "e1", head: 14, events: events(13, 14), more: false });
  assert.deepEqual(second, { todo: "nothing", applied: events(13, 14) });
  assert.equal(sequence.phase, "live");
});

test("an answer to a question that was given up changes nothing", () => {
  const sequence = at10();
  const turn = sequence.asked();
  sequence.lost();
  assert.deepEqual(sequence.answered(turn, { stream: "s", epoch: "e1", head: 11, events: [event(11)] }), { todo: "nothing", applied: [] });
  const later = sequence.asked();
  assert.deepEqual(sequence.answered(later, { stream: "s", epoch: "e1", head: 11, events: [event(11)] }).applied, [event(11)]);
});

test("a reset, another epoch, and a log with a hole in it ask for a snapshot and keep nothing of the old numbers", () => {
  const answers = [
    { stream: "s", reset: true },
    { stream: "s", epoch: "e2", head: 3, events: [], more: false },
    { stream: "s", epoch: "e1", head: 20, events: events(18, 20), more: false },
  ];
  for (const answer of answers) {
    const sequence = at10();
    const turn = sequence.asked();
    sequence.received([event(11)]);
    assert.equal(sequence.answered(turn, answer).todo, "snapshot");
    assert.deepEqual([sequence.phase, sequence.held], ["empty", []]);
  }
});

test("events of the new epoch that overtake its snapshot are applied on top of it", () => {
  const sequence = live();
  assert.equal(sequence.forget().todo, "snapshot");
  sequence.received(events(2, 4));
  sequence.snapshotted({ stream: "s", epoch: "e2", seq: 3, state: ["new"] });
  sequence.answered(sequence.asked(), { stream: "s", epoch: "e2", head: 4, events: [event(4)], more: false });
  assert.deepEqual([sequence.state, sequence.seq], [["new", "w4"], 4]);
});

test("a heartbeat with a head beyond asks, one without does not", () => {
  const sequence = live();
  assert.equal(sequence.heard(10).todo, "nothing");
  assert.equal(sequence.heard(12).todo, "ask");
});

test("a heartbeat while an answer is awaited asks nothing twice", () => {
  const sequence = at10();
  sequence.asked();
  assert.equal(sequence.heard(99).todo, "nothing");
});

test("a log that says there is more but never gives it ends in a snapshot, not in a circle", () => {
  const sequence = at10();
  const todos = Array.from({ length: 3 }, () => sequence.answered(sequence.asked(), { stream: "s", epoch: "e1", head: 12, events: [], more: false }).todo);
  assert.deepEqual(todos, ["ask", "ask", "snapshot"]);
});

test("every order of delivery ends in the same state", () => {
  const arrivals = [[11, 12], [13], [12, 13, 14], [17], [15, 16], [18]];
  const sequence = live();
  const log = events(11, 18);
  const ask = () => {
    const answer = { stream: "s", epoch: "e1", head: 18, events: log.filter(({ seq }) => seq > sequence.seq).slice(0, 2) };
    const { todo } = sequence.answered(sequence.asked(), { ...answer, more: answer.events.at(-1)?.seq < 18 });
    if (todo === "ask") ask();
  };
  for (const arrival of arrivals) if (sequence.received(arrival.map(event)).todo === "ask") ask();
  assert.deepEqual(sequence.state, words(11, 18));
});
