// Which stream is waited for where there is no socket, and that another one takes its turn when that is over.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import { LongPoll } from "../../../../platform/static/js/live/long_poll.js";

const [POLL, TEAM] = ["workshop/a", "workshop/a/team/b"];

/** A server that answers at once, a page in sight, and pauses that are over when the test says so. */
function house(t) {
  const state = { waits: [], gone: new Set() };
  t.mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.document = { hidden: false };
  t.after(() => delete globalThis.document);
  t.mock.method(globalThis, "fetch", async (url) => {
    const [, stream, query] = /^\/live\/streams\/(.+)\/events\?(.+)$/.exec(url);
    state.waits.push([stream, Number(new URLSearchParams(query).get("wait"))]);
    if (state.gone.has(stream)) return Response.json({ ok: false, error: { code: "not_found", message: "" } }, { status: 404 });
    return Response.json({ stream, epoch: "e", head: 0, events: [] });
  });
  const poll = new LongPoll(() => {});
  /** Asks for a stream, and lets its pause pass. */
  const ask = async (stream) => {
    const answer = poll.ask(stream, "e", 0);
    await turn();
    t.mock.timers.tick(3000);
    return answer;
  };
  return { poll, state, ask };
}

test("only the stream asked for first is waited for", async (t) => {
  const { state, ask } = house(t);
  for (const stream of [POLL, TEAM, POLL, TEAM]) await ask(stream);
  assert.deepEqual(state.waits, [[POLL, 0], [TEAM, 0], [POLL, 25], [TEAM, 0]]);
});

test("when that may not be read any more, the next one is waited for", async (t) => {
  const { state, ask } = house(t);
  for (const stream of [POLL, TEAM]) await ask(stream);
  state.gone.add(POLL);
  await assert.rejects(ask(POLL), { code: "not_found" });
  await ask(TEAM);
  assert.deepEqual(state.waits.at(-1), [TEAM, 25]);
});

test("when nobody follows it any more, the next one is waited for", async (t) => {
  const { poll, state, ask } = house(t);
  for (const stream of [POLL, TEAM]) await ask(stream);
  poll.leave(POLL);
  await ask(TEAM);
  assert.deepEqual(state.waits.at(-1), [TEAM, 25]);
});
