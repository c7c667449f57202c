// A paper of dots: so many for the team, more or fewer of them on each topic.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { _, n_ } from "../../gettext.js";
import { announce } from "../../live.js";
import { line } from "./sheet.js";

/** @import { Topic } from "../state.js" */
/** @import { Sheet } from "./sheet.js" */

/**
 * How many are still to be given.
 *
 * @param {Sheet} sheet
 */
export function dotsLeft({ poll, topics, values }) {
  return (poll.dots ?? 0) - topics.reduce((sum, { id }) => sum + (values[id] ?? 0), 0);
}

/** @param {Sheet} sheet */
export function dots(sheet) {
  return html`
    ${sheet.open ? html`<p class="ws-paper__left">${dotsInWords(sheet)}</p>` : nothing}
    <ul class="ws-ballot__list">
      ${repeat(sheet.topics, ({ id }) => id, (topic) => choice(sheet, topic))}
    </ul>
  `;
}

/**
 * @param {Sheet} sheet
 * @param {Topic} topic
 */
function choice(sheet, topic) {
  const { id, title } = topic;
  const value = sheet.values[id] ?? 0;
  const words = value ? n_("{n} Punkt", "{n} Punkte", value) : _("keine Punkte");
  if (!sheet.open) return line(sheet, topic, { on: value > 0, said: html`<p class="ws-stepper__value">${words}</p>` });
  /** @param {number} by */
  const change = (by) => () => {
    if (value + by < 0 || dotsLeft(sheet) < by) return;
    const values = { ...sheet.values, [id]: value + by };
    sheet.fill(values);
    const now = { ...sheet, values };
    announce(`${title}: ${n_("{n} Punkt", "{n} Punkte", value + by)}. ${dotsInWords(now)}`, "paper");
  };
  const said = html`<div class="ws-stepper" role="group" aria-labelledby="${sheet.name}-${id}">
    <button type="button" class="ws-stepper__button" data-act="less" aria-disabled=${value === 0} aria-label=${_("Einen Punkt weniger für {title}", { title })} @click=${change(-1)}>−</button>
    <span class="ws-stepper__value">${words}</span>
    <button type="button" class="ws-stepper__button" data-act="more" aria-disabled=${dotsLeft(sheet) < 1} aria-label=${_("Einen Punkt mehr für {title}", { title })} @click=${change(1)}>+</button>
  </div>`;
  return line(sheet, topic, { on: value > 0, said });
}

/** @param {Sheet} sheet */
export function dotsInWords(sheet) {
  const left = dotsLeft(sheet);
  if (left > 0) return n_("Noch {n} Punkt zu verteilen.", "Noch {n} Punkte zu verteilen.", left);
  return _("Alle Punkte sind verteilt. Nehmen Sie einem Thema einen weg, um ihn einem anderen zu geben.");
}
