// How many teams want a topic: a bar to look at, the same in words to read.

import { html } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { _ } from "../gettext.js";
import { classes } from "../live/classes.js";
import { number } from "../numbers.js";

/**
 * @typedef {{id: string, title: string, approvals: number, chosen?: boolean}} Row
 */

/**
 * @param {Row[]} rows
 * @param {number} teams  how many teams may vote
 * @param {(id: string) => boolean} isLit  whether the row has just changed
 */
export function tallyBars(rows, teams, isLit) {
  return html`<ol class="ws-tally">
    ${repeat(rows, ({ id }) => id, ({ id, title, approvals, chosen }) => html`
      <li class=${classes("ws-tally__row", chosen && "is-chosen", isLit(id) && "just-changed")} data-topic=${id}>
        <span class="ws-tally__label">
          ${title}${chosen ? html` <span class="kern-icon kern-icon--small ws-icon ws-icon--check" role="img" aria-label=${_("gewählt")}></span>` : ""}
        </span>
        <progress class="ws-meter" max=${Math.max(teams, 1)} .value=${approvals} aria-hidden="true"></progress>
        <span class="ws-tally__value">${_("{n} von {all} Teams", { n: number(approvals), all: number(teams) })}</span>
      </li>`)}
  </ol>`;
}

/**
 * The rule and the lot for equal numbers: said while people vote, not only afterwards.
 *
 * @param {{seed: string}} poll
 */
export function howItIsCounted({ seed }) {
  return html`
    <p>${_("Das Thema mit den meisten Stimmen kommt zuerst, dann das nächste, solange es in die Minuten passt. Was nicht mehr passt, wird übersprungen.")}</p>
    <p>${_("Bei gleich vielen Stimmen entscheidet ein Los, das beim Öffnen der Abstimmung gezogen wurde:")}</p>
    <p class="ws-seed"><span class="kern-icon ws-icon ws-icon--seed" aria-hidden="true"></span> <code>${seed}</code></p>
  `;
}

/**
 * @param {{voted: number | null, teams: number, closed_at?: string | null}} poll  in a secret poll nobody learns how many have voted
 */
export function turnout({ voted, teams, closed_at }) {
  if (voted === null && closed_at) return html`<p class="ws-turnout__words">${_("Es haben zu wenige Teams abgestimmt.")}</p>`;
  if (voted === null) return html`<p class="ws-turnout__words">${_("Wie viele Teams abgestimmt haben, zeigt sich erst nach dem Schluss.")}</p>`;
  const words = voted === teams
    ? _("Alle {all} Teams haben abgestimmt", { all: number(teams) })
    : _("{n} von {all} Teams haben abgestimmt", { n: number(voted), all: number(teams) });
  return html`<p class="ws-turnout">
    <progress class="ws-meter" max=${Math.max(teams, 1)} .value=${voted} aria-hidden="true"></progress>
    <span class="ws-turnout__words">${words}</span>
  </p>`;
}
