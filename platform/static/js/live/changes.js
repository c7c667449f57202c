// The own changes: from the click through the outbox until every screen part shows them as facts.

import { _, n_ } from "../gettext.js";
import { LeadingTab } from "./leading_tab.js";
import { Outbox } from "./outbox.js";
import { Answered, pendingOn } from "./overlay.js";
import { Refusals } from "./refusals.js";
import { postCommand } from "./requests.js";
import { Refusal } from "./shapes.js";
import { Takeover } from "./takeover.js";
import { showToast } from "./toasts.js";
import { Unsent, givenAt, storageOfBrowser } from "./unsent.js";
import { newId } from "./ids.js";

/** @import { Actor, Answer, Command, RefusalBody } from "./shapes.js" */
/** @import { ConnectionState } from "./connection_state.js" */
/** @import { Session } from "./session.js" */

/**
 * `traceless` keeps the command in memory only; `quiet` leaves it to the caller to show a refusal.
 *
 * @typedef {{traceless?: boolean, quiet?: boolean}} SendOptions
 * @typedef {{resolve: (answer: Answer) => void, reject: (refusal: Refusal) => void, quiet: boolean}} Caller
 * @typedef {(command: Command, refusal: Refusal) => boolean} Heeding  whether it has shown the refusal
 */

/**
 * What the tabs of a person tell each other: what a change has got for an answer, that a refusal has been said, and
 * whether the one that should send is awake. What waits they see in the storage itself: a message may be faster.
 *
 * @typedef {{kind: "answered", command: Command, answer: Answer}
 *         | {kind: "refused", command: Command, error: RefusalBody, status: number}
 *         | {kind: "told", id: string} | {kind: "asleep?"} | {kind: "awake"}} Message
 */

const JUST_SENT = 1500;

export class Changes {
  /**
   * @param {{actor: Actor, session: Session, connection: ConnectionState, changed: () => void, ended: (why: "signed-out" | "other-actor") => void}} parts
   */
  constructor({ actor, session, connection, changed, ended }) {
    this.connection = connection;
    this.changed = changed;
    this.ended = ended;
    this.answered = new Answered();
    /** @type {Map<string, Caller>} */
    this.callers = new Map();
    /** @type {Map<string, {command: Command, refusal: Refusal}>} */
    this.refused = new Map();
    /** @type {Map<string, Set<Heeding>>} */
    this.heeding = new Map();
    this.leaving = false;
    this.warned = false;
    const name = `werkstatt/outbox/${actor.kind}/${actor.id}`;
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
    this.unsent = new Unsent(actor, storageOfBrowser());
    this.refusals = new Refusals({
      told: (id) => this.#post({ kind: "told", id }),
      show: (text, id) => this.#show(text, id),
      later: (ms, run) => setTimeout(run, ms),
    });
    this.takeover = new Takeover({
      stuck: () => !this.tab.leads && connection.works && !document.hidden && this.unsent.all().some(({ kept }) => kept),
      ask: () => this.#post({ kind: "asleep?" }),
      takeOver: () => this.tab.takeOver(),
      later: (ms, run) => setTimeout(run, ms),
    });
    this.outbox = new Outbox(this.unsent, {
      post: (bytes) => postCommand(bytes, session.csrf),
      whoIsSignedIn: () => session.who(),
      answered: (entry, answer) => this.#answered(entry.command, answer, true),
      refused: ({ command }, error, status) => this.#refused({ command, error, status }, true),
      changed: () => this.#tell(),
      later: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      random: Math.random,
    });
    this.tab = new LeadingTab(name, (leads) => {
      this.outbox.lead(leads);
      this.takeover.look();
    });
  }

  open() {
    this.#dropTooOld();
    this.channel?.addEventListener("message", ({ data }) => this.#heard(data));
    addEventListener("storage", ({ key }) => (key ?? this.unsent.prefix).startsWith(this.unsent.prefix) && this.#lookAgain());
    this.connection.addEventListener("change", () => this.takeover.look());
    document.addEventListener("visibilitychange", () => this.takeover.look());
    addEventListener("beforeunload", (event) => this.#mayBeLost() && event.preventDefault());
    this.tab.start();
    this.#tell();
  }

  /**
   * @param {string} place
   * @param {string} name
   * @param {Record<string, any>} body
   * @param {SendOptions} options
   * @returns {Promise<Answer>}
   */
  send(place, name, body, { traceless = false, quiet = false }) {
    const command = { id: newId(), name, place, body };
    /** @type {Promise<Answer>} */
    const answer = new Promise((resolve, reject) => this.callers.set(command.id, { resolve, reject, quiet }));
    answer.catch(() => {}); // the toast has said it already; who wants to know more waits for the promise
    const entry = this.outbox.put(command, traceless);
    if (!entry.kept && !traceless) this.#sayMemoryOnly();
    return answer;
  }

  /**
   * @param {string} name  of a command
   * @param {Heeding} listen
   * @returns {() => void}  stops it
   */
  heed(name, listen) {
    const among = this.heeding.get(name) ?? new Set();
    this.heeding.set(name, among.add(listen));
    return () => among.delete(listen);
  }

  /**
   * @param {string} stream
   * @param {number} seq
   */
  pendingOn(stream, seq) {
    const waiting = this.unsent.all().map(({ command }) => ({ command, seqs: null }));
    return pendingOn([...this.answered.entries, ...waiting], stream, seq);
  }

  /** Everything of this person that no answer has come for, of all tabs. */
  get waiting() {
    return this.unsent.all().length;
  }

  /** The connection is back. */
  wake() {
    this.#dropTooOld();
    this.outbox.wake();
  }

  /** Gives up what waits: the person has been asked. */
  wipe() {
    this.leaving = true;
    this.outbox.wipe();
  }

  /** @param {Message} message */
  #post(message) {
    this.channel?.postMessage(message);
  }

  /** @param {Message} message */
  #heard(message) {
    if (message.kind === "told") return this.#toldElsewhere(message.id);
    if (message.kind === "awake") return this.takeover.heard();
    if (message.kind === "asleep?" && this.#sends()) this.#post({ kind: "awake" });
    if (message.kind === "answered") this.#answered(message.command, message.answer, false);
    if (message.kind === "refused") this.#refused(message, false);
    this.#lookAgain();
  }

  /** Another tab has put something aside, or got its answer. */
  #lookAgain() {
    this.outbox.pump();
    this.#tell();
  }

  /** Whether the other tabs may rely on this one. */
  #sends() {
    return this.tab.leads && this.connection.works && !this.outbox.stopped;
  }

  /**
   * @param {Command} command
   * @param {Answer} answer
   * @param {boolean} here  whether this tab has sent it
   */
  #answered(command, answer, here) {
    if (here) this.#post({ kind: "answered", command, answer });
    this.answered.add(command, answer);
    this.callers.get(command.id)?.resolve(answer);
    this.callers.delete(command.id);
  }

  /**
   * @param {{command: Command, error: RefusalBody, status: number}} refused
   * @param {boolean} here  whether this tab has sent it
   */
  #refused({ command, error, status }, here) {
    if (here) this.#post({ kind: "refused", command, error, status });
    const caller = this.callers.get(command.id);
    this.callers.delete(command.id);
    const refusal = new Refusal(error, status);
    if (caller || here) {
      if (!caller?.quiet) this.refused.set(command.id, { command, refusal });
      this.refusals.came(command.id, caller?.quiet ? "" : error.message, { own: Boolean(caller) });
    }
    caller?.reject(refusal);
  }

  /**
   * A part of the page that knows what to do shows it itself, also for a change from before a reload.
   *
   * @param {string} text
   * @param {string} id
   */
  #show(text, id) {
    const refused = this.refused.get(id);
    this.refused.delete(id);
    const heeding = [...((refused && this.heeding.get(refused.command.name)) ?? [])];
    if (refused && heeding.some((listen) => listen(refused.command, refused.refusal))) return;
    showToast({ tone: "refusal", text });
  }

  /** @param {string} id */
  #toldElsewhere(id) {
    this.refused.delete(id);
    this.refusals.heard(id);
  }

  #tell() {
    const { stopped } = this.outbox;
    this.connection.set({ waiting: this.waiting, sending: this.outbox.sending });
    this.changed();
    if (stopped && !this.connection.ended) this.ended(stopped);
  }

  /** Says first what will be missing: nobody should find out by chance. */
  #dropTooOld() {
    const entries = this.unsent.tooOld();
    if (entries.length) showToast({ tone: "warning", text: tooLate(entries.length) });
    for (const entry of entries) this.unsent.remove(entry);
    this.unsent.tidy();
  }

  #sayMemoryOnly() {
    if (this.warned) return;
    this.warned = true;
    showToast({
      tone: "warning",
      text: _("Ihr Browser kann Änderungen gerade nicht aufbewahren. Bitte lassen Sie diese Seite offen, bis alles gespeichert ist."),
    });
  }

  /** Nobody is asked because of a change that is being saved at this very moment: the next page would send it too. */
  #mayBeLost() {
    if (this.leaving) return false;
    const entries = this.unsent.all();
    const old = Date.now() - JUST_SENT;
    return entries.some(({ kept, order }) => !kept || !this.connection.works || givenAt(order) < old);
  }
}

/**
 * "Bitte melden Sie sich wieder an, Ihre 3 Änderungen sind nicht verloren."
 *
 * @param {number} waiting
 */
export function signInAgain(waiting) {
  if (!waiting) return _("Ihre Anmeldung ist beendet. Bitte melden Sie sich wieder an.");
  return n_(
    "Bitte melden Sie sich wieder an, Ihre Änderung ist nicht verloren.",
    "Bitte melden Sie sich wieder an, Ihre {n} Änderungen sind nicht verloren.",
    waiting,
  );
}

/** @param {number} lost */
function tooLate(lost) {
  return n_(
    "Eine Änderung konnte fast zwei Wochen lang nicht gesendet werden und gilt nicht mehr. Bitte prüfen Sie, ob sie noch nötig ist.",
    "{n} Änderungen konnten fast zwei Wochen lang nicht gesendet werden und gelten nicht mehr. Bitte prüfen Sie, ob sie noch nötig sind.",
    lost,
  );
}
