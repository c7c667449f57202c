// <workshop-projector stream="workshop/…">: what goes on now, for the wall of the room. It knows what everybody there may see, no more.

import { html, nothing } from "lit";

import { _, n_ } from "../gettext.js";
import { serverNow } from "../live.js";
import { LiveElement } from "../live/element.js";
import { clockTime } from "../dates.js";
import { minutes } from "../numbers.js";
import { heldHow } from "./methods.js";
import { hasNoBallots, meetingMoments, phaseOf, standing, stateInWords, tallyOf } from "./phases.js";
import { nowPanel } from "./sheet_parts.js";
import { timetable } from "./sheet_times.js";
import { calledInFull } from "./sheet_words.js";
import { tallyBars, turnout } from "./tally.js";

/** @import { LiveEvent } from "../live/shapes.js" */
/** @import { Row } from "./sheet_times.js" */
/** @import { Agenda, Poll, WorkshopState } from "./state.js" */

const MINUTE = 60_000;

export class WorkshopProjector extends LiveElement {
  /** @returns {WorkshopState} */
  get state() {
    return this.stateOf();
  }

  /**
   * @param {string} _attribute
   * @param {LiveEvent[]} events
   */
  noticed(_attribute, events) {
    for (const { name, body } of events) if (name === "poll.tally_changed" && body.topic) this.lightUp(body.topic);
  }

  draw() {
    const { poll, agenda, workshop, sheet } = this.state;
    const now = serverNow();
    const table = sheet && timetable(sheet, workshop.starts_at, now);
    const minute = table?.stage === "now" ? new Date((Math.floor(now.getTime() / MINUTE) + 1) * MINUTE) : null;
    this.wakeAt([poll?.opens_at, poll?.closes_at, ...meetingMoments(this.state, now), table?.opens, minute]);
    const phase = phaseOf(poll, agenda, now);
    const goesOn = table?.now && !workshop.cancelled_at;
    return html`<section class="ws-stack" data-phase=${phase}>
      <p class="ws-projector__state">${stateInWords(this.state, now).words}</p>
      ${poll && !poll.closed_at ? this.#vote(poll) : nothing}
      ${table ? (goesOn ? nowPanel(table, nothing) : planned(table.rows)) : agenda ? chosen(agenda) : nothing}
      ${hasNoBallots(phase) ? this.#proposed() : nothing}
    </section>`;
  }

  /** @param {Poll} poll */
  #vote(poll) {
    return html`
      ${turnout(poll)}
      ${poll.tally
        ? tallyBars(tallyOf(this.state), poll, (id) => this.lit.has(id))
        : html`<ul class="ws-projector__list">
            ${standing(this.state).map(({ title, minutes: length }) => html`<li>${title} <span class="ws-muted">${minutes(length)}</span></li>`)}
          </ul>`}
      <p class="ws-muted">${heldHow(poll).join(" ")}</p>
    `;
  }

  #proposed() {
    const topics = this.state.topics.filter(({ state }) => state === "proposed");
    if (!topics.length) return html`<p>${_("Noch ist kein Thema vorgeschlagen.")}</p>`;
    return html`
      <p>${n_("{n} Thema ist vorgeschlagen.", "{n} Themen sind vorgeschlagen.", topics.length)}</p>
      <ul class="ws-projector__list">
        ${topics.map(({ title, minutes: length }) => html`<li>${title} <span class="ws-muted">${minutes(length)}</span></li>`)}
      </ul>
    `;
  }
}

/** @param {Row[]} rows */
function planned(rows) {
  return html`<ul class="ws-projector__list">
    ${rows.map((row) => html`<li><time datetime=${row.starts.toISOString()}>${clockTime(row.starts)}</time> ${calledInFull(row)}</li>`)}
  </ul>`;
}

/** @param {Agenda} agenda */
function chosen({ blocks }) {
  if (!blocks.length) return html`<p>${_("Kein Thema ist gewählt.")}</p>`;
  return html`<ol class="ws-projector__list">
    ${blocks.map(({ title, minutes: length }) => html`<li>${title} <span class="ws-muted">${minutes(length)}</span></li>`)}
  </ol>`;
}
