// A paper for a consent: whether the team agrees, has a concern or objects, and why.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { _, n_ } from "../../gettext.js";
import { line } from "./sheet.js";

/** @import { Topic } from "../state.js" */
/** @import { Sheet } from "./sheet.js" */

export const ASIDE = 0;
export const AGREES = 1;
export const CONCERN = 2;
export const OBJECTS = 3;
const ORDER = [AGREES, CONCERN, OBJECTS, ASIDE];
const LONGEST_REASON = 300;

/** @param {Sheet} sheet */
export function voices(sheet) {
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
  const on = value === AGREES || value === CONCERN;
  const reason = sheet.reasons?.[id] ?? "";
  if (!sheet.open) {
    const words = value === undefined ? _("nichts gesagt") : voiceInWords(value);
    return line(sheet, topic, { on, said: html`<p>${words}${reason ? html` <q>${reason}</q>` : nothing}</p>` });
  }
  const said = html`<div class="ws-voices" role="radiogroup" aria-labelledby="${sheet.name}-${id}">
      ${ORDER.map((voice) => html`<label class="ws-voices__one">
        <input type="radio" name="${sheet.name}-voice-${id}" value=${voice} .checked=${value === voice} @change=${() => sheet.mark(id, voice, voice >= CONCERN ? reason : "")} />
        <span>${voiceInWords(voice)}</span>
      </label>`)}
    </div>
    ${sheet.reasons && value !== undefined && value >= CONCERN ? why(sheet, id, value, reason) : nothing}`;
  return line(sheet, topic, { on, said });
}

/**
 * @param {Sheet} sheet
 * @param {string} topic
 * @param {number} value
 * @param {string} reason
 */
function why(sheet, topic, value, reason) {
  const id = `${sheet.name}-reason-${topic}`;
  /** @param {Event} event */
  const write = ({ target }) => sheet.mark(topic, value, /** @type {HTMLInputElement} */ (target).value);
  return html`<div class="kern-form-input ws-voices__why">
    <label class="kern-label" for=${id}>${value === OBJECTS ? _("Was spricht dagegen?") : _("Worauf ist zu achten?")}</label>
    <div class="kern-hint" id="${id}-hint">${_("Freiwillig, in einem Satz. Ihr Team sieht ihn sofort, alle anderen mit dem Ergebnis.")}</div>
    <input class="kern-form-input__input" type="text" id=${id} maxlength=${LONGEST_REASON} autocomplete="off" aria-describedby="${id}-hint" .value=${reason} @input=${write} />
  </div>`;
}

/** @param {number} voice */
export function voiceInWords(voice) {
  switch (voice) {
    case AGREES:
      return _("Wir stimmen zu");
    case CONCERN:
      return _("Wir stimmen zu, haben aber Bedenken");
    case OBJECTS:
      return _("Wir haben einen schwerwiegenden Einwand");
    default:
      return _("Wir halten uns heraus");
  }
}

/** @param {Sheet} sheet */
export function voicesInWords({ topics, values }) {
  const said = topics.filter(({ id }) => values[id] !== undefined).length;
  return n_("Zu {n} Thema hat Ihr Team etwas gesagt.", "Zu {n} Themen hat Ihr Team etwas gesagt.", said);
}
