// The own changes: from the click through the outbox until every screen part shows them as facts.

import { _, n_ } from "../gettext.js";
import { LeadingTab } from "./leading_tab.js";
import { Outbox } from "./outbox.js";
import { Answered, pendingOn } from "./overlay.js";
import { postCommand } from "./requests.js";
import { Refusal } from "./shapes.js";
import { showToast } from "./toasts.js";
import { Unsent, storageOfBrowser } from "./unsent.js";
import { newId } from "./ids.js";

/** @import { Actor, Answer, Command, RefusalBody } from "./shapes.js" */
/** @import { ConnectionState } from "./connection_state.js" */
/** @import { Entry } from "./unsent.js" */
/** @import { Session } from "./session.js" */

/**
 * `traceless` keeps the command in memory only; `quiet` leaves it to the caller to show a refusal.
 *
 * @typedef {{traceless?: boolean, quiet?: boolean}} SendOptions
 * @typedef {{resolve: (answer: Answer) => void, reject: (refusal: Refusal) => void, quiet: boolean}} Caller
 */

const ASLEEP = 4000;
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
    /** @type {Set<string>} */
    this.elsewhere = new Set();
    this.leaving = false;
    this.warned = false;
    const name = `werkstatt/outbox/${actor.kind}/${actor.id}`;
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
    this.unsent = new Unsent(actor, storageOfBrowser());
    this.outbox = new Outbox(this.unsent, {
      post: (bytes) => postCommand(bytes, session.csrf),
      whoIsSignedIn: () => session.who(),
      answered: (entry, answer) => this.#answered(entry.command, answer, true),
      refused: (entry, error, status) => this.#refused(entry.command, error, status, true),
      changed: () => this.#tell(),
      later: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      random: Math.random,
    });
    this.tab = new LeadingTab(name, (leads) => this.outbox.lead(leads));
  }

  open() {
    this.channel?.addEventListener("message", ({ data }) => this.#heard(data));
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
    if (entry.kept) this.#leave(entry);
    else if (!traceless) this.#sayMemoryOnly();
    return answer;
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
    this.outbox.wake();
  }

  /** Gives up what waits: the person has been asked. */
  wipe() {
    this.leaving = true;
    this.outbox.wipe();
    this.channel?.postMessage({ kind: "put" });
  }

  /**
   * Other tabs draw it too, and the one that leads sends it; if that one sleeps, this one takes over.
   *
   * @param {Entry} entry
   */
  #leave(entry) {
    this.channel?.postMessage({ kind: "put", id: entry.command.id });
    if (this.tab.leads) return;
    setTimeout(() => {
      if (this.connection.works && !document.hidden && this.unsent.has(entry)) this.tab.takeOver();
    }, ASLEEP);
  }

  /** @param {{kind: string, id?: string, command: Command, answer: Answer, error: RefusalBody, status: number}} data */
  #heard(data) {
    if (data.kind === "put") {
      if (data.id) this.elsewhere.add(data.id);
      this.outbox.pump();
      this.#tell();
    }
    if (data.kind === "answered") this.#answered(data.command, data.answer, false);
    if (data.kind === "refused") this.#refused(data.command, data.error, data.status, false);
  }

  /**
   * @param {Command} command
   * @param {Answer} answer
   * @param {boolean} here  whether this tab has sent it
   */
  #answered(command, answer, here) {
    if (here) this.channel?.postMessage({ kind: "answered", command, answer });
    this.answered.add(command, answer);
    this.callers.get(command.id)?.resolve(answer);
    this.callers.delete(command.id);
    if (!here) this.#tell();
  }

  /**
   * @param {Command} command
   * @param {RefusalBody} error
   * @param {number} status
   * @param {boolean} here
   */
  #refused(command, error, status, here) {
    if (here) this.channel?.postMessage({ kind: "refused", command, error, status });
    const caller = this.callers.get(command.id);
    this.callers.delete(command.id);
    const ownerIsElsewhere = !caller && (!here || this.elsewhere.has(command.id));
    if (!caller?.quiet && !ownerIsElsewhere) showToast({ tone: "refusal", text: error.message });
    caller?.reject(new Refusal(error, status));
    if (!here) this.#tell();
  }

  #tell() {
    const { stopped } = this.outbox;
    this.connection.set({ waiting: this.waiting, sending: this.outbox.sending });
    this.changed();
    if (stopped && !this.connection.ended) this.ended(stopped);
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
    return entries.some(({ kept, order }) => !kept || !this.connection.works || parseInt(order, 36) < old);
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
