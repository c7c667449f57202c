// How a facilitator changes a block: longer, shorter, up, down, and what is needed less often behind "Mehr".

import { html, nothing } from "lit";

import { _ } from "../gettext.js";
import * as acts from "./sheet_acts.js";
import { freeFrom, isAhead, runningIn } from "./sheet_state.js";
import { calledInFull } from "./sheet_words.js";

/** @import { Act } from "./sheet_acts.js" */
/** @import { Sheet } from "./sheet_state.js" */
/** @import { Row } from "./sheet_times.js" */

/** @typedef {(make: (sheet: Sheet) => Act | null) => void} Do */

const STEP = 5;
const LONGEST = 480;

/** @param {number} minutes */
function within(minutes) {
  return Math.min(LONGEST, Math.max(1, minutes));
}

/**
 * A button whose name says which block it is for; what cannot be done now keeps its place and the focus.
 *
 * @param {{id: string, label: string, title: string, usable?: boolean, sign?: string, act: () => void}} button
 */
function button({ id, label, title, usable = true, sign = "", act }) {
  return html`<button type="button" id=${id} class="kern-btn kern-btn--tertiary ws-sheet__act" aria-disabled=${!usable} @click=${() => usable && act()}>
    ${sign
      ? html`<span class="kern-label" aria-hidden="true">${sign}</span><span class="kern-sr-only">${label}: ${title}</span>`
      : html`<span class="kern-label">${label}</span><span class="kern-sr-only">: ${title}</span>`}
  </button>`;
}

/**
 * @param {SubmitEvent} event
 * @param {string} name
 */
function typed(event, name) {
  event.preventDefault();
  return String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get(name) ?? "");
}

/**
 * @param {Sheet} sheet
 * @param {Row[]} rows
 * @param {Row} row
 * @param {Do} act
 */
export function controls(sheet, rows, row, act) {
  const { id, kind } = row;
  const ahead = isAhead(sheet, id);
  if (!ahead && runningIn(sheet)?.id !== id) return nothing;
  const title = calledInFull(row);
  const fixed = kind === "arrival" || !ahead;
  return html`<div class="ws-sheet__edit" role="group" aria-label=${_("„{title}“ ändern", { title })}>
    ${length(row, title, act)}
    ${fixed
      ? nothing
      : html`${button({ id: `up-${id}`, label: _("Nach oben"), title, usable: acts.shift(sheet, id, -1) !== null, act: () => act((now) => acts.shift(now, id, -1)) })}
          ${button({ id: `down-${id}`, label: _("Nach unten"), title, usable: acts.shift(sheet, id, 1) !== null, act: () => act((now) => acts.shift(now, id, 1)) })}`}
    ${ahead ? more(sheet, rows, row, act) : nothing}
  </div>`;
}

/**
 * @param {Row} row
 * @param {string} title
 * @param {Do} act
 */
function length({ id, minutes }, title, act) {
  /** @param {number} by */
  const change = (by) =>
    act((sheet) => {
      const now = sheet.blocks.find((block) => block.id === id);
      return now ? acts.resize(sheet, id, within(now.minutes + by)) : null;
    });
  /** @param {Event} event */
  const set = (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const wanted = input.valueAsNumber;
    if (Number.isInteger(wanted) && within(wanted) === wanted) act((sheet) => acts.resize(sheet, id, wanted));
    else input.value = String(minutes);
  };
  return html`<div class="ws-sheet__length">
    ${button({ id: `shorter-${id}`, label: _("5 Minuten kürzer"), title, sign: "−5", usable: minutes > 1, act: () => change(-STEP) })}
    <label class="kern-sr-only" for="minutes-${id}">${_("Minuten")}: ${title}</label>
    <input class="kern-form-input__input ws-sheet__minutes" type="number" id="minutes-${id}" min="1" max=${LONGEST} .value=${String(minutes)} @change=${set} />
    ${button({ id: `longer-${id}`, label: _("5 Minuten länger"), title, sign: "+5", usable: minutes < LONGEST, act: () => change(STEP) })}
  </div>`;
}

/**
 * @param {Sheet} sheet
 * @param {Row[]} rows
 * @param {Row} row
 * @param {Do} act
 */
function more(sheet, rows, row, act) {
  const { id, kind, topic } = row;
  const title = calledInFull(row);
  const behind = rows[rows.indexOf(row) + 1];
  const twin = topic !== null && behind?.topic === topic ? behind : null;
  return html`<details class="ws-details ws-sheet__more">
    <summary id="more-${id}">${_("Mehr")}<span class="kern-sr-only">: ${title}</span></summary>
    <div class="ws-sheet__menu">
      ${kind === "arrival" ? nothing : [moveTo(sheet, rows, row, act), inTwo(row, act)]}
      ${kind === "topic" ? nothing : rename(row, act)}
      ${twin ? button({ id: `join-${id}`, label: _("Mit dem nächsten Teil verbinden"), title, act: () => act((now) => acts.join(now, id, twin.id)) }) : nothing}
      ${button({ id: `remove-${id}`, label: _("Vom Ablauf nehmen"), title, act: () => act((now) => acts.remove(now, id)) })}
    </div>
  </details>`;
}

/**
 * @param {Sheet} sheet
 * @param {Row[]} rows
 * @param {Row} row
 * @param {Do} act
 */
function moveTo(sheet, rows, { id }, act) {
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    const after = typed(event, "after") || null;
    act((now) => acts.move(now, id, after));
  };
  return html`<form class="ws-sheet__form" @submit=${submit}>
    <div class="kern-form-input">
      <label class="kern-label" for="after-${id}">${_("Verschieben nach …")}</label>
      ${places(`after-${id}`, rows.slice(freeFrom(sheet.blocks)).filter((other) => other.id !== id))}
    </div>
    <button class="kern-btn kern-btn--secondary" id="move-${id}"><span class="kern-label">${_("Verschieben")}</span></button>
  </form>`;
}

/**
 * @param {string} id
 * @param {Row[]} rows
 */
export function places(id, rows) {
  return html`<div class="kern-form-input__select-wrapper">
    <select class="kern-form-input__select" name="after" id=${id}>
      <option value="">${_("so früh wie möglich")}</option>
      ${rows.map((row) => html`<option value=${row.id}>${_("nach: {title}", { title: calledInFull(row) })}</option>`)}
    </select>
  </div>`;
}

/**
 * @param {Row} row
 * @param {Do} act
 */
function inTwo({ id, minutes }, act) {
  if (minutes < 2) return nothing;
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    const first = Number(typed(event, "minutes"));
    act((now) => acts.split(now, id, first));
  };
  const half = Math.max(1, Math.round(minutes / 2 / STEP) * STEP);
  return html`<form class="ws-sheet__form" @submit=${submit}>
    <div class="kern-form-input">
      <label class="kern-label" for="split-${id}">${_("Teilen: Minuten des ersten Teils")}</label>
      <input class="kern-form-input__input" type="number" name="minutes" id="split-${id}" required min="1" max=${minutes - 1} .value=${String(Math.min(half, minutes - 1))} />
    </div>
    <button class="kern-btn kern-btn--secondary" id="divide-${id}"><span class="kern-label">${_("Teilen")}</span></button>
  </form>`;
}

/**
 * @param {Row} row
 * @param {Do} act
 */
function rename({ id, kind, title }, act) {
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    const name = typed(event, "title").trim();
    act((now) => acts.rename(now, id, name));
  };
  return html`<form class="ws-sheet__form" @submit=${submit}>
    <div class="kern-form-input">
      <label class="kern-label" for="title-${id}">${_("Bezeichnung")}</label>
      <input class="kern-form-input__input" name="title" id="title-${id}" maxlength="120" ?required=${kind === "other"} .value=${title} />
    </div>
    <button class="kern-btn kern-btn--secondary" id="rename-${id}"><span class="kern-label">${_("Umbenennen")}</span></button>
  </form>`;
}

/**
 * The form that puts something on the sheet which is no topic.
 *
 * @param {Sheet} sheet
 * @param {Row[]} rows
 * @param {Do} act
 */
export function addForm(sheet, rows, act) {
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    const title = typed(event, "title").trim();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const minutes = Number(form.get("minutes"));
    const after = String(form.get("after")) || null;
    act(() => acts.add({ kind: title ? "other" : "break", title, minutes, after }));
  };
  return html`<details class="ws-details">
    <summary id="sheet-add">${_("Pause oder anderes einfügen")}</summary>
    <form class="ws-form ws-form--row" @submit=${submit}>
      <div class="kern-form-input">
        <label class="kern-label" for="sheet-add-title">${_("Bezeichnung (leer: eine Pause)")}</label>
        <input class="kern-form-input__input" name="title" id="sheet-add-title" maxlength="120" />
      </div>
      <div class="kern-form-input">
        <label class="kern-label" for="sheet-add-minutes">${_("Minuten")}</label>
        <input class="kern-form-input__input" type="number" name="minutes" id="sheet-add-minutes" required min="1" max=${LONGEST} value="15" />
      </div>
      <div class="kern-form-input">
        <label class="kern-label" for="sheet-add-after">${_("Wo?")}</label>
        ${places("sheet-add-after", rows.slice(freeFrom(sheet.blocks)))}
      </div>
      <div class="ws-form__actions">
        <button class="kern-btn kern-btn--secondary" id="sheet-add-do"><span class="kern-label">${_("Einfügen")}</span></button>
      </div>
    </form>
  </details>`;
}
