// Who did what to the polls of a workshop: the log on the facilitator's desk.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { lately } from "../dates.js";
import { _ } from "../gettext.js";
import { serverNow } from "../live.js";
import { called } from "../people/names.js";

/** @import { Handled } from "./state.js" */

/**
 * @param {Handled[]} log
 * @param {{has: (at: string) => boolean}} lit  what has just happened
 */
export function deskLog(log, lit) {
  if (!log.length) return nothing;
  return html`<details class="ws-details">
    <summary>${_("Was bisher geschah")}</summary>
    <ol class="ws-desk__log">
      ${repeat(log, ({ at, what }) => `${at} ${what}`, ({ at, what, by }) => html`<li class=${lit.has(at) ? "just-changed" : ""}>
        <time class="ws-desk__when" datetime=${at}>${lately(at, serverNow())}</time> <span>${happened(what, called(by))}</span>
      </li>`)}
    </ol>
  </details>`;
}

/**
 * @param {string} what
 * @param {string} name
 */
function happened(what, name) {
  switch (what) {
    case "opened":
      return _("{name} hat die Abstimmung geöffnet.", { name });
    case "changed":
      return _("{name} hat die Einstellungen der Abstimmung geändert.", { name });
    case "closed":
      return _("{name} hat die Abstimmung geschlossen.", { name });
    case "closed_by_time":
      return _("Die Abstimmung wurde zur vereinbarten Zeit geschlossen.");
    case "reopened":
      return _("{name} hat die Abstimmung wieder geöffnet.", { name });
    case "reset":
      return _("Die geheime Abstimmung wurde nach einer Wiederherstellung geleert.");
    case "adopted":
      return _("{name} hat den Ablauf übernommen.", { name });
    default:
      return name;
  }
}
