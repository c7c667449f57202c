// What facilitators do to a run sheet: drawn before the answer comes, and taken back by what each act names for it.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as acts from "../../../../platform/static/js/workshops/sheet_acts.js";
import { foreseeSheet, isAhead } from "../../../../platform/static/js/workshops/sheet_state.js";

const AT = "2016-04-28T07:00:00.000000Z";
const block = (id, kind = "topic", minutes = 60, changes = {}) => ({ id, kind, topic: kind === "topic" ? id : null, title: `Thema ${id}`, minutes, begun_at: null, ...changes });
const SHEET = {
  version: 3, planned: 145, agreed: null, ended_at: null, off: [],
  blocks: [block("x", "arrival", 15), block("a"), block("p", "break", 15), block("b"), block("e", "closing", 10)],
};
const RUNNING = { ...SHEET, agreed: 145, blocks: SHEET.blocks.map((one) => (one.id === "a" ? { ...one, begun_at: AT } : one)) };

const order = ({ blocks }) => blocks.map(({ id }) => id).join(" ");
const drawn = (sheet, { name, body }) => foreseeSheet(sheet, { id: "1", name, place: "workshop/w", body: { ...body, base: sheet.version } });
/** What is on the sheet, whatever its version. */
const content = ({ version: _version, ...rest }) => rest;

test("a block goes one place up or down, and nowhere beyond what can still be changed", () => {
  assert.equal(order(drawn(SHEET, acts.shift(SHEET, "b", -1))), "x a b p e");
  assert.equal(order(drawn(SHEET, acts.shift(SHEET, "a", 1))), "x p a b e");
  assert.equal(acts.shift(SHEET, "a", -1), null);
  assert.equal(acts.shift(SHEET, "e", 1), null);
  assert.equal(order(drawn(RUNNING, acts.shift(RUNNING, "b", -1))), "x a b p e");
  assert.equal(acts.shift(RUNNING, "p", -1), null);
});

test("every act that can be foreseen is taken back by what it names", () => {
  for (const act of [
    acts.move(SHEET, "b", null), acts.move(SHEET, "a", "e"), acts.shift(SHEET, "p", 1), acts.resize(SHEET, "a", 45), acts.rename(SHEET, "e", "Feedback"),
  ]) {
    const changed = drawn(SHEET, act);
    assert.notDeepEqual(content(changed), content(SHEET));
    assert.deepEqual(content(drawn(changed, act.undo({}))), content(SHEET));
  }
  const off = drawn(SHEET, acts.remove(SHEET, "p"));
  assert.deepEqual([order(off), off.off.map(({ id }) => id)], ["x a b e", ["p"]]);
  assert.deepEqual(content(drawn(off, acts.remove(SHEET, "p").undo({}))), content(SHEET));
});

test("what makes a block is taken back by the id in its answer", () => {
  assert.deepEqual(acts.split(SHEET, "a", 20).undo({ block: "n" }), { name: "block.join", body: { block: "a", other: "n" } });
  const added = acts.add({ kind: "break", title: "", minutes: 15, after: "a" });
  assert.deepEqual(added.undo({ block: "n" }), { name: "block.remove", body: { block: "n" } });
  assert.deepEqual(content(drawn(SHEET, added)), content(SHEET));
});

test("two parts joined are as long as both, and are split where they met", () => {
  const parted = { ...SHEET, blocks: [block("a", "topic", 20), block("a2", "topic", 40)] };
  const act = acts.join(parted, "a", "a2");
  assert.deepEqual(drawn(parted, act).blocks, [block("a", "topic", 60)]);
  assert.deepEqual(act.undo({}), { name: "block.split", body: { block: "a", minutes: 20 }, instead: "a2" });
});

test("what comes back goes before the closing", () => {
  const off = drawn(SHEET, acts.remove(SHEET, "a"));
  assert.equal(order(drawn(off, acts.restore(off, "a"))), "x p b a e");
  const early = drawn(SHEET, acts.remove(SHEET, "x"));
  assert.equal(order(drawn(early, acts.restore(early, "x"))), "x a p b e");
});

test("nothing is asked for that changes nothing", () => {
  assert.equal(acts.resize(SHEET, "a", 60), null);
  assert.equal(acts.rename(SHEET, "a", "Thema a"), null);
  assert.equal(acts.move(SHEET, "a", "a"), null);
  assert.equal(acts.extend(SHEET, 5), null);
});

test("the block that is on gets longer, and the way back is its length before", () => {
  const act = acts.extend(RUNNING, 5);
  assert.deepEqual([act.body, act.undo({}).body], [{ minutes: 65 }, { minutes: 60 }]);
  assert.equal(drawn(RUNNING, act).blocks[1].minutes, 65);
});

test("what was meant for an older sheet is not drawn", () => {
  const command = { id: "1", name: "block.resize", place: "workshop/w", body: { block: "a", minutes: 5, base: 2 } };
  assert.equal(foreseeSheet(SHEET, command), SHEET);
  assert.equal(foreseeSheet(null, command), null);
  assert.equal(foreseeSheet(SHEET, { ...command, name: "topic.need", body: {} }), SHEET);
});

test("each own change is based on the one before, also before they are answered", () => {
  const once = drawn(SHEET, acts.resize(SHEET, "a", 65));
  assert.equal(once.version, 4);
  assert.equal(drawn(once, acts.resize(once, "a", 70)).blocks[1].minutes, 70);
});

test("what has begun can no longer be arranged, before the beginning everything can", () => {
  assert.deepEqual(["x", "a", "p"].map((id) => isAhead(RUNNING, id)), [false, false, true]);
  assert.deepEqual(["x", "a", "p"].map((id) => isAhead(SHEET, id)), [true, true, true]);
  assert.equal(isAhead({ ...RUNNING, ended_at: AT }, "p"), false);
});
