// What a whole paper says about a topic, in the words of each method.

import assert from "node:assert/strict";
import { test } from "node:test";

import { kindOf, taskInWords, valueInWords } from "../../../../platform/static/js/workshops/secret_fields.js";

const METHODS = ["equal_shares", "equal_shares_points", "approval", "dots", "score", "borda", "schulze", "consent"];

test("every method has a kind of paper and a task in words", () => {
  const kinds = METHODS.map((method) => kindOf({ method }));
  assert.deepEqual(kinds, ["ticks", "dots", "ticks", "dots", "grades", "order", "order", "voices"]);
  for (const method of METHODS) assert.match(taskInWords({ method, dots: 10 }), /\.$/);
  assert.match(taskInWords({ method: "dots", dots: 7 }), /7/);
});

test("what was handed in is said in words", () => {
  const said = METHODS.map((method) => valueInWords({ method }, 1));
  assert.deepEqual(said, ["Ja, wollen wir", "1", "Ja, wollen wir", "1", "1", "Rang 1", "Rang 1", "Ja, gehen wir mit"]);
  assert.deepEqual([valueInWords({ method: "approval" }, 0), valueInWords({ method: "borda" }, 0)], ["nicht angekreuzt", "kein Rang"]);
});
