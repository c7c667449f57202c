// The socket: pushes events, answers subscriptions, tells who is here; it comes back by itself.

import { io } from "socket.io-client";

import { Refusal } from "./shapes.js";

/** @import { CatchUp, LiveEvent, Person } from "./shapes.js" */

/**
 * @typedef {object} Ears
 * @property {() => void} up
 * @property {(byServer: boolean) => void} down
 * @property {(times: number) => void} failed  could not connect, so many times in a row
 * @property {(stream: string) => void} subscribed
 * @property {(stream: string, events: LiveEvent[]) => void} events
 * @property {(now: string, heads: Record<string, number>) => void} heartbeat
 * @property {(stream: string, epoch: string) => void} reset
 * @property {(stream: string) => void} evicted
 * @property {(stream: string, people: Person[]) => void} presence
 */

const ANSWER_WITHIN = 10_000;
const REFUSED_PAUSE = 10_000;

/** Carries subscriptions and events; commands go by HTTP. */
export class LiveSocket {
  /** @param {Ears} ears */
  constructor(ears) {
    this.pushes = true;
    this.times = 0;
    this.wanted = false;
    this.ears = ears;
    this.socket = io({
      transports: ["websocket"],
      autoConnect: false,
      reconnectionDelay: 500,
      reconnectionDelayMax: 10_000,
      timeout: 8000,
    });
    this.#listen(ears);
  }

  get connected() {
    return this.socket.connected;
  }

  open() {
    this.wanted = true;
    if (!this.socket.active) this.socket.connect();
  }

  close() {
    this.wanted = false;
    this.socket.disconnect();
  }

  /** The network was away and nobody has noticed yet: start over instead of waiting for the library to see it. */
  renew() {
    if (!this.wanted) return;
    this.socket.disconnect();
    this.socket.connect();
  }

  /**
   * @param {string} stream
   * @param {string} epoch
   * @param {number} after
   * @returns {Promise<CatchUp>}
   */
  async ask(stream, epoch, after) {
    const answer = await this.#emit("subscribe", { stream, epoch, after });
    this.ears.subscribed(stream);
    return answer;
  }

  /** @param {string} stream */
  leave(stream) {
    if (this.connected) void this.#emit("unsubscribe", { stream }).catch(() => {});
  }

  /**
   * @param {string} stream
   * @param {boolean} here
   */
  present(stream, here) {
    if (this.connected) void this.#emit("presence", { stream, here }).catch(() => {});
  }

  /**
   * @param {string} name
   * @param {object} argument
   */
  async #emit(name, argument) {
    const answer = await this.socket.timeout(ANSWER_WITHIN).emitWithAck(name, argument);
    if (answer?.ok) return answer;
    throw new Refusal(answer?.error ?? { code: "busy", message: "" });
  }

  /** @param {Ears} ears */
  #listen(ears) {
    this.socket.on("connect", () => {
      this.times = 0;
      ears.up();
    });
    this.socket.on("disconnect", (reason) => ears.down(reason === "io server disconnect"));
    this.socket.on("connect_error", () => {
      this.times += 1;
      ears.failed(this.times);
      if (!this.socket.active) setTimeout(() => this.wanted && this.socket.connect(), REFUSED_PAUSE);
    });
    this.socket.on("events", ({ stream, events }) => ears.events(stream, events));
    this.socket.on("heartbeat", ({ now, heads }) => ears.heartbeat(now, heads));
    this.socket.on("reset", ({ stream, epoch }) => ears.reset(stream, epoch));
    this.socket.on("evicted", ({ stream }) => ears.evicted(stream));
    this.socket.on("presence", ({ stream, people }) => ears.presence(stream, people));
  }
}
