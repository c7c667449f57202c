// Which of a person's open tabs sends: one at a time, and another one as soon as that is closed or asleep.

/**
 * Asks for the lead and keeps it as long as this tab lives. Without Web Locks every tab leads: a command sent twice is
 * carried out once, only the order between two tabs is not sure then.
 */
export class LeadingTab {
  /**
   * @param {string} name
   * @param {(leads: boolean) => void} changed
   * @param {LockManager | undefined} [locks]
   */
  constructor(name, changed, locks = navigator.locks) {
    this.name = name;
    this.changed = changed;
    this.locks = locks;
    this.leads = false;
  }

  start() {
    if (this.locks) void this.#hold({});
    else this.#set(true);
  }

  /** Takes the lead from a tab that the browser has put to sleep: its command is repeated here under the same id. */
  takeOver() {
    if (this.locks && !this.leads) void this.#hold({ steal: true });
  }

  /** @param {LockOptions} options */
  async #hold(options) {
    try {
      await this.locks?.request(this.name, options, () => {
        this.#set(true);
        return new Promise(() => {});
      });
    } catch {
      // another tab has taken the lead: get in line again
      this.#set(false);
      void this.#hold({});
    }
  }

  /** @param {boolean} leads */
  #set(leads) {
    this.leads = leads;
    this.changed(leads);
  }
}
