// What is kept over a reload, for whom, and for how long.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Unsent } from "../../../../platform/static/js/live/unsent.js";
import { Drawer } from "./drawer.mjs";

const AHLEN = { kind: "person", id: "7m0k", name: "Ahlen · Engagementförderung" };
const MENDEN = { kind: "person", id: "1a7c", name: "Menden · Jugendamt" };
const DAY = 24 * 60 * 60 * 1000;

const command = (id) => ({ id, name: "topic.need", place: "workshop/a", body: { topic: "9x1b", value: true } });
const ids = (unsent) => unsent.all().map((entry) => entry.command.id);

test("commands survive a reload with the same bytes, in the order given", () => {
  const drawer = new Drawer();
  const before = new Unsent(AHLEN, drawer);
  const entries = ["z", "a", "m"].map((id) => before.add(command(id)));
  const after = new Unsent(AHLEN, drawer);
  assert.deepEqual(ids(after), ["z", "a", "m"]);
  assert.deepEqual(after.all().map(({ bytes }) => bytes), entries.map(({ bytes }) => bytes));
});

test("nobody sees what somebody else has left behind", () => {
  const drawer = new Drawer();
  new Unsent(AHLEN, drawer).add(command("a"));
  const other = new Unsent(MENDEN, drawer);
  assert.deepEqual(ids(other), []);
  other.wipe();
  assert.deepEqual(ids(new Unsent(AHLEN, drawer)), ["a"]);
});

test("two tabs see each other's and take away only what they mean", () => {
  const drawer = new Drawer();
  const [one, other] = [new Unsent(AHLEN, drawer), new Unsent(AHLEN, drawer)];
  const entry = one.add(command("a"));
  other.add(command("b"));
  assert.deepEqual(ids(one), ["a", "b"]);
  other.remove(other.all()[0]);
  assert.equal(one.has(entry), false);
  assert.deepEqual(ids(one), ["b"]);
});

test("a traceless command never reaches the storage", () => {
  const drawer = new Drawer();
  const unsent = new Unsent(AHLEN, drawer);
  const entry = unsent.add(command("a"), true);
  assert.deepEqual([entry.kept, drawer.length, ids(unsent)], [false, 0, ["a"]]);
});

test("a full or a forbidden storage leaves the memory, and says so", () => {
  for (const drawer of [new Drawer({ room: 0 }), null]) {
    const unsent = new Unsent(AHLEN, drawer);
    const entry = unsent.add(command("a"));
    assert.deepEqual([entry.kept, ids(unsent), unsent.has(entry)], [false, ["a"], true]);
    unsent.remove(entry);
    assert.deepEqual([ids(unsent), unsent.has(entry)], [[], false]);
  }
});

test("the order is that of the clicks, also when the clock is set back between them", () => {
  const drawer = new Drawer();
  let now = Date.parse("2016-04-01T09:00:00Z");
  const clock = () => now;
  const [one, other] = [new Unsent(AHLEN, drawer, clock), new Unsent(AHLEN, drawer, clock)];
  one.add(command("z"));
  now -= 5000;
  other.add(command("m"));
  one.add(command("a"), true);
  other.add(command("b"));
  assert.deepEqual(ids(one), ["z", "m", "a", "b"]);
});

test("what is older than the server's memory of answers is not sent, and there until it has been told", () => {
  const drawer = new Drawer();
  let now = Date.parse("2016-04-01T09:00:00Z");
  const clock = () => now;
  new Unsent(AHLEN, drawer, clock).add(command("old"));
  now += 14 * DAY;
  const unsent = new Unsent(AHLEN, drawer, clock);
  unsent.add(command("new"));
  unsent.tidy();
  assert.deepEqual([ids(unsent), unsent.tooOld().map((entry) => entry.command.id)], [["new"], ["old"]]);
  for (const entry of unsent.tooOld()) unsent.remove(entry);
  assert.deepEqual([ids(unsent), drawer.length], [["new"], 1]);
});

test("what was given while the clock was a year ahead is not sent either: nobody knows how old it is", () => {
  const drawer = new Drawer();
  let now = Date.parse("2017-04-01T09:00:00Z");
  const unsent = new Unsent(AHLEN, drawer, () => now);
  unsent.add(command("ahead"));
  now -= 365 * DAY;
  assert.deepEqual([ids(unsent), unsent.tooOld().length], [[], 1]);
  unsent.add(command("new"));
  assert.deepEqual(ids(unsent), ["new"]);
});

test("what others have left behind goes when it is too old, and what nobody can read goes at once", () => {
  const drawer = new Drawer();
  let now = Date.parse("2016-04-01T09:00:00Z");
  const clock = () => now;
  const menden = new Unsent(MENDEN, drawer, clock);
  menden.add(command("old"));
  now += 14 * DAY;
  menden.add(command("new"));
  drawer.setItem("werkstatt/other", "stays");
  const unsent = new Unsent(AHLEN, drawer, clock);
  drawer.setItem(`${unsent.prefix}${now.toString(36).padStart(9, "0")}-x`, '{"id": "cut o');
  unsent.tidy();
  assert.deepEqual([ids(menden), menden.tooOld(), ids(unsent), drawer.length], [["new"], [], [], 2]);
});
