// Signing out with changes that are not saved yet: asks first, then leaves nothing of them behind.

import { _, n_ } from "../gettext.js";
import { ask } from "./dialog.js";

/** @import { Changes } from "./changes.js" */

/** @param {Changes} changes */
export function guardSignOut(changes) {
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (new URL(form.action, location.href).pathname !== "/sign-out" || !changes.waiting) return;
    event.preventDefault();
    void askFirst(form, changes);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {Changes} changes
 */
async function askFirst(form, changes) {
  const sure = await ask({
    title: _("Trotzdem abmelden?"),
    text: [
      n_(
        "Eine Änderung ist noch nicht gespeichert. Wenn Sie sich jetzt abmelden, geht sie verloren.",
        "{n} Änderungen sind noch nicht gespeichert. Wenn Sie sich jetzt abmelden, gehen sie verloren.",
        changes.waiting,
      ),
    ],
    cancel: _("Angemeldet bleiben"),
    confirm: _("Abmelden und verwerfen"),
  });
  if (!sure) return;
  changes.wipe();
  form.submit();
}
