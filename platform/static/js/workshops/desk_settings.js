// How a poll is held: the fields on the facilitator's desk. What does not go together cannot be chosen together.

import { html, nothing } from "lit";

import { _ } from "../gettext.js";
import { isOwning, kindOf, methods } from "./methods.js";
import { secretGivesUp } from "./secret_words.js";

/** @import { Method, Poll } from "./state.js" */

/**
 * @typedef {Pick<Poll, "method" | "completion" | "show" | "secret" | "ties" | "carries"> & {minutes: number, dots: number, quorum: number}} Settings
 * @typedef {Partial<Record<keyof Settings, string>>} SettingErrors
 */

/**
 * What is suggested: every team owns as much, nobody votes after the others, and all is open.
 *
 * @param {number} minutes  of the workshop
 * @returns {Settings}
 */
export function suggested(minutes) {
  return {
    method: "equal_shares", completion: "raise-shares+approvals", minutes, dots: 10, show: "own", secret: false, quorum: 5, ties: "seed", carries: false,
  };
}

/**
 * The settings of a poll, for changing them.
 *
 * @param {Poll} poll
 * @returns {Settings}
 */
export function settingsOf({ method, completion, minutes, dots, show, secret, quorum, ties, carries }) {
  return { method, completion, minutes, dots: dots ?? 10, show, secret, quorum: quorum ?? 5, ties, carries };
}

/**
 * What follows from a choice: a secret poll gives up what would tell who wrote what.
 *
 * @param {Settings} settings
 * @param {Partial<Settings>} chosen
 * @returns {Settings}
 */
export function withChoice(settings, chosen) {
  const next = { ...settings, ...chosen };
  if (chosen.secret) return { ...next, show: "end", ties: "seed", carries: false };
  if (!isOwning(next.method)) return { ...next, carries: false };
  return next;
}

/**
 * @param {{form: string, ahead: boolean}} place  which of the desk's forms; once a poll has begun, it stays open or secret
 * @param {Settings} settings
 * @param {SettingErrors} errors
 * @param {(chosen: Partial<Settings>) => void} choose
 */
export function settingFields({ form, ahead }, settings, errors, choose) {
  const id = (/** @type {string} */ name) => `desk-${form}-${name}`;
  const sentence = methods().find((method) => method.id === settings.method)?.sentence;
  /** @param {Event} event */
  const pick = (event) => choose({ method: /** @type {Method} */ (/** @type {HTMLSelectElement} */ (event.target).value) });
  return html`
    <div class="kern-form-input">
      <label class="kern-label" for=${id("method")}>${_("Wie wird gezählt?")}</label>
      <div class="kern-form-input__select-wrapper">
        <select class="kern-form-input__select" id=${id("method")} name="method" aria-describedby="${id("method")}-hint" @change=${pick}>
          ${methods().map((method) => html`<option value=${method.id} .selected=${method.id === settings.method}>${method.name}</option>`)}
        </select>
      </div>
      <p class="kern-hint" id="${id("method")}-hint" aria-live="polite">${sentence}</p>
    </div>
    ${numberField(id("minutes"), "minutes", _("Wie viele Minuten sind zu füllen?"), settings.minutes, { min: 15, max: 1440, step: 5 }, errors.minutes, choose)}
    ${kindOf(settings.method) === "dots" ? numberField(id("dots"), "dots", _("Wie viele Punkte hat jedes Team?"), settings.dots, { min: 1, max: 100, step: 1 }, errors.dots, choose) : nothing}
    ${ahead || settings.secret ? choices(id("secret"), _("Offen oder geheim?"), settings.secret, [
      [false, _("offen: Alle sehen am Ende, was jedes Team wollte")],
      [true, _("geheim: Niemand erfährt, was ein Team gewählt hat")],
    ], (secret) => choose({ secret })) : nothing}
    ${settings.secret ? givenUp(id, settings, errors, choose) : choices(id("show"), _("Wer sieht den Zwischenstand?"), settings.show, [
      ["own", _("ein Team, sobald es selbst abgestimmt hat (danach kann es noch ändern)")],
      ["live", _("alle, von Anfang an (dann lässt sich mitlesen, was ein einzelnes Team ankreuzt)")],
      ["end", _("niemand bis zum Schluss")],
    ], (show) => choose({ show }))}
    ${further(id, settings, choose)}
  `;
}

/**
 * @param {(name: string) => string} id
 * @param {Settings} settings
 * @param {SettingErrors} errors
 * @param {(chosen: Partial<Settings>) => void} choose
 */
function givenUp(id, settings, errors, choose) {
  return html`
    <div class="ws-desk__note">
      <p>${_("Dafür verzichten Sie bei dieser Abstimmung auf einiges:")}</p>
      ${secretGivesUp()}
    </div>
    ${numberField(id("quorum"), "quorum", _("Ab wie vielen Stimmzetteln gibt es ein Ergebnis?"), settings.quorum, { min: 3, max: 1000, step: 1 }, errors.quorum, choose)}
  `;
}

/**
 * @param {(name: string) => string} id
 * @param {Settings} settings
 * @param {(chosen: Partial<Settings>) => void} choose
 */
function further(id, settings, choose) {
  const owning = isOwning(settings.method);
  if (!owning && settings.secret) return nothing;
  return html`<details class="ws-details">
    <summary>${_("Weitere Einstellungen")}</summary>
    <div class="ws-stack">
      ${owning
        ? choices(id("completion"), _("Was geschieht mit Minuten, die übrig bleiben?"), settings.completion, [
            ["raise-shares+approvals", _("Die Anteile aller steigen, dann füllen die meistgewünschten Themen den Rest")],
            ["raise-shares", _("Die Anteile aller steigen, ein Rest bleibt frei")],
            ["none", _("Sie bleiben frei")],
          ], (completion) => choose({ completion }))
        : nothing}
      ${settings.secret ? nothing : choices(id("ties"), _("Was entscheidet bei Gleichstand?"), settings.ties, [
        ["seed", _("das Los")],
        ["least_served", _("das Team, dessen Wünsche in der Reihe am wenigsten Zeit bekommen haben, dann das Los")],
      ], (ties) => choose({ ties }))}
      ${owning && !settings.secret ? choices(id("carries"), _("Zählen nicht verbrauchte Minuten aus früheren Treffen mit?"), settings.carries, [
        [false, _("nein, jedes Team beginnt gleich")],
        [true, _("ja, jedes Team bringt seine mit")],
      ], (carries) => choose({ carries })) : nothing}
    </div>
  </details>`;
}

/**
 * @template {string | boolean} T
 * @param {string} id
 * @param {string} legend
 * @param {T} value
 * @param {[T, string][]} options
 * @param {(value: T) => void} choose
 */
function choices(id, legend, value, options, choose) {
  return html`<fieldset class="kern-fieldset">
    <legend class="kern-label">${legend}</legend>
    <div class="kern-fieldset__body">
      ${options.map(([option, label]) => html`<div class="kern-form-check">
        <input class="kern-form-check__radio" type="radio" name=${id} id="${id}-${option}" .checked=${option === value} @change=${() => choose(option)} />
        <label class="kern-label" for="${id}-${option}">${label}</label>
      </div>`)}
    </div>
  </fieldset>`;
}

/**
 * @param {string} id
 * @param {"minutes" | "dots" | "quorum"} name
 * @param {string} label
 * @param {number} value
 * @param {{min: number, max: number, step: number}} range
 * @param {string | undefined} error
 * @param {(chosen: Partial<Settings>) => void} choose
 */
function numberField(id, name, label, value, { min, max, step }, error, choose) {
  /** @param {Event} event */
  const typed = (event) => choose({ [name]: /** @type {HTMLInputElement} */ (event.target).valueAsNumber });
  return html`<div class=${error ? "kern-form-input kern-form-input--error" : "kern-form-input"}>
    <label class="kern-label" for=${id}>${label}</label>
    <input
      class="kern-form-input__input ws-desk__number" type="number" inputmode="numeric" id=${id} name=${name} min=${min} max=${max} step=${step}
      .value=${Number.isNaN(value) ? "" : String(value)} aria-describedby="${id}-error" aria-invalid=${error ? "true" : "false"} @change=${typed}
    />
    <p class="kern-error" id="${id}-error" ?hidden=${!error}>
      <span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-body">${error ?? nothing}</span>
    </p>
  </div>`;
}
