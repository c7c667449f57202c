// Which teams have not voted yet: the list on the facilitator's desk.

import { html } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { _, n_ } from "../gettext.js";

/** @import { DeskState, Poll } from "./state.js" */

/**
 * @param {Poll | null} poll
 * @param {DeskState["missing"]} missing
 */
export function stillMissing(poll, missing) {
  if (poll?.secret) return html`<p>${_("Geheim: Niemand erfährt, welches Team noch fehlt.")}</p>`;
  if (!missing.length) return html`<p>${_("Kein Team fehlt mehr.")}</p>`;
  return html`
    <p>${n_("Es fehlt noch {n} Team:", "Es fehlen noch {n} Teams:", missing.length)}</p>
    <ul class="ws-chips ws-desk__missing">
      ${repeat(missing, ({ id }) => id, ({ name }) => html`<li class="ws-chip">${name}</li>`)}
    </ul>
  `;
}
