// When everything is: as planned, as it comes while the meeting runs, as it was.

import assert from "node:assert/strict";
import { test } from "node:test";

import { timetable, timetableOf } from "../../../../platform/static/js/workshops/sheet_times.js";

const STARTS = "2016-04-28T07:00:00.000000Z";
const at = (minutes) => new Date(Date.parse(STARTS) + minutes * 60_000);
const begun = (minutes) => at(minutes).toISOString();

const block = (id, kind, minutes, changes = {}) => ({ id, kind, topic: kind === "topic" ? id[0] : null, title: "", minutes, begun_at: null, ...changes });
const sheet = (begins = [], changes = {}) => {
  const blocks = [block("x", "arrival", 15), block("a", "topic", 60), block("p", "break", 15), block("a2", "topic", 30), block("e", "closing", 10)];
  return {
    version: 1, planned: 115, agreed: null, ended_at: null, off: [], ...changes,
    blocks: blocks.map((one, place) => (begins[place - 1] === undefined ? one : { ...one, begun_at: begun(begins[place - 1]) })),
  };
};
const minute = (moment) => Math.round((moment.getTime() - Date.parse(STARTS)) / 60_000);
const times = ({ rows }) => rows.map(({ id, starts, ends, stage }) => [id, minute(starts), minute(ends), stage]);

test("people arrive before the time of the meeting, then one block follows the other", () => {
  const table = timetable(sheet(), STARTS, at(-1000));
  assert.deepEqual(times(table), [
    ["x", -15, 0, "ahead"], ["a", 0, 60, "ahead"], ["p", 60, 75, "ahead"], ["a2", 75, 105, "ahead"], ["e", 105, 115, "ahead"],
  ]);
  assert.deepEqual([minute(table.opens), minute(table.begins), minute(table.ends), table.drift, table.stage], [-15, 0, 115, 0, "ahead"]);
});

test("the parts of a topic are counted in the order in which they come", () => {
  const { rows } = timetable(sheet(), STARTS, at(0));
  assert.deepEqual(rows.map(({ part, parts }) => [part, parts]), [[0, 0], [1, 2], [0, 0], [2, 2], [0, 0]]);
});

test("without anybody who leads, the clock says what is on", () => {
  for (const [now, on, left] of [[-5, "x", 5], [0, "a", 60], [59.5, "a", 1], [60, "p", 15], [114, "e", 1]]) {
    const table = timetable(sheet(), STARTS, at(now));
    assert.deepEqual([table.now?.id, table.left, table.stage, table.led], [on, left, "now", false]);
  }
  const after = timetable(sheet(), STARTS, at(115));
  assert.deepEqual([after.now, after.stage], [undefined, "past"]);
});

test("what was added or taken off shows as longer or shorter than planned", () => {
  assert.equal(timetable(sheet([], { planned: 90 }), STARTS, at(-99)).drift, 25);
  assert.equal(timetable(sheet([], { planned: 130 }), STARTS, at(-99)).drift, -15);
});

test("a meeting that begins late is behind its plan, and everything ahead is later", () => {
  const table = timetable(sheet([8], { agreed: 115 }), STARTS, at(20));
  assert.deepEqual(times(table), [
    ["x", -15, 8, "past"], ["a", 8, 68, "now"], ["p", 68, 83, "ahead"], ["a2", 83, 113, "ahead"], ["e", 113, 123, "ahead"],
  ]);
  assert.deepEqual([table.drift, table.left, table.next?.id], [8, 48, "p"]);
});

test("a block over its time pushes on what is ahead, minute by minute", () => {
  const table = timetable(sheet([0], { agreed: 115 }), STARTS, at(67));
  assert.deepEqual(times(table).slice(1, 3), [["a", 0, 67, "now"], ["p", 67, 82, "ahead"]]);
  assert.deepEqual([table.left, table.drift], [-7, 7]);
});

test("what was shorter brings the meeting before its plan", () => {
  const table = timetable(sheet([0, 50], { agreed: 115 }), STARTS, at(52));
  assert.deepEqual(times(table).slice(1, 4), [["a", 0, 50, "past"], ["p", 50, 65, "now"], ["a2", 65, 95, "ahead"]]);
  assert.deepEqual([table.drift, table.left], [-10, 13]);
});

test("what is agreed when it begins is the plan, whatever was planned before", () => {
  assert.equal(timetable(sheet([0], { planned: 90, agreed: 115 }), STARTS, at(5)).drift, 0);
});

test("afterwards everything stands as it was", () => {
  const table = timetable(sheet([0, 50, 70, 95], { agreed: 115, ended_at: begun(101) }), STARTS, at(500));
  assert.deepEqual(times(table).slice(1), [["a", 0, 50, "past"], ["p", 50, 70, "past"], ["a2", 70, 95, "past"], ["e", 95, 101, "past"]]);
  assert.deepEqual([table.now, table.stage, table.drift], [undefined, "past", -14]);
});

test("a meeting that nobody has ended is over some hours after its end", () => {
  const left = sheet([0], { agreed: 115 });
  assert.equal(timetable(left, STARTS, at(115 + 239)).stage, "now");
  const table = timetable(left, STARTS, at(115 + 241));
  assert.deepEqual([table.stage, table.now, table.drift], ["past", undefined, 0]);
  assert.deepEqual(times(table).map(([, , , stage]) => stage), ["past", "past", "past", "past", "past"]);
});

test("clocks that differ a little add no minute to a block", () => {
  assert.equal(timetable(sheet([0], { agreed: 115 }), STARTS, at(-0.01)).left, 60);
});

test("a sheet without blocks has no length", () => {
  const table = timetable({ ...sheet(), blocks: [], planned: 0 }, STARTS, at(0));
  assert.deepEqual([table.rows, table.drift, table.now], [[], 0, undefined]);
});

test("of a meeting that is cancelled nothing is on, whatever the plan or whoever led it says", () => {
  const workshop = { starts_at: STARTS, cancelled_at: null };
  for (const one of [sheet(), sheet([8], { agreed: 115 })]) {
    const held = timetableOf(workshop, one, at(20));
    assert.deepEqual([held.now?.id, held.stage], ["a", "now"]);
    const table = timetableOf({ ...workshop, cancelled_at: STARTS }, one, at(20));
    assert.deepEqual([table.now, table.next, table.left, table.stage], [undefined, undefined, 0, "ahead"]);
    assert.deepEqual(new Set(table.rows.map(({ stage }) => stage)), new Set(["ahead"]));
    assert.deepEqual(table.rows.map(({ starts }) => starts), held.rows.map(({ starts }) => starts));
  }
});
