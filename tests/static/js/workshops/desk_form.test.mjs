// The times that a facilitator fills in.

import assert from "node:assert/strict";
import { test } from "node:test";

import { readTimes } from "../../../../platform/static/js/workshops/desk_form.js";

const NOW = new Date("2016-04-28T09:00:00Z");

function filled(values) {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) form.set(name, value);
  return readTimes(form, NOW);
}

test("now and by hand are null, whatever stands in the time fields", () => {
  const { times, errors } = filled({ opens_at_when: "plain", closes_at_when: "plain", closes_at: "2016-04-29T12:00" });
  assert.deepEqual([times, errors], [{ opens_at: null, closes_at: null }, {}]);
});

test("a time is German time and goes out in UTC", () => {
  const { times, errors } = filled({ opens_at_when: "at", opens_at: "2016-04-28T14:00", closes_at_when: "at", closes_at: "2016-12-01T12:00" });
  assert.deepEqual(times, { opens_at: "2016-04-28T12:00:00.000000Z", closes_at: "2016-12-01T11:00:00.000000Z" });
  assert.deepEqual(errors, {});
});

test("a missing time, a time that is over, and an end before the beginning are said at their field", () => {
  assert.deepEqual(Object.keys(filled({ opens_at_when: "at", opens_at: "" }).errors), ["opens_at"]);
  assert.deepEqual(Object.keys(filled({ opens_at_when: "at", opens_at: "2016-04-28T10:59" }).errors), ["opens_at"]);
  assert.deepEqual(Object.keys(filled({ closes_at_when: "at", closes_at: "2016-04-28T11:00" }).errors), ["closes_at"]);
  const both = { opens_at_when: "at", opens_at: "2016-04-28T14:00", closes_at_when: "at", closes_at: "2016-04-28T13:00" };
  assert.deepEqual(Object.keys(filled(both).errors), ["closes_at"]);
});
