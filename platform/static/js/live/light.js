// The words and the colour of the connection light.

import { _, n_ } from "../gettext.js";

/** @import { ConnectionState } from "./connection_state.js" */

/**
 * What the light shows. A change counts as waiting only when it has not been saved for a while.
 *
 * @param {Pick<ConnectionState, "standing" | "waiting" | "works">} now
 * @param {{justSaved: boolean, long: boolean}} lately
 * @returns {{state: string, words: string}}
 */
export function lightFor({ standing, waiting, works }, { justSaved, long }) {
  if (standing === "signed-out") return { state: "signed-out", words: _("abgemeldet") };
  if (standing === "other-actor") return { state: "signed-out", words: _("jemand anderes ist angemeldet") };
  if (!works && waiting) {
    return { state: "offline", words: n_("offline, eine Änderung wartet", "offline, {n} Änderungen warten", waiting) };
  }
  if (standing === "offline") return { state: "offline", words: _("offline") };
  if (waiting && long) {
    return { state: "waiting", words: n_("eine Änderung noch nicht gesichert", "{n} Änderungen noch nicht gesichert", waiting) };
  }
  if (waiting) return { state: "saving", words: _("wird gespeichert …") };
  if (justSaved) return { state: "saved", words: _("gespeichert") };
  if (standing === "connecting") return { state: "connecting", words: _("wird verbunden …") };
  return { state: "connected", words: _("verbunden") };
}
