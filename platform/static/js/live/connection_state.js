// How it stands with the connection and with the own changes, for everyone who wants to show it.

/**
 * `connecting` at first; `connected` by socket, `polling` by HTTP; `offline` when neither works; `signed-out` and
 * `other-actor` when the session has ended or belongs to somebody else.
 *
 * @typedef {"connecting" | "connected" | "polling" | "offline" | "signed-out" | "other-actor"} Standing
 */

/** Dispatches `change` whenever one of its fields has another value. */
export class ConnectionState extends EventTarget {
  constructor() {
    super();
    /** @type {Standing} */
    this.standing = "connecting";
    this.waiting = 0;
    this.sending = false;
  }

  get works() {
    return this.standing === "connected" || this.standing === "polling";
  }

  get ended() {
    return this.standing === "signed-out" || this.standing === "other-actor";
  }

  /** @param {Partial<{standing: Standing, waiting: number, sending: boolean}>} news */
  set(news) {
    const before = JSON.stringify(this);
    Object.assign(this, news);
    if (JSON.stringify(this) !== before) this.dispatchEvent(new Event("change"));
  }

  toJSON() {
    return [this.standing, this.waiting, this.sending];
  }
}
