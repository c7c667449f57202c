// What a secret poll protects and what it gives up, in words: said where it is set up and where it is voted.

import { html } from "lit";

import { _ } from "../gettext.js";
import { number } from "../numbers.js";

/** @param {number} quorum  at least 3 */
export function secretInShort(quorum) {
  return _(
    "Niemand erfährt, wer abgestimmt hat und was ein Team will. Nach dem Schluss gibt es nur die Summen, und auch die erst ab {n} ausgefüllten Stimmzetteln.",
    { n: number(quorum) },
  );
}

/** What it gives up: whoever opens one should know before. */
export function secretGivesUp() {
  return html`<ul class="ws-secret__list">
    <li>${_("Es gibt keinen Zwischenstand, und niemand sieht, welches Team noch fehlt. Erinnerungen gehen an alle.")}</li>
    <li>${_("Was jemand im Team einträgt, erscheint nicht von selbst bei der anderen Person, sondern erst beim Neuladen.")}</li>
    <li>${_("Die Begründung nennt zu jedem Thema nur Zahlen, keine Teams. Minuten lassen sich nicht mitnehmen, und bei Gleichstand entscheidet das Los.")}</li>
    <li>${_("Die Moderation kann für kein Team eintragen. Themen lassen sich nur zusammenführen, bevor die Abstimmung angesetzt ist.")}</li>
    <li>${_("Nach dem Schluss lässt sich die Abstimmung nicht wieder öffnen, und niemand kann die Stimmzettel nachzählen.")}</li>
    <li>${_("Geht der Schlüssel verloren oder wird eine Sicherung eingespielt, beginnt die Abstimmung von vorn.")}</li>
  </ul>`;
}

/** Against whom it protects, and against whom not. */
export function secretProtects() {
  return html`
    <h3 class="kern-title kern-title--small">${_("Davor ist Ihr Stimmzettel geschützt")}</h3>
    <ul class="ws-secret__list">
      <li>${_("vor den anderen Teams, der Moderation, Ihrem Coach und dem Programmbüro, während der Abstimmung und danach")}</li>
      <li>${_("vor allen, die später die Datenbank, ihre Sicherungen oder Protokolle lesen: Alle Stimmzettel liegen verschlüsselt in einem Paket, das immer gleich groß ist. Beim Schluss wird gezählt und der Schlüssel vernichtet.")}</li>
    </ul>
    <h3 class="kern-title kern-title--small">${_("Davor ist er nicht geschützt")}</h3>
    <ul class="ws-secret__list">
      <li>${_("vor Menschen, die den Server betreiben und während der Abstimmung seinen Arbeitsspeicher oder die Datei mit dem Schlüssel lesen, oder aufzeichnen, wann welches Gerät etwas sendet")}</li>
      <li>${_("vor Menschen, die Ihnen über die Schulter sehen, und vor der anderen Person in Ihrem Team: Sie beide haben denselben Stimmzettel")}</li>
      <li>${_("vor dem Ergebnis selbst: Sind sich alle einig, weiß man, was jedes Team wollte")}</li>
    </ul>
    <h3 class="kern-title kern-title--small">${_("Das gibt es dafür nicht")}</h3>
    ${secretGivesUp()}
  `;
}

export function emptied() {
  return _("Diese geheime Abstimmung wurde nach einer Wiederherstellung geleert. Bitte stimmen Sie noch einmal ab.");
}

/**
 * @param {number} quorum
 * @param {boolean} lost  whether ballots were lost and the poll was begun again
 */
export function withoutResult(quorum, lost) {
  if (lost) return _("Die Stimmzettel dieser geheimen Abstimmung sind verloren gegangen, und danach wurden weniger als {n} ausgefüllte abgegeben. Darum gibt es kein Ergebnis. Die Moderation kann eine neue Abstimmung öffnen.", { n: number(quorum) });
  return _(
    "Die Abstimmung ist ohne Ergebnis beendet, weil weniger als {n} ausgefüllte Stimmzettel abgegeben wurden. Von den Stimmzetteln ist nichts aufbewahrt. Die Moderation kann eine neue Abstimmung öffnen, geheim oder offen.",
    { n: number(quorum) },
  );
}
