// What facilitators do with a topic on its card: merge it with another one, separate it again, note who carries it.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { _ } from "../gettext.js";
import { ask, send, serverNow, showToast } from "../live.js";
import { hasNoBallots, phaseOf } from "./phases.js";

/** @import { Topic, WorkshopState } from "./state.js" */

/**
 * The form to merge is there only while the desk is open: on each card it names all other topics.
 *
 * @param {string} place
 * @param {Topic} topic
 * @param {WorkshopState} state
 * @param {{merging: boolean, open: boolean, toggled: (open: boolean) => void}} desk  whether topics may be merged now
 */
export function topicDesk(place, topic, { topics, workshop, poll, agenda }, { merging, open, toggled }) {
  const others = merging && open ? topics.filter(({ id, state }) => state === "proposed" && id !== topic.id) : [];
  const id = `merge-${topic.id}`;
  /** @param {Event} event */
  const toggle = (event) => toggled(/** @type {HTMLDetailsElement} */ (event.target).open);
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const chosen = String(new FormData(form).get("into") ?? "");
    const into = others.find((other) => other.id === chosen);
    const select = form.querySelector("select");
    const error = /** @type {HTMLElement | null} */ (form.querySelector(".kern-error"));
    if (error) error.hidden = Boolean(into);
    select?.setAttribute("aria-invalid", String(!into));
    if (into) void merge(place, topic, into, hasNoBallots(phaseOf(poll, agenda, serverNow())));
    else select?.focus();
  };
  return html`<details class="ws-details ws-topic__desk" @toggle=${toggle}>
    <summary>${_("Moderation")}<span class="kern-sr-only">: ${topic.title}</span></summary>
    ${others.length && topic.state === "proposed"
      ? html`<form class="ws-form ws-topic__merge" novalidate @submit=${submit}>
          <div class="kern-form-input">
            <label class="kern-label" for=${id}>${_("Zusammenführen mit …")}</label>
            <div class="kern-form-input__select-wrapper">
              <select class="kern-form-input__select" id=${id} name="into" aria-describedby="${id}-error">
                <option value="">${_("Bitte wählen")}</option>
                ${repeat(others, (other) => other.id, (other) => html`<option value=${other.id}>${other.title}</option>`)}
              </select>
            </div>
            <p class="kern-error" id="${id}-error" hidden><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-body">${_("Bitte wählen Sie ein Thema aus.")}</span></p>
          </div>
          <button type="submit" class="kern-btn kern-btn--secondary"><span class="kern-label">${_("Zusammenführen")}</span></button>
        </form>`
      : nothing}
    <a class="kern-btn kern-btn--tertiary" href="/workshops/${workshop.id}/topics/${topic.id}/carrier">
      <span class="kern-label">${_("Wer trägt das Thema?")}</span><span class="kern-sr-only">: ${topic.title}</span>
    </a>
  </details>`;
}

/**
 * @param {string} place
 * @param {Topic} part
 */
export function separateButton(place, part) {
  return html`<button type="button" class="kern-btn kern-btn--tertiary" @click=${() => separate(place, part)}>
    <span class="kern-icon ws-icon ws-icon--undo" aria-hidden="true"></span>
    <span class="kern-label">${_("Trennen")}</span><span class="kern-sr-only">: ${part.title}</span>
  </button>`;
}

/**
 * @param {string} place
 * @param {Topic} topic
 * @param {Topic} into
 * @param {boolean} collecting  whether there is no ballot yet
 */
async function merge(place, topic, into, collecting) {
  const titles = { title: topic.title, into: into.title };
  const sure = await ask({
    title: _("„{title}“ mit „{into}“ zusammenführen?", titles),
    text: [
      _("„{title}“ steht dann nicht mehr selbst zur Wahl, sondern geht in „{into}“ auf.", titles),
      _("Wer eines der beiden Themen braucht, etwas beitragen kann oder es angekreuzt hat, zählt bei „{into}“ mit, kein Team doppelt.", titles),
      collecting
        ? _("Die Teams sehen das unter „Themen“. Sie können die Themen bis zum Ende der Abstimmung wieder trennen, bei einer geheimen nur, bevor sie angesetzt ist.")
        : _("Jedes Team sieht das auf seinem Stimmzettel und kann das Kreuz bis zum Ende der Abstimmung zurücknehmen. Sie können die Themen bis dahin wieder trennen."),
    ],
    confirm: _("Zusammenführen"),
  });
  if (!sure) return;
  const takeBack = showToast({
    tone: "success",
    text: _("„{title}“ ist jetzt Teil von „{into}“.", titles),
    action: { label: _("Trennen"), run: () => separate(place, topic) },
  });
  send(place, "topic.merge", { topic: topic.id, into: into.id }).catch(takeBack);
}

/**
 * @param {string} place
 * @param {Topic} part
 */
function separate(place, { id }) {
  send(place, "topic.unmerge", { topic: id }).catch(() => undefined);
}
