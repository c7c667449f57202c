// Sentences in two languages.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { _, n_, speak } from "../../../platform/static/js/gettext.js";
import { list, number, shortList } from "../../../platform/static/js/numbers.js";

afterEach(() => speak("de"));

test("German stands in the code", () => {
  assert.equal(_("„{title}“ ist zurückgezogen.", { title: "Junges Engagement" }), "„Junges Engagement“ ist zurückgezogen.");
  assert.equal(n_("{n} Team", "{n} Teams", 1), "1 Team");
  assert.equal(n_("{n} Team", "{n} Teams", 1200), "1.200 Teams");
});

test("English is looked up, what is missing stays German", () => {
  speak("en", { "Neues Thema: {title}.": "New topic: {title}.", "{n} Team": ["{n} team", "{n} teams"] });
  assert.equal(_("Neues Thema: {title}.", { title: "Fördermittel" }), "New topic: Fördermittel.");
  assert.equal(n_("{n} Team", "{n} Teams", 1), "1 team");
  assert.equal(n_("{n} Team", "{n} Teams", 1200), "1,200 teams");
  assert.equal(_("Abbrechen"), "Abbrechen");
});

test("what a person typed is never read as a placeholder", () => {
  assert.equal(_("{name}, {moment}", { name: "{moment}", moment: "heute" }), "{moment}, heute");
});

test("names stand in a sentence", () => {
  assert.equal(list(["Ahlen", "Menden", "Senden"]), "Ahlen, Menden und Senden");
  assert.equal(shortList(["Ahlen", "Menden", "Olpe", "Senden"], 2), "Ahlen, Menden und 2 weitere");
  assert.equal(number(12345.5), "12.345,5");
});
