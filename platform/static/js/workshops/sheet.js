// <run-sheet stream="workshop/…">: what happens when, what is on now, how far behind; facilitators arrange it and go through it.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { clockTime, dayInWords, fromTo, later } from "../dates.js";
import { _ } from "../gettext.js";
import { announce, send, serverNow } from "../live.js";
import { classes } from "../live/classes.js";
import { LiveElement } from "../live/element.js";
import { minutes } from "../numbers.js";
import { page } from "../page.js";
import * as acts from "./sheet_acts.js";
import { Changes } from "./sheet_changes.js";
import { addForm, controls } from "./sheet_edit.js";
import { nowPanel, picture, tableOf } from "./sheet_parts.js";
import { called, calledInFull, overflowInWords } from "./sheet_words.js";
import { timetableOf } from "./sheet_times.js";
import { supportInWords } from "./tally.js";
import { lasting } from "./topic_life.js";

/** @import { LiveEvent } from "../live/shapes.js" */
/** @import { WorkshopState } from "./state.js" */
/** @import { Sheet } from "./sheet_state.js" */
/** @import { Row, Timetable } from "./sheet_times.js" */

const MINUTE = 60_000;
/** Minutes around a meeting in which people are there; only then can it be begun. */
const AROUND = 240;

export class RunSheet extends LiveElement {
  constructor() {
    super();
    this.editing = false;
    this.message = "";
    this.changes = new Changes({
      sheet: () => this.state.sheet,
      send: (name, body) => send(this.place, name, body, { quiet: true }),
      said: (words) => announce(words, "sheet"),
      refused: (message) => {
        this.message = message;
        this.requestUpdate();
      },
    });
    /** @type {Sheet | null} */
    this.known = null;
  }

  /** @returns {WorkshopState} */
  get state() {
    return this.stateOf();
  }

  get place() {
    return this.getAttribute("stream") ?? "";
  }

  /**
   * @param {string} _attribute
   * @param {LiveEvent[]} events
   */
  noticed(_attribute, events) {
    for (const { name, body } of events) {
      if (name !== "sheet.changed" || this.changes.mine.has(body.sheet.version)) continue;
      this.#lightUpChanges(body.sheet);
      const on = body.sheet.blocks.filter((/** @type {Row} */ block) => block.begun_at).at(-1);
      const before = this.known?.blocks.filter((block) => block.begun_at).at(-1);
      const news = on && on.id !== before?.id ? _("Jetzt: {title}.", { title: called(on) }) : _("Der Ablauf hat sich geändert.");
      announce(body.sheet.ended_at ? _("Das Treffen ist beendet.") : news, "sheet");
    }
  }

  /** @param {Sheet} sheet */
  #lightUpChanges({ blocks }) {
    const before = new Map((this.known?.blocks ?? []).map((block, place) => [block.id, `${place} ${block.minutes} ${block.title}`]));
    blocks.forEach(({ id, minutes: length, title }, place) => {
      if (before.get(id) !== `${place} ${length} ${title}`) this.lightUp(id);
    });
  }

  /**
   * Whoever stands on a button of a block stays on it when the block moves, whoever has moved it. Where the own change
   * has taken the button away, what comes next is at hand; a change by somebody else puts nobody on another button.
   *
   * @param {import("lit").PropertyValues} changed
   */
  update(changed) {
    const id = this.contains(document.activeElement) ? document.activeElement?.id : "";
    super.update(changed);
    this.known = this.stateOf()?.sheet ?? null;
    if (!id || document.activeElement?.id === id) return;
    const own = this.changes.mine.has(this.known?.version ?? 0);
    const instead = own ? this.querySelector(id.startsWith("sheet-") ? "#sheet-next, #sheet-start, #sheet-back" : "#sheet-undo") : null;
    /** @type {HTMLElement | null} */ (document.getElementById(id) ?? instead)?.focus({ preventScroll: true });
  }

  draw() {
    const { sheet, workshop } = this.state;
    if (!sheet) return nothing;
    const now = serverNow();
    const table = timetableOf(workshop, sheet, now);
    const minute = new Date((Math.floor(now.getTime() / MINUTE) + 1) * MINUTE);
    this.wakeAt([table.stage === "now" ? minute : null, later(workshop.starts_at, -AROUND), table.opens]);
    const leads = page.facilitates;
    return html`<section class="ws-sheet ws-stack" aria-labelledby="sheet-title" data-stage=${table.stage}>
      <h2 class="kern-title" id="sheet-title">${_("Ablauf")}</h2>
      ${this.#summary(table)} ${table.now || leads ? nowPanel(table, leads && !workshop.cancelled_at ? this.#lead(table, now) : nothing) : nothing}
      <p class="kern-error" role="alert" ?hidden=${!this.message}>${this.message}</p>
      ${leads ? this.#tools(sheet, table) : nothing} ${picture(table, now)}
      <ol class="ws-agenda ws-sheet__blocks">
        ${repeat(table.rows, ({ id }) => id, (row) => this.#row(sheet, table, row))}
      </ol>
      ${this.#off(sheet)} ${tableOf(table)}
    </section>`;
  }

  /** @param {Timetable} table */
  #summary(table) {
    const { opens, begins, ends, led } = table;
    const day = dayInWords(begins, serverNow());
    const values = { day, time: fromTo(begins, ends), opens: clockTime(opens) };
    const overflow = led ? "" : overflowInWords(table);
    return html`<p class="ws-lead">
        ${opens < begins ? _("{day}, {time}; Ankommen ab {opens}.", values) : _("{day}, {time}.", values)}
      </p>
      ${overflow ? html`<p class="ws-sheet__overflow"><span class="kern-icon ws-icon ws-icon--info" aria-hidden="true"></span><span>${overflow}</span></p>` : nothing}`;
  }

  /**
   * What a facilitator can do about the meeting itself.
   *
   * @param {Timetable} table
   * @param {Date} now
   */
  #lead(table, now) {
    const { workshop, sheet } = this.state;
    /** @param {string} id @param {string} label @param {() => void} act @param {"primary" | "secondary"} kind */
    const button = (id, label, act, kind) =>
      html`<button type="button" id=${id} class="kern-btn kern-btn--${kind}" @click=${act}><span class="kern-label">${label}</span></button>`;
    if (!table.led) {
      const from = later(workshop.starts_at, -AROUND);
      const until = later(workshop.starts_at, workshop.minutes + AROUND);
      if (now < from || now >= until) return nothing;
      return button("sheet-start", _("Treffen beginnen"), () => this.changes.do(acts.start), "primary");
    }
    const back = button("sheet-back", _("Einen Schritt zurück"), () => this.changes.do(acts.backwards), "secondary");
    if (table.stage === "past") return sheet?.ended_at ? back : nothing;
    const next = table.next ? _("Weiter: {title}", { title: calledInFull(table.next) }) : _("Treffen beenden");
    return html`${button("sheet-next", next, () => this.changes.do(acts.goOn), "primary")}
      ${button("sheet-extend", _("5 Minuten länger"), () => this.changes.do((one) => acts.extend(one, 5)), "secondary")} ${back}`;
  }

  /**
   * @param {Sheet} sheet
   * @param {Timetable} table
   */
  #tools(sheet, table) {
    if (sheet.ended_at) return nothing;
    const edit = () => {
      this.editing = !this.editing;
      this.requestUpdate();
    };
    return html`<div class="ws-sheet__tools">
        <button type="button" id="sheet-edit" class="kern-btn kern-btn--secondary" aria-pressed=${this.editing} @click=${edit}>
          <span class="kern-icon ws-icon ws-icon--edit" aria-hidden="true"></span><span class="kern-label">${_("Ablauf bearbeiten")}</span>
        </button>
      </div>
      ${this.editing || this.changes.undos.length
        ? html`<div class="ws-sheet__undo">
            <button type="button" id="sheet-undo" class="kern-btn kern-btn--secondary" aria-disabled=${!this.changes.undos.length} @click=${() => this.changes.undo()}>
              <span class="kern-icon ws-icon ws-icon--undo" aria-hidden="true"></span><span class="kern-label">${_("Rückgängig")}</span>
            </button>
          </div>`
        : nothing}
      ${this.editing ? addForm(sheet, table.rows, (make) => this.changes.do(make)) : nothing}`;
  }

  /**
   * @param {Sheet} sheet
   * @param {Timetable} table
   * @param {Row} row
   */
  #row(sheet, table, row) {
    const { id, kind, topic, starts, ends, stage, minutes: length } = row;
    const pending = this.pendingOf().some(({ body }) => body.block === id);
    const name = classes(
      "ws-agenda__block ws-sheet__block", kind !== "topic" && "is-pause", `is-${stage}`, pending && "is-pending", this.lit.has(id) && "just-changed",
    );
    const voted = this.state.agenda?.blocks.find((block) => block.topic === topic);
    const wish = this.state.topics.find(({ id: one }) => one === topic);
    const { poll } = this.state;
    const values = { length: minutes(length), support: poll && voted ? supportInWords(poll, voted.approvals) : "" };
    const quarters = Math.min(32, Math.max(1, Math.round(length / 15)));
    return html`<li class=${name} data-quarters=${quarters} aria-current=${stage === "now" ? "time" : nothing}>
      <time class="ws-agenda__time" datetime=${starts.toISOString()}>${fromTo(starts, ends)}</time>
      <div class="ws-agenda__body">
        <h3 class="ws-agenda__title">${calledInFull(row)}</h3>
        <p class="ws-agenda__meta">
          ${stage === "now" ? html`<span class="ws-sheet__mark">${table.led ? _("jetzt") : _("jetzt, nach Plan")}</span>` : nothing}
          ${stage === "past" ? html`<span class="ws-sheet__mark is-past">${_("vorbei")}</span>` : nothing}
          ${values.support ? _("{length}, {support}", values) : values.length}
        </p>
        ${this.editing && page.facilitates && wish?.minutes_most ? html`<p class="ws-muted">${_("Vorgeschlagen: {range}", { range: lasting(wish) })}</p>` : nothing}
        ${this.editing && page.facilitates ? controls(sheet, table.rows, row, (make) => this.changes.do(make)) : nothing}
      </div>
    </li>`;
  }

  /** @param {Sheet} sheet */
  #off({ off, ended_at }) {
    const shown = off.filter(({ kind }) => page.facilitates || kind === "topic");
    if (!shown.length) return nothing;
    return html`<h3 class="kern-title">${_("Vom Ablauf genommen")}</h3>
      <ul class="ws-leftover ws-sheet__off">
        ${repeat(shown, ({ id }) => id, (block) => html`<li>
          <span>${called(block)}, ${minutes(block.minutes)}</span>
          ${page.facilitates && !ended_at
            ? html`<button type="button" id="restore-${block.id}" class="kern-btn kern-btn--tertiary" @click=${() => this.changes.do((now) => acts.restore(now, block.id))}>
                <span class="kern-label">${_("Wieder aufnehmen")}</span><span class="kern-sr-only">: ${called(block)}</span>
              </button>`
            : nothing}
        </li>`)}
      </ul>`;
  }
}
