// A tab that leaves a change unsent is noticed, however late, and one that is awake is left alone.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Takeover } from "../../../../platform/static/js/live/takeover.js";

/** A tab behind another one; `awake` says whether that one answers. */
function tab({ stuck = true, awake = false } = {}) {
  const state = { stuck, awake, taken: 0, asked: 0, timers: [] };
  const takeover = new Takeover({
    stuck: () => state.stuck,
    ask: () => {
      state.asked += 1;
      if (state.awake) takeover.heard();
    },
    takeOver: () => {
      state.taken += 1;
      state.stuck = false;
    },
    later: (_ms, run) => state.timers.push(run),
  });
  const pass = () => state.timers.shift()();
  return { takeover, state, pass };
}

test("a tab that does not answer loses the lead, once", () => {
  const { takeover, state, pass } = tab();
  takeover.look();
  takeover.look();
  assert.deepEqual([state.asked, state.taken], [1, 0]);
  pass();
  assert.deepEqual([state.taken, state.timers], [1, []]);
});

test("a tab that answers keeps the lead, and is asked again as long as something waits", () => {
  const { takeover, state, pass } = tab({ awake: true });
  takeover.look();
  pass();
  pass();
  assert.deepEqual([state.asked, state.taken], [3, 0]);
  state.awake = false;
  pass();
  pass();
  assert.deepEqual([state.asked, state.taken], [4, 1]);
});

test("what is stuck later than the click is noticed as well", () => {
  const { takeover, state, pass } = tab({ stuck: false });
  takeover.look();
  assert.deepEqual([state.asked, state.timers], [0, []]);
  state.stuck = true; // the connection is back, or the page is in sight again
  takeover.look();
  pass();
  assert.equal(state.taken, 1);
});

test("nothing is taken over when the change has got its answer meanwhile, or the connection has gone", () => {
  const { takeover, state, pass } = tab();
  takeover.look();
  state.stuck = false;
  pass();
  assert.deepEqual([state.taken, state.timers], [0, []]);
});
