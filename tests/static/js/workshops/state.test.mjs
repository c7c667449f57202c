// The streams of a workshop: an old snapshot and the events after it are the new snapshot.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  foreseeBallot, foreseeWorkshop, reduceBallot, reduceDesk, reduceWorkshop,
} from "../../../../platform/static/js/workshops/state.js";

const AT = "2016-04-28T09:00:00.000000Z";
const BY = { id: "7m0k", name: "Ahlen · Engagementförderung" };
const OTHER = { id: "8n1l", name: "Ahlen · Jugendamt" };
const FROM = { actor: { kind: "person", ...BY }, team: "ahlen", now: AT };

const topic = (id, changes = {}) => ({
  id, title: `Thema ${id}`, question: "", minutes: 90, team: "ahlen", state: "proposed", merged_into: null, need: [], offer: [], proposed_at: AT, ...changes,
});
const poll = (changes = {}) => ({
  id: "p1", method: "approval", opens_at: AT, closes_at: null, closed_at: null, seed: "3f", minutes: 360, round: 1, teams: 10, voted: 0,
  tally: { t1: 0, t2: 0 }, ...changes,
});
const agenda = (changes = {}) => ({
  adopted_at: null,
  blocks: [{ topic: "t1", title: "Thema t1", position: 1, minutes: 90, approvals: 8 }],
  left_over: [{ topic: "t2", title: "Thema t2", minutes: 90, approvals: 2 }],
  ...changes,
});
const workshop = (changes = {}) => ({
  workshop: { id: "w", number: 3, title: "3. Werkstatt-Treffen", starts_at: AT, place: "Siegburg", minutes: 360, cohort: "c" },
  topics: [topic("t1"), topic("t2")],
  poll: null,
  agenda: null,
  ...changes,
});

const event = (name, body) => ({ seq: 1, name, at: AT, body });
const command = (name, body) => ({ id: "x", name, place: "workshop/w", body });
const after = (state, ...events) => events.reduce((now, [name, body]) => reduceWorkshop(now, event(name, body)), state);

function frozen(value) {
  if (value && typeof value === "object") Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

test("a topic that was proposed stands at the end, one that was changed stays where it is", () => {
  assert.deepEqual(after(workshop(), ["topic.proposed", { topic: topic("t3") }]).topics.map(({ id }) => id), ["t1", "t2", "t3"]);
  for (const name of ["topic.changed", "topic.withdrawn", "topic.restored"]) {
    const changed = topic("t1", { title: "Netzwerkmanagement" });
    assert.deepEqual(after(workshop(), [name, { topic: changed }]), workshop({ topics: [changed, topic("t2")] }));
  }
});

test("a run sheet comes as a whole, and an own change is drawn into it until it does", () => {
  const block = { id: "b", kind: "topic", topic: "t1", title: "Thema t1", minutes: 60, begun_at: null };
  const sheet = { version: 1, planned: 60, agreed: null, ended_at: null, blocks: [block], off: [] };
  const state = after(workshop({ sheet: null }), ["sheet.changed", { sheet }]);
  assert.deepEqual(state.sheet, sheet);
  const foreseen = foreseeWorkshop(frozen(state), command("block.resize", { base: 1, block: "b", minutes: 45 }), FROM);
  assert.deepEqual(foreseen.sheet, { ...sheet, version: 2, blocks: [{ ...block, minutes: 45 }] });
  assert.equal(foreseeWorkshop(state, command("block.resize", { base: 7, block: "b", minutes: 45 }), FROM), state);
});

test("while a poll is open a new topic stands for election, otherwise not", () => {
  const proposed = ["topic.proposed", { topic: topic("t3") }];
  assert.deepEqual(after(workshop({ poll: poll() }), proposed).poll.tally, { t1: 0, t2: 0, t3: 0 });
  assert.equal(after(workshop(), proposed).poll, null);
  assert.deepEqual(after(workshop({ poll: poll({ closed_at: AT }) }), proposed).poll.tally, { t1: 0, t2: 0 });
});

test("a topic told of twice keeps its count", () => {
  const state = workshop({ poll: poll({ tally: { t1: 4, t2: 0 } }) });
  assert.deepEqual(after(state, ["topic.changed", { topic: topic("t1") }]).poll.tally, { t1: 4, t2: 0 });
});

test("what is merged no longer stands, and does again when it is separated; the poll is told as it is now", () => {
  const state = workshop({ poll: poll({ tally: { t1: 1, t2: 2 } }) });
  const merged = [topic("t1", { need: ["senden"] }), topic("t2", { state: "merged", merged_into: "t1" })];
  const one = after(state, ["topic.merged", { topics: merged, poll: poll({ tally: { t1: 3 } }) }]);
  assert.deepEqual(one, workshop({ topics: merged, poll: poll({ tally: { t1: 3 } }) }));
  const back = after(one, ["topic.unmerged", { topics: [topic("t1"), topic("t2")], poll: state.poll }]);
  assert.deepEqual(back, state);
  assert.equal(after(workshop(), ["topic.merged", { topics: merged, poll: null }]).poll, null);
});

test("a question stands in the list and not for election; what is answered is replaced", () => {
  const question = topic("t3", { state: "question", minutes: null });
  const asked = after(workshop({ poll: poll() }), ["topic.asked", { topic: question }]);
  assert.deepEqual([asked.topics.at(-1), asked.poll.tally], [question, { t1: 0, t2: 0 }]);
  const answered = topic("t1", { state: "chosen", answer: { answered: "yes", note: "" } });
  assert.deepEqual(after(workshop(), ["topic.answered", { topic: answered }]).topics[0], answered);
});

test("a topic that has moved is gone", () => {
  assert.deepEqual(after(workshop(), ["topic.moved", { topic: "t1" }]).topics, [topic("t2")]);
});

test("who needs and who offers a topic is replaced as a whole", () => {
  const told = { topic: "t2", need: ["ahlen", "menden"], offer: ["menden"] };
  const expected = workshop({ topics: [topic("t1"), topic("t2", { need: told.need, offer: told.offer })] });
  assert.deepEqual(after(workshop(), ["topic.needs_changed", told]), expected);
});

test("a poll that was opened replaces the last one and its agenda", () => {
  const before = workshop({ poll: poll({ id: "p0", closed_at: AT }), agenda: agenda() });
  assert.deepEqual(after(before, ["poll.opened", { poll: poll() }]), workshop({ poll: poll() }));
});

test("the tally takes the new number of one topic, and of the teams", () => {
  const state = workshop({ poll: poll() });
  const counted = after(state, ["poll.tally_changed", { poll: "p1", topic: "t2", approvals: 4, voted: 7 }]);
  assert.deepEqual(counted.poll, poll({ tally: { t1: 0, t2: 4 }, voted: 7 }));
  const abstained = after(state, ["poll.tally_changed", { poll: "p1", topic: null, approvals: null, voted: 8 }]);
  assert.deepEqual(abstained.poll, poll({ voted: 8 }));
});

test("the tally of another poll changes nothing", () => {
  const state = workshop({ poll: poll() });
  assert.deepEqual(after(state, ["poll.tally_changed", { poll: "p0", topic: "t2", approvals: 4, voted: 7 }]), state);
});

test("closing, reopening, closing again and adopting", () => {
  const closed = after(
    workshop({ poll: poll() }),
    ["poll.closed", { poll: poll({ closed_at: AT }), agenda: agenda(), topics: { t1: "chosen", t2: "proposed" } }],
  );
  assert.deepEqual(closed, workshop({ topics: [topic("t1", { state: "chosen" }), topic("t2")], poll: poll({ closed_at: AT }), agenda: agenda() }));
  const reopened = after(closed, ["poll.reopened", { poll: poll({ round: 2 }), topics: { t1: "proposed", t2: "proposed" } }]);
  assert.deepEqual(reopened, workshop({ poll: poll({ round: 2 }) }));
  const adopted = after(closed, ["agenda.adopted", { agenda: agenda({ adopted_at: AT }) }]);
  assert.deepEqual(adopted, { ...closed, agenda: agenda({ adopted_at: AT }) });
});

test("the workshop itself is replaced", () => {
  const moved = { ...workshop().workshop, place: "Ahlen" };
  assert.deepEqual(after(workshop(), ["workshop.changed", { workshop: moved }]), workshop({ workshop: moved }));
});

test("what nobody knows yet changes nothing", () => {
  const state = workshop();
  assert.equal(reduceWorkshop(state, event("board.drawn", { card: 1 })), state);
  assert.equal(reduceBallot(state, event("board.drawn", {})), state);
  assert.equal(reduceDesk(state, event("board.drawn", {})), state);
});

test("an old state is never touched", () => {
  const state = frozen(workshop({ poll: poll(), agenda: agenda() }));
  after(
    state,
    ["topic.proposed", { topic: topic("t3") }],
    ["topic.needs_changed", { topic: "t3", need: ["ahlen"], offer: [] }],
    ["poll.tally_changed", { poll: "p1", topic: "t3", approvals: 1, voted: 1 }],
    ["poll.closed", { poll: poll({ closed_at: AT }), agenda: agenda(), topics: { t3: "chosen" } }],
  );
  assert.deepEqual(state, workshop({ poll: poll(), agenda: agenda() }));
});

test("the own team's voice is drawn before the server has said yes", () => {
  const need = foreseeWorkshop(workshop(), command("topic.need", { topic: "t1", value: true }), FROM);
  assert.deepEqual(need.topics[0].need, ["ahlen"]);
  assert.deepEqual(foreseeWorkshop(need, command("topic.need", { topic: "t1", value: true }), FROM).topics[0].need, ["ahlen"]);
  assert.deepEqual(foreseeWorkshop(need, command("topic.need", { topic: "t1", value: false }), FROM), workshop());
  const offer = foreseeWorkshop(workshop(), command("topic.offer", { topic: "t2", value: true }), FROM);
  assert.deepEqual(offer.topics[1].offer, ["ahlen"]);
});

test("withdrawing and its undo are drawn at once, what nobody can foresee is not", () => {
  const withdrawn = foreseeWorkshop(workshop(), command("topic.withdraw", { topic: "t1" }), FROM);
  assert.equal(withdrawn.topics[0].state, "withdrawn");
  assert.deepEqual(foreseeWorkshop(withdrawn, command("topic.restore", { topic: "t1" }), FROM), workshop());
  const state = workshop({ poll: poll() });
  assert.equal(foreseeWorkshop(state, command("poll.close", {}), FROM), state);
  assert.equal(foreseeWorkshop(state, command("topic.need", { topic: "t1", value: true }), { ...FROM, team: null }), state);
});

/** @param {string} poll */
function blank(poll) {
  return { team: "ahlen", poll, entitled: true, owns: null, abstained: false, version: 0, awaits: false, marks: {}, tally: null };
}

test("what was foreseen is what the event then says", () => {
  const need = foreseeWorkshop(workshop(), command("topic.need", { topic: "t1", value: true }), FROM);
  assert.deepEqual(need, after(workshop(), ["topic.needs_changed", { topic: "t1", need: ["ahlen"], offer: [] }]));
  const empty = blank("p1");
  const marked = foreseeBallot(empty, command("ballot.mark", { topic: "t1", value: 1 }), FROM);
  const told = event("ballot.marked", { poll: "p1", topic: "t1", value: 1, reason: "", by: BY, at: AT, abstained: false });
  assert.deepEqual(marked, reduceBallot(empty, told));
  const voiced = foreseeBallot(empty, command("ballot.mark", { topic: "t1", value: 2, reason: "Zu lang." }), FROM);
  const heard = event("ballot.marked", { poll: "p1", topic: "t1", value: 2, reason: "Zu lang.", by: BY, at: AT, abstained: false });
  assert.deepEqual(voiced, reduceBallot(empty, heard));
  const full = { ...empty, version: 3, awaits: true, marks: { t1: { value: 2, reason: "", by: OTHER, at: AT } } };
  const filled = foreseeBallot(full, command("ballot.fill", { base: 3, marks: { t2: 1 } }), FROM);
  assert.deepEqual(filled, reduceBallot(full, event("ballot.filled", { poll: "p1", marks: { t1: 0, t2: 1 }, version: 4, by: BY, at: AT })));
  const confirmed = foreseeBallot(full, command("ballot.confirm", {}), FROM);
  assert.deepEqual(confirmed, reduceBallot(full, event("ballot.confirmed", { poll: "p1", by: BY, at: AT })));
  const abstained = foreseeBallot(empty, command("ballot.abstain", { value: true }), FROM);
  assert.deepEqual(abstained, reduceBallot(empty, event("ballot.abstained", { poll: "p1", value: true, by: BY, at: AT })));
});

test("a ballot keeps who marked what and when, until a new poll empties it", () => {
  const before = { ...blank("p1"), abstained: true, marks: { t2: { value: 1, by: BY, at: AT } } };
  const by = OTHER;
  const later = "2016-04-28T09:05:00.000000Z";
  const marked = reduceBallot(before, event("ballot.marked", { poll: "p1", topic: "t1", value: 0, reason: "", by, at: later, abstained: false }));
  assert.deepEqual(marked, { ...before, abstained: false, marks: { t1: { value: 0, reason: "", by, at: later }, ...before.marks } });
  const renewed = reduceBallot(marked, event("ballot.renewed", { poll: "p2", owns: "36" }));
  assert.deepEqual(renewed, { ...blank("p2"), owns: "36" });
  assert.deepEqual(reduceBallot(renewed, event("ballot.share_changed", { poll: "p2", owns: null })), blank("p2"));
});

test("a paper written whole leaves its author to what it says as before", () => {
  const mine = { value: 3, reason: "", by: BY, at: AT };
  const before = { ...blank("p1"), abstained: true, marks: { t1: mine, t2: mine } };
  const later = "2016-04-28T09:05:00.000000Z";
  const body = { poll: "p1", marks: { t1: 3, t2: 1 }, version: 5, by: OTHER, at: later };
  const marks = { t1: mine, t2: { value: 1, reason: "", by: OTHER, at: later } };
  assert.deepEqual(reduceBallot(before, event("ballot.filled", body)), { ...before, abstained: false, version: 5, marks });
  const entered = reduceBallot(before, event("ballot.entered", body));
  assert.deepEqual(entered, { ...before, abstained: false, awaits: true, version: 5, marks });
  assert.equal(reduceBallot(entered, event("ballot.abstained", { poll: "p1", value: true, by: BY, at: AT })).awaits, false);
});

test("a mark that was carried says from where, until the team makes it its own or it is given back", () => {
  const carried = event("ballot.carried", { poll: "p1", topic: "t1", value: 1, by: BY, at: AT, taken_from: "t2" });
  const state = reduceBallot(frozen(blank("p1")), carried);
  assert.deepEqual(state.marks, { t1: { value: 1, reason: "", by: BY, at: AT, taken_from: "t2" } });
  const own = reduceBallot(frozen(state), event("ballot.marked", { poll: "p1", topic: "t1", value: 0, by: BY, at: AT, abstained: false }));
  assert.deepEqual(own.marks, { t1: { value: 0, reason: "", by: BY, at: AT } });
  const gone = event("ballot.carried", { poll: "p1", topic: "t1", value: null, by: null, at: null, taken_from: null });
  assert.deepEqual(reduceBallot(frozen(state), gone), blank("p1"));
  const before = event("ballot.carried", { poll: "p1", topic: "t1", value: 0, by: BY, at: AT, taken_from: null });
  assert.deepEqual(reduceBallot(frozen(state), before).marks, { t1: { value: 0, reason: "", by: BY, at: AT } });
});

test("a team that joined while others voted has a ballot in the next poll", () => {
  const joined = { ...blank("p1"), team: "olpe", entitled: false };
  assert.deepEqual(reduceBallot(joined, event("ballot.renewed", { poll: "p2", owns: null })), { ...joined, poll: "p2", entitled: true });
});

test("a hidden count stays hidden, and a topic that joins does not bring it to light", () => {
  const hidden = workshop({ poll: poll({ tally: null }) });
  const joined = after(hidden, ["topic.proposed", { topic: topic("t3") }]);
  const voted = reduceWorkshop(joined, event("poll.tally_changed", { poll: "p1", topic: null, approvals: null, voted: 1 }));
  assert.deepEqual([joined.poll?.tally, voted.poll?.tally, voted.poll?.voted], [null, null, 1]);
});

test("a team that has voted sees what others do not, until that ends", () => {
  const shown = reduceBallot(blank("p1"), event("ballot.tally_changed", { poll: "p1", tally: { t1: 2, t2: 1 } }));
  const changed = reduceBallot(shown, event("ballot.tally_changed", { poll: "p1", tally: { t2: 0, t3: 1 } }));
  assert.deepEqual([shown.tally, changed.tally], [{ t1: 2, t2: 1 }, { t1: 2, t3: 1 }]);
  assert.deepEqual(reduceBallot(changed, event("ballot.tally_changed", { poll: "p1", tally: null })), blank("p1"));
});

test("the desk knows who is missing and keeps what has happened", () => {
  const empty = { missing: [{ id: "menden", name: "Menden" }], log: [] };
  assert.deepEqual(reduceDesk(empty, event("poll.missing_changed", { missing: [] })), { missing: [], log: [] });
  const entry = { at: AT, what: "closed_by_time", by: null };
  assert.deepEqual(reduceDesk(empty, event("poll.handled", entry)), { ...empty, log: [entry] });
});
