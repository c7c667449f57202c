// The server's clock as seen from a machine whose own is wrong.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Clock } from "../../../../platform/static/js/live/clock.js";

const NINE = Date.parse("2016-04-28T09:00:00Z");

test("the time is the server's, whatever this machine believes", () => {
  let local = Date.parse("2011-01-01T00:00:00Z");
  const clock = new Clock(() => local);
  clock.heard("2016-04-28T09:00:00.000000Z");
  local += 90_000;
  assert.equal(clock.now().toISOString(), "2016-04-28T09:01:30.000Z");
});

test("of several samples the one that was quickest here counts", () => {
  let local = 0;
  const clock = new Clock(() => local);
  for (const [sent, arrived] of [[0, 900], [1000, 1040], [2000, 2700]]) {
    local = arrived;
    clock.heard(new Date(NINE + sent).toISOString());
  }
  assert.equal(clock.now().getTime(), NINE + local - 40);
});

test("a clock that was set anew is believed", () => {
  let local = 0;
  const clock = new Clock(() => local);
  clock.heard(new Date(NINE).toISOString());
  local += 3_600_000;
  clock.heard(new Date(NINE + 20_000).toISOString());
  assert.equal(clock.now().getTime(), NINE + 20_000);
});

test("without the server's word this machine's clock has to do", () => {
  const clock = new Clock(() => NINE);
  clock.heard("");
  clock.heard(undefined);
  assert.equal(clock.now().getTime(), NINE);
});
