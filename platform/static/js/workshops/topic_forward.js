// What facilitators do with the topics of a workshop that is cancelled: take them along to the next one.

import { html, nothing } from "lit";

import { _ } from "../gettext.js";
import { ask, send, showToast } from "../live.js";
import { mayForward } from "./topic_life.js";

/** @import { WorkshopState } from "./state.js" */

/**
 * @param {string} place
 * @param {WorkshopState} state
 */
export function forwardBox(place, state) {
  const may = mayForward(state);
  if (may === "no") return nothing;
  return html`<section class="ws-desk ws-stack" aria-labelledby="forward-title">
    <h2 class="ws-desk__title" id="forward-title">${_("Moderation")}</h2>
    <p>${_("Was hier steht, geht zum nächsten Treffen, das noch Themen annimmt. Gibt es noch keines, wartet es, bis eines angekündigt ist.")}</p>
    <p>${_("Was gewählt war, steht dort wieder zur Wahl. Findet dieses Treffen doch statt, bleiben die Themen, wo sie dann sind; was noch wartet, kommt zurück.")}</p>
    ${may === "first_close"
      ? html`<p>${_("Hier läuft eine Abstimmung oder ist eine angekündigt. Schließen Sie zuerst die Abstimmung, oder nehmen Sie die Ankündigung zurück.")}</p>
          <a class="kern-link" href="/workshops/${state.workshop.id}/poll">${_("Zur Abstimmung")}</a>`
      : html`<div class="ws-desk__acts">
          <button type="button" class="kern-btn kern-btn--primary" @click=${() => forward(place, state)}>
            <span class="kern-label">${_("Themen zum nächsten Treffen mitnehmen")}</span>
          </button>
        </div>`}
  </section>`;
}

/**
 * @param {string} place
 * @param {WorkshopState} state
 */
async function forward(place, { agenda }) {
  const sure = await ask({
    title: _("Themen zum nächsten Treffen mitnehmen?"),
    text: [
      _("Alle Themen und Fragen gehen von hier fort. Zurücknehmen lässt sich das nicht."),
      agenda && !agenda.adopted_at ? _("Das Ergebnis der Abstimmung bleibt zum Nachlesen; übernehmen lässt es sich dann nicht mehr.") : "",
    ],
    confirm: _("Themen mitnehmen"),
  });
  if (!sure) return;
  try {
    const { result } = await send(place, "topic.forward");
    const text = result.workshop ? _("Die Themen stehen jetzt beim nächsten Treffen.") : _("Die Themen warten, bis das nächste Treffen angekündigt ist.");
    const link = result.workshop ? { label: _("Zum nächsten Treffen"), href: `/workshops/${result.workshop}/topics` } : undefined;
    showToast({ tone: "success", text, link });
  } catch {
    // What was refused stands at the edge of the page already.
  }
}
