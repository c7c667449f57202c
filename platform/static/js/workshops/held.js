// What a page of a workshop says and offers only while the workshop takes place, or only while it is cancelled.

import { html, nothing } from "lit";

import { _ } from "../gettext.js";
import { LiveElement } from "../live/element.js";
import { isShown } from "./phases.js";

/** @import { Workshop } from "./state.js" */

/** <workshop-held stream="workshop/…" when="held or cancelled">: what the server has drawn into it is shown or not. */
export class WorkshopHeld extends LiveElement {
  willUpdate() {
    this.hidden = !isShown(this.getAttribute("when"), this.stateOf()?.workshop);
  }

  render() {
    return nothing;
  }
}

/** <workshop-cancelled stream="workshop/…">: that it does not take place, and why. `workshop-state` says it aloud. */
export class WorkshopCancelled extends LiveElement {
  render() {
    /** @type {Workshop | undefined} */
    const workshop = this.stateOf()?.workshop;
    this.hidden = !isShown("cancelled", workshop);
    if (this.hidden) return nothing;
    return html`<div class="kern-alert kern-alert--warning">
      <div class="kern-alert__header">
        <span class="kern-icon kern-icon--warning" aria-hidden="true"></span>
        <span class="kern-title">${_("Dieses Treffen ist abgesagt")}</span>
      </div>
      <div class="kern-alert__body"><p>${workshop?.cancelled_reason || _("Was schon eingetragen ist, bleibt, falls es doch stattfindet.")}</p></div>
    </div>`;
  }
}
