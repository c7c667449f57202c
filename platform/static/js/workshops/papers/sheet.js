// What all kinds of paper have in common: what they are drawn from, and the line of a topic.

import { html, nothing } from "lit";

import { classes } from "../../live/classes.js";
import { minutes } from "../../numbers.js";

/** @import { Poll, Topic } from "../state.js" */

/**
 * A paper somebody writes on. `name` keeps the fields of two papers on one page apart; `reasons` is null where nobody
 * gives reasons; `mark` writes about one topic, `fill` the whole paper.
 *
 * @typedef {object} Sheet
 * @property {string} name
 * @property {Topic[]} topics  those that stand for election
 * @property {Poll} poll
 * @property {Record<string, number>} values  by topic; what is not there has not been said
 * @property {Record<string, string> | null} reasons
 * @property {boolean} open  whether it can be written on
 * @property {(topic: string) => unknown} by  who wrote it last
 * @property {(topic: string) => boolean} pending
 * @property {(topic: string) => boolean} lit
 * @property {(topic: string, value: number, reason?: string) => void} mark
 * @property {(values: Record<string, number>, focus?: {topic: string, act: string}) => void} fill
 */

/**
 * The line of a topic that is no button itself: title and minutes, then what is said about it.
 *
 * @param {Sheet} sheet
 * @param {Topic} topic
 * @param {{on: boolean, said: unknown, place?: unknown}} parts
 */
export function line(sheet, topic, { on, said, place = nothing }) {
  const { id, title, question } = topic;
  return html`<li class=${itemClasses(sheet, id, on)} data-topic=${id}>
    <div class="ws-paper__head">
      ${place}
      <h3 class="ws-ballot__title" id="${sheet.name}-${id}">${title}</h3>
      <span class="ws-ballot__meta">${minutes(topic.minutes)}</span>
    </div>
    ${question ? html`<p class="ws-ballot__question ws-muted">${question}</p>` : nothing}
    <div class="ws-paper__said">${said}</div>
    <p class="ws-ballot__by">${sheet.by(id)}</p>
  </li>`;
}

/**
 * @param {Sheet} sheet
 * @param {string} topic
 * @param {boolean} on
 */
export function itemClasses(sheet, topic, on) {
  return classes("ws-ballot__item", on && "is-on", sheet.pending(topic) && "is-pending", sheet.lit(topic) && "just-changed");
}

/**
 * Whoever has moved a topic goes on at it, wherever it stands now.
 *
 * @param {HTMLElement} within
 * @param {{topic: string, act: string} | null} on
 */
export function goOn(within, on) {
  if (!on) return;
  /** @type {HTMLElement | null} */ (within.querySelector(`[data-topic="${on.topic}"] [data-act="${on.act}"]`))?.focus();
}
