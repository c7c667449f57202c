// What a whole paper says about a topic, in the words of each method.

import assert from "node:assert/strict";
import { test } from "node:test";

import { valueInWords } from "../../../../platform/static/js/workshops/secret_fields.js";

const METHODS = ["equal_shares", "equal_shares_points", "approval", "dots", "score", "borda", "schulze", "consent"];

test("what was handed in is said in words", () => {
  const said = METHODS.map((method) => valueInWords({ method }, 1));
  assert.deepEqual(said, ["Ja, wollen wir", "1", "Ja, wollen wir", "1", "1", "Platz 1", "Platz 1", "Wir stimmen zu"]);
  assert.deepEqual([valueInWords({ method: "approval" }, 0), valueInWords({ method: "borda" }, 0)], ["nicht angekreuzt", "nicht gereiht"]);
});
