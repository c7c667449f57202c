// The live module's public face: the one import for a feature that shows or changes something live.
//
//   declare("workshop/*", {reduce, foresee})     once for each kind of stream, before it is followed
//   const stop = follow("workshop/4k2p", (view) => ...)   called at once when the page brought a snapshot, then at every change
//   send("workshop/4k2p", "ballot.mark", {topic, value}, {quiet, traceless})   a promise of the answer; a refusal is said by a toast
//   heed("ballot.fill", (command, refusal) => ...)   shows refusals of that command itself where it says true; also after a reload
//   present("workshop/4k2p", (people) => ...)    says "I am here" and tells who else is; null while nobody knows
//   serverNow()                                  the time by the server's clock, as a Date
//   connection                                   an EventTarget with standing, waiting, sending; dispatches "change"

import { _ } from "./gettext.js";
import { announce, prepareAnnouncements } from "./live/announce.js";
import { Changes, signInAgain } from "./live/changes.js";
import { Clock } from "./live/clock.js";
import { ConnectionState } from "./live/connection_state.js";
import { Line } from "./live/line.js";
import { foreseen } from "./live/overlay.js";
import { fetchSnapshot } from "./live/requests.js";
import { Session } from "./live/session.js";
import { guardSignOut } from "./live/sign_out.js";
import { Subscription } from "./live/subscription.js";
import { showToast } from "./live/toasts.js";
import { page } from "./page.js";

/** @import { Answer, Declaration, LiveEvent, Person, Snapshot, View } from "./live/shapes.js" */
/** @import { Heeding, SendOptions } from "./live/changes.js" */

export { announce } from "./live/announce.js";
export { ask } from "./live/dialog.js";
export { showToast } from "./live/toasts.js";

/** Long enough to read the sentence, short enough that nothing stays in the memory of a page that may not have it. */
const READING_TIME = 4000;

export const connection = new ConnectionState();

const clock = new Clock();
clock.heard(page.now);

/** @type {[RegExp, Declaration][]} */
const declarations = [];
/** @type {Map<string, Set<(view: View) => void>>} */
const followers = new Map();
/** @type {Map<string, Set<(people: Person[] | null) => void>>} */
const onlookers = new Map();

const house = page.actor && open({ actor: page.actor, csrf: page.csrf });

/** @param {{actor: NonNullable<typeof page.actor>, csrf: string}} who */
function open({ actor, csrf }) {
  const session = new Session({ actor, csrf }, clock);
  const line = new Line({ connection, session, clock, back: () => changes.wake(), presence: tellPresence });
  const changes = new Changes({ actor, session, connection, changed: drawAgain, ended: (why) => line.end(why) });
  return { line, changes };
}

/** Begins: connects, and sends what an earlier page has left behind. Called once, when the elements are defined. */
export function start() {
  if (!house) return;
  prepareAnnouncements();
  connection.addEventListener("change", sayThatItEnded);
  house.line.open();
  house.changes.open();
  guardSignOut(house.changes);
}

/** The time by the server's clock. */
export function serverNow() {
  return clock.now();
}

/**
 * @param {string} pattern  a stream's name with a star for each id: `workshop/*`
 * @param {Declaration} declaration
 */
export function declare(pattern, declaration) {
  declarations.push([new RegExp(`^${pattern.replaceAll("*", "[0-9a-z]+")}$`), declaration]);
}

/**
 * @param {string} stream
 * @param {(view: View) => void} onState
 * @returns {() => void}  stops following
 */
export function follow(stream, onState) {
  if (!house) return () => {};
  const { line } = house;
  const among = followers.get(stream) ?? new Set();
  followers.set(stream, among.add(onState));
  const known = line.subscriptions.get(stream);
  if (!known) subscribe(stream);
  else if (known.evicted || known.withheld || known.sequence.seq >= 0) onState(viewOf(known, [], true));
  return () => {
    among.delete(onState);
    if (among.size) return;
    followers.delete(stream);
    line.remove(stream);
  };
}

/**
 * @param {string} place
 * @param {string} name
 * @param {Record<string, any>} [body]
 * @param {SendOptions} [options]
 * @returns {Promise<Answer>}
 */
export function send(place, name, body = {}, options = {}) {
  if (!house) return Promise.reject(new Error("Nobody is signed in on this page."));
  return house.changes.send(place, name, body, options);
}

/**
 * @param {string} name  of a command
 * @param {Heeding} listen
 * @returns {() => void}  stops it
 */
export function heed(name, listen) {
  return house ? house.changes.heed(name, listen) : () => {};
}

/**
 * @param {string} stream
 * @param {(people: Person[] | null) => void} onPeople
 * @returns {() => void}
 */
export function present(stream, onPeople) {
  if (!house) return () => {};
  const { line } = house;
  const among = onlookers.get(stream) ?? new Set();
  onlookers.set(stream, among.add(onPeople));
  line.show(stream, true);
  const stop = follow(stream, () => {});
  return () => {
    among.delete(onPeople);
    if (!among.size) line.show(stream, false);
    stop();
  };
}

/** @param {string} stream */
function subscribe(stream) {
  const declared = declarations.find(([pattern]) => pattern.test(stream));
  if (!declared || !house) throw new Error(`Nobody has declared how ${stream} is read.`);
  const { line, changes } = house;
  const subscription = new Subscription(stream, declared[1], {
    fetchSnapshot,
    changed: (changed, events, fresh) => {
      if (fresh) changes.answered.contained(stream);
      const reached = [...line.subscriptions.values()].map((one) => /** @type {const} */ ([one.stream, one.sequence.seq]));
      changes.answered.prune(new Map(reached));
      tell(viewOf(changed, events, fresh));
    },
    evicted,
    failed: (error) => line.failedToAsk(error),
    later: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
  subscription.start(embedded(stream));
  line.add(subscription);
}

/**
 * @param {string} stream
 * @returns {Snapshot | null}
 */
function embedded(stream) {
  const script = document.querySelector(`script[type="application/json"][data-stream="${stream}"]`);
  return script?.textContent ? JSON.parse(script.textContent) : null;
}

/**
 * @param {Subscription} subscription
 * @param {LiveEvent[]} events
 * @param {boolean} fresh
 * @returns {View}
 */
function viewOf({ stream, declaration, sequence, evicted: gone, withheld }, events, fresh) {
  const pending = house?.changes.pendingOn(stream, sequence.seq) ?? [];
  const from = { actor: page.actor, team: page.team, now: serverNow().toISOString() };
  const state = foreseen(sequence.state, pending, declaration, from);
  return { stream, state, seq: sequence.seq, events, fresh, pending, evicted: gone, withheld };
}

/** @param {View} view */
function tell(view) {
  for (const onState of followers.get(view.stream) ?? []) onState(view);
}

/** The own changes have changed: every stream shows them. */
function drawAgain() {
  for (const subscription of house?.line.subscriptions.values() ?? []) {
    if (subscription.sequence.state !== null) tell(viewOf(subscription, [], false));
  }
}

/**
 * @param {string} stream
 * @param {Person[] | null} people
 */
function tellPresence(stream, people) {
  for (const onPeople of onlookers.get(stream) ?? []) onPeople(people);
}

/** @param {Subscription} subscription */
function evicted(subscription) {
  const snapshot = document.querySelector(`script[data-stream="${subscription.stream}"]`);
  snapshot?.remove();
  tell(viewOf(subscription, [], true));
  announce(_("Dieser Bereich ist für Sie nicht mehr zugänglich."));
  if (snapshot) setTimeout(() => location.reload(), READING_TIME); // else the page would come back the same, for ever
}

/** What the page has brought along and heard since is not for whoever sits here next. */
function withhold() {
  for (const subscription of house?.line.subscriptions.values() ?? []) {
    subscription.withhold();
    document.querySelector(`script[data-stream="${subscription.stream}"]`)?.remove();
    tell(viewOf(subscription, [], true));
  }
}

/** @type {(() => void) | null} */
let takeBack = null;

function sayThatItEnded() {
  if (!connection.ended) {
    takeBack?.();
    takeBack = null;
    return;
  }
  takeBack?.();
  withhold();
  const here = encodeURIComponent(location.pathname + location.search);
  takeBack =
    connection.standing === "signed-out"
      ? showToast({ tone: "warning", text: signInAgain(connection.waiting), link: { label: _("Anmelden"), href: `/sign-in?next=${here}` } })
      : showToast({
          tone: "warning",
          text: _("In diesem Browser hat sich inzwischen jemand anderes angemeldet."),
          link: { label: _("Seite neu laden"), href: location.href },
        });
}
