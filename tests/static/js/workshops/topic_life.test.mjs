// What a card says of a topic's life: what it is part of, how long it may last, and whether its meeting is over.

import assert from "node:assert/strict";
import { test } from "node:test";

import { carriedFrom, isHeld, lasting, mayAct, mayForward, partsOf, rootOf } from "../../../../platform/static/js/workshops/topic_life.js";

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

test("a carried mark is named after the topic that the team ticked itself", () => {
  const marks = { whole: { taken_from: "part" }, part: { taken_from: "within" }, within: {} };
  assert.equal(carriedFrom(state(), marks, "part"), "Vernetzung");
  assert.equal(carriedFrom(state(), { part: {} }, "part"), "Netzwerke");
});

test("a chosen topic is held once its meeting is over and its agenda was adopted", () => {
  const chosen = { state: "chosen" };
  assert.equal(isHeld(chosen, state(), OVER), true);
  assert.equal(isHeld(chosen, state(), DURING), false);
  assert.equal(isHeld({ state: "proposed" }, state(), OVER), false);
  assert.equal(isHeld(chosen, state({ agenda: { adopted_at: null } }), OVER), false);
});

test("the range of minutes is said where there is one", () => {
  assert.equal(lasting({ minutes: 60, minutes_most: 90 }), "60 bis 90 Minuten");
  for (const most of [null, 60]) assert.equal(lasting({ minutes: 60, minutes_most: most }), "60 Minuten");
});

test("a team may change and withdraw what nobody votes on and nobody has counted", () => {
  const phases = ["collecting", "announced", "open", "closing", "closed", "void", "settled"];
  const allowed = (state) => phases.filter((phase) => mayAct({ state }, phase));
  assert.deepEqual(allowed("proposed"), ["collecting", "void"]);
  assert.deepEqual(allowed("withdrawn"), ["collecting", "announced", "open", "closing", "void"]);
  assert.deepEqual(allowed("question"), phases.filter((phase) => phase !== "settled"));
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
