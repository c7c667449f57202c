// <series-news stream="cohort/…" hidden>: what has changed at the workshops since the server drew the page, and the way to its new state.

import { html, nothing } from "lit";

import { _ } from "../gettext.js";
import { announce } from "../live.js";
import { LiveElement } from "../live/element.js";
import { seriesChanges } from "./series_changes.js";

/** @import { CohortState, Meeting } from "../people/state.js" */

export class SeriesNews extends LiveElement {
  constructor() {
    super();
    /** @type {Meeting[] | null} */
    this.drawn = null;
    /** @type {Meeting[] | null} */
    this.seen = null;
    this.hasNews = false;
  }

  draw() {
    /** @type {CohortState} */
    const { workshops } = this.stateOf();
    this.drawn ??= workshops;
    for (const step of seriesChanges(this.seen ?? workshops, workshops)) {
      this.hasNews = true;
      announce(step);
    }
    this.seen = workshops;
    this.hidden = !this.hasNews;
    if (!this.hasNews) return nothing;
    const news = seriesChanges(this.drawn, workshops).join(" ") || _("Inzwischen ist alles wieder, wie es hier steht.");
    return html`<div class="kern-alert kern-alert--info">
      <div class="kern-alert__header">
        <span class="kern-icon kern-icon--info" aria-hidden="true"></span>
        <span class="kern-title">${_("Bei den Treffen hat sich etwas geändert")}</span>
      </div>
      <div class="kern-alert__body"><p>${news} <a class="kern-link" href="">${_("Neuen Stand zeigen")}</a></p></div>
    </div>`;
  }
}
