// What somebody is called, whoever is not there any more included.

import { _ } from "../gettext.js";

/** @param {{name: string} | null} person the name of who was erased is empty */
export function called(person) {
  return person?.name || _("ehemaliges Mitglied");
}
