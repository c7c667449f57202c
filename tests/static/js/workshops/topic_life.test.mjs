// What a card says of a topic's life: what it is part of, how long it may last, and whether its meeting is over.

import assert from "node:assert/strict";
import { test } from "node:test";

import { carriedFrom, fateOf, lasting, lineage, mayAct, mayForward, partsOf, rootOf } from "../../../../platform/static/js/workshops/topic_life.js";

const STARTS = "2016-04-28T07:00:00.000000Z";
const DURING = new Date("2016-04-28T12:59:00Z");
const OVER = new Date("2016-04-28T13:00:00Z");
const topics = [
  { id: "whole", title: "Zusammenarbeit", merged_into: null },
  { id: "part", title: "Netzwerke", merged_into: "whole" },
  { id: "within", title: "Vernetzung", merged_into: "part" },
  { id: "other", title: "Karte", merged_into: null },
];
const state = (changes = {}) => ({
  workshop: { starts_at: STARTS, minutes: 360 }, topics, poll: { closed_at: STARTS }, agenda: { adopted_at: STARTS }, ...changes,
});

test("parts of parts belong to the whole, and stand in the vote as that", () => {
  assert.deepEqual(partsOf(topics, "whole").map(({ id }) => id), ["part", "within"]);
  assert.deepEqual(partsOf(topics, "other"), []);
  assert.deepEqual(["within", "whole", "gone"].map((id) => rootOf(topics, id)?.id), ["whole", "whole", undefined]);
});

test("whatever is part of a topic says who proposed it in the words of a card", () => {
  const proposer = ({ id }) => (id === "part" ? "vorgeschlagen von Ihrem Team" : "aus der Gruppe");
  const said = JSON.stringify(lineage(topics[0], state(), proposer, () => ""));
  for (const words of ["„Zusammenarbeit“, aus der Gruppe", "„Netzwerke“, vorgeschlagen von Ihrem Team"]) assert.ok(said.includes(words), words);
});

test("a carried mark is named after the topic that the team ticked itself", () => {
  const marks = { whole: { taken_from: "part" }, part: { taken_from: "within" }, within: {} };
  assert.equal(carriedFrom(state(), marks, "part"), "Vernetzung");
  assert.equal(carriedFrom(state(), { part: {} }, "part"), "Netzwerke");
});

test("a chosen topic is held once its meeting is over and its agenda was adopted", () => {
  const chosen = { state: "chosen" };
  assert.equal(fateOf(chosen, state(), OVER), "held");
  assert.equal(fateOf(chosen, state(), DURING), "");
  assert.equal(fateOf({ state: "proposed" }, state(), OVER), "");
  assert.equal(fateOf(chosen, state({ agenda: { adopted_at: null } }), OVER), "");
  assert.equal(fateOf(chosen, state({ workshop: { starts_at: STARTS, minutes: 360, cancelled_at: STARTS } }), OVER), "");
});

test("a topic that was taken off with all its parts is not held", () => {
  const block = (topic) => ({ id: `${topic} ${Math.random()}`, kind: "topic", topic, title: "", minutes: 60, begun_at: null });
  const sheet = { version: 3, planned: 120, agreed: null, ended_at: null, blocks: [block("a"), block("b")], off: [block("b"), block("c"), block("c")] };
  const after = new Date(Date.parse(STARTS) + 120 * 60_000);
  const fates = (now) => ["a", "b", "c"].map((id) => fateOf({ id, state: "chosen" }, state({ sheet }), now));
  assert.deepEqual(fates(new Date(STARTS)), ["", "", "off"]);
  assert.deepEqual(fates(after), ["held", "held", "missed"]);
});

test("a meeting is over with its run sheet, whose breaks count, or when it was ended", () => {
  const chosen = { state: "chosen" };
  const block = (kind, minutes, begun_at = null) => ({ id: kind, kind, topic: null, title: "", minutes, begun_at });
  const sheet = { version: 1, planned: 430, agreed: null, ended_at: null, off: [], blocks: [block("arrival", 15), block("other", 430)] };
  const after = (minutes) => new Date(Date.parse(STARTS) + minutes * 60_000);
  assert.deepEqual([360, 429, 430].map((minutes) => fateOf(chosen, state({ sheet }), after(minutes))), ["", "", "held"]);
  const ended = { ...sheet, agreed: 430, ended_at: after(200).toISOString(), blocks: [block("arrival", 15), block("other", 430, STARTS)] };
  assert.equal(fateOf(chosen, state({ sheet: ended }), after(200)), "held");
});

test("the range of minutes is said where there is one", () => {
  assert.equal(lasting({ minutes: 60, minutes_most: 90 }), "60 bis 90 Minuten");
  for (const most of [null, 60]) assert.equal(lasting({ minutes: 60, minutes_most: most }), "60 Minuten");
});

test("a team may change and withdraw what nobody votes on and nobody has counted", () => {
  const phases = ["collecting", "announced", "open", "closing", "closed", "void", "settled"];
  const allowed = (state, minutes = 60) => phases.filter((phase) => mayAct({ state, minutes }, phase));
  assert.deepEqual(allowed("proposed"), ["collecting", "void"]);
  assert.deepEqual(allowed("withdrawn"), ["collecting", "announced", "open", "closing", "void"]);
  for (const state of ["question", "withdrawn"]) assert.deepEqual(allowed(state, null), phases.filter((phase) => phase !== "settled"));
  assert.deepEqual(allowed("chosen"), []);
});

const standing = (...states) => states.map((state, place) => ({ id: `topic-${place}`, state }));
const cancelled = (changes) => ({ workshop: { cancelled_at: STARTS }, topics: standing("proposed"), poll: null, agenda: null, ...changes });

test("topics are handed on from a workshop that is cancelled, where something stands", () => {
  assert.equal(mayForward(cancelled()), "yes");
  assert.equal(mayForward(cancelled({ workshop: { cancelled_at: null } })), "no");
  assert.equal(mayForward(cancelled({ topics: standing("withdrawn", "merged") })), "no");
  for (const one of ["question", "chosen"]) assert.equal(mayForward(cancelled({ topics: standing("withdrawn", one) })), "yes");
});

test("a poll has to be closed first", () => {
  assert.equal(mayForward(cancelled({ poll: { closed_at: null } })), "first_close");
  assert.equal(mayForward(cancelled({ poll: { closed_at: STARTS } })), "yes");
});
