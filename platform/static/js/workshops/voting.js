// <workshop-ballot stream="workshop/…" team-stream="workshop/…/team/…">: the team's ballot, its partner's marks, the tally.

import { html, nothing } from "lit";

import { lately } from "../dates.js";
import { _, n_ } from "../gettext.js";
import { announce, connection, heed, send, serverNow } from "../live.js";
import { LiveElement } from "../live/element.js";
import { number } from "../numbers.js";
import { page } from "../page.js";
import { called } from "../people/names.js";
import { conflictOf } from "./papers/conflict.js";
import { partnerInWords } from "./papers/partner.js";
import { howToFillIn, paper, sumInWords } from "./papers/paper.js";
import { goOn } from "./papers/sheet.js";
import { Writing, newer } from "./papers/writing.js";
import { phaseOf, pollInWords, standing } from "./phases.js";
import { shareInWords } from "./share.js";
import { standOf } from "./stand.js";
import { carriedFrom } from "./topic_life.js";

/** @import { LiveEvent } from "../live/shapes.js" */
/** @import { Sheet } from "./papers/sheet.js" */
/** @import { Phase } from "./phases.js" */
/** @import { BallotState, Poll, WorkshopState } from "./state.js" */

export class WorkshopBallot extends LiveElement {
  constructor() {
    super();
    this.writing = new Writing(this);
    /** @type {{topic: string, act: string} | null} */
    this.focusOn = null;
    this.flush = () => this.writing.soon.flush();
    this.stopHeeding = () => {};
  }

  connectedCallback() {
    super.connectedCallback();
    this.stopHeeding = heed("ballot.fill", (command, refusal) => this.writing.refused(command, refusal));
    addEventListener("pagehide", this.flush);
    document.addEventListener("visibilitychange", this.flush);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.flush();
    this.stopHeeding();
    removeEventListener("pagehide", this.flush);
    document.removeEventListener("visibilitychange", this.flush);
  }

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
   * @param {string} name
   * @param {Record<string, any>} [body]
   */
  send(name, body = {}) {
    const { ballot } = this;
    // What waits was entered by somebody else: whoever takes it over says what they have seen.
    const seen = ballot?.awaits ? { base: ballot.version } : {};
    void send(this.place, name, { poll: this.state.poll?.id ?? null, ...seen, ...body });
  }

  /** The own changes of the ballot that are under way. */
  get changes() {
    return this.pendingOf("team-stream").filter(({ name }) => name.startsWith("ballot."));
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

  updated() {
    goOn(this, this.focusOn);
    this.focusOn = null;
  }

  draw() {
    const { poll, agenda } = this.state;
    const phase = phaseOf(poll, agenda, serverNow());
    this.wakeAt([poll?.opens_at, poll?.closes_at]);
    if (!poll || phase === "collecting") return this.#notYet();
    const resultPage = `/workshops/${this.state.workshop.id}/result`;
    return html`<section class="ws-ballot ws-stack" data-phase=${phase}>
      ${phase === "open" || phase === "void" ? nothing : html`<p class="ws-lead">${pollInWords(phase, poll, serverNow())}</p>`}
      ${phase === "closed" || phase === "settled" ? html`<p><a class="kern-btn kern-btn--secondary" href=${resultPage}><span class="kern-label">${_("Zum Ergebnis")}</span></a></p>` : nothing}
      ${this.ballot && !poll.secret ? this.#own(this.ballot, poll, phase) : nothing} ${standOf(this.state, this.ballot, (id) => this.lit.has(`tally ${id}`))}
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
    const over = Boolean(poll.closed_at);
    if (!ballot.entitled) {
      if (ballot.poll !== poll.id || over) return nothing;
      return html`<p class="ws-lead">${_("Als diese Abstimmung angesetzt wurde, war Ihr Team noch nicht dabei. Bei der nächsten stimmt es mit ab.")}</p>`;
    }
    const blank = !ballot.abstained && !Object.keys(ballot.marks).length;
    if (over && blank) return html`<p class="ws-lead">${_("Ihr Team hat nicht abgestimmt.")}</p>`;
    if (over) return this.#handedIn(ballot, poll);
    return this.#paper(ballot, poll, phase === "open", blank);
  }

  /**
   * @param {BallotState} ballot
   * @param {Poll} poll
   */
  #handedIn(ballot, poll) {
    const sheet = this.#sheet(ballot, poll, false);
    return html`
      <h2 class="kern-sr-only">${_("Stimmzettel Ihres Teams")}</h2>
      <p class="ws-ballot__share">${ballot.awaits ? _("Was die Moderation für Ihr Team eingetragen hatte, wurde nicht bestätigt und zählt nicht.") : _("So hat Ihr Team abgestimmt.")}</p>
      ${paper(sheet)}
      <p class="ws-ballot__sum">${sumInWords(sheet, ballot.abstained)}</p>
    `;
  }

  /**
   * @param {BallotState} ballot
   * @param {Poll} poll
   * @param {boolean} open
   * @param {boolean} blank
   */
  #paper(ballot, poll, open, blank) {
    const sheet = this.#sheet(ballot, poll, open);
    const abstain = () => open && this.send("ballot.abstain", { value: !ballot.abstained });
    return html`
      <h2 class="kern-sr-only">${_("Stimmzettel Ihres Teams")}</h2>
      <p class="ws-ballot__share">${shareInWords(ballot.owns, poll) || n_("{n} Minute ist zu füllen.", "{n} Minuten sind zu füllen.", poll.minutes)}</p>
      ${open && blank && !this.writing.draft ? html`<p class="ws-ballot__hello">${_("Ihr Team hat noch nicht abgestimmt. Es genügt, wenn eine Person den Stimmzettel ausfüllt; ändern können Sie ihn gemeinsam, bis die Abstimmung endet.")}</p>` : nothing}
      ${ballot.awaits && open ? this.#entered() : nothing}
      <p class="ws-muted">${howToFillIn(poll)}</p>
      <p class="ws-muted">${_("Nach dem Schluss sehen alle, was jedes Team wollte. Wer im Team es eingetragen hat, sehen sie nicht.")}</p>
      ${this.writing.conflict ? this.#choice(ballot, poll) : paper(sheet)}
      <p class="ws-ballot__sum">${sumInWords(sheet, ballot.abstained)}</p>
      <button type="button" class="ws-toggle ws-ballot__abstain" aria-pressed=${ballot.abstained} aria-disabled=${!open} @click=${abstain}>
        <span class="ws-toggle__box" aria-hidden="true"></span>
        <span class="ws-toggle__label">${_("Wir enthalten uns")}</span>
      </button>
      <p class="ws-ballot__saved">${this.#saved(ballot, open)}</p>
    `;
  }

  #entered() {
    const yes = () => this.send("ballot.confirm");
    const change = () => /** @type {HTMLElement | null} */ (this.querySelector(".ws-ballot__item :is(button, input)"))?.focus();
    return html`<section class="ws-entered" aria-labelledby="entered-title">
      <h3 class="ws-entered__title" id="entered-title">${_("Die Moderation hat diesen Stimmzettel für Ihr Team ausgefüllt. Stimmt er so?")}</h3>
      <p>${_("Er zählt erst, wenn Sie ihn abgeben oder etwas daran ändern.")}</p>
      <div class="ws-entered__acts">
        <button type="button" class="kern-btn kern-btn--primary" @click=${yes}><span class="kern-label">${_("Ja, so abgeben")}</span></button>
        <button type="button" class="kern-btn kern-btn--secondary" @click=${change}><span class="kern-label">${_("Ändern")}</span></button>
      </div>
    </section>`;
  }

  /**
   * @param {BallotState} ballot
   * @param {Poll} poll
   */
  #choice(ballot, poll) {
    const { writing } = this;
    if (!writing.conflict) return nothing;
    const { mine } = writing.conflict;
    const theirs = newer(writing.conflict, ballot);
    return conflictOf(poll, standing(this.state), { mine, theirs }, {
      keep: () => writing.settle(null),
      save: () => writing.settle({ base: theirs.version, marks: mine }),
    });
  }

  /**
   * @param {BallotState} ballot
   * @param {Poll} poll
   * @param {boolean} open
   * @returns {Sheet}
   */
  #sheet(ballot, poll, open) {
    const { writing } = this;
    return {
      name: "ballot",
      topics: standing(this.state),
      poll,
      values: writing.values(ballot),
      reasons: writing.reasons(ballot),
      open,
      by: (topic) => this.#by(ballot, topic),
      pending: (topic) => this.changes.some(({ name, body }) => name === "ballot.mark" && body.topic === topic),
      lit: (topic) => this.lit.has(topic),
      mark: (topic, value, reason) => writing.mark(topic, value, reason),
      fill: (values, focus) => {
        this.focusOn = focus ?? null;
        writing.fill(values);
      },
    };
  }

  /**
   * @param {BallotState} ballot
   * @param {string} topic
   */
  #by({ marks }, topic) {
    const mark = marks[topic];
    if (!mark) return nothing;
    if (mark.taken_from) {
      const title = carriedFrom(this.state, marks, mark.taken_from);
      if (this.state.poll?.closed_at) return _("Aus „{title}“ übernommen.", { title });
      return _("Aus „{title}“ übernommen – Sie können das Kreuz zurücknehmen.", { title });
    }
    const name = mark.by.id === page.actor?.id ? _("Sie") : called(mark.by);
    return _("{name}, {moment}", { name, moment: lately(mark.at, serverNow()) });
  }

  /**
   * @param {BallotState} ballot
   * @param {boolean} open
   */
  #saved({ marks, abstained, awaits }, open) {
    const waiting = this.changes.length;
    if (waiting && !connection.works) {
      return n_("Eine Änderung wartet auf die Verbindung.", "{n} Änderungen warten auf die Verbindung.", waiting);
    }
    if (waiting) return n_("Eine Änderung wird gespeichert …", "{n} Änderungen werden gespeichert …", waiting);
    if (this.writing.waits) return _("Wird gleich gespeichert …");
    if (abstained) return _("Gespeichert: Ihr Team enthält sich.");
    if (awaits) return _("Noch nicht abgegeben.");
    if (!Object.keys(marks).length) return nothing;
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
    if (name === "ballot.renewed") this.writing.renew();
    if (name === "ballot.carried") {
      this.lightUp(body.topic);
      announce(_("Die Moderation hat Themen zusammengeführt oder getrennt. Bitte sehen Sie Ihren Stimmzettel an."), "carried");
      return;
    }
    for (const topic of Object.keys(body.tally ?? {})) this.lightUp(`tally ${topic}`);
    if (!body.by || body.by.id === page.actor?.id) return;
    const topics = name === "ballot.marked" ? [body.topic] : Object.keys(body.marks ?? {}).filter((topic) => this.ballot?.marks[topic]?.at === body.at);
    for (const topic of topics) this.lightUp(topic);
    const words = partnerInWords({ name, body }, this.state);
    if (words) announce(words, body.topic ?? name);
  }
}
