// <workshop-entering stream="workshop/…" facilitators-stream="…">: ballots that a facilitator fills in for teams in the room.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { _ } from "../gettext.js";
import { send, serverNow, showToast } from "../live.js";
import { LiveElement } from "../live/element.js";
import { Refusal } from "../live/shapes.js";
import { isWhole, paper, paperInWords } from "./papers/paper.js";
import { goOn } from "./papers/sheet.js";
import { phaseOf, standing } from "./phases.js";

/** @import { Sheet } from "./papers/sheet.js" */
/** @import { DeskState, Poll, WorkshopState } from "./state.js" */

/** @typedef {DeskState["missing"][number]} Team */

export class WorkshopEntering extends LiveElement {
  constructor() {
    super();
    /** @type {{team: Team, poll: string, values: Record<string, number>} | null}  the paper that is being filled in */
    this.entry = null;
    this.message = "";
    this.sending = false;
    this.unfolded = false;
    /** @type {{topic: string, act: string} | null} */
    this.focusOn = null;
  }

  streams() {
    return ["stream", "facilitators-stream"];
  }

  /** @returns {WorkshopState} */
  get state() {
    return this.stateOf();
  }

  /** @returns {Team[]} */
  get missing() {
    return this.stateOf("facilitators-stream")?.missing ?? [];
  }

  updated() {
    goOn(this, this.focusOn);
    this.focusOn = null;
  }

  draw() {
    const { poll, agenda } = this.state;
    this.wakeAt([poll?.opens_at, poll?.closes_at]);
    if (!poll || poll.secret || phaseOf(poll, agenda, serverNow()) !== "open" || !this.missing.length) return nothing;
    const entry = this.entry?.poll === poll.id ? this.entry : null;
    const there = entry && this.missing.some(({ id }) => id === entry.team.id);
    return html`<details class="ws-details ws-entering" ?open=${this.unfolded} @toggle=${this.#toggled}>
      <summary>${_("Stimmzettel für ein Team im Raum eintragen")}</summary>
      <p>${_("Für Teams, die gerade kein Gerät zur Hand haben. Der Stimmzettel zählt erst, wenn das Team ihn bestätigt hat.")}</p>
      ${entry && there ? this.#form(entry, poll) : this.#teams(poll)} ${entry && !there ? html`<p role="status">${_("{team} hat inzwischen selbst abgestimmt.", { team: entry.team.name })}</p>` : nothing}
    </details>`;
  }

  /** @param {Event} event  it stays as whoever works with it has left it, whatever is drawn anew */
  #toggled({ currentTarget }) {
    this.unfolded = /** @type {HTMLDetailsElement} */ (currentTarget).open;
  }

  /** @param {Poll} poll */
  #teams(poll) {
    /** @param {Team} team */
    const begin = (team) => () => {
      this.entry = { team, poll: poll.id, values: {} };
      this.message = "";
      this.requestUpdate();
      void this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector(".ws-entering__title"))?.focus());
    };
    return html`<ul class="ws-entering__teams">
      ${repeat(this.missing, ({ id }) => id, (team) => html`<li>
        <span class="ws-entering__team">${team.name}${team.awaits ? html` <span class="ws-muted">${_("wartet auf die Bestätigung des Teams")}</span>` : nothing}</span>
        <button type="button" class="kern-btn kern-btn--secondary" @click=${begin(team)}>
          <span class="kern-label">${team.awaits ? _("Neu eintragen") : _("Stimmzettel eintragen")}<span class="kern-sr-only">: ${team.name}</span></span>
        </button>
      </li>`)}
    </ul>`;
  }

  /**
   * @param {NonNullable<WorkshopEntering["entry"]>} entry
   * @param {Poll} poll
   */
  #form(entry, poll) {
    const sheet = this.#sheet(entry, poll);
    return html`
      <h3 class="ws-entering__title" tabindex="-1">${_("Stimmzettel von {team}", { team: entry.team.name })}</h3>
      ${paper(sheet)}
      ${isWhole(poll) ? nothing : html`<p class="ws-ballot__sum">${paperInWords(sheet)}</p>`}
      <p class="kern-error" role="alert" ?hidden=${!this.message}>${this.message}</p>
      <div class="ws-form__actions">
        <button type="button" class="kern-btn kern-btn--primary" aria-disabled=${this.sending} @click=${() => this.#enter(entry)}><span class="kern-label">${_("Eintragen und dem Team zeigen")}</span></button>
        <button type="button" class="kern-btn kern-btn--tertiary" @click=${() => this.#leave()}><span class="kern-label">${_("Abbrechen")}</span></button>
      </div>
    `;
  }

  /**
   * @param {NonNullable<WorkshopEntering["entry"]>} entry
   * @param {Poll} poll
   * @returns {Sheet}
   */
  #sheet(entry, poll) {
    /** @param {Record<string, number>} values */
    const set = (values) => {
      this.entry = { ...entry, values };
      this.requestUpdate();
    };
    return {
      name: "entering",
      topics: standing(this.state),
      poll,
      values: entry.values,
      reasons: null,
      open: true,
      by: () => nothing,
      pending: () => false,
      lit: () => false,
      mark: (topic, value) => set({ ...entry.values, [topic]: value }),
      fill: (values, focus) => {
        this.focusOn = focus ?? null;
        set(values);
      },
    };
  }

  /** @param {NonNullable<WorkshopEntering["entry"]>} entry */
  async #enter({ team, values }) {
    if (this.sending) return;
    this.sending = true;
    this.message = "";
    this.requestUpdate();
    try {
      await send(this.getAttribute("stream") ?? "", "ballot.enter", { poll: this.state.poll?.id ?? null, team: team.id, marks: values }, { quiet: true });
      showToast({ tone: "success", text: _("Eingetragen. {team} sieht den Stimmzettel jetzt und kann ihn bestätigen.", { team: team.name }) });
      this.#leave();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.message = refusal.fields.marks ?? refusal.message;
    } finally {
      this.sending = false;
      this.requestUpdate();
    }
  }

  #leave() {
    this.entry = null;
    this.message = "";
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector("summary")?.focus());
  }
}
