// The HTTP requests of the live module, and what their answers mean.

import { _ } from "../gettext.js";
import { Refusal } from "./shapes.js";

/** @import { Actor, CatchUp, Snapshot } from "./shapes.js" */
/** @import { Outcome } from "./outbox.js" */

/** A request that takes longer is given up and made again. */
const PATIENCE = 40_000;
/** Browsers let a page that is being left finish small requests only. */
const SMALL = 8000;

/** @typedef {{ok: boolean, status: number, retryAfter: string | null, said: any}} Reply  `said` is null without JSON */

/**
 * The whole answer: a connection may also stall after its first lines.
 *
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<Reply>}
 */
async function request(url, options = {}) {
  const { signal: end, ...rest } = options;
  const controller = new AbortController();
  const giveUp = () => controller.abort();
  const timer = setTimeout(giveUp, PATIENCE);
  end?.addEventListener("abort", giveUp);
  try {
    const answer = await fetch(url, { credentials: "same-origin", redirect: "error", cache: "no-store", ...rest, signal: controller.signal });
    return { ok: answer.ok, status: answer.status, retryAfter: answer.headers.get("Retry-After"), said: parsed(await answer.text()) };
  } finally {
    clearTimeout(timer);
    end?.removeEventListener("abort", giveUp);
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {string} url
 * @param {AbortSignal} [signal]
 */
async function read(url, signal) {
  const { ok, status, said } = await request(url, { signal });
  if (!ok) throw new Refusal(said?.error ?? { code: status === 401 ? "unknown_actor" : "busy", message: "" }, status);
  if (said === null) throw new Error("Somebody else has answered.");
  return said;
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

/**
 * The team's paper in a secret poll.
 *
 * @param {string} workshop
 */
export function fetchPaper(workshop) {
  return read(`/workshops/${workshop}/poll/paper`);
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
  try {
    const { status, retryAfter, said } = await request("/live/commands", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
      body: bytes,
      keepalive: bytes.length < SMALL,
    });
    return outcomeOf(status, retryAfter, said);
  } catch {
    return { kind: "later" };
  }
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
  if (status >= 500 && said?.error?.code === "error") {
    const message = _(
      "Eine Änderung konnte nicht gespeichert werden, weil auf dem Server etwas schiefgegangen ist. Alles andere bleibt, wie es war. Bitte versuchen Sie es später noch einmal.",
    );
    return { kind: "broken", error: { ...said.error, message }, status };
  }
  const refused = status >= 400 && status < 500 && said?.error;
  return refused ? { kind: "refused", error: said.error, status } : { kind: "later" };
}
