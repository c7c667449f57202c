// The paper of a poll, whatever kind it is: how it is filled in, drawn, and said in words.

import { html } from "lit";

import { _, n_ } from "../../gettext.js";
import { kindOf } from "../methods.js";
import { dots } from "./dots.js";
import { grades, gradesInWords } from "./grades.js";
import { order, orderInWords } from "./order.js";
import { ranking } from "./ranks.js";
import { ticks, ticksInWords } from "./ticks.js";
import { voices, voicesInWords } from "./voices.js";

/** @import { Poll, Topic } from "../state.js" */
/** @import { Sheet } from "./sheet.js" */

const DRAWN = { ticks, dots, grades, order, voices };
const IN_WORDS = { ticks: ticksInWords, dots: () => "", grades: gradesInWords, order: orderInWords, voices: voicesInWords };

/** @param {Sheet} sheet */
export function paper(sheet) {
  return DRAWN[kindOf(sheet.poll.method)](sheet);
}

/** @param {Sheet} sheet  one of dots says by itself how many are left */
export function paperInWords(sheet) {
  return IN_WORDS[kindOf(sheet.poll.method)](sheet);
}

/**
 * What stands below the paper of a team.
 *
 * @param {Sheet} sheet
 * @param {boolean} abstained
 */
export function sumInWords(sheet, abstained) {
  if (abstained) return sheet.poll.closed_at ? _("Ihr Team hat sich enthalten.") : _("Ihr Team enthält sich. Was eingetragen ist, ruht solange.");
  return paperInWords(sheet);
}

/**
 * Whether it is written whole: one topic says nothing without the others.
 *
 * @param {Poll} poll
 */
export function isWhole(poll) {
  return ["dots", "order"].includes(kindOf(poll.method));
}

/** @param {Poll} poll */
export function howToFillIn(poll) {
  switch (poll.method) {
    case "equal_shares":
      return _("Kreuzen Sie alle Themen an, die Ihr Team will. Ihr Team zahlt mit seinen Minuten nur für das, was es ankreuzt.");
    case "equal_shares_points":
    case "dots":
      return n_("Verteilen Sie {n} Punkt: je wichtiger ein Thema, desto mehr.", "Verteilen Sie {n} Punkte: je wichtiger ein Thema, desto mehr.", poll.dots ?? 0);
    case "score":
      return _("Geben Sie jedem Thema eine Note von 0 bis 5. Was keine Note hat, zählt wie 0.");
    case "borda":
    case "schulze":
      return _("Bringen Sie die Themen, die Ihr Team will, in eine Reihenfolge: das wichtigste zuerst. Was Sie nicht wollen, lassen Sie weg.");
    case "consent":
      return _("Sagen Sie zu jedem Thema, ob Ihr Team zustimmt. Ein schwerwiegender Einwand hält ein Thema auf, Bedenken nicht.");
    default:
      return _("Kreuzen Sie alle Themen an, die Ihr Team will. Gewählt werden die mit den meisten Stimmen, solange die Minuten reichen.");
  }
}

/**
 * What a whole paper says, as a list to compare it with another.
 *
 * @param {Poll} poll
 * @param {Topic[]} topics
 * @param {Record<string, number>} values
 */
export function asList(poll, topics, values) {
  const titles = new Map(topics.map(({ id, title }) => [id, title]));
  const said = ranking({ topics, values });
  if (!said.length) return html`<p class="ws-muted">${_("leer")}</p>`;
  if (kindOf(poll.method) === "order") return html`<ol>${said.map((id) => html`<li>${titles.get(id)}</li>`)}</ol>`;
  const given = topics.filter(({ id }) => values[id] > 0);
  return html`<ul>${given.map(({ id, title }) => html`<li>${title}: ${n_("{n} Punkt", "{n} Punkte", values[id])}</li>`)}</ul>`;
}
