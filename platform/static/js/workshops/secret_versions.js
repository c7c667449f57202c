// Two versions of a team's paper beside each other: what was handed in, and what somebody was about to hand in.

import { html, nothing } from "lit";

import { _ } from "../gettext.js";
import { valueInWords } from "./secret_fields.js";

/** @import { Poll, Topic } from "./state.js" */

/** @typedef {{marks: Record<string, number>, abstained: boolean}} Said  what a paper says */

/**
 * Only what differs.
 *
 * @param {{poll: Poll, topics: Topic[], own: Said, other: Said, acts: unknown}} versions
 */
export function twoVersions({ poll, topics, own, other, acts }) {
  const differing = topics.filter(({ id }) => (own.marks[id] ?? 0) !== (other.marks[id] ?? 0));
  const abstention = (/** @type {boolean} */ value) => (value ? _("Enthaltung") : _("keine Enthaltung"));
  return html`<div class="ws-secret__conflict ws-stack" role="group" aria-labelledby="secret-conflict">
    <h4 class="kern-title kern-title--small" id="secret-conflict" tabindex="-1">${_("Ihr Team hat inzwischen einen anderen Stimmzettel abgegeben")}</h4>
    <div class="ws-table-scroll" role="region" tabindex="0" aria-labelledby="secret-conflict">
      <table class="kern-table">
        <thead class="kern-table__head">
          <tr class="kern-table__row">
            <th class="kern-table__header" scope="col">${_("Thema")}</th>
            <th class="kern-table__header" scope="col">${_("Abgegeben")}</th>
            <th class="kern-table__header" scope="col">${_("Bei Ihnen")}</th>
          </tr>
        </thead>
        <tbody class="kern-table__body">
          ${differing.map(({ id, title }) => row(title, valueInWords(poll, other.marks[id] ?? 0), valueInWords(poll, own.marks[id] ?? 0)))}
          ${own.abstained === other.abstained ? nothing : row(_("Wir enthalten uns"), abstention(other.abstained), abstention(own.abstained))}
        </tbody>
      </table>
    </div>
    <div class="ws-cluster">${acts}</div>
  </div>`;
}

/**
 * @param {string} title
 * @param {string} there
 * @param {string} here
 */
function row(title, there, here) {
  return html`<tr class="kern-table__row">
    <th class="kern-table__cell" scope="row">${title}</th>
    <td class="kern-table__cell">${there}</td>
    <td class="kern-table__cell">${here}</td>
  </tr>`;
}
