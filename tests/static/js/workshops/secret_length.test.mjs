// What goes over the network of a secret ballot tells nobody what it says.

import assert from "node:assert/strict";
import { test } from "node:test";

import { asLongAsAny } from "../../../../platform/static/js/workshops/secret_length.js";

const TOPICS = Array.from({ length: 60 }, (_, number) => String(number).padStart(16, "t"));

/**
 * @param {number} base
 * @param {number} value
 * @param {boolean} abstained
 */
function length(base, value, abstained) {
  const marks = Object.fromEntries(TOPICS.map((topic) => [topic, value]));
  return JSON.stringify(asLongAsAny({ poll: "p".repeat(16), base, marks, abstained })).length;
}

test("a ballot is as long as any other, whatever stands on it", () => {
  const lengths = [[0, 0, true], [0, 1, false], [12, 128, false], [999_999, 10, true]].map(([base, value, abstained]) =>
    length(Number(base), Number(value), Boolean(abstained)));
  assert.deepEqual(new Set(lengths).size, 1);
});
