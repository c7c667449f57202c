// The words beside the connection light.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ConnectionState } from "../../../../platform/static/js/live/connection_state.js";
import { lightFor } from "../../../../platform/static/js/live/light.js";

const still = { justSaved: false, long: false };

function light(standing, waiting, lately = still) {
  const connection = new ConnectionState();
  connection.set({ standing, waiting });
  return lightFor(connection, lately).words;
}

test("what is saved, being saved, and not saved yet has its own words", () => {
  assert.equal(light("connected", 0), "verbunden");
  assert.equal(light("polling", 0), "verbunden");
  assert.equal(light("connected", 2), "wird gespeichert …");
  assert.equal(light("connected", 0, { justSaved: true, long: false }), "gespeichert");
  assert.equal(light("connected", 3, { justSaved: false, long: true }), "3 Änderungen noch nicht gesichert");
});

test("offline says how much waits", () => {
  assert.equal(light("offline", 0), "offline");
  assert.equal(light("offline", 1), "offline, eine Änderung wartet");
  assert.equal(light("offline", 3), "offline, 3 Änderungen warten");
});

test("a session that has ended is said before anything else", () => {
  assert.equal(light("signed-out", 3), "abgemeldet");
});

test("the state tells of a change once, and only of a change", () => {
  const connection = new ConnectionState();
  let changes = 0;
  connection.addEventListener("change", () => (changes += 1));
  connection.set({ standing: "connected" });
  connection.set({ standing: "connected", waiting: 0 });
  assert.equal(changes, 1);
});
