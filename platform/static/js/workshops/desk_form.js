// When a poll begins and ends: the form on the facilitator's desk, its reading and its checks.

import { html, nothing } from "lit";

import { fromInput, toInput } from "../dates.js";
import { _ } from "../gettext.js";

/** @import { SettingErrors } from "./desk_settings.js" */

/** @typedef {SettingErrors & {opens_at?: string, closes_at?: string}} Errors  a sentence for each field that cannot be used */
/** @typedef {{opens_at: string | null, closes_at: string | null}} Times  null is now, and by hand */

/**
 * What was filled in, in UTC, or what is wrong with it.
 *
 * @param {FormData} form
 * @param {Date} now  by the server's clock
 * @returns {{times: Times, errors: Errors}}
 */
export function readTimes(form, now) {
  /** @type {Errors} */
  const errors = {};
  /** @param {"opens_at" | "closes_at"} field */
  const time = (field) => {
    if (form.get(`${field}_when`) !== "at") return null;
    const value = fromInput(String(form.get(field) ?? ""));
    if (!value) errors[field] = _("Bitte geben Sie Tag und Uhrzeit an.");
    return value;
  };
  const times = { opens_at: time("opens_at"), closes_at: time("closes_at") };
  const begins = times.opens_at ? new Date(times.opens_at) : now;
  if (times.opens_at && begins <= now) errors.opens_at = _("Dieser Zeitpunkt ist schon vorbei.");
  if (times.closes_at && new Date(times.closes_at) <= begins) errors.closes_at = _("Das Ende muss nach dem Beginn liegen.");
  return { times, errors };
}

/**
 * @param {string} form  which of the desk's forms
 * @param {"opens_at" | "closes_at"} field
 * @param {{legend: string, plain: string, at: string, error: string | undefined}} words
 * @param {string | null} [now]  what is set
 */
export function timeField(form, field, { legend, plain, at, error }, now = null) {
  const id = `desk-${form}-${field}`;
  /** @param {Event} event  whoever fills in a time means it */
  const choose = (event) => {
    const fieldset = /** @type {HTMLElement} */ (event.target).closest("fieldset");
    const radio = /** @type {HTMLInputElement | null | undefined} */ (fieldset?.querySelector("input[value=at]"));
    if (radio) radio.checked = true;
  };
  return html`<fieldset class="kern-fieldset">
    <legend class="kern-label">${legend}</legend>
    <div class="kern-fieldset__body">
      <div class="kern-form-check">
        <input class="kern-form-check__radio" type="radio" name="${field}_when" id="${id}-plain" value="plain" ?checked=${!now} />
        <label class="kern-label" for="${id}-plain">${plain}</label>
      </div>
      <div class="kern-form-check">
        <input class="kern-form-check__radio" type="radio" name="${field}_when" id="${id}-at" value="at" ?checked=${now} />
        <label class="kern-label" for="${id}-at">${at}</label>
      </div>
      <div class=${error ? "kern-form-input kern-form-input--error" : "kern-form-input"}>
        <label class="kern-label" for=${id}>${_("Tag und Uhrzeit")}</label>
        <div class="kern-hint" id="${id}-hint">${_("in deutscher Zeit")}</div>
        <input
          class="kern-form-input__input"
          type="datetime-local"
          id=${id}
          name=${field}
          value=${now ? toInput(now) : ""}
          aria-describedby="${id}-hint ${id}-error"
          aria-invalid=${error ? "true" : "false"}
          @input=${choose}
        />
        <p class="kern-error" id="${id}-error" ?hidden=${!error}>
          <span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-body">${error ?? nothing}</span>
        </p>
      </div>
    </div>
  </fieldset>`;
}
