// What a facilitator can choose together on the desk.

import assert from "node:assert/strict";
import { test } from "node:test";

import { settingsOf, suggested, withChoice } from "../../../../platform/static/js/workshops/desk_settings.js";

test("what is suggested is fair minutes, open, without voting after the others", () => {
  const { method, show, secret, minutes } = suggested(240);
  assert.deepEqual({ method, show, secret, minutes }, { method: "equal_shares", show: "own", secret: false, minutes: 240 });
});

test("a secret poll gives up what would tell who wrote what", () => {
  const before = { ...suggested(360), ties: /** @type {const} */ ("least_served"), carries: true };
  const secret = withChoice(before, { secret: true });
  assert.deepEqual([secret.show, secret.ties, secret.carries], ["end", "seed", false]);
  assert.deepEqual(withChoice(secret, { secret: false }).secret, false);
});

test("minutes are carried over only where teams own minutes", () => {
  const carrying = withChoice(suggested(360), { carries: true });
  assert.equal(carrying.carries, true);
  assert.equal(withChoice(carrying, { method: "equal_shares_points" }).carries, true);
  assert.equal(withChoice(carrying, { method: "borda" }).carries, false);
});

test("a poll is changed from how it is held", () => {
  const poll = {
    id: "p1", method: /** @type {const} */ ("dots"), completion: "none", dots: 7, show: /** @type {const} */ ("live"), secret: false, quorum: null,
    ties: /** @type {const} */ ("seed"), carries: false, opens_at: "", closes_at: null, closed_at: null, seed: "", minutes: 90, round: 1, teams: 3, voted: 0, tally: {},
  };
  const settings = { method: "dots", completion: "none", minutes: 90, dots: 7, show: "live", secret: false, quorum: 5, ties: "seed", carries: false };
  assert.deepEqual(settingsOf(poll), settings);
});
