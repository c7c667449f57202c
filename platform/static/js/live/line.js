// The line to the server: a socket where the network lets one through, HTTP where it does not, and back again.

import { LiveSocket } from "./socket.js";
import { LongPoll } from "./long_poll.js";
import { Refusal } from "./shapes.js";
import { isWithoutSocket, rememberWithoutSocket } from "./without_socket.js";

/** @import { Carrier, Person } from "./shapes.js" */
/** @import { Clock } from "./clock.js" */
/** @import { ConnectionState } from "./connection_state.js" */
/** @import { Session } from "./session.js" */
/** @import { Subscription } from "./subscription.js" */

/** Some networks swallow sockets without a word: nobody should look at a page that stands still for longer than this. */
const WITHOUT_SOCKET = 2500;
const SILENCE = 45_000;
/** A server that closes all its sockets should not get them all back in the same moment. */
const RETURN_PAUSE = 1000;

/** Decides who carries the subscriptions, and notices when the session has ended. */
export class Line {
  /**
   * @param {{connection: ConnectionState, session: Session, clock: Clock, back: () => void,
   *          presence: (stream: string, people: Person[] | null) => void}} parts
   */
  constructor({ connection, session, clock, back, presence }) {
    this.connection = connection;
    this.session = session;
    this.back = back;
    this.presence = presence;
    /** @type {Map<string, Subscription>} */
    this.subscriptions = new Map();
    /** @type {Set<string>} */
    this.present = new Set();
    /** @type {Set<string>} */
    this.shown = new Set();
    /** @type {LongPoll | null} */
    this.poll = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.heardAt = Date.now();
    this.wasUp = false;
    this.socket = new LiveSocket({
      up: () => this.#up(),
      down: (byServer) => this.#down(byServer),
      failed: (times) => this.#failed(times),
      subscribed: (stream) => this.#show(stream),
      events: (stream, events) => this.#of(stream)?.received(events),
      heartbeat: (now, heads) => {
        clock.heard(now);
        this.heardAt = Date.now();
        for (const [stream, head] of Object.entries(heads)) this.#of(stream)?.heard(head);
      },
      reset: (stream, epoch) => this.#of(stream)?.reset(epoch),
      evicted: (stream) => this.#of(stream)?.evict(),
      presence: (stream, people) => presence(stream, people),
    });
  }

  open() {
    this.socket.open();
    this.#waitForSocket(isWithoutSocket() ? 0 : WITHOUT_SOCKET);
    addEventListener("online", () => this.#look(true));
    addEventListener("offline", () => this.connection.ended || this.connection.set({ standing: "offline" }));
    document.addEventListener("visibilitychange", () => document.hidden || this.#look(false));
    addEventListener("focus", () => this.connection.ended && this.#look(false));
    addEventListener("pagehide", () => this.#close());
    addEventListener("pageshow", (event) => event.persisted && this.#resume());
  }

  /** @param {Subscription} subscription */
  add(subscription) {
    this.subscriptions.set(subscription.stream, subscription);
    const carrier = this.#carrier();
    if (carrier) subscription.carry(carrier);
  }

  /** @param {string} stream */
  remove(stream) {
    this.subscriptions.get(stream)?.carry(null);
    this.subscriptions.delete(stream);
    this.socket.leave(stream);
    this.poll?.leave(stream);
  }

  /**
   * @param {string} stream  a followed one: the server only hears of presence where somebody listens
   * @param {boolean} here
   */
  show(stream, here) {
    if (here) {
      this.present.add(stream);
      if (this.#of(stream)?.sequence.phase === "live" && this.socket.connected) this.#show(stream);
      return;
    }
    this.present.delete(stream);
    this.shown.delete(stream);
    this.socket.present(stream, false);
  }

  /** @param {unknown} error  a question that was not answered */
  failedToAsk(error) {
    if (error instanceof Refusal && error.code === "unknown_actor") this.end("signed-out");
    else if (this.poll && !(error instanceof Refusal)) this.connection.set({ standing: "offline" });
  }

  /** @param {"signed-out" | "other-actor"} why */
  end(why) {
    this.connection.set({ standing: why });
    for (const stream of this.present) this.presence(stream, null);
    this.#carry(null);
    this.#close();
  }

  /** @returns {Carrier | null} */
  #carrier() {
    return this.socket.connected ? this.socket : this.poll;
  }

  /** @param {string} stream */
  #of(stream) {
    return this.subscriptions.get(stream);
  }

  /** @param {Carrier | null} carrier */
  #carry(carrier) {
    if (carrier !== this.poll) {
      this.poll?.stop();
      this.poll = null;
    }
    for (const subscription of this.subscriptions.values()) subscription.carry(carrier);
  }

  #close() {
    this.socket.close();
    clearTimeout(this.timer);
  }

  /** @param {number} [patience]  milliseconds until HTTP steps in; the socket goes on trying */
  #waitForSocket(patience = WITHOUT_SOCKET) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#pollMeanwhile(), patience);
  }

  #pollMeanwhile() {
    if (this.socket.connected || this.poll || this.connection.ended) return;
    this.poll = new LongPoll(() => this.#polled());
    this.#carry(this.poll);
  }

  #up() {
    const again = this.wasUp || this.connection.standing !== "connecting";
    clearTimeout(this.timer);
    rememberWithoutSocket(false);
    this.wasUp = true;
    this.heardAt = Date.now();
    this.connection.set({ standing: "connected" });
    this.shown.clear();
    this.#carry(this.socket);
    if (again) this.back();
  }

  /** @param {string} stream  said once on every connection */
  #show(stream) {
    if (!this.present.has(stream) || this.shown.has(stream)) return;
    this.shown.add(stream);
    this.socket.present(stream, true);
  }

  /** @param {boolean} byServer  it was closed on purpose: most likely the session has ended */
  #down(byServer) {
    if (this.connection.ended) return;
    this.#carry(null);
    for (const stream of this.present) this.presence(stream, null);
    this.connection.set({ standing: navigator.onLine ? "connecting" : "offline" });
    if (byServer) setTimeout(() => this.#resume(), RETURN_PAUSE * (0.5 + Math.random()));
    else this.#waitForSocket();
  }

  /** @param {number} times */
  #failed(times) {
    if (this.connection.ended) return;
    if (!this.poll && this.wasUp) this.connection.set({ standing: "offline" });
    if (times === 1 && this.wasUp) void this.#resume(); // a socket is not told why it was turned away
  }

  #polled() {
    if (this.connection.standing === "polling" || this.socket.connected) return;
    rememberWithoutSocket(true);
    this.connection.set({ standing: "polling" });
    this.back();
  }

  /** @param {boolean} sure  the browser says that the network is back */
  #look(sure) {
    if (this.connection.ended) return void this.#resume();
    const silent = Date.now() - this.heardAt > SILENCE;
    if (!this.socket.connected || sure || silent) this.socket.renew();
  }

  /** Goes on if the session is still, or again, that of the same person. */
  async #resume() {
    const who = await this.session.who();
    if (who === "nobody") return this.end("signed-out");
    if (who === "other") return this.end("other-actor");
    if (this.connection.ended) this.connection.set({ standing: "offline" });
    this.socket.open();
    this.#waitForSocket();
  }
}
