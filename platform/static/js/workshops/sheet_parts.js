// The parts of a run sheet that everybody sees: what is on now, the picture of the day, the table behind it.

import { html, nothing, svg } from "lit";

import { clockTime } from "../dates.js";
import { _ } from "../gettext.js";
import { number } from "../numbers.js";
import { calledInFull, driftInWords, leftInWords } from "./sheet_words.js";

/** @import { Row, Timetable } from "./sheet_times.js" */

const MINUTE = 60_000;

/**
 * @param {Timetable} table
 * @param {unknown} buttons  of whoever leads
 */
export function nowPanel(table, buttons) {
  const { now, next, left, led, stage } = table;
  if (!now) {
    const words = led && stage === "past" ? _("Das Treffen ist beendet.") : "";
    if (!words && buttons === nothing) return nothing;
    return html`<div class="ws-now">${words ? html`<p class="ws-now__title">${words}</p>` : nothing}<div class="ws-now__acts">${buttons}</div></div>`;
  }
  return html`<div class="ws-now" role="group" aria-label=${_("Was jetzt ist")}>
    <p class="ws-now__kicker">${led ? html`<span class="ws-live">${_("Jetzt")}</span>` : _("Nach Plan ist jetzt dran")}</p>
    <p class="ws-now__title">${calledInFull(now)}</p>
    <p class="ws-now__left">${leftInWords(left)}</p>
    <progress class="ws-meter" max=${now.minutes} value=${Math.min(now.minutes, Math.max(0, now.minutes - left))} aria-hidden="true"></progress>
    <p>${next ? _("Danach um {time}: {title}", { time: clockTime(next.starts), title: calledInFull(next) }) : _("Danach ist das Treffen zu Ende.")}</p>
    ${led ? html`<p class="ws-now__drift">${driftInWords(table)}</p>` : nothing}
    <div class="ws-now__acts">${buttons}</div>
  </div>`;
}

/**
 * The day as a line, with a mark where it is now.
 *
 * @param {Timetable} table
 * @param {Date} now
 */
export function picture({ rows, opens, ends, stage }, now) {
  /** @param {Date} moment */
  const at = (moment) => (moment.getTime() - opens.getTime()) / MINUTE;
  const room = Math.max(1, at(ends));
  let topics = 0;
  /** @param {Row} row */
  const look = ({ kind }) => (kind === "topic" ? `is-${(topics++) % 2}` : "is-pause");
  return html`<svg class="ws-timeline" viewBox="0 0 ${room} 24" preserveAspectRatio="none" aria-hidden="true" focusable="false">
    <rect class="ws-timeline__rest" fill="none" width=${room} height="24"></rect>
    ${rows.map(
      (row) => svg`<rect class="ws-timeline__block ${look(row)}" x=${at(row.starts)} y="0" width=${Math.max(1, at(row.ends) - at(row.starts) - 1)} height="24"></rect>`,
    )}
    ${stage === "now" ? svg`<line class="ws-timeline__now" x1=${at(now)} x2=${at(now)} y1="0" y2="24" vector-effect="non-scaling-stroke"></line>` : nothing}
  </svg>`;
}

/** @param {Timetable} table */
export function tableOf({ rows }) {
  return html`<details class="ws-details">
    <summary>${_("Als Tabelle")}</summary>
    <div class="ws-table-scroll" role="region" tabindex="0" aria-labelledby="sheet-table">
      <table class="kern-table kern-table--small">
        <caption class="kern-title" id="sheet-table">${_("Ablauf des Treffens")}</caption>
        <thead>
          <tr class="kern-table__row">
            <th class="kern-table__header" scope="col">${_("Beginn")}</th>
            <th class="kern-table__header" scope="col">${_("Ende")}</th>
            <th class="kern-table__header" scope="col">${_("Was")}</th>
            <th class="kern-table__header kern-table__header--numeric" scope="col">${_("Minuten")}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) => html`<tr class="kern-table__row">
              <td class="kern-table__cell">${clockTime(row.starts)}</td>
              <td class="kern-table__cell">${clockTime(row.ends)}</td>
              <th class="kern-table__header" scope="row">${calledInFull(row)}</th>
              <td class="kern-table__cell kern-table__cell--numeric">${number(row.minutes)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}
