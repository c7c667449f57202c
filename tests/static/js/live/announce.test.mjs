// What is said aloud: not too often, nothing twice, nothing lost without a word.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Announcer } from "../../../../platform/static/js/live/announce.js";

function room() {
  const it = { said: [], timers: [] };
  it.announcer = new Announcer((text) => it.said.push(text), (ms, run) => it.timers.push({ ms, run }));
  it.next = () => {
    const { ms, run } = it.timers.shift();
    run();
    return ms;
  };
  return it;
}

test("the first news is said almost at once, the next after five seconds together", () => {
  const it = room();
  it.announcer.say("Eins.");
  assert.equal(it.next(), 100);
  it.announcer.say("Zwei.");
  it.announcer.say("Drei.");
  assert.deepEqual(it.said, ["Eins."]);
  assert.equal(it.next(), 5000);
  assert.deepEqual(it.said, ["Eins.", "Zwei. Drei."]);
});

test("of news about the same thing only the latest is said", () => {
  const it = room();
  for (const n of [5, 6, 7]) it.announcer.say(`${n} von 10 Teams haben abgestimmt.`, "turnout");
  it.next();
  assert.deepEqual(it.said, ["7 von 10 Teams haben abgestimmt."]);
});

test("a flood is cut short and counted", () => {
  const it = room();
  for (const n of [1, 2, 3, 4, 5]) it.announcer.say(`${n}.`);
  it.next();
  assert.deepEqual(it.said, ["3. 4. 5. Und 2 weitere Änderungen."]);
});

test("after a silence the next news is quick again", () => {
  const it = room();
  it.announcer.say("Eins.");
  it.next();
  it.next();
  assert.equal(it.timers.length, 0);
  it.announcer.say("Zwei.");
  assert.equal(it.next(), 100);
});
