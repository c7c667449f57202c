// The HTTP requests of the live module, and what their answers mean.

import { Refusal } from "./shapes.js";

/** @import { Actor, CatchUp, Snapshot } from "./shapes.js" */
/** @import { Outcome } from "./outbox.js" */

/** A request that takes longer is given up and made again. */
const PATIENCE = 40_000;
/** Browsers let a page that is being left finish small requests only. */
const SMALL = 8000;

/**
 * @param {string} url
 * @param {RequestInit} [options]
 */
async function request(url, options = {}) {
  const { signal: end, ...rest } = options;
  const controller = new AbortController();
  const giveUp = () => controller.abort();
  const timer = setTimeout(giveUp, PATIENCE);
  end?.addEventListener("abort", giveUp);
  try {
    return await fetch(url, { credentials: "same-origin", redirect: "error", cache: "no-store", ...rest, signal: controller.signal });
  } finally {
    clearTimeout(timer);
    end?.removeEventListener("abort", giveUp);
  }
}

/** @param {Response} answer */
async function refusalOf(answer) {
  const said = await answer.json().catch(() => null);
  const error = said?.error ?? { code: answer.status === 401 ? "unknown_actor" : "busy", message: "" };
  return new Refusal(error, answer.status);
}

/**
 * @param {string} url
 * @param {AbortSignal} [signal]
 */
async function read(url, signal) {
  const answer = await request(url, { signal });
  if (!answer.ok) throw await refusalOf(answer);
  return answer.json();
}

/**
 * @param {string} stream
 * @returns {Promise<Snapshot>}
 */
export function fetchSnapshot(stream) {
  return read(`/live/streams/${stream}`);
}

/**
 * @param {string} stream
 * @param {{epoch: string, after: number, wait: number, signal?: AbortSignal}} question
 * @returns {Promise<CatchUp>}
 */
export function fetchEvents(stream, { epoch, after, wait, signal }) {
  const query = new URLSearchParams({ epoch, after: String(after), wait: String(wait) });
  return read(`/live/streams/${stream}/events?${query}`, signal);
}

/** @returns {Promise<{actor: Actor, csrf: string, now: string}>} */
export function fetchSession() {
  return read("/live/session");
}

/**
 * Sends a command and says what came of it; what can be tried again is never an error.
 *
 * @param {string} bytes
 * @param {string} csrf
 * @returns {Promise<Outcome>}
 */
export async function postCommand(bytes, csrf) {
  /** @type {Response} */
  let answer;
  try {
    answer = await request("/live/commands", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
      body: bytes,
      keepalive: bytes.length < SMALL,
    });
  } catch {
    return { kind: "later" };
  }
  return outcomeOf(answer.status, answer.headers.get("Retry-After"), await answer.json().catch(() => null));
}

/**
 * @param {number} status
 * @param {string | null} retryAfter
 * @param {any} said
 * @returns {Outcome}
 */
export function outcomeOf(status, retryAfter, said) {
  if (status === 200 && said?.ok) return { kind: "answered", answer: said };
  if (status === 401) return { kind: "unknown_actor" };
  if (status === 403) return { kind: "forged" };
  if (status === 429) return { kind: "later", wait: Math.max(1, Number(retryAfter) || 5) };
  const refused = status >= 400 && status < 500 && said?.error;
  return refused ? { kind: "refused", error: said.error, status } : { kind: "later" };
}
