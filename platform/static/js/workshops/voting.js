// <workshop-ballot stream="workshop/…" team-stream="workshop/…/team/…">: the team's ballot, its partner's marks, the tally.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { lately } from "../dates.js";
import { _, n_ } from "../gettext.js";
import { announce, connection, send, serverNow } from "../live.js";
import { classes } from "../live/classes.js";
import { LiveElement } from "../live/element.js";
import { minutes, number } from "../numbers.js";
import { page } from "../page.js";
import { called } from "../people/names.js";
import { phaseOf, pollInWords, standing, tallyOf } from "./phases.js";
import { howItIsCounted, tallyBars, turnout } from "./tally.js";

/** @import { LiveEvent } from "../live/shapes.js" */
/** @import { Phase } from "./phases.js" */
/** @import { BallotState, Poll, Topic, WorkshopState } from "./state.js" */

export class WorkshopBallot extends LiveElement {
  streams() {
    return ["stream", "team-stream"];
  }

  /** @returns {WorkshopState} */
  get state() {
    return this.stateOf();
  }

  /** @returns {BallotState | undefined} */
  get ballot() {
    return this.stateOf("team-stream");
  }

  get place() {
    return this.getAttribute("stream") ?? "";
  }

  /**
   * @param {string} attribute
   * @param {LiveEvent[]} events
   */
  noticed(attribute, events) {
    for (const event of events) {
      if (attribute === "stream") this.#tallied(event);
      else this.#partnerChanged(event);
    }
  }

  draw() {
    const { poll, agenda } = this.state;
    const phase = phaseOf(poll, agenda, serverNow());
    this.wakeAt([poll?.opens_at, poll?.closes_at]);
    if (!poll) return this.#notYet();
    const agendaPage = `/workshops/${this.state.workshop.id}/agenda`;
    return html`<section class="ws-ballot ws-stack" data-phase=${phase}>
      ${phase === "open" ? nothing : html`<p class="ws-lead">${pollInWords(phase, poll, serverNow())}</p>`}
      ${phase === "closed" || phase === "settled" ? html`<p><a class="kern-btn kern-btn--secondary" href=${agendaPage}><span class="kern-label">${_("Zum Ergebnis")}</span></a></p>` : nothing}
      ${this.ballot && !poll.secret ? this.#own(this.ballot, poll, phase) : nothing}
      <h2 class="kern-title">${_("Stand der Abstimmung")}</h2>
      ${turnout(poll)} ${poll.secret && !agenda ? nothing : tallyBars(tallyOf(this.state), poll.teams, (id) => this.lit.has(`tally ${id}`))}
      <details class="ws-details">
        <summary>${_("So wird gezählt")}</summary>
        ${howItIsCounted(poll)}
      </details>
    </section>`;
  }

  #notYet() {
    return html`<div class="ws-empty">
      <span class="kern-icon kern-icon--large ws-icon ws-icon--vote" aria-hidden="true"></span>
      <h2 class="ws-empty__title">${_("Noch ist keine Abstimmung geöffnet")}</h2>
      <p>
        ${this.ballot
          ? _("Sobald die Moderation sie öffnet, erscheint hier der Stimmzettel Ihres Teams. Sie müssen nichts neu laden.")
          : _("Sobald sie geöffnet ist, erscheint hier, was die Teams wollen. Sie müssen nichts neu laden.")}
      </p>
    </div>`;
  }

  /**
   * What the own team has in hand. A ballot that is on its way has another poll until it is here.
   *
   * @param {BallotState} ballot
   * @param {Poll} poll
   * @param {Phase} phase
   */
  #own(ballot, poll, phase) {
    if (ballot.entitled) return this.#paper(ballot, phase === "open");
    if (ballot.poll !== poll.id || phase === "closed" || phase === "settled") return nothing;
    return html`<p class="ws-lead">${_("Als diese Abstimmung angesetzt wurde, war Ihr Team noch nicht dabei. Bei der nächsten stimmt es mit ab.")}</p>`;
  }

  /**
   * @param {BallotState} ballot
   * @param {boolean} open
   */
  #paper(ballot, open) {
    const topics = standing(this.state);
    const chosen = topics.filter(({ id }) => ballot.marks[id]?.value === 1);
    const sum = chosen.reduce((all, topic) => all + topic.minutes, 0);
    const values = { sum: minutes(sum), room: minutes(this.state.poll?.minutes ?? this.state.workshop.minutes) };
    const abstain = () => open && send(this.place, "ballot.abstain", { value: !ballot.abstained });
    const over = Boolean(this.state.poll?.closed_at);
    if (over && !ballot.abstained && !Object.keys(ballot.marks).length) return html`<p class="ws-lead">${_("Ihr Team hat nicht abgestimmt.")}</p>`;
    return html`
      <h2 class="kern-sr-only">${_("Stimmzettel Ihres Teams")}</h2>
      <p class="ws-ballot__share">
        ${over ? _("So hat Ihr Team abgestimmt.") : n_("{n} Minute ist zu füllen.", "{n} Minuten sind zu füllen.", this.state.poll?.minutes ?? 0)}
      </p>
      ${over ? nothing : html`<p class="ws-muted">${_("Kreuzen Sie alle Themen an, die Ihr Team will. Gewählt werden die mit den meisten Stimmen, solange die Minuten reichen.")}</p>`}
      <ul class="ws-ballot__list">
        ${repeat(topics, ({ id }) => id, (topic) => this.#choice(topic, ballot, open))}
      </ul>
      <p class="ws-ballot__sum">
        ${ballot.abstained
          ? _("Ihr Team enthält sich. Solange ruhen die Kreuze.")
          : n_("Angekreuzt: {n} Thema, {sum} von {room}.", "Angekreuzt: {n} Themen, {sum} von {room}.", chosen.length, values)}
      </p>
      ${over
        ? nothing
        : html`<button type="button" class="ws-toggle ws-ballot__abstain" aria-pressed=${ballot.abstained} aria-disabled=${!open} @click=${abstain}>
            <span class="ws-toggle__box" aria-hidden="true"></span>
            <span class="ws-toggle__label">${_("Wir enthalten uns")}</span>
          </button>`}
      <p class="ws-ballot__saved">${this.#saved(ballot, open)}</p>
    `;
  }

  /**
   * @param {Topic} topic
   * @param {BallotState} ballot
   * @param {boolean} open
   */
  #choice(topic, ballot, open) {
    const { id, title, question } = topic;
    const mark = ballot.marks[id];
    const on = mark?.value === 1;
    const pending = this.pendingOf("team-stream").some(({ name, body }) => name === "ballot.mark" && body.topic === id);
    const toggle = () => open && send(this.place, "ballot.mark", { topic: id, value: on ? 0 : 1 });
    return html`<li class=${classes("ws-ballot__item", pending && "is-pending", this.lit.has(id) && "just-changed")} data-topic=${id}>
      <button type="button" class="ws-ballot__toggle" aria-pressed=${on} aria-disabled=${!open} @click=${toggle}>
        <span class="ws-ballot__box" aria-hidden="true"></span>
        <span class="ws-ballot__title">${title}</span>
        <span class="ws-ballot__meta">${minutes(topic.minutes)}</span>
        <span class="ws-ballot__word">${on ? _("Ja, wollen wir") : _("nicht angekreuzt")}</span>
      </button>
      ${question ? html`<p class="ws-ballot__question ws-muted">${question}</p>` : nothing}
      <p class="ws-ballot__by">${mark ? _("{name}, {moment}", { name: this.#name(mark.by), moment: lately(mark.at, serverNow()) }) : nothing}</p>
    </li>`;
  }

  /**
   * @param {BallotState} ballot
   * @param {boolean} open
   */
  #saved({ marks, abstained }, open) {
    const waiting = this.pendingOf("team-stream").filter(({ name }) => name.startsWith("ballot.")).length;
    if (waiting && !connection.works) {
      return n_("Eine Änderung wartet auf die Verbindung.", "{n} Änderungen warten auf die Verbindung.", waiting);
    }
    if (waiting) return n_("Eine Änderung wird gespeichert …", "{n} Änderungen werden gespeichert …", waiting);
    if (abstained) return _("Gespeichert: Ihr Team enthält sich.");
    if (!Object.keys(marks).length) return _("Ihr Team hat noch nicht abgestimmt.");
    return open ? _("Alles gespeichert. Sie können bis zum Ende der Abstimmung ändern.") : _("Alles gespeichert.");
  }

  /** @param {LiveEvent} event */
  #tallied({ name, body }) {
    if (name === "poll.tally_changed") {
      if (body.topic) this.lightUp(`tally ${body.topic}`);
      const values = { n: number(body.voted), all: number(this.state.poll?.teams ?? 0) };
      announce(_("{n} von {all} Teams haben abgestimmt.", values), "turnout");
    }
    if (name === "poll.opened" || name === "poll.reopened") announce(_("Die Abstimmung ist geöffnet."), "poll");
    if (name === "poll.closed") announce(_("Die Abstimmung ist beendet."), "poll");
  }

  /** @param {LiveEvent} event */
  #partnerChanged({ name, body }) {
    if (!body.by || body.by.id === page.actor?.id) return;
    if (name === "ballot.abstained") {
      announce(body.value ? _("{name} hat Enthaltung gewählt.", body.by) : _("{name} hat die Enthaltung zurückgenommen.", body.by), "abstention");
    }
    if (name !== "ballot.marked") return;
    this.lightUp(body.topic);
    const title = this.state.topics.find(({ id }) => id === body.topic)?.title ?? "";
    const values = { name: body.by.name, title };
    announce(body.value ? _("{name} hat „{title}“ angekreuzt.", values) : _("{name} hat das Kreuz bei „{title}“ zurückgenommen.", values), body.topic);
  }

  /** @param {{id: string, name: string}} person */
  #name({ id, name }) {
    return id === page.actor?.id ? _("Sie") : called({ name });
  }
}
