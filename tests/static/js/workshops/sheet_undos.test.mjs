// Taking changes to a run sheet back: the latest first, and never one that nobody meant.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as acts from "../../../../platform/static/js/workshops/sheet_acts.js";
import { Undos } from "../../../../platform/static/js/workshops/sheet_undos.js";

const AT = "2016-04-28T07:00:00.000000Z";
const block = (id, minutes, begun_at = null) => ({ id, kind: "topic", topic: "t", title: "Netzwerke", minutes, begun_at });
const sheet = (...blocks) => ({ version: 3, planned: 60, agreed: null, ended_at: null, off: [], blocks });
const asked = ({ name, body }) => ({ name, body });

/** What becomes of an act that the server has carried out. */
function done(undos, act, result = {}) {
  const undo = act.undo(result);
  if (undo) undos.remember(undo);
}

test("the latest change is taken back first, and each only once", () => {
  const undos = new Undos();
  const before = sheet(block("a", 60), block("b", 30));
  done(undos, acts.move(before, "b", null));
  done(undos, acts.resize(before, "a", 65));
  for (const name of ["block.resize", "block.move"]) {
    const act = undos.take();
    assert.equal(act.name, name);
    done(undos, act);
  }
  assert.deepEqual([undos.take(), undos.length], [null, 0]);
});

test("what was refused because the sheet had changed can still be taken back", () => {
  const undos = new Undos();
  done(undos, acts.resize(sheet(block("a", 60)), "a", 65));
  const act = undos.take();
  assert.equal(undos.length, 0);
  act.stale();
  assert.deepEqual(asked(undos.take()), { name: "block.resize", body: { block: "a", minutes: 60 } });
});

test("a part that was made anew is meant where the one before it was", () => {
  const undos = new Undos();
  done(undos, acts.split(sheet(block("a", 60)), "a", 20), { block: "a2" });
  const parted = sheet(block("a", 20), block("a2", 40), block("b", 30));
  done(undos, acts.move(parted, "b", "a"));
  done(undos, acts.move(parted, "b", "a2"));
  done(undos, acts.join(parted, "a", "a2"));
  done(undos, undos.take(), { block: "a3" });
  done(undos, undos.take());
  assert.deepEqual(asked(undos.take()), { name: "block.move", body: { block: "b", after: "a3" } });
  assert.deepEqual(asked(undos.take()), { name: "block.join", body: { block: "a", other: "a3" } });
});

test("a part that was joined twice is found under its last id", () => {
  const undos = new Undos();
  const parted = sheet(block("a", 20), block("a2", 40));
  done(undos, acts.split(sheet(block("a", 60)), "a", 20), { block: "a2" });
  done(undos, acts.join(parted, "a", "a2"));
  done(undos, undos.take(), { block: "a3" });
  done(undos, acts.join(sheet(block("a", 20), block("a3", 40)), "a", "a3"));
  done(undos, undos.take(), { block: "a4" });
  assert.deepEqual(undos.take().body, { block: "a", other: "a4" });
});

test("going through a meeting is taken back by its own button alone", () => {
  const running = { ...sheet(block("a", 60, AT), block("b", 30)), agreed: 90 };
  for (const act of [acts.start(), acts.goOn(running), acts.backwards()]) assert.equal(act.undo({}), null);
  assert.equal(acts.backwards().name, "sheet.back");
});
