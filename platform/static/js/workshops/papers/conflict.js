// Two have written on the same paper: both versions side by side, and the choice between them.

import { html } from "lit";

import { lately } from "../../dates.js";
import { _ } from "../../gettext.js";
import { serverNow } from "../../live.js";
import { called } from "../../people/names.js";
import { asList } from "./paper.js";

/** @import { Poll, Topic } from "../state.js" */

/**
 * `mine` was refused because of `theirs`.
 *
 * @typedef {{mine: Record<string, number>,
 *            theirs: {version: number, marks: Record<string, number>, by: {id: string, name: string}, at: string | null}}} Conflict
 */

/**
 * @param {Poll} poll
 * @param {Topic[]} topics
 * @param {Conflict} conflict
 * @param {{save: () => void, keep: () => void}} acts
 */
export function conflictOf(poll, topics, { mine, theirs }, { save, keep }) {
  const moment = theirs.at ? lately(theirs.at, serverNow()) : "";
  return html`<section class="ws-conflict" aria-labelledby="conflict-title">
    <h3 class="ws-conflict__title" id="conflict-title">${_("Ihr Team hat gleichzeitig zwei Fassungen gespeichert")}</h3>
    <p role="alert">${_("Der Stimmzettel Ihres Teams ist inzwischen ein anderer. Bitte entscheiden Sie, welche Fassung gilt.")}</p>
    <div class="ws-conflict__both">
      <div class="ws-conflict__one">
        <h4>${_("Ihre Fassung")}</h4>
        ${asList(poll, topics, mine)}
        <button type="button" class="kern-btn kern-btn--primary" @click=${save}><span class="kern-label">${_("Meine Fassung speichern")}</span></button>
      </div>
      <div class="ws-conflict__one">
        <h4>${_("Fassung von {name}, {moment}", { name: called(theirs.by), moment })}</h4>
        ${asList(poll, topics, theirs.marks)}
        <button type="button" class="kern-btn kern-btn--secondary" @click=${keep}><span class="kern-label">${_("Die andere behalten")}</span></button>
      </div>
    </div>
  </section>`;
}
