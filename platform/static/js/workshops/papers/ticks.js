// A paper of ticks: every topic one wide switch.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { _, n_ } from "../../gettext.js";
import { minutes } from "../../numbers.js";
import { itemClasses } from "./sheet.js";

/** @import { Topic } from "../state.js" */
/** @import { Sheet } from "./sheet.js" */

/** @param {Sheet} sheet */
export function ticks(sheet) {
  return html`<ul class="ws-ballot__list">
    ${repeat(sheet.topics, ({ id }) => id, (topic) => choice(sheet, topic))}
  </ul>`;
}

/**
 * @param {Sheet} sheet
 * @param {Topic} topic
 */
function choice(sheet, topic) {
  const { id, title, question } = topic;
  const on = sheet.values[id] === 1;
  const toggle = () => sheet.open && sheet.mark(id, on ? 0 : 1);
  return html`<li class=${itemClasses(sheet, id, false)} data-topic=${id}>
    <button type="button" class="ws-ballot__toggle" aria-pressed=${on} aria-disabled=${!sheet.open} @click=${toggle}>
      <span class="ws-ballot__box" aria-hidden="true"></span>
      <span class="ws-ballot__title">${title}</span>
      <span class="ws-ballot__meta">${minutes(topic.minutes)}</span>
      <span class="ws-ballot__word">${on ? _("Ja, wollen wir") : _("nicht angekreuzt")}</span>
    </button>
    ${question ? html`<p class="ws-ballot__question ws-muted">${question}</p>` : nothing}
    <p class="ws-ballot__by">${sheet.by(id)}</p>
  </li>`;
}

/** @param {Sheet} sheet */
export function ticksInWords({ topics, values, poll }) {
  const chosen = topics.filter(({ id }) => values[id] === 1);
  const sum = chosen.reduce((all, topic) => all + topic.minutes, 0);
  const said = { sum: minutes(sum), room: minutes(poll.minutes) };
  return n_("Angekreuzt: {n} Thema, {sum} von {room}.", "Angekreuzt: {n} Themen, {sum} von {room}.", chosen.length, said);
}
