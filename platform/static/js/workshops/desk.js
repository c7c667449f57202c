// <workshop-desk stream="workshop/…" facilitators-stream="workshop/…/facilitators">: opening, closing, reopening, adopting.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { lately } from "../dates.js";
import { _, n_ } from "../gettext.js";
import { ask, send, serverNow } from "../live.js";
import { classes } from "../live/classes.js";
import { LiveElement } from "../live/element.js";
import { Refusal } from "../live/shapes.js";
import { list, number } from "../numbers.js";
import { called } from "../people/names.js";
import { readTimes, timeField } from "./desk_form.js";
import { phaseOf, pollInWords } from "./phases.js";
import { turnout } from "./tally.js";

/** @import { LiveEvent } from "../live/shapes.js" */
/** @import { Errors } from "./desk_form.js" */
/** @import { Phase } from "./phases.js" */
/** @import { DeskState, Handled, WorkshopState } from "./state.js" */

export class WorkshopDesk extends LiveElement {
  constructor() {
    super();
    /** @type {Errors} */
    this.errors = {};
    this.filledIn = "";
    this.message = "";
  }

  streams() {
    return ["stream", "facilitators-stream"];
  }

  /** @returns {WorkshopState} */
  get state() {
    return this.stateOf();
  }

  /** @returns {DeskState | undefined} */
  get desk() {
    return this.stateOf("facilitators-stream");
  }

  get place() {
    return this.getAttribute("stream") ?? "";
  }

  /** Whether an own command has no answer yet: nothing is done twice in the meantime. */
  get busy() {
    return this.pendingOf().some(({ name }) => name.startsWith("poll.") || name === "agenda.adopt");
  }

  /**
   * @param {string} _attribute
   * @param {LiveEvent[]} events
   */
  noticed(_attribute, events) {
    for (const { name, body } of events) if (name === "poll.handled") this.lightUp(body.at);
  }

  draw() {
    const { poll, agenda } = this.state;
    const now = serverNow();
    const phase = phaseOf(poll, agenda, now);
    this.wakeAt([poll?.opens_at, poll?.closes_at]);
    return html`<section class=${classes("ws-desk ws-stack", this.busy && "is-pending")} data-phase=${phase} aria-labelledby="desk-title">
      <h2 class="ws-desk__title" id="desk-title">${_("Moderation")}</h2>
      <p class="ws-desk__state">${pollInWords(phase, poll, now)}</p>
      ${poll && phase !== "announced" ? turnout(poll) : nothing} ${this.#missing(phase)}
      <p class="kern-error" role="alert" ?hidden=${!this.message}>${this.message}</p>
      ${this.#acts(phase)} ${this.#log()}
    </section>`;
  }

  /** @param {Phase} phase */
  #missing(phase) {
    if (phase !== "open" && phase !== "closing") return nothing;
    if (this.state.poll?.secret) return html`<p>${_("Geheim: Niemand erfährt, welches Team noch fehlt.")}</p>`;
    const missing = this.desk?.missing ?? [];
    if (!missing.length) return html`<p>${_("Kein Team fehlt mehr.")}</p>`;
    return html`
      <p>${n_("Es fehlt noch {n} Team:", "Es fehlen noch {n} Teams:", missing.length)}</p>
      <ul class="ws-chips ws-desk__missing">
        ${repeat(missing, ({ id }) => id, ({ name }) => html`<li class="ws-chip">${name}</li>`)}
      </ul>
    `;
  }

  /** @param {Phase} phase */
  #acts(phase) {
    if (phase === "collecting" || phase === "void") return this.#openForm();
    if (phase === "announced") {
      return html`<div class="ws-desk__acts">${this.#button(_("Ankündigung zurücknehmen"), () => this.#takeBack(), "secondary")}</div>`;
    }
    if (phase === "open" || phase === "closing") {
      return html`<div class="ws-desk__acts">${this.#button(_("Abstimmung schließen"), () => this.#close(), "primary")}</div>`;
    }
    if (phase === "closed") {
      return html`
        <div class="ws-desk__acts">${this.#button(_("Ablauf übernehmen"), () => this.#adopt(), "primary")}</div>
        ${this.state.poll?.secret
          ? nothing
          : html`<details class="ws-details">
              <summary>${_("Versehentlich geschlossen?")}</summary>
              ${this.#reopenForm()}
            </details>`}
        <details class="ws-details">
          <summary>${_("Neu abstimmen lassen?")}</summary>
          <p>${_("Eine neue Abstimmung beginnt mit leeren Stimmzetteln. Dieses Ergebnis gilt dann nicht mehr.")}</p>
          ${this.#openForm()}
        </details>
      `;
    }
    return nothing;
  }

  #openForm() {
    if (!this.state.topics.some(({ state }) => state === "proposed")) {
      return html`<p>${_("Eine Abstimmung lässt sich öffnen, sobald ein Thema vorgeschlagen ist.")}</p>`;
    }
    return html`<form class="ws-form ws-desk__form" novalidate @submit=${(/** @type {SubmitEvent} */ event) => this.#open(event)}>
      ${this.#begins()} ${this.#ends("open")}
      <div class="ws-desk__acts">${this.#button(_("Abstimmung öffnen"), null, "primary")}</div>
    </form>`;
  }

  #reopenForm() {
    return html`<form class="ws-form ws-desk__form" novalidate @submit=${(/** @type {SubmitEvent} */ event) => this.#reopen(event)}>
      <p>${_("Alle Stimmen bleiben erhalten; die Teams können sie wieder ändern.")}</p>
      ${this.#ends("reopen")}
      <div class="ws-desk__acts">${this.#button(_("Wieder öffnen"), null, "secondary")}</div>
    </form>`;
  }

  #begins() {
    return timeField("open", "opens_at", { legend: _("Beginn"), plain: _("sofort"), at: _("zu einem Zeitpunkt"), error: this.#errorsOf("open").opens_at });
  }

  /** @param {"open" | "reopen"} form */
  #ends(form) {
    return timeField(form, "closes_at", { legend: _("Ende"), plain: _("wenn ich sie schließe"), at: _("zu einem Zeitpunkt"), error: this.#errorsOf(form).closes_at });
  }

  /**
   * @param {"open" | "reopen"} form
   * @returns {Errors}
   */
  #errorsOf(form) {
    return this.filledIn === form ? this.errors : {};
  }

  /**
   * @param {string} label
   * @param {(() => void) | null} act  without one the button submits its form
   * @param {"primary" | "secondary"} kind
   */
  #button(label, act, kind) {
    const click = () => !this.busy && act?.();
    return html`<button type=${act ? "button" : "submit"} class="kern-btn kern-btn--${kind}" aria-disabled=${this.busy} @click=${click}>
      <span class="kern-label">${label}</span>
    </button>`;
  }

  #log() {
    const log = this.desk?.log ?? [];
    if (!log.length) return nothing;
    return html`<details class="ws-details">
      <summary>${_("Was bisher geschah")}</summary>
      <ol class="ws-desk__log">
        ${repeat(log, ({ at, what }) => `${at} ${what}`, (entry) => this.#entry(entry))}
      </ol>
    </details>`;
  }

  /** @param {Handled} entry */
  #entry({ at, what, by }) {
    return html`<li class=${this.lit.has(at) ? "just-changed" : ""}>
      <time class="ws-desk__when" datetime=${at}>${lately(at, serverNow())}</time> <span>${happened(what, called(by))}</span>
    </li>`;
  }

  /** @param {SubmitEvent} event */
  async #open(event) {
    const times = await this.#read("open", event);
    if (times) await this.#carryOut("poll.open", times);
  }

  /** @param {SubmitEvent} event */
  async #reopen(event) {
    const times = await this.#read("reopen", event);
    if (times) await this.#carryOut("poll.reopen", { closes_at: times.closes_at });
  }

  async #close() {
    const missing = (this.desk?.missing ?? []).map(({ name }) => name);
    const { voted, teams, secret } = this.state.poll ?? { voted: 0, teams: 0, secret: false };
    const sure = await ask({
      title: _("Abstimmung jetzt schließen?"),
      text: [
        voted === null ? "" : _("{n} von {all} Teams haben abgestimmt.", { n: number(voted), all: number(teams) }),
        missing.length ? _("Es fehlen: {names}.", { names: list(missing) }) : "",
        secret
          ? _("Die Urne wird ausgezählt, dann sind alle Stimmzettel vernichtet. Diese Abstimmung lässt sich nicht wieder öffnen.")
          : _("Aus den Stimmen entsteht sofort der Ablauf. Bis er übernommen ist, können Sie die Abstimmung wieder öffnen."),
      ],
      confirm: _("Abstimmung schließen"),
    });
    if (sure) await this.#carryOut("poll.close", {});
  }

  async #takeBack() {
    const sure = await ask({
      title: _("Ankündigung zurücknehmen?"),
      text: [_("Die Abstimmung endet, bevor sie begonnen hat. Danach können Sie sie neu ansetzen.")],
      confirm: _("Zurücknehmen"),
    });
    if (sure) await this.#carryOut("poll.close", {});
  }

  async #adopt() {
    const sure = await ask({
      title: _("Ablauf übernehmen?"),
      text: [_("Danach steht der Ablauf fest, und die Abstimmung kann nicht wieder geöffnet werden.")],
      confirm: _("Ablauf übernehmen"),
    });
    if (sure) await this.#carryOut("agenda.adopt", {});
  }

  /**
   * @param {"open" | "reopen"} form
   * @param {SubmitEvent} event
   */
  async #read(form, event) {
    event.preventDefault();
    if (this.busy) return null;
    this.filledIn = form;
    const { times, errors } = readTimes(new FormData(/** @type {HTMLFormElement} */ (event.target)), serverNow());
    await this.#show(errors, "");
    return Object.keys(errors).length ? null : times;
  }

  /**
   * @param {string} name
   * @param {Record<string, any>} body
   */
  async #carryOut(name, body) {
    try {
      await send(this.place, name, body, { quiet: true });
      await this.#show({}, "");
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      await this.#show(refusal.fields, refusal.message);
    }
  }

  /**
   * @param {Errors} errors
   * @param {string} message
   */
  async #show(errors, message) {
    this.errors = errors;
    this.message = message;
    this.requestUpdate();
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector("[aria-invalid=true]"))?.focus();
  }
}

/**
 * @param {string} what
 * @param {string} name
 */
function happened(what, name) {
  switch (what) {
    case "opened":
      return _("{name} hat die Abstimmung geöffnet.", { name });
    case "closed":
      return _("{name} hat die Abstimmung geschlossen.", { name });
    case "closed_by_time":
      return _("Die Abstimmung wurde zur vereinbarten Zeit geschlossen.");
    case "reopened":
      return _("{name} hat die Abstimmung wieder geöffnet.", { name });
    case "reset":
      return _("Die geheime Abstimmung wurde nach einer Wiederherstellung geleert.");
    case "adopted":
      return _("{name} hat den Ablauf übernommen.", { name });
    default:
      return name;
  }
}
