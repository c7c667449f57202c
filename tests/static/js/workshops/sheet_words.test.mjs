// A run sheet in words.

import assert from "node:assert/strict";
import { test } from "node:test";

import { called, calledInFull, driftInWords, leftInWords, overflowInWords } from "../../../../platform/static/js/workshops/sheet_words.js";

const table = (drift) => ({ drift, ends: new Date("2016-04-28T14:48:00Z"), wanted: new Date("2016-04-28T14:40:00Z") });
/** Without the mark that keeps a number and its unit in one line. */
const plain = (words) => words.replaceAll("\u00a0", " ");

test("a block has its own title or is called what it is for", () => {
  assert.deepEqual(["arrival", "break", "lunch", "closing"].map((kind) => called({ kind, title: "" })), ["Ankommen", "Pause", "Mittagspause", "Abschluss"]);
  assert.equal(called({ kind: "break", title: "Spaziergang" }), "Spaziergang");
});

test("a topic in parts says which one it is", () => {
  assert.equal(calledInFull({ kind: "topic", title: "Netzwerke", part: 2, parts: 3 }), "Netzwerke (Teil 2 von 3)");
  assert.equal(calledInFull({ kind: "topic", title: "Netzwerke", part: 1, parts: 1 }), "Netzwerke");
});

test("what is left is said as long as something is, then by how much it is over", () => {
  assert.deepEqual([12, 1, 0, -1, -7].map(leftInWords), ["noch 12 Minuten", "noch 1 Minute", "Die Zeit ist um.", "1 Minute über der Zeit", "7 Minuten über der Zeit"]);
});

test("behind, before and in the plan each have their sentence", () => {
  assert.deepEqual([8, 1, -5, 0].map((drift) => plain(driftInWords(table(drift)))), [
    "8 Minuten hinter dem Plan: Das Ende ist um 16:48 Uhr statt um 16:40 Uhr.",
    "1 Minute hinter dem Plan: Das Ende ist um 16:48 Uhr statt um 16:40 Uhr.",
    "5 Minuten vor dem Plan: Das Ende ist um 16:48 Uhr statt um 16:40 Uhr.",
    "Im Plan: Das Ende ist um 16:48 Uhr.",
  ]);
});

test("a sheet says by how much it is longer than planned, and nothing when it is not", () => {
  assert.deepEqual([25, -10, 0].map((drift) => plain(overflowInWords(table(drift)))), [
    "Der Ablauf ist 25 Minuten länger als geplant; geplant war das Ende um 16:40 Uhr.",
    "Der Ablauf ist 10 Minuten kürzer als geplant; geplant war das Ende um 16:40 Uhr.",
    "",
  ]);
});
