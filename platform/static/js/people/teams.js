// <cohort-teams stream="cohort/…">: the teams of a cohort and who is in them, kept right while people come and go.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { _ } from "../gettext.js";
import { announce } from "../live.js";
import { classes } from "../live/classes.js";
import { LiveElement } from "../live/element.js";
import { page } from "../page.js";

/** @import { LiveEvent } from "../live/shapes.js" */
/** @import { Team } from "./state.js" */

export class CohortTeams extends LiveElement {
  /**
   * @param {string} _attribute
   * @param {LiveEvent[]} events
   */
  noticed(_attribute, events) {
    for (const { name, body } of events) {
      if (name !== "team.changed") continue;
      this.lightUp(body.team.id);
      announce(_("Das Team {name} hat sich geändert.", { name: body.team.name }), body.team.id);
    }
  }

  draw() {
    /** @type {import("./state.js").CohortState} */
    const { teams } = this.stateOf();
    if (!teams.length) {
      return html`<div class="ws-empty">
        <span class="kern-icon kern-icon--large ws-icon ws-icon--team" aria-hidden="true"></span>
        <h2 class="ws-empty__title">${_("Noch gibt es keine Teams")}</h2>
        <p>${_("Hier stehen die Teams des Durchgangs, sobald die Verwaltung sie angelegt hat.")}</p>
      </div>`;
    }
    return html`
      <h2 class="kern-sr-only">${_("Teams des Durchgangs")}</h2>
      <ul class="ws-teams">
        ${repeat(teams, ({ id }) => id, (team) => this.#team(team))}
      </ul>
    `;
  }

  /** @param {Team} team */
  #team({ id, name, members }) {
    const mine = id === page.team;
    return html`<li class=${classes("ws-team", mine && "is-mine", this.lit.has(id) && "just-changed")} data-team=${id}>
      <h3 class="ws-team__name">${name}</h3>
      ${mine ? html`<span class="kern-badge kern-badge--info"><span class="kern-label">${_("Ihr Team")}</span></span>` : nothing}
      ${members.length
        ? html`<ul class="ws-team__members">${repeat(members, (person) => person.id, (person) => html`<li>${person.name}</li>`)}</ul>`
        : html`<p class="ws-muted">${_("Noch ist niemand in diesem Team.")}</p>`}
    </li>`;
  }
}
