// The fields of a paper that is handed in as a whole: what can be said about one topic, by the method of the poll.

import { html } from "lit";

import { _ } from "../gettext.js";
import { minutes, number } from "../numbers.js";
import { kindOf } from "./methods.js";
import { BEST, gradeInWords } from "./papers/grades.js";
import { OBJECTS, voiceInWords } from "./papers/voices.js";

/** @import { Poll, Topic } from "./state.js" */

/**
 * What a paper says about a topic.
 *
 * @param {Poll} poll
 * @param {number} value
 */
export function valueInWords(poll, value) {
  switch (kindOf(poll.method)) {
    case "ticks":
      return value ? _("Ja, wollen wir") : _("nicht angekreuzt");
    case "voices":
      return voiceInWords(value);
    case "order":
      return value ? _("Platz {n}", { n: number(value) }) : _("nicht gereiht");
    case "grades":
      return gradeInWords(value);
    default:
      return number(value);
  }
}

/**
 * @param {{poll: Poll, topic: Topic, topics: number, value: number, change: (value: number) => void}} field
 */
export function topicField({ poll, topic, topics, value, change }) {
  const kind = kindOf(poll.method);
  const id = `secret-${topic.id}`;
  const label = html`<label class="kern-label" for=${id}>${topic.title} <span class="ws-muted">(${minutes(topic.minutes)})</span></label>`;
  const asked = topic.question ? html`<p class="ws-muted ws-secret__question" id="${id}-question">${topic.question}</p>` : "";
  const described = topic.question ? `${id}-question` : "";
  if (kind === "ticks") {
    const tick = (/** @type {Event} */ event) => change(/** @type {HTMLInputElement} */ (event.target).checked ? 1 : 0);
    return html`<div class="kern-form-check">
        <input class="kern-form-check__checkbox" type="checkbox" id=${id} aria-describedby=${described} .checked=${value === 1} @change=${tick} />
        ${label}
      </div>
      ${asked}`;
  }
  const type = (/** @type {Event} */ event) => change(Math.trunc(Number(/** @type {HTMLInputElement} */ (event.target).value)) || 0);
  if (kind === "dots") {
    return html`<div class="kern-form-input">
        ${label}
        <input class="kern-form-input__input ws-secret__number" type="number" inputmode="numeric" min="0" max=${poll.dots ?? 0} step="1" id=${id} aria-describedby=${described} .value=${String(value)} @change=${type} />
      </div>
      ${asked}`;
  }
  return html`<div class="kern-form-input">
      ${label}
      <div class="kern-form-input__select-wrapper">
        <select class="kern-form-input__select" id=${id} aria-describedby=${described} @change=${type}>
          ${choices(poll, topics).map((words, choice) => html`<option value=${choice} .selected=${choice === value}>${words}</option>`)}
        </select>
      </div>
    </div>
    ${asked}`;
}

/**
 * @param {Poll} poll
 * @param {number} topics
 */
function choices(poll, topics) {
  const most = { grades: BEST, voices: OBJECTS, order: topics, ticks: 1, dots: poll.dots ?? 0 }[kindOf(poll.method)];
  return Array.from({ length: most + 1 }, (_none, value) => valueInWords(poll, value));
}
