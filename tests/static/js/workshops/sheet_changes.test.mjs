// Changes to a run sheet while the line is slow: one after the other, and undo is about the one that was made last.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Refusal } from "../../../../platform/static/js/live/shapes.js";
import * as acts from "../../../../platform/static/js/workshops/sheet_acts.js";
import { Changes } from "../../../../platform/static/js/workshops/sheet_changes.js";
import { foreseeSheet } from "../../../../platform/static/js/workshops/sheet_state.js";

const block = (id) => ({ id, kind: "topic", topic: id, title: id, minutes: 60, begun_at: null });

/** A page and the server behind it, which answers when it is told to. */
function page() {
  const house = { sheet: { version: 1, planned: 120, agreed: null, ended_at: null, off: [], blocks: [block("a"), block("b")] } };
  const sent = [], waiting = [], refusals = [];
  const send = (name, body) => {
    sent.push([name, body]);
    return new Promise((answered, refused) => waiting.push({ name, body, answered, refused }));
  };
  const changes = new Changes({ sheet: () => house.sheet, send, said: () => {}, refused: (message) => refusals.push(message) });
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  const answer = async () => {
    await turn();
    const { name, body, answered } = waiting.shift();
    house.sheet = foreseeSheet(house.sheet, { id: "1", name, place: "workshop/w", body });
    answered({ result: {} });
    await turn();
  };
  const refuse = async (code) => {
    await turn();
    waiting.shift().refused(new Refusal({ code, message: "Nein." }));
    await turn();
  };
  return { house, changes, sent, answer, refuse, refusals };
}
const order = ({ blocks }) => blocks.map(({ id, minutes }) => `${id} ${minutes}`).join(", ");

test("undo waits for the change under way, and takes that back", async () => {
  const { house, changes, sent, answer } = page();
  changes.do((sheet) => acts.move(sheet, "b", null));
  await answer();
  changes.do((sheet) => acts.resize(sheet, "a", 65));
  changes.undo();
  await answer();
  await answer();
  assert.deepEqual(sent.map(([name]) => name), ["block.move", "block.resize", "block.resize"]);
  assert.equal(order(house.sheet), "b 60, a 60");
  changes.undo();
  await answer();
  assert.equal(order(house.sheet), "a 60, b 60");
});

test("an undo that was meant for an older sheet is there for another try", async () => {
  const { house, changes, answer, refuse, refusals } = page();
  changes.do((sheet) => acts.resize(sheet, "a", 65));
  await answer();
  changes.undo();
  await refuse("stale");
  assert.deepEqual([changes.undos.length, refusals.at(-1)], [1, "Nein."]);
  changes.undo();
  await answer();
  assert.deepEqual([order(house.sheet), changes.undos.length, refusals.at(-1)], ["a 60, b 60", 0, ""]);
});

test("what can never be taken back is not asked for again", async () => {
  const { changes, answer, refuse } = page();
  changes.do((sheet) => acts.resize(sheet, "a", 65));
  await answer();
  changes.undo();
  await refuse("closed");
  assert.equal(changes.undos.length, 0);
});

test("what was meant for the sheet as a refused change would have left it is dropped", async () => {
  const { changes, sent, refuse } = page();
  changes.do((sheet) => acts.resize(sheet, "a", 65));
  changes.do((sheet) => acts.resize(sheet, "b", 65));
  await refuse("stale");
  assert.deepEqual([sent.length, [...changes.mine]], [1, []]);
});
