// Where a workshop stands, by the server's clock: opens_at <= now < closes_at, to the millisecond.

import assert from "node:assert/strict";
import { test } from "node:test";

import { hasNoBallots, isShown, isUndone, mayMerge, meetingAt, meetingBySheet, meetingMoments, phaseOf, pollInWords, standing, stateInWords, tallyOf } from "../../../../platform/static/js/workshops/phases.js";
import { timed } from "../../../../platform/static/js/workshops/run_sheet.js";

const at = (time) => new Date(`2016-04-28T${time}Z`);
const poll = { opens_at: "2016-04-28T09:00:00.000000Z", closes_at: "2016-04-28T10:00:00.000000Z", closed_at: null };

test("a poll is open from its first moment until just before its last", () => {
  const phases = ["08:59:59.999", "09:00:00.000", "09:59:59.999", "10:00:00.000"].map((time) => phaseOf(poll, null, at(time)));
  assert.deepEqual(phases, ["announced", "open", "open", "closing"]);
});

test("without an end it stays open until somebody closes it", () => {
  const byHand = { ...poll, closes_at: null };
  assert.equal(phaseOf(byHand, null, at("23:00:00.000")), "open");
  const closed = { ...byHand, closed_at: "2016-04-28T11:00:00.000000Z" };
  assert.equal(phaseOf(closed, { adopted_at: null }, at("11:00:00.000")), "closed");
  assert.equal(phaseOf(closed, { adopted_at: "2016-04-28T11:30:00.000000Z" }, at("11:30:00.000")), "settled");
  assert.equal(phaseOf(null, null, at("09:00:00.000")), "collecting");
});

test("a secret poll that too few have voted in is closed without a result", () => {
  const closed = { ...poll, closed_at: "2016-04-28T10:00:00.000000Z" };
  assert.equal(phaseOf(closed, null, at("11:00:00.000")), "void");
});

test("topics may be merged while nobody has a ballot, and where a mark says no more than that a team wants one", () => {
  const phases = ["collecting", "announced", "open", "closing", "closed", "settled", "void"];
  const merging = (poll) => phases.filter((phase) => mayMerge(phase, poll));
  assert.deepEqual(phases.filter(hasNoBallots), ["collecting", "void"]);
  assert.deepEqual(merging({ method: "approval", secret: false }), ["collecting", "announced", "open", "void"]);
  assert.deepEqual(merging({ method: "borda", secret: false }), ["collecting", "announced", "void"]);
  assert.deepEqual(merging({ method: "approval", secret: true }), ["collecting", "void"]);
});

test("a meeting runs as long as its minutes", () => {
  const workshop = { starts_at: "2016-04-28T09:00:00.000000Z", minutes: 360 };
  const states = ["08:59:00.000", "09:00:00.000", "14:59:00.000", "15:00:00.000"].map((time) => meetingAt(workshop, at(time)));
  assert.deepEqual(states, ["ahead", "running", "running", "past"]);
});

test("the state is said in a sentence", () => {
  const workshop = { starts_at: "2016-05-04T07:00:00.000000Z", minutes: 360 };
  const words = stateInWords({ workshop, poll, agenda: null }, at("09:30:00.000"));
  assert.deepEqual(words, { phase: "open", words: "Die Abstimmung läuft bis Donnerstag, 28.\u00a0April, 12\u00a0Uhr." });
});

test("with a run sheet a meeting lasts as long as that, and as whoever leads it says", () => {
  const workshop = { starts_at: "2016-04-28T12:00:00.000000Z", minutes: 60 };
  const settled = { workshop, poll: { ...poll, closed_at: poll.closes_at }, agenda: { adopted_at: poll.closes_at } };
  const block = (id, kind, minutes, begun_at = null) => ({ id, kind, topic: null, title: "", minutes, begun_at });
  const blocks = [block("a", "arrival", 15), block("b", "other", 60), block("c", "closing", 30)];
  const sheet = { version: 1, planned: 90, agreed: null, ended_at: null, off: [], blocks };
  const phases = (on) => ["11:50:00", "12:00:00", "13:29:00", "13:30:00"].map((time) => stateInWords({ ...settled, sheet: on }, at(`${time}.000`)).phase);
  assert.deepEqual(phases(sheet), ["settled", "running", "running", "past"]);
  const begun = { ...sheet, agreed: 90, blocks: [blocks[0], block("b", "other", 60, "2016-04-28T11:55:00.000000Z"), blocks[2]] };
  assert.deepEqual(phases(begun), ["settled", "running", "running", "running"]);
  const ended = { ...begun, ended_at: "2016-04-28T13:00:00.000000Z" };
  assert.equal(stateInWords({ ...settled, sheet: ended }, at("13:01:00.000")).words, "Das Treffen ist vorbei.");
});

test("a page wakes up when the meeting begins and ends, also if nobody says that it has ended", () => {
  const workshop = { starts_at: "2016-04-28T12:00:00.000000Z", minutes: 60 };
  const times = (sheet, now) => meetingMoments({ workshop, sheet }, at(now)).map((moment) => moment?.toISOString().slice(11, 16));
  assert.deepEqual(times(null, "11:00:00.000"), ["12:00", "13:00"]);
  const block = (kind, minutes, begun_at = null) => ({ id: kind, kind, topic: null, title: "", minutes, begun_at });
  const sheet = { version: 1, planned: 90, agreed: null, ended_at: null, off: [], blocks: [block("arrival", 15), block("other", 90)] };
  assert.deepEqual(times(sheet, "11:00:00.000"), ["12:00", "13:30", undefined]);
  const led = { ...sheet, agreed: 90, blocks: [block("arrival", 15), block("other", 90, "2016-04-28T12:05:00.000000Z")] };
  assert.deepEqual(times(led, "12:10:00.000"), ["12:05", "13:35", "17:30"]);
});

test("a run sheet that everything was taken off does not end a meeting that has just begun", () => {
  const workshop = { starts_at: "2016-04-28T12:00:00.000000Z", minutes: 60 };
  const sheet = { version: 1, planned: 90, agreed: null, ended_at: null, off: [], blocks: [] };
  assert.equal(meetingBySheet({ workshop, sheet }, at("12:30:00.000")), "running");
  assert.equal(meetingBySheet({ workshop, sheet }, at("13:00:00.000")), "past");
  assert.deepEqual(meetingMoments({ workshop, sheet }, at("12:30:00.000")), [at("12:00:00"), at("13:00:00")]);
});

test("a workshop that is cancelled says so, whatever has been prepared", () => {
  const workshop = { starts_at: "2016-05-04T07:00:00.000000Z", minutes: 360, cancelled_at: "2016-04-28T09:10:00.000000Z" };
  const words = stateInWords({ workshop, poll, agenda: null }, at("09:30:00.000"));
  assert.deepEqual(words, { phase: "cancelled", words: "Dieses Treffen ist abgesagt." });
});

test("topics stand for election in the order of proposal, withdrawn ones do not", () => {
  const topics = [{ id: "b" }, { id: "x" }, { id: "a" }];
  assert.deepEqual(standing({ topics, poll: { tally: { a: 1, b: 3 } } }), [{ id: "b" }, { id: "a" }]);
  assert.deepEqual(standing({ topics, poll: null }), []);
});

test("the tally follows the order of proposal, and after the count the number of votes", () => {
  const state = { topics: [{ id: "b", title: "B" }, { id: "a", title: "A" }], poll: { tally: { a: 3, b: 1 } }, agenda: null };
  const row = (id, approvals, chosen) => ({ id, title: id.toUpperCase(), approvals, chosen });
  assert.deepEqual(tallyOf(state), [row("b", 1, false), row("a", 3, false)]);
  const agenda = {
    blocks: [{ topic: "b", title: "B", position: 1, minutes: 30, approvals: 1 }],
    left_over: [{ topic: "a", title: "A", minutes: 480, approvals: 3 }],
  };
  assert.deepEqual(tallyOf({ ...state, topics: [{ id: "b", title: "B" }], agenda }), [row("a", 3, false), row("b", 1, true)]);
});

test("blocks follow one another from the beginning of the meeting", () => {
  const blocks = [
    { topic: "b", title: "B", position: 2, minutes: 60, approvals: 4 },
    { topic: "a", title: "A", position: 1, minutes: 90, approvals: 8 },
  ];
  const sheet = timed(blocks, "2016-04-28T07:00:00.000000Z").map(({ topic, from, starts, ends }) => [topic, from, starts, ends]);
  assert.deepEqual(sheet, [["a", 0, at("07:00:00"), at("08:30:00")], ["b", 90, at("08:30:00"), at("09:30:00")]]);
});

test("an announcement that was taken back leaves a workshop that collects topics", () => {
  const recalled = { opens_at: "2016-04-28T09:00:00.000000Z", closes_at: null, closed_at: "2016-04-28T08:00:00.000000Z" };
  for (const agenda of [null, { adopted_at: null }]) {
    const phase = phaseOf(recalled, agenda, at("10:00:00.000"));
    assert.equal(phase, "collecting");
    assert.equal(pollInWords(phase, recalled, at("10:00:00.000")), "Die angekündigte Abstimmung ist zurückgenommen. Themen werden gesammelt.");
  }
  assert.equal(pollInWords("collecting", null, at("10:00:00.000")), "Themen werden gesammelt.");
});

const topicsAs = (...states) => states.map((state, place) => ({ id: `topic-${place}`, state }));

test("a result stands as long as its topics do, and an adopted one whatever becomes of them", () => {
  const agenda = { adopted_at: null, blocks: [{ topic: "topic-0" }], left_over: [{ topic: "topic-1" }] };
  assert.equal(isUndone({ agenda, topics: topicsAs("chosen", "withdrawn") }), false);
  assert.equal(isUndone({ agenda, topics: topicsAs("chosen") }), true);
  assert.equal(isUndone({ agenda, topics: topicsAs("proposed", "proposed") }), true);
  assert.equal(isUndone({ agenda: { ...agenda, adopted_at: poll.closes_at }, topics: [] }), false);
  assert.equal(isUndone({ agenda: null, topics: [] }), false);
});

test("what is offered goes with a cancellation and comes back with the workshop", () => {
  const shown = (workshop) => ["held", "cancelled"].filter((when) => isShown(when, workshop));
  assert.deepEqual(shown({ cancelled_at: null }), ["held"]);
  assert.deepEqual(shown({ cancelled_at: poll.opens_at }), ["cancelled"]);
  assert.deepEqual(shown(undefined), []);
});
