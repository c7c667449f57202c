// What a team owns, in a sentence.

import assert from "node:assert/strict";
import { test } from "node:test";

import { shareInWords, tenths } from "../../../../platform/static/js/workshops/share.js";

const POLL = { minutes: 360, teams: 10 };

test("a fraction of minutes is told to a tenth", () => {
  assert.deepEqual(["36", "15/2", "720/11", "0"].map(tenths), [36, 7.5, 65.5, 0]);
});

test("where teams own no minutes nothing is said", () => {
  assert.equal(shareInWords(null, POLL), "");
});

test("an equal share is said as it is", () => {
  assert.equal(shareInWords("36", POLL), "Ihr Team hat 36 von 360 Minuten.");
  assert.equal(shareInWords("360/7", { ...POLL, teams: 7 }), "Ihr Team hat 51,4 von 360 Minuten.");
});

test("who brings minutes along has more, and the others less", () => {
  const more = "Ihr Team hat 65,5 von 360 Minuten: 29,5 mehr als bei gleichen Anteilen, weil es zuletzt Minuten übrig hatte.";
  const less = "Ihr Team hat 32,7 von 360 Minuten: 3,3 weniger als bei gleichen Anteilen, weil andere Teams mehr Minuten mitbringen.";
  assert.deepEqual([shareInWords("720/11", POLL), shareInWords("360/11", POLL)], [more, less]);
});
