// Who is signed in by now, and the token that commands need: a page may outlive the session it was made in.

import { fetchSession } from "./requests.js";
import { Refusal } from "./shapes.js";

/** @import { Actor } from "./shapes.js" */
/** @import { Clock } from "./clock.js" */

export class Session {
  /**
   * @param {{actor: Actor, csrf: string}} page
   * @param {Clock} clock
   */
  constructor({ actor, csrf }, clock) {
    this.actor = actor;
    this.csrf = csrf;
    this.clock = clock;
  }

  /**
   * Asks the server; only a session of the same actor gives this page a new token.
   *
   * @returns {Promise<"same" | "other" | "nobody" | "unknown">}
   */
  async who() {
    try {
      const { actor, csrf, now } = await fetchSession();
      this.clock.heard(now);
      if (actor.kind !== this.actor.kind || actor.id !== this.actor.id) return "other";
      this.csrf = csrf;
      return "same";
    } catch (error) {
      return error instanceof Refusal && error.code === "unknown_actor" ? "nobody" : "unknown";
    }
  }
}
