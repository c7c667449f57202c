// The methods of a poll by name, with a sentence for whoever has to choose one, and how a poll is held, in words.

import { _, n_ } from "../gettext.js";
import { minutes } from "../numbers.js";

/** @import { Method, Poll } from "./state.js" */

/** What stands on a ballot, as the server has it in `rules/methods.py`. @typedef {"ticks" | "dots" | "grades" | "order" | "voices"} Kind */

/** @type {Record<Method, Kind>} */
const KINDS = {
  equal_shares: "ticks",
  equal_shares_points: "dots",
  approval: "ticks",
  dots: "dots",
  score: "grades",
  borda: "order",
  schulze: "order",
  consent: "voices",
};

/** @param {Method} method */
export function kindOf(method) {
  return KINDS[method];
}

/** @param {Method} method  whether every team owns minutes in it */
export function isOwning(method) {
  return method === "equal_shares" || method === "equal_shares_points";
}

/** @returns {{id: Method, name: string, sentence: string}[]}  in the order in which they are offered */
export function methods() {
  return [
    { id: "equal_shares", name: _("Gerechte Minuten"), sentence: _("Jedes Team hat gleich viele Minuten und zahlt damit für die Themen, die es will.") },
    { id: "equal_shares_points", name: _("Gerechte Minuten mit Punkten"), sentence: _("Wie gerechte Minuten. Mit Punkten sagt jedes Team, was ihm wichtiger ist.") },
    { id: "approval", name: _("Die meisten Stimmen"), sentence: _("Das meistgewünschte Thema kommt zuerst, dann das nächste, solange es in die Zeit passt.") },
    { id: "dots", name: _("Punkte verteilen"), sentence: _("Jedes Team verteilt gleich viele Punkte. Die meisten Punkte kommen zuerst, solange es passt.") },
    { id: "score", name: _("Bewerten von 0 bis 5"), sentence: _("Jedes Team bewertet jedes Thema. Die höchste Summe kommt zuerst, solange es passt.") },
    { id: "borda", name: _("Rangfolge nach Borda"), sentence: _("Jedes Team ordnet die Themen. Ein Thema bekommt einen Punkt für jedes andere, vor dem es steht.") },
    { id: "schulze", name: _("Rangfolge nach Schulze"), sentence: _("Jedes Team ordnet die Themen. Verglichen wird jedes Thema mit jedem anderen.") },
    { id: "consent", name: _("Konsent"), sentence: _("Gewählt wird, was jemand will und wogegen kein Team einen schwerwiegenden Einwand hat.") },
  ];
}

/** @param {Method} method */
export function nameOf(method) {
  return methods().find(({ id }) => id === method)?.name ?? method;
}

/** @param {Poll} poll  how it is held, in short sentences */
export function heldHow(poll) {
  const shown = {
    live: _("Den Zwischenstand sehen alle sofort."),
    own: _("Den Zwischenstand sieht ein Team, sobald es selbst abgestimmt hat."),
    end: _("Den Stand sehen alle erst nach dem Schluss."),
  };
  return [
    _("{method}, {minutes} sind zu füllen.", { method: nameOf(poll.method), minutes: minutes(poll.minutes) }),
    poll.dots === null ? "" : n_("Jedes Team hat {n} Punkt.", "Jedes Team hat {n} Punkte.", poll.dots),
    poll.secret ? _("Geheim.") : shown[poll.show],
    poll.carries ? _("Nicht verbrauchte Minuten aus früheren Treffen zählen mit.") : "",
  ].filter(Boolean);
}
