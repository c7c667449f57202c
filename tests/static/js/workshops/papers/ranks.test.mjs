// An order of topics: moved up, down, in and out, and never with a gap.

import assert from "node:assert/strict";
import { test } from "node:test";

import { moved, ranking, ranks } from "../../../../../platform/static/js/workshops/papers/ranks.js";

const topics = ["a", "b", "c", "d"].map((id) => ({ id }));

test("what has no rank is left out, the rest stands in its order", () => {
  assert.deepEqual(ranking({ topics, values: { c: 1, a: 2, b: 0 } }), ["c", "a"]);
  assert.deepEqual(ranking({ topics, values: {} }), []);
});

test("a topic goes up, down, to the end and out", () => {
  assert.deepEqual(moved(["a", "b", "c"], "c", 1), ["a", "c", "b"]);
  assert.deepEqual(moved(["a", "b", "c"], "a", 1), ["b", "a", "c"]);
  assert.deepEqual(moved(["a", "b"], "d", 2), ["a", "b", "d"]);
  assert.deepEqual(moved(["a", "b", "c"], "b", -1), ["a", "c"]);
});

test("ranks begin at 1 and have no gap, whatever was moved", () => {
  assert.deepEqual(ranks(moved(["a", "b", "c"], "a", -1)), { b: 1, c: 2 });
  assert.deepEqual(ranking({ topics, values: ranks(["d", "b"]) }), ["d", "b"]);
});
