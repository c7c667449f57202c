// <live-toast>: draws the messages; the region is there from the start so that they are read aloud.

import { LitElement, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { _ } from "../gettext.js";
import { toasts } from "./toasts.js";

/** @import { Toast } from "./toasts.js" */

const ICONS = { info: "info", success: "success", warning: "warning", refusal: "danger" };

export class LiveToast extends LitElement {
  constructor() {
    super();
    this.draw = () => this.requestUpdate();
    this.seen = () => toasts.hold(document.hidden);
  }

  createRenderRoot() {
    this.replaceChildren();
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    toasts.addEventListener("change", this.draw);
    document.addEventListener("visibilitychange", this.seen);
    this.seen();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    toasts.removeEventListener("change", this.draw);
    document.removeEventListener("visibilitychange", this.seen);
  }

  render() {
    const hold = () => toasts.hold(true);
    const release = () => toasts.hold(false);
    return html`<div
      class="ws-toasts"
      role="status"
      @pointerenter=${hold}
      @pointerleave=${release}
      @focusin=${hold}
      @focusout=${release}
    >
      ${repeat(toasts.items, (toast) => toast.id, (toast) => this.toast(toast))}
    </div>`;
  }

  /** @param {Toast} toast */
  toast({ id, text, tone = "info", action, link }) {
    const run = () => {
      toasts.remove(id);
      action?.run();
    };
    return html`<div class="ws-toast ws-toast--${tone}">
      <span class="kern-icon ws-icon ws-icon--${ICONS[tone]}" aria-hidden="true"></span>
      <p class="ws-toast__text">${text}</p>
      ${action ? html`<button type="button" class="kern-btn kern-btn--tertiary" @click=${run}><span class="kern-label">${action.label}</span></button>` : nothing}
      ${link ? html`<a class="kern-link" href=${link.href}>${link.label}</a>` : nothing}
      <button type="button" class="kern-btn kern-btn--tertiary ws-toast__close" @click=${() => toasts.remove(id)}>
        <span class="kern-icon ws-icon ws-icon--close" aria-hidden="true"></span>
        <span class="kern-label kern-sr-only">${_("Meldung schließen")}</span>
      </button>
    </div>`;
  }
}
