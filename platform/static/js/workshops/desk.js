// <workshop-desk stream="workshop/…" facilitators-stream="workshop/…/facilitators">: opening, closing, reopening, adopting.

import { html, nothing } from "lit";

import { _ } from "../gettext.js";
import { ask, send, serverNow } from "../live.js";
import { classes } from "../live/classes.js";
import { LiveElement } from "../live/element.js";
import { Refusal } from "../live/shapes.js";
import { list, number } from "../numbers.js";
import { readTimes, timeField } from "./desk_form.js";
import { deskLog } from "./desk_log.js";
import { stillMissing } from "./desk_missing.js";
import { settingFields, settingsOf, suggested, withChoice } from "./desk_settings.js";
import { heldHow } from "./methods.js";
import { isUndone, phaseOf, pollInWords } from "./phases.js";
import { turnout } from "./tally.js";

/** @import { LiveEvent } from "../live/shapes.js" */
/** @import { Errors } from "./desk_form.js" */
/** @import { Settings } from "./desk_settings.js" */
/** @import { Phase } from "./phases.js" */
/** @import { DeskState, WorkshopState } from "./state.js" */

export class WorkshopDesk extends LiveElement {
  constructor() {
    super();
    /** @type {Errors} */
    this.errors = {};
    this.filledIn = "";
    /** @type {Record<string, Settings>} */
    this.drafts = {};
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

  /** Whether an own command has no answer yet: nothing is done twice. */
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
      ${poll && phase !== "collecting" && phase !== "closed" && phase !== "settled" ? html`<p class="ws-muted">${heldHow(poll).join(" ")}</p>` : nothing} ${poll && phase !== "collecting" && phase !== "announced" ? turnout(poll) : nothing} ${["open", "closing"].includes(phase) ? stillMissing(poll, this.desk?.missing ?? []) : nothing}
      <p class="kern-error" role="alert" ?hidden=${!this.message}>${this.message}</p>
      ${this.#acts(phase)} ${deskLog(this.desk?.log ?? [], this.lit)}
    </section>`;
  }

  /** @param {Phase} phase */
  #acts(phase) {
    if (phase === "collecting" || phase === "void") return this.#openForm();
    if (phase === "announced") {
      return html`
        <div class="ws-desk__acts">${this.#button(_("Ankündigung zurücknehmen"), () => this.#takeBack(), "secondary")}</div>
        ${this.#changing()}
      `;
    }
    if (phase === "open" || phase === "closing") {
      return html`
        <div class="ws-desk__acts">${this.#button(_("Abstimmung schließen"), () => this.#close(), "primary")}</div>
        ${phase === "open" ? this.#changing() : nothing}
      `;
    }
    if (phase === "closed" && isUndone(this.state)) {
      return html`<p>${_("Die Themen dieses Ergebnisses sind zum nächsten Treffen mitgenommen.")}</p> ${this.#openForm()}`;
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
    if (this.state.workshop.cancelled_at) {
      return html`<p>${_("Dieses Treffen ist abgesagt. Eine Abstimmung lässt sich öffnen, wenn es doch stattfindet.")}</p>`;
    }
    if (!this.state.topics.some(({ state }) => state === "proposed")) {
      return html`<p>${_("Eine Abstimmung lässt sich öffnen, sobald ein Thema vorgeschlagen ist.")}</p>`;
    }
    return html`<form class="ws-form ws-desk__form" novalidate @submit=${(/** @type {SubmitEvent} */ event) => this.#open(event)}>
      ${this.#settings("open", suggested(this.state.workshop.minutes))} ${this.#begins("open")} ${this.#ends("open")}
      <div class="ws-desk__acts">${this.#button(_("Abstimmung öffnen"), null, "primary")}</div>
    </form>`;
  }

  /** How the poll is held may be changed until something is on a ballot; of a secret one nobody knows whether somebody has. */
  #changing() {
    const { poll } = this.state;
    if (!poll) return nothing;
    const announced = serverNow() < new Date(poll.opens_at);
    const entered = (this.desk?.missing ?? []).some(({ awaits }) => awaits);
    if (poll.voted || entered || (poll.secret && !announced)) {
      return html`<p class="ws-muted">${_("Wie gezählt wird, steht jetzt fest. Wenn Sie es ändern wollen, schließen Sie die Abstimmung und öffnen Sie eine neue.")}</p>`;
    }
    return html`<details class="ws-details">
      <summary>${_("Einstellungen ändern")}</summary>
      <form class="ws-form ws-desk__form" novalidate @submit=${(/** @type {SubmitEvent} */ event) => this.#change(event)}>
        ${this.#settings("change", settingsOf(poll), announced)} ${announced ? this.#begins("change", poll.opens_at) : nothing} ${this.#ends("change", poll.closes_at)}
        <div class="ws-desk__acts">${this.#button(_("Änderung speichern"), null, "secondary")}</div>
      </form>
    </details>`;
  }

  /** @param {"open" | "change"} form @param {Settings} at_first @param {boolean} [ahead]  whether the poll has not begun */
  #settings(form, at_first, ahead = true) {
    const settings = this.drafts[form] ?? at_first;
    return settingFields({ form, ahead }, settings, this.#errorsOf(form), (chosen) => {
      this.drafts = { ...this.drafts, [form]: withChoice(settings, chosen) };
      this.requestUpdate();
    });
  }

  #reopenForm() {
    return html`<form class="ws-form ws-desk__form" novalidate @submit=${(/** @type {SubmitEvent} */ event) => this.#reopen(event)}>
      <p>${_("Alle Stimmen bleiben erhalten; die Teams können sie wieder ändern.")}</p>
      ${this.#ends("reopen")}
      <div class="ws-desk__acts">${this.#button(_("Wieder öffnen"), null, "secondary")}</div>
    </form>`;
  }

  /**
   * @param {"open" | "change"} form
   * @param {string | null} [now]  what is set
   */
  #begins(form, now = null) {
    return timeField(form, "opens_at", { legend: _("Beginn"), plain: _("sofort"), at: _("zu einem Zeitpunkt"), error: this.#errorsOf(form).opens_at }, now);
  }

  /**
   * @param {"open" | "change" | "reopen"} form
   * @param {string | null} [now]  what is set
   */
  #ends(form, now = null) {
    return timeField(form, "closes_at", { legend: _("Ende"), plain: _("wenn ich sie schließe"), at: _("zu einem Zeitpunkt"), error: this.#errorsOf(form).closes_at }, now);
  }

  /**
   * @param {"open" | "change" | "reopen"} form
   * @returns {Errors}
   */
  #errorsOf(form) {
    return this.filledIn === form ? this.errors : {};
  }

  /** @param {string} label @param {(() => void) | null} act  without one the button submits its form @param {"primary" | "secondary"} kind */
  #button(label, act, kind) {
    const click = () => !this.busy && act?.();
    return html`<button type=${act ? "button" : "submit"} class="kern-btn kern-btn--${kind}" aria-disabled=${this.busy} @click=${click}>
      <span class="kern-label">${label}</span>
    </button>`;
  }

  /** @param {SubmitEvent} event */
  async #open(event) {
    const times = await this.#read("open", event);
    if (times) await this.#carryOut("poll.open", { ...(this.drafts.open ?? suggested(this.state.workshop.minutes)), ...times });
  }

  /** @param {SubmitEvent} event */
  async #change(event) {
    const { poll } = this.state, times = poll && (await this.#read("change", event));
    if (times) await this.#carryOut("poll.change", { ...(this.drafts.change ?? settingsOf(poll)), ...times });
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
      text: [_("Daraus wird der Ablauf mit Uhrzeiten und Pausen; ihn können Sie weiter ändern. Die Abstimmung kann nicht wieder geöffnet werden.")],
      confirm: _("Ablauf übernehmen"),
    });
    if (sure) await this.#carryOut("agenda.adopt", {});
  }

  /**
   * @param {"open" | "change" | "reopen"} form
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
      this.drafts = {};
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
