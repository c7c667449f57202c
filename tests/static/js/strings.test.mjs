// The sentences of the browser code: each can be found by a program, and each has its English.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../../platform/static/js/", import.meta.url));
const LITERAL = '"((?:[^"\\\\]|\\\\.)*)"';
const ONE = new RegExp(`(?<![\\w.])_\\(\\s*${LITERAL}`, "g");
const MANY = new RegExp(`(?<![\\w.])n_\\(\\s*${LITERAL},\\s*${LITERAL}`, "g");
const CALLS = /(?<![\w.])n?_\((?!\s*(text|one))/g;

const sources = readdirSync(FOLDER, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".js") && name !== "gettext.js")
  .map((name) => ({ name, text: readFileSync(FOLDER + name, "utf-8") }));
const english = JSON.parse(readFileSync(`${FOLDER}strings.en.json`, "utf-8"));

const unquoted = (literal) => JSON.parse(`"${literal}"`);
const single = sources.flatMap(({ text }) => [...text.matchAll(ONE)].map((found) => unquoted(found[1])));
const plural = sources.flatMap(({ text }) => [...text.matchAll(MANY)].map((found) => [unquoted(found[1]), unquoted(found[2])]));
const placeholders = (text) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

test("every call names its sentence as a literal, so that it can be found", () => {
  const calls = sources.reduce((sum, { text }) => sum + [...text.matchAll(CALLS)].length, 0);
  assert.ok(calls > 50);
  assert.equal(calls, single.length + plural.length);
});

test("every sentence has its English, and nothing else is translated", () => {
  const used = new Set([...single, ...plural.map(([one]) => one)]);
  const missing = [...used].filter((text) => !(text in english));
  const surplus = Object.keys(english).filter((text) => !used.has(text));
  assert.deepEqual({ missing, surplus }, { missing: [], surplus: [] });
});

test("the English has the same placeholders, and two forms where German has two", () => {
  for (const text of single) assert.deepEqual(placeholders(english[text]), placeholders(text), text);
  for (const [one, many] of plural) {
    const [englishOne, englishMany] = english[one];
    assert.deepEqual(placeholders(englishMany), placeholders(many), many);
    const extra = placeholders(englishOne).filter((name) => !placeholders(many).includes(name));
    assert.deepEqual(extra, [], one);
  }
});
