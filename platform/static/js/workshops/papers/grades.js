// A paper of grades: every topic gets one from 0 to 5.

import { html } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { _, n_ } from "../../gettext.js";
import { number } from "../../numbers.js";
import { line } from "./sheet.js";

/** @import { Topic } from "../state.js" */
/** @import { Sheet } from "./sheet.js" */

export const BEST = 5;
const GRADES = Array.from({ length: BEST + 1 }, (_none, grade) => grade);

/** @param {Sheet} sheet */
export function grades(sheet) {
  return html`<ul class="ws-ballot__list">
    ${repeat(sheet.topics, ({ id }) => id, (topic) => choice(sheet, topic))}
  </ul>`;
}

/**
 * @param {Sheet} sheet
 * @param {Topic} topic
 */
function choice(sheet, topic) {
  const { id } = topic;
  const value = sheet.values[id];
  const on = (value ?? 0) > 0;
  const words = value === undefined ? _("noch ohne Note") : _("Note {n} von {best}", { n: number(value), best: number(BEST) });
  if (!sheet.open) return line(sheet, topic, { on, said: html`<p>${words}</p>` });
  const said = html`<div class="ws-grades" role="radiogroup" aria-labelledby="${sheet.name}-${id}">
      <span class="ws-grades__end" aria-hidden="true">${_("wollen wir nicht")}</span>
      ${GRADES.map((grade) => html`<label class="ws-grades__one">
        <input type="radio" name="${sheet.name}-grade-${id}" value=${grade} .checked=${value === grade} aria-label=${gradeInWords(grade)} @change=${() => sheet.mark(id, grade)} />
        <span aria-hidden="true">${number(grade)}</span>
      </label>`)}
      <span class="ws-grades__end" aria-hidden="true">${_("wollen wir unbedingt")}</span>
    </div>
    <p class="ws-paper__word">${words}</p>`;
  return line(sheet, topic, { on, said });
}

/** @param {number} grade */
export function gradeInWords(grade) {
  if (grade === 0) return _("0, wollen wir nicht");
  return grade === BEST ? _("5, wollen wir unbedingt") : number(grade);
}

/** @param {Sheet} sheet */
export function gradesInWords({ topics, values }) {
  const graded = topics.filter(({ id }) => values[id] !== undefined).length;
  return n_("{n} Thema hat eine Note.", "{n} Themen haben eine Note.", graded);
}
