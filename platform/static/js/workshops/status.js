// <workshop-state stream="workshop/…">: one line that says where the workshop stands.

import { html, nothing } from "lit";

import { _ } from "../gettext.js";
import { announce, connection, serverNow } from "../live.js";
import { LiveElement } from "../live/element.js";
import { meetingMoments, stateInWords } from "./phases.js";

export class WorkshopStatus extends LiveElement {
  constructor() {
    super();
    this.said = "";
  }

  draw() {
    /** @type {import("./state.js").WorkshopState} */
    const state = this.stateOf();
    const { poll } = state;
    const { phase, words } = stateInWords(state, serverNow());
    this.wakeAt([poll?.opens_at, poll?.closes_at, ...meetingMoments(state, serverNow())]);
    if (this.said && this.said !== words) announce(words, "workshop-state");
    this.said = words;
    const live = connection.works && (phase === "open" || phase === "running");
    return html`<p class="ws-state" data-phase=${phase}>
      ${live ? html`<span class="ws-live">${_("live")}</span>` : nothing}
      <span class="ws-state__text">${words}</span>
    </p>`;
  }
}
