// How a vote stands: the turnout, the count for whoever may see it by now, and how it is counted.

import { html, nothing } from "lit";

import { _ } from "../gettext.js";
import { OBJECTS } from "./papers/voices.js";
import { tallyOf } from "./phases.js";
import { howItIsCounted, tallyBars, turnout } from "./tally.js";

/** @import { BallotState, Poll, WorkshopState } from "./state.js" */

/**
 * @param {WorkshopState} state
 * @param {BallotState | undefined} ballot
 * @param {(id: string) => boolean} isLit
 */
export function standOf(state, ballot, isLit) {
  const { poll, agenda } = state;
  // A secret poll with too few ballots has nothing to show.
  if (!poll || (poll.secret && poll.closed_at && !agenda)) return nothing;
  const tally = poll.tally ?? (ballot?.poll === poll.id ? ballot.tally : null);
  const hidden = !tally && !poll.closed_at;
  const bars = tallyBars(tallyOf(state, tally), poll, isLit);
  return html`
    <h2 class="kern-title">${_("Stand der Abstimmung")}</h2>
    ${turnout(poll)} ${hidden ? html`<p class="ws-tally__hidden">${whenShown(poll, ballot)}</p>` : bars} ${voices(state)}
    <details class="ws-details">
      <summary>${_("So wird gezählt")}</summary>
      ${howItIsCounted(poll)}
    </details>
  `;
}

/**
 * @param {Poll} poll
 * @param {BallotState | undefined} ballot
 */
function whenShown({ show, id }, ballot) {
  if (show !== "own") return _("Den Zwischenstand sieht bis zum Schluss niemand.");
  return ballot?.entitled && ballot.poll === id
    ? _("Den Zwischenstand sehen Sie, sobald Ihr Team abgestimmt hat.")
    : _("Den Zwischenstand sehen bis zum Schluss nur die Teams, die schon abgestimmt haben.");
}

/**
 * The concerns and objections of a consent that is over.
 *
 * @param {WorkshopState} state
 */
function voices({ poll, topics }) {
  const said = topics.filter(({ id }) => poll?.voices?.[id]?.length);
  if (!said.length) return nothing;
  return html`<h3>${_("Bedenken und Einwände")}</h3>
    <ul class="ws-concerns">
      ${said.map(({ id, title }) => html`<li>
        <strong>${title}</strong>
        <ul>
          ${(poll?.voices?.[id] ?? []).map(({ value, reason }) => html`<li>${value === OBJECTS ? _("Schwerwiegender Einwand") : _("Bedenken")}${reason ? `: ${reason}` : nothing}</li>`)}
        </ul>
      </li>`)}
    </ul>`;
}
