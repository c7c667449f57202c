// A followed stream against a log in memory: it ends with the log's state whatever the line does.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import { Refusal } from "../../../../platform/static/js/live/shapes.js";
import { Subscription } from "../../../../platform/static/js/live/subscription.js";

const NAME = "workshop/4k2p";

/** A server's log of one stream whose state is the list of words said. */
class Log {
  constructor() {
    this.epoch = "e1";
    this.events = [];
    this.asked = [];
    this.forbidden = false;
    this.cut = false;
    this.most = 500;
  }

  say(word) {
    const event = { seq: this.events.length + 1, name: "said", at: "", body: { word } };
    this.events.push(event);
    return event;
  }

  renew() {
    this.epoch = "e2";
  }

  snapshot() {
    return { stream: NAME, epoch: this.epoch, seq: this.events.length, state: this.events.map(({ body }) => body.word) };
  }

  async ask(stream, epoch, after) {
    this.asked.push([stream, epoch, after]);
    if (this.cut) throw new Error("no network");
    if (this.forbidden) throw new Refusal({ code: "not_found", message: "" }, 404);
    if (epoch !== this.epoch) return { stream, reset: true };
    const events = this.events.slice(after, after + this.most);
    return { stream, epoch, head: this.events.length, events, more: after + events.length < this.events.length };
  }
}

function followed(log, embedded = log.snapshot()) {
  const seen = { fresh: 0, events: [], evicted: 0, failed: 0, timers: [] };
  const subscription = new Subscription(
    NAME,
    { reduce: (state, { body }) => [...state, body.word] },
    {
      fetchSnapshot: async () => {
        if (log.forbidden) throw new Refusal({ code: "not_found", message: "" }, 404);
        if (log.cut) throw new Error("no network");
        return log.snapshot();
      },
      changed: (_subscription, events, fresh) => {
        seen.events.push(...events.map(({ seq }) => seq));
        seen.fresh += Number(fresh);
      },
      evicted: () => (seen.evicted += 1),
      failed: () => (seen.failed += 1),
      later: (_ms, run) => {
        seen.timers.push(run);
        return () => {
          seen.timers = seen.timers.filter((timer) => timer !== run);
        };
      },
    },
  );
  subscription.start(embedded);
  return { subscription, seen };
}

const socket = (log) => ({ pushes: true, ask: (...question) => log.ask(...question) });

test("the embedded snapshot is there at once, what happened since then comes with the subscription", async () => {
  const log = new Log();
  log.say("a");
  const { subscription, seen } = followed(log);
  assert.deepEqual(subscription.sequence.state, ["a"]);
  log.say("b");
  subscription.carry(socket(log));
  await turn();
  assert.deepEqual(log.asked, [[NAME, "e1", 1]]);
  assert.deepEqual([subscription.sequence.state, seen.events], [["a", "b"], [2]]);
});

test("without an embedded snapshot one is fetched", async () => {
  const log = new Log();
  log.say("a");
  const { subscription, seen } = followed(log, null);
  await turn();
  assert.deepEqual([subscription.sequence.state, seen.fresh], [["a"], 1]);
});

test("what happens while the line is cut is there after it has come back", async () => {
  const log = new Log();
  const { subscription, seen } = followed(log);
  subscription.carry(socket(log));
  await turn();
  subscription.received([log.say("a")]);
  subscription.carry(null);
  log.say("b");
  log.say("c");
  subscription.carry(socket(log));
  subscription.received([log.say("d")]);
  await turn();
  assert.deepEqual(subscription.sequence.state, ["a", "b", "c", "d"]);
  assert.deepEqual(seen.events, [1, 2, 3, 4]);
});

test("a long way behind comes in portions", async () => {
  const log = new Log();
  const { subscription } = followed(log);
  log.most = 2;
  for (const word of "abcde") log.say(word);
  subscription.carry(socket(log));
  await turn();
  assert.deepEqual(log.asked.map(([, , after]) => after), [0, 2, 4]);
  assert.deepEqual(subscription.sequence.state, [..."abcde"]);
});

test("a lost event is fetched when the next one or a heartbeat shows that it is missing", async () => {
  const log = new Log();
  const { subscription } = followed(log);
  subscription.carry(socket(log));
  await turn();
  log.say("lost");
  subscription.received([log.say("b")]);
  await turn();
  assert.deepEqual(subscription.sequence.state, ["lost", "b"]);
  log.say("lost too");
  subscription.heard(3);
  await turn();
  assert.deepEqual(subscription.sequence.state, ["lost", "b", "lost too"]);
});

test("a new epoch brings a new snapshot and is subscribed to", async () => {
  const log = new Log();
  log.say("a");
  const { subscription, seen } = followed(log);
  subscription.carry(socket(log));
  await turn();
  log.renew();
  subscription.reset("e2");
  await turn();
  assert.deepEqual(log.asked.at(-1), [NAME, "e2", 1]);
  assert.equal(seen.fresh, 2);
  subscription.received([log.say("b")]);
  assert.deepEqual(subscription.sequence.state, ["a", "b"]);
});

test("a reset that says what is known already is ignored", async () => {
  const log = new Log();
  const { subscription, seen } = followed(log);
  subscription.carry(socket(log));
  await turn();
  subscription.reset("e1");
  await turn();
  assert.equal(seen.fresh, 1);
});

test("whoever may not read any more keeps nothing", async () => {
  const log = new Log();
  log.say("secret");
  const { subscription, seen } = followed(log);
  log.forbidden = true;
  subscription.carry(socket(log));
  await turn();
  assert.deepEqual([seen.evicted, subscription.sequence.state], [1, null]);
  subscription.evict();
  subscription.received([log.say("more")]);
  assert.deepEqual([seen.evicted, subscription.sequence.state, seen.events], [1, null, []]);
});

test("while nobody is signed in nothing is kept, nor asked for, and all of it comes back with the connection", async () => {
  const log = new Log();
  log.say("secret");
  const { subscription, seen } = followed(log);
  subscription.carry(socket(log));
  await turn();
  log.cut = true;
  subscription.carry(socket(log));
  await turn();
  assert.equal(seen.timers.length, 1);
  subscription.withhold();
  assert.deepEqual([subscription.sequence.state, seen.timers], [null, []]);
  log.cut = false;
  log.asked.length = 0;
  subscription.carry(null);
  subscription.check();
  subscription.received([log.say("more")]);
  await turn();
  assert.deepEqual([subscription.sequence.state, log.asked, seen.evicted], [null, [], 0]);
  subscription.carry(socket(log));
  await turn();
  assert.deepEqual([subscription.sequence.state, subscription.withheld], [["secret", "more"], false]);
});

test("a snapshot that was under way when the session ended is not taken", async () => {
  const log = new Log();
  log.say("secret");
  const { subscription } = followed(log, null);
  subscription.withhold();
  await turn();
  assert.equal(subscription.sequence.state, null);
});

test("a refusal that comes when somebody else sits there does not concern whoever comes back", async () => {
  const log = new Log();
  const { subscription, seen } = followed(log, null);
  log.forbidden = true;
  subscription.carry(socket(log));
  subscription.withhold();
  await turn();
  assert.deepEqual([seen.evicted, seen.timers], [0, []]);
});

test("a question without an answer is asked again after a pause", async () => {
  const log = new Log();
  const { subscription, seen } = followed(log);
  log.cut = true;
  subscription.carry(socket(log));
  await turn();
  assert.deepEqual([seen.failed, seen.timers.length], [1, 1]);
  log.cut = false;
  log.say("a");
  seen.timers[0]();
  await turn();
  assert.deepEqual(subscription.sequence.state, ["a"]);
});

test("a server that answers every question with a reset is asked with pauses", async () => {
  const log = new Log();
  const { subscription, seen } = followed(log);
  subscription.carry({ pushes: true, ask: async (stream) => ({ stream, reset: true }) });
  await turn();
  await turn();
  assert.equal(seen.timers.length, 1);
  assert.ok(seen.fresh <= 3);
});

test("an event that does not fit to the state leads to a new snapshot", async (context) => {
  context.mock.method(console, "error", () => {});
  const log = new Log();
  const { subscription, seen } = followed(log);
  subscription.carry(socket(log));
  await turn();
  log.say("a");
  subscription.received([{ seq: 1, name: "said", at: "", body: null }]);
  await turn();
  assert.deepEqual([subscription.sequence.state, seen.fresh], [["a"], 2]);
});

test("without a socket the same questions are asked again and again", async () => {
  const log = new Log();
  const { subscription } = followed(log);
  let answers = 0;
  const poll = {
    pushes: false,
    ask: async (...question) => {
      answers += 1;
      if (answers > 3) return new Promise(() => {});
      log.say(`w${answers}`);
      return log.ask(...question);
    },
  };
  subscription.carry(poll);
  await turn();
  assert.deepEqual(subscription.sequence.state, ["w1", "w2", "w3"]);
  assert.equal(answers, 4);
});
