// A paper for an order: the topics a team wants, the best on top, and below them those it leaves out.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { _, n_ } from "../../gettext.js";
import { announce } from "../../live.js";
import { number } from "../../numbers.js";
import { moved, ranking, ranks } from "./ranks.js";
import { line } from "./sheet.js";

/** @import { Topic } from "../state.js" */
/** @import { Sheet } from "./sheet.js" */

/** @param {Sheet} sheet */
export function order(sheet) {
  const ids = ranking(sheet);
  const of = new Map(sheet.topics.map((topic) => [topic.id, topic]));
  const ranked = ids.flatMap((id) => of.get(id) ?? []);
  const rest = sheet.topics.filter(({ id }) => !ids.includes(id));
  return html`
    <h3 class="ws-paper__part" id="${sheet.name}-ranked">${_("Ihre Reihenfolge")}</h3>
    ${ranked.length ? nothing : html`<p class="ws-muted">${_("Noch ist nichts gereiht.")}</p>`}
    <ol class="ws-ballot__list" aria-labelledby="${sheet.name}-ranked">
      ${repeat(ranked, ({ id }) => id, (topic, at) => place(sheet, ids, topic, at))}
    </ol>
    ${rest.length ? html`<h3 class="ws-paper__part" id="${sheet.name}-rest">${_("Nicht gereiht")}</h3>` : nothing}
    <ul class="ws-ballot__list" aria-labelledby=${rest.length ? `${sheet.name}-rest` : nothing}>
      ${repeat(rest, ({ id }) => id, (topic) => outside(sheet, ids, topic))}
    </ul>
  `;
}

/**
 * @param {Sheet} sheet
 * @param {string[]} ids
 * @param {Topic} topic
 * @param {number} at
 */
function place(sheet, ids, topic, at) {
  const { id, title } = topic;
  /**
   * @param {number} to
   * @param {string} act
   */
  const move = (to, act) => () => {
    if (to < ids.length) put(sheet, topic, moved(ids, id, to), { topic: id, act: to < 0 ? "rank" : act });
  };
  const said = html`<div class="ws-stepper" role="group" aria-labelledby="${sheet.name}-${id}">
    <button type="button" class="ws-stepper__button" data-act="up" aria-disabled=${at === 0} aria-label=${_("{title} nach oben", { title })} @click=${at ? move(at - 1, "up") : null}>
      <span aria-hidden="true">↑</span>
    </button>
    <button type="button" class="ws-stepper__button" data-act="down" aria-disabled=${at === ids.length - 1} aria-label=${_("{title} nach unten", { title })} @click=${move(at + 1, "down")}>
      <span aria-hidden="true">↓</span>
    </button>
    <button type="button" class="kern-btn kern-btn--tertiary" data-act="out" @click=${move(-1, "rank")}>
      <span class="kern-label">${_("herausnehmen")}<span class="kern-sr-only">: ${title}</span></span>
    </button>
  </div>`;
  const spot = html`<span class="ws-paper__place"><span class="kern-sr-only">${_("Platz")} </span>${number(at + 1)}</span>`;
  return line(sheet, topic, { on: true, said: sheet.open ? said : nothing, place: spot });
}

/**
 * @param {Sheet} sheet
 * @param {string[]} ids
 * @param {Topic} topic
 */
function outside(sheet, ids, topic) {
  const { id, title } = topic;
  const rank = () => put(sheet, topic, moved(ids, id, ids.length), { topic: id, act: "up" });
  const said = html`<button type="button" class="kern-btn kern-btn--secondary" data-act="rank" @click=${rank}>
    <span class="kern-label">${_("Auf Platz {n} setzen", { n: number(ids.length + 1) })}<span class="kern-sr-only">: ${title}</span></span>
  </button>`;
  return line(sheet, topic, { on: false, said: sheet.open ? said : nothing });
}

/**
 * @param {Sheet} sheet
 * @param {Topic} topic
 * @param {string[]} ids
 * @param {{topic: string, act: string}} focus  where whoever moved it goes on
 */
function put(sheet, { id, title }, ids, focus) {
  sheet.fill(ranks(ids), focus);
  const at = ids.indexOf(id);
  const values = { title, n: number(at + 1), all: number(ids.length) };
  announce(at < 0 ? _("{title} ist nicht mehr gereiht.", values) : _("{title} ist auf Platz {n} von {all}.", values), "paper");
}

/** @param {Sheet} sheet */
export function orderInWords(sheet) {
  return n_("Gereiht: {n} Thema.", "Gereiht: {n} Themen.", ranking(sheet).length);
}
