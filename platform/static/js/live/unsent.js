// The commands that no answer has come for, kept over a reload under the name of the person who gave them.

/** @import { Actor, Command } from "./shapes.js" */

/**
 * `order` sorts entries of all tabs by the moment they were given; `bytes` are what is sent, the same every time.
 *
 * @typedef {{order: string, command: Command, bytes: string, kept: boolean}} Entry
 */

/** The server remembers an answer for 14 days; a command older than that could be carried out twice. */
const TOO_OLD = 13 * 24 * 60 * 60 * 1000;

/**
 * One entry of the browser's storage for each command, so that two tabs never overwrite each other's.
 *
 * Commands that must leave no trace, and all commands where the storage is full or forbidden, live in memory only.
 */
export class Unsent {
  /**
   * @param {Actor} actor
   * @param {Storage | null} storage
   * @param {() => number} [now]
   */
  constructor(actor, storage, now = Date.now) {
    this.prefix = `werkstatt/unsent/${actor.kind}/${actor.id}/`;
    this.storage = storage;
    this.now = now;
    this.count = 0;
    /** @type {Map<string, Entry>} */
    this.memory = new Map();
  }

  /**
   * @param {Command} command
   * @param {boolean} [traceless]
   * @returns {Entry}
   */
  add(command, traceless = false) {
    this.count += 1;
    const order = [this.now().toString(36).padStart(9, "0"), this.count.toString(36).padStart(4, "0"), command.id].join("-");
    const bytes = JSON.stringify(command);
    const entry = { order, command, bytes, kept: !traceless && this.#keep(order, bytes) };
    if (!entry.kept) this.memory.set(order, entry);
    return entry;
  }

  /** @returns {Entry[]} everything of this person, of this and other tabs, in the order given */
  all() {
    const entries = [...this.memory.values(), ...this.#kept()];
    return entries.sort((one, other) => (one.order < other.order ? -1 : 1));
  }

  /** @param {Entry} entry */
  remove(entry) {
    this.memory.delete(entry.order);
    if (entry.kept) this.storage?.removeItem(this.prefix + entry.order);
  }

  /** @param {Entry} entry  whether no tab has got an answer for it yet */
  has(entry) {
    return entry.kept ? this.storage?.getItem(this.prefix + entry.order) != null : this.memory.has(entry.order);
  }

  wipe() {
    for (const entry of this.all()) this.remove(entry);
  }

  /**
   * @param {string} order
   * @param {string} bytes
   */
  #keep(order, bytes) {
    if (!this.storage) return false;
    try {
      this.storage.setItem(this.prefix + order, bytes);
      return true;
    } catch {
      return false;
    }
  }

  #kept() {
    const storage = this.storage;
    if (!storage) return [];
    const names = Array.from({ length: storage.length }, (_none, index) => storage.key(index) ?? "");
    return names.filter((name) => name.startsWith(this.prefix)).flatMap((name) => this.#read(storage, name));
  }

  /**
   * @param {Storage} storage
   * @param {string} name
   * @returns {Entry[]}
   */
  #read(storage, name) {
    const bytes = storage.getItem(name) ?? "";
    const order = name.slice(this.prefix.length);
    const given = parseInt(order, 36);
    try {
      const command = JSON.parse(bytes);
      if (this.now() - given < TOO_OLD) return [{ order, command, bytes, kept: true }];
    } catch {
      // not ours, or cut off while it was written: what cannot be read cannot be sent
    }
    storage.removeItem(name);
    return [];
  }
}

/** @returns {Storage | null} null where the browser forbids it, which it does by throwing */
export function storageOfBrowser() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
