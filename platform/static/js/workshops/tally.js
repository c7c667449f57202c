// How much a topic is wanted: a bar to look at, the same in words to read; and how it is counted.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { _, n_ } from "../gettext.js";
import { classes } from "../live/classes.js";
import { minutes, number } from "../numbers.js";
import { kindOf } from "./methods.js";

/** @import { Poll } from "./state.js" */

/**
 * @typedef {{id: string, title: string, approvals: number, chosen?: boolean}} Row
 */

/**
 * @param {Row[]} rows
 * @param {Poll} poll
 * @param {(id: string) => boolean} isLit  whether the row has just changed
 */
export function tallyBars(rows, poll, isLit) {
  const points = poll.closed_at ? ["dots", "score", "borda"].includes(poll.method) : ["dots", "grades"].includes(kindOf(poll.method));
  const most = points ? Math.max(1, ...rows.map(({ approvals }) => approvals)) : Math.max(poll.teams, 1);
  return html`<ol class="ws-tally">
    ${repeat(rows, ({ id }) => id, ({ id, title, approvals, chosen }) => html`
      <li class=${classes("ws-tally__row", chosen && "is-chosen", isLit(id) && "just-changed")} data-topic=${id}>
        <span class="ws-tally__label">
          ${title}${chosen ? html` <span class="kern-icon kern-icon--small ws-icon ws-icon--check" role="img" aria-label=${_("gewählt")}></span>` : ""}
        </span>
        <progress class="ws-meter" max=${most} .value=${approvals} aria-hidden="true"></progress>
        <span class="ws-tally__value">${supportInWords(poll, approvals)}</span>
      </li>`)}
  </ol>`;
}

/**
 * The count at the close is not always that of the ticks and points before it: the method has counted by then.
 *
 * @param {Poll} poll
 * @param {number} support
 */
export function supportInWords(poll, support) {
  const values = { n: number(support), all: number(poll.teams) };
  if (poll.closed_at && poll.method === "equal_shares_points") return _("{n} von {all} Teams", values);
  if (poll.closed_at && poll.method === "borda") return n_("{n} Punkt aus den Rangfolgen", "{n} Punkte aus den Rangfolgen", support);
  switch (kindOf(poll.method)) {
    case "dots":
      return n_("{n} Punkt", "{n} Punkte", support);
    case "grades":
      return _("Noten zusammen: {n}", values);
    case "order":
      return _("gereiht von {n} von {all} Teams", values);
    case "voices":
      return _("{n} von {all} Teams stimmen zu", values);
    default:
      return _("{n} von {all} Teams", values);
  }
}

/**
 * The rule and what decides between equals: said while people vote, not only afterwards.
 *
 * @param {Poll} poll
 */
export function howItIsCounted(poll) {
  const served = _("Bei Gleichstand kommt zuerst, was die Teams wollen, deren Wünsche bei den Treffen bisher die wenigsten Minuten bekommen haben. Danach entscheidet ein Los, das beim Öffnen der Abstimmung gezogen wurde:");
  const lot = _("Bei Gleichstand entscheidet ein Los, das beim Öffnen der Abstimmung gezogen wurde:");
  return html`
    <p>${rule(poll)}</p>
    ${poll.method.startsWith("equal_shares") ? html`<p>${completion(poll)}</p>` : nothing}
    <p>${_("Was nicht mehr in die Minuten passt, wird übersprungen; ein kürzeres Thema dahinter kann noch gewählt werden. Was niemand will, wird nicht gewählt.")}</p>
    <p>${poll.ties === "least_served" ? served : lot}</p>
    <p class="ws-seed"><span class="kern-icon ws-icon ws-icon--seed" aria-hidden="true"></span> <code>${poll.seed}</code></p>
  `;
}

/** @param {Poll} poll */
function rule(poll) {
  switch (poll.method) {
    case "equal_shares":
      if (poll.carries) return _("Jedes Team hat einen Anteil an den {all}; wer zuletzt Minuten übrig hatte, hat mehr. Ein Thema bezahlen alle, die es wollen, jedes gleich viel oder mit allem, was es noch hat. Das Thema, das für seine Teams je Minute am günstigsten ist, kommt zuerst, dann das nächste, solange die Minuten derer reichen, die es wollen.", { all: minutes(poll.minutes) });
      return _("Die {all} gehören den Teams zu gleichen Teilen. Ein Thema bezahlen alle, die es wollen, jedes gleich viel oder mit allem, was es noch hat. Das Thema, das für seine Teams je Minute am günstigsten ist, kommt zuerst, dann das nächste, solange die Minuten derer reichen, die es wollen.", { all: minutes(poll.minutes) });
    case "equal_shares_points":
      if (poll.carries) return _("Jedes Team hat einen Anteil an den {all}; wer zuletzt Minuten übrig hatte, hat mehr. Ein Thema bezahlen alle, die ihm Punkte geben: Wer doppelt so viele gibt, zahlt doppelt so viel, oder alles, was noch da ist. Das Thema, das für seine Teams je Minute am günstigsten ist, kommt zuerst, dann das nächste, solange die Minuten derer reichen, die es wollen.", { all: minutes(poll.minutes) });
      return _("Die {all} gehören den Teams zu gleichen Teilen. Ein Thema bezahlen alle, die ihm Punkte geben: Wer doppelt so viele gibt, zahlt doppelt so viel, oder alles, was noch da ist. Das Thema, das für seine Teams je Minute am günstigsten ist, kommt zuerst, dann das nächste, solange die Minuten derer reichen, die es wollen.", { all: minutes(poll.minutes) });
    case "dots":
      return _("Alle Punkte eines Themas werden zusammengezählt. Das Thema mit den meisten Punkten kommt zuerst, dann das nächste, solange es in die Minuten passt.");
    case "score":
      return _("Alle Noten eines Themas werden zusammengezählt. Das Thema mit der höchsten Summe kommt zuerst, dann das nächste, solange es in die Minuten passt.");
    case "borda":
      return _("Ein Thema bekommt von jedem Team für jedes Thema, vor dem es steht, einen Punkt. Das Thema mit den meisten Punkten kommt zuerst, dann das nächste, solange es in die Minuten passt.");
    case "schulze":
      return _("Je zwei Themen werden verglichen: Es gewinnt, was mehr Teams weiter oben haben. Aus den stärksten Ketten solcher Siege ergibt sich die Reihenfolge, und gewählt wird von oben, solange es in die Minuten passt.");
    case "consent":
      return _("Ein Thema, gegen das ein Team einen schwerwiegenden Einwand hat, wird nicht gewählt. Von den anderen kommen zuerst die mit den wenigsten Bedenken, dann die, denen die meisten Teams zustimmen, solange sie in die Minuten passen.");
    default:
      return _("Das Thema mit den meisten Stimmen kommt zuerst, dann das nächste, solange es in die Minuten passt.");
  }
}

/** @param {Poll} poll */
function completion(poll) {
  switch (poll.completion) {
    case "none":
      return _("Was danach an Minuten übrig ist, bleibt frei.");
    case "raise-shares":
      return _("Bleiben Minuten übrig, bekommt jedes Team rechnerisch eine Minute mehr, und alles wird neu gezählt, so lange, wie das Gewählte in die Zeit passt.");
    default:
      return _("Bleiben Minuten übrig, bekommt jedes Team rechnerisch eine Minute mehr, und alles wird neu gezählt, so lange, wie das Gewählte in die Zeit passt. Was dann noch frei ist, füllen die Themen, die die meisten Teams wollen.");
  }
}

/**
 * @param {{voted: number | null, teams: number, closed_at?: string | null}} poll  in a secret poll nobody learns how many have voted
 */
export function turnout({ voted, teams, closed_at }) {
  if (voted === null && closed_at) return html`<p class="ws-turnout__words">${_("Es gab zu wenige ausgefüllte Stimmzettel.")}</p>`;
  if (voted === null) return html`<p class="ws-turnout__words">${_("Wie viele Teams abgestimmt haben, zeigt sich erst nach dem Schluss.")}</p>`;
  const words = voted === teams
    ? _("Alle {all} Teams haben abgestimmt", { all: number(teams) })
    : _("{n} von {all} Teams haben abgestimmt", { n: number(voted), all: number(teams) });
  return html`<p class="ws-turnout">
    <progress class="ws-meter" max=${Math.max(teams, 1)} .value=${voted} aria-hidden="true"></progress>
    <span class="ws-turnout__words">${words}</span>
  </p>`;
}
