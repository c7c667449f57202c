// How much a topic is wanted, in words: teams are never taken for points.

import assert from "node:assert/strict";
import { test } from "node:test";

import { supportInWords } from "../../../../platform/static/js/workshops/tally.js";

const open = (method) => ({ method, teams: 10, closed_at: null });
const closed = (method) => ({ method, teams: 10, closed_at: "2016-04-28T10:00:00.000000Z" });

test("points are never said to be teams", () => {
  assert.equal(supportInWords(closed("dots"), 37), "37 Punkte");
  assert.equal(supportInWords(closed("score"), 37), "Noten zusammen: 37");
  assert.equal(supportInWords(closed("borda"), 37), "37 Punkte aus den Rangfolgen");
  assert.equal(supportInWords(closed("borda"), 1), "1 Punkt aus den Rangfolgen");
});

test("the close of fair minutes with points counts teams, before it points are counted", () => {
  assert.equal(supportInWords(open("equal_shares_points"), 4), "4 Punkte");
  assert.equal(supportInWords(closed("equal_shares_points"), 4), "4 von 10 Teams");
});

test("while teams rank, those that have ranked a topic are counted", () => {
  assert.equal(supportInWords(open("borda"), 4), "gereiht von 4 von 10 Teams");
  assert.equal(supportInWords(closed("schulze"), 4), "gereiht von 4 von 10 Teams");
});
