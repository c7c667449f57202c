// What has changed at the workshops since a page was drawn: a sentence each, and none for what is as it was.

import assert from "node:assert/strict";
import { test } from "node:test";

import { seriesChanges } from "../../../../platform/static/js/workshops/series_changes.js";

const meeting = (id, changes = {}) => ({
  id, number: 1, title: id, starts_at: "2016-01-20T08:00:00.000000Z", place: "Siegburg", minutes: 360,
  cancelled_at: null, cancelled_reason: "", ...changes,
});
const off = { cancelled_at: "2016-01-10T08:00:00.000000Z", cancelled_reason: "Sturm" };

test("where nothing has changed nothing is said", () => {
  assert.deepEqual(seriesChanges([meeting("A"), meeting("B", off)], [meeting("A"), meeting("B", off)]), []);
  assert.deepEqual(seriesChanges([], []), []);
  const again = { ...off, cancelled_at: "2016-01-12T08:00:00.000000Z" };
  assert.deepEqual(seriesChanges([meeting("A", off)], [meeting("A", again)]), []);
  const backwards = Object.fromEntries(Object.entries(meeting("A")).reverse());
  assert.deepEqual(seriesChanges([meeting("A")], [backwards]), []);
});

test("each change has its words", () => {
  const drawn = [meeting("A"), meeting("B", off), meeting("C"), meeting("D", off)];
  const present = [meeting("A", off), meeting("B"), meeting("C", { place: "Menden" }), meeting("D", { ...off, title: "Delta" }), meeting("E")];
  assert.deepEqual(seriesChanges(drawn, present), [
    "Abgesagt: A.", "Findet doch statt: B.", "Geändert: C.", "Geändert: Delta.", "Neu angekündigt: E.",
  ]);
});
