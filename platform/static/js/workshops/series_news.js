// <series-news stream="cohort/…">: what has changed at the workshops since the server drew the page, and the way to its new state.

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
    this.said = "";
  }

  draw() {
    /** @type {CohortState} */
    const { workshops } = this.stateOf();
    this.drawn ??= workshops;
    const news = seriesChanges(this.drawn, workshops).join(" ");
    if (news && news !== this.said) announce(news, "series-news");
    this.said = news;
    if (!news) return nothing;
    return html`<div class="kern-alert kern-alert--info">
      <div class="kern-alert__header">
        <span class="kern-icon kern-icon--info" aria-hidden="true"></span>
        <span class="kern-title">${_("Bei den Treffen hat sich etwas geändert")}</span>
      </div>
      <div class="kern-alert__body"><p>${news} <a class="kern-link" href="">${_("Neuen Stand zeigen")}</a></p></div>
    </div>`;
  }
}
