// Dates for people in Germany, wherever their computer believes to be.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";

import { clockTime, fromInput, fromTo, inWords, lately, later, toInput } from "../../../platform/static/js/dates.js";
import { speak } from "../../../platform/static/js/gettext.js";

const ZONES = ["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Europe/Berlin"];
const ENGLISH = JSON.parse(readFileSync(new URL("../../../platform/static/js/strings.en.json", import.meta.url), "utf-8"));
const NOW = new Date("2026-11-22T12:00:00Z");

afterEach(() => {
  speak("de");
  process.env.TZ = "UTC";
});

test("a field is German time in winter and in summer, whatever the zone of the machine", () => {
  for (const zone of ZONES) {
    process.env.TZ = zone;
    assert.equal(fromInput("2026-01-15T09:00"), "2026-01-15T08:00:00.000000Z");
    assert.equal(fromInput("2026-07-15T09:00"), "2026-07-15T07:00:00.000000Z");
    assert.equal(toInput("2026-01-15T08:00:00.000000Z"), "2026-01-15T09:00");
    assert.equal(toInput("2026-07-14T22:30:00.000000Z"), "2026-07-15T00:30");
  }
});

test("the days on which the clocks change", () => {
  assert.equal(fromInput("2026-03-29T01:59"), "2026-03-29T00:59:00.000000Z");
  assert.equal(fromInput("2026-03-29T03:00"), "2026-03-29T01:00:00.000000Z");
  assert.equal(fromInput("2026-10-25T01:59"), "2026-10-24T23:59:00.000000Z");
  assert.equal(fromInput("2026-10-25T03:00"), "2026-10-25T02:00:00.000000Z");
});

test("an hour that does not exist is an hour later, one that exists twice is the first", () => {
  assert.equal(fromInput("2026-03-29T02:30"), "2026-03-29T01:30:00.000000Z");
  assert.equal(toInput(fromInput("2026-03-29T02:30")), "2026-03-29T03:30");
  assert.equal(fromInput("2026-10-25T02:30"), "2026-10-25T00:30:00.000000Z");
});

test("every hour of a year comes back as it went out", () => {
  for (let hour = 0; hour < 366 * 24; hour += 1) {
    const field = new Date(Date.UTC(2026, 0, 1, hour)).toISOString().slice(0, 16);
    if (field === "2026-03-29T02:00") continue; // does not exist
    assert.equal(toInput(fromInput(field)), field);
  }
});

test("what is no time is null", () => {
  for (const value of ["", "morgen", "2026-13-01T09:00", "2026-01-01", "2026-01-01T25:00"]) assert.equal(fromInput(value), null);
});

test("dates are words", () => {
  assert.equal(inWords("2026-11-27T17:00:00.000000Z", NOW), "Freitag, 27.\u00a0November, 18\u00a0Uhr");
  assert.equal(inWords("2026-11-27T17:30:00.000000Z", NOW), "Freitag, 27.\u00a0November, 18:30\u00a0Uhr");
  assert.equal(inWords("2027-01-08T08:05:00.000000Z", NOW), "Freitag, 8.\u00a0Januar 2027, 9:05\u00a0Uhr");
});

test("dates are English words", () => {
  speak("en", ENGLISH);
  assert.match(inWords("2026-11-27T17:00:00.000000Z", NOW), /^Friday,? 27\u00a0November, 18:00$/);
  assert.equal(clockTime("2026-11-27T08:05:00.000000Z"), "9:05");
});

test("a span of time says the hour as one does", () => {
  assert.equal(fromTo("2026-11-27T08:30:00.000000Z", "2026-11-27T10:00:00.000000Z"), "9:30 bis 11\u00a0Uhr");
});

test("what was today needs no day, what was yesterday says so", () => {
  assert.equal(lately("2026-11-22T09:42:00.000000Z", NOW), "10:42\u00a0Uhr");
  assert.equal(lately("2026-11-21T22:59:00.000000Z", NOW), "gestern, 23:59\u00a0Uhr");
  assert.equal(lately("2026-11-20T09:42:00.000000Z", NOW), "Freitag, 20.\u00a0November, 10:42\u00a0Uhr");
});

test("minutes later is real time, also over the change of the clocks", () => {
  assert.equal(later("2026-03-29T00:30:00.000000Z", 60).toISOString(), "2026-03-29T01:30:00.000Z");
});
