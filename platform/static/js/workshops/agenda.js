// <workshop-agenda stream="workshop/…">: what was chosen and when it is on, as a picture, a list and a table; what did not fit.

import { html, nothing, svg } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { clockTime, dayInWords, fromTo } from "../dates.js";
import { _ } from "../gettext.js";
import { announce, serverNow } from "../live.js";
import { LiveElement } from "../live/element.js";
import { list, minutes, number } from "../numbers.js";
import { phaseOf, pollInWords, tallyOf } from "./phases.js";
import { timed } from "./run_sheet.js";
import { supportInWords, tallyBars, turnout } from "./tally.js";

/** @import { LiveEvent } from "../live/shapes.js" */
/** @import { Agenda, Poll, WorkshopState } from "./state.js" */
/** @import { TimedBlock } from "./run_sheet.js" */

const TONES = 6;

export class WorkshopAgenda extends LiveElement {
  /** @returns {WorkshopState} */
  get state() {
    return this.stateOf();
  }

  /**
   * @param {string} _attribute
   * @param {LiveEvent[]} events
   */
  noticed(_attribute, events) {
    for (const { name, body } of events) {
      if (name === "poll.closed") announce(_("Die Abstimmung ist beendet, das Ergebnis ist da."), "agenda");
      if (name === "agenda.adopted") announce(_("Der Ablauf ist übernommen."), "agenda");
      if (name === "poll.tally_changed" && body.topic) this.lightUp(body.topic);
    }
  }

  draw() {
    const { poll, agenda, workshop } = this.state;
    if (!poll || !agenda || phaseOf(poll, agenda, serverNow()) === "collecting") return this.#notYet();
    const blocks = timed(agenda.blocks, workshop.starts_at);
    return html`<div class="ws-stack">
      ${agenda.adopted_at ? nothing : html`<p class="ws-lead">${_("So hat die Gruppe gewählt. Die Moderation hat den Ablauf noch nicht übernommen.")}</p>`}
      ${this.state.sheet ? nothing : blocks.length ? this.#plan(blocks) : html`<p>${_("Kein Thema ist gewählt.")}</p>`}
      ${this.#leftOver(agenda, poll)} ${this.#result(poll)}
      <h2 class="kern-title">${_("Warum dieses Ergebnis?")}</h2>
      <p><a class="kern-link" href="/workshops/${workshop.id}/result">${_("Zum Ergebnis, Thema für Thema und Team für Team")}</a></p>
    </div>`;
  }

  #notYet() {
    const { poll, agenda, workshop } = this.state;
    const now = serverNow();
    const phase = phaseOf(poll, agenda, now);
    this.wakeAt([poll?.opens_at, poll?.closes_at]);
    const [next, words] = phase !== "collecting" ? ["poll", _("Zur Abstimmung")] : ["topics", _("Zu den Themen")];
    return html`<div class="ws-empty">
      <span class="kern-icon kern-icon--large ws-icon ws-icon--calendar" aria-hidden="true"></span>
      <h2 class="ws-empty__title">${_("Der Ablauf entsteht aus der Abstimmung")}</h2>
      <p>${pollInWords(phase, poll, now)} ${phase === "void" ? nothing : _("Das Ergebnis erscheint hier von selbst.")}</p>
      <a class="kern-btn kern-btn--secondary" href="/workshops/${workshop.id}/${next}"><span class="kern-label">${words}</span></a>
    </div>`;
  }

  /** @param {TimedBlock[]} blocks */
  #plan(blocks) {
    const { workshop } = this.state;
    const used = blocks.reduce((all, block) => all + block.minutes, 0);
    const values = { day: dayInWords(workshop.starts_at, serverNow()), used: minutes(used), room: minutes(workshop.minutes) };
    return html`
      <h2 class="kern-title">${_("Ablauf")}</h2>
      <p class="ws-muted">${_("{day}: {used} von {room} sind belegt, Pausen sind nicht eingerechnet.", values)}</p>
      ${this.#picture(blocks, Math.max(workshop.minutes, used))}
      <ol class="ws-agenda">
        ${repeat(blocks, ({ topic }) => topic, (block) => this.#block(block))}
      </ol>
      ${this.#table(blocks)}
    `;
  }

  /**
   * @param {TimedBlock[]} blocks
   * @param {number} room
   */
  #picture(blocks, room) {
    return html`<svg class="ws-timeline" viewBox="0 0 ${room} 24" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="ws-timeline__rest" fill="none" width=${room} height="24"></rect>
      ${blocks.map(
        ({ from, minutes: length }, index) =>
          svg`<rect class="ws-timeline__block is-${index % TONES}" x=${from} y="0" width=${Math.max(1, length - 1)} height="24"></rect>`,
      )}
    </svg>`;
  }

  /** @param {TimedBlock} block */
  #block({ topic, title, minutes: length, approvals, starts, ends }) {
    const quarters = Math.min(32, Math.max(1, Math.round(length / 15)));
    const { poll } = this.state;
    const chosen = poll ? _("{length}, {support}", { length: minutes(length), support: supportInWords(poll, approvals) }) : minutes(length);
    return html`<li class="ws-agenda__block" data-quarters=${quarters}>
      <time class="ws-agenda__time" datetime=${starts.toISOString()}>${fromTo(starts, ends)}</time>
      <div class="ws-agenda__body">
        <h3 class="ws-agenda__title">${title}</h3>
        <p class="ws-agenda__meta">${chosen}</p>
        ${this.#unmet(topic)}
      </div>
    </li>`;
  }

  /** @param {string} topic  what should have come before it and was not chosen */
  #unmet(topic) {
    const { agenda, topics } = this.state;
    const known = [...(agenda?.left_over ?? []).map(({ topic: id, title }) => ({ id, title })), ...topics];
    const titles = (agenda?.unmet[topic] ?? []).map((id) => known.find((one) => one.id === id)?.title).filter((title) => title !== undefined);
    if (!titles.length) return nothing;
    const quoted = list(titles.map((title) => _("„{title}“", { title })));
    return html`<p class="ws-agenda__note">${_("Sollte nach {titles} kommen, das wurde nicht gewählt.", { titles: quoted })}</p>`;
  }

  /** @param {TimedBlock[]} blocks */
  #table(blocks) {
    const rows = blocks.map(
      ({ title, starts, ends, minutes: length, approvals }) => html`<tr class="kern-table__row">
        <th class="kern-table__header" scope="row">${title}</th>
        <td class="kern-table__cell">${clockTime(starts)}</td>
        <td class="kern-table__cell">${clockTime(ends)}</td>
        <td class="kern-table__cell kern-table__cell--numeric">${number(length)}</td>
        <td class="kern-table__cell kern-table__cell--numeric">${number(approvals)}</td>
      </tr>`,
    );
    return html`<details class="ws-details">
      <summary>${_("Als Tabelle")}</summary>
      <div class="ws-table-scroll" role="region" tabindex="0" aria-labelledby="agenda-table">
        <table class="kern-table kern-table--small">
          <caption class="kern-title" id="agenda-table">${_("Ablauf des Treffens")}</caption>
          <thead>
            <tr class="kern-table__row">
              <th class="kern-table__header" scope="col">${_("Thema")}</th>
              <th class="kern-table__header" scope="col">${_("Beginn")}</th>
              <th class="kern-table__header" scope="col">${_("Ende")}</th>
              <th class="kern-table__header kern-table__header--numeric" scope="col">${_("Minuten")}</th>
              <th class="kern-table__header kern-table__header--numeric" scope="col">${_("Stimmen oder Punkte")}</th>
            </tr>
          </thead>
          <tbody>${rows}</tbody>
        </table>
      </div>
    </details>`;
  }

  /**
   * @param {Agenda} agenda
   * @param {Poll} poll
   */
  #leftOver({ left_over: left }, poll) {
    if (!left.length) return nothing;
    return html`
      <h2 class="kern-title">${_("Was nicht gewählt ist")}</h2>
      <p class="ws-muted">${_("Was nicht zurückgezogen wird, kommt beim nächsten Treffen wieder.")}</p>
      <ul class="ws-leftover">
        ${left.map(({ title, minutes: length, approvals }) => {
          const values = { title, length: minutes(length), support: supportInWords(poll, approvals) };
          return html`<li>${_("{title}: {length}, {support}", values)}</li>`;
        })}
      </ul>
    `;
  }

  /** @param {Poll} poll */
  #result(poll) {
    return html`
      <h2 class="kern-title">${_("Stimmen oder Punkte")}</h2>
      ${turnout(poll)} ${tallyBars(tallyOf(this.state), poll, (id) => this.lit.has(id))}
    `;
  }
}
