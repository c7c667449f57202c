// Each refusal is said, and said once, whichever tabs are open, asleep or closed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Refusals } from "../../../../platform/static/js/live/refusals.js";

/** The tabs of one person: what one tells the others hear, unless they sleep. */
function tabs(count) {
  const state = { said: [], timers: [], all: [] };
  state.all = Array.from({ length: count }, (_none, index) => {
    const tab = { asleep: false, missed: [] };
    const tell = (id) => (other) => (other.asleep ? other.missed.push(id) : other.refusals.heard(id));
    tab.refusals = new Refusals({
      told: (id) => state.all.filter((other) => other !== tab).forEach(tell(id)),
      show: (text) => state.said.push([index, text]),
      later: (ms, run) => state.timers.push({ ms, run }),
    });
    return tab;
  });
  return state;
}

function pass(state) {
  const timers = state.timers.splice(0).sort((one, other) => one.ms - other.ms);
  for (const { run } of timers) run();
}

const TEXT = "Die Abstimmung ist geschlossen.";

test("the tab where the change was made says it, not the one that has sent it", () => {
  const state = tabs(2);
  state.all[0].refusals.came("a", TEXT, { own: false });
  state.all[1].refusals.came("a", TEXT, { own: true });
  pass(state);
  assert.deepEqual(state.said, [[1, TEXT]]);
});

test("the tab that has sent it says it when the other one is closed", () => {
  const state = tabs(1);
  state.all[0].refusals.came("a", TEXT, { own: false });
  pass(state);
  assert.deepEqual(state.said, [[0, TEXT]]);
});

test("a tab that wakes up does not say it again", () => {
  const state = tabs(2);
  const [sender, maker] = state.all;
  maker.asleep = true;
  sender.refusals.came("a", TEXT, { own: false });
  pass(state);
  maker.refusals.came("a", TEXT, { own: true });
  for (const id of maker.missed) maker.refusals.heard(id);
  pass(state);
  assert.deepEqual(state.said, [[0, TEXT]]);
});

test("two tabs that have sent the same change are one refusal", () => {
  const state = tabs(2);
  state.all[0].refusals.came("a", TEXT, { own: true });
  state.all[0].refusals.came("a", TEXT, { own: false });
  state.all[1].refusals.came("a", TEXT, { own: false });
  pass(state);
  state.all[0].refusals.came("a", TEXT, { own: false });
  pass(state);
  assert.deepEqual(state.said, [[0, TEXT]]);
});

test("a refusal that a form shows beside its field is said nowhere else", () => {
  const state = tabs(2);
  state.all[0].refusals.came("a", TEXT, { own: false });
  state.all[1].refusals.came("a", "", { own: true });
  pass(state);
  assert.deepEqual(state.said, []);
});
