// Dates and times for people: in words, in Europe/Berlin whatever the machine's zone, and back from input fields.

import { _, language } from "./gettext.js";

const ZONE = "Europe/Berlin";
const MINUTE = 60_000;

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/**
 * @param {string} locale
 * @param {Intl.DateTimeFormatOptions} options
 */
function format(locale, options) {
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options });
  formats.set(key, known);
  return known;
}

/** English dates are British: the day comes before the month, as in German. */
function locale() {
  return language() === "en" ? "en-GB" : "de-DE";
}

/** @param {Date} moment */
function fields(moment) {
  const options = /** @type {const} */ ({
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  });
  const parts = format("en-GB", options).formatToParts(moment);
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}

/** @param {Date} moment  how many milliseconds Berlin's wall clock is ahead of UTC at this moment */
function offset(moment) {
  const { year, month, day, hour, minute, second } = fields(moment);
  const wall = Date.UTC(+year, +month - 1, +day, +hour, +minute, +second);
  return wall - Math.floor(moment.getTime() / 1000) * 1000;
}

/**
 * The value of an `<input type="datetime-local">`, read as Berlin's wall clock, in UTC as the wire has it.
 *
 * An hour that happens twice in autumn is the first of the two; one that does not happen in spring is an hour later,
 * as a clock that was put forward shows it. Null when the field holds no time.
 *
 * @param {string} value
 */
export function fromInput(value) {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(value)) return null;
  const wall = Date.parse(`${value}Z`);
  if (Number.isNaN(wall)) return null;
  const before = offset(new Date(wall - 24 * 60 * MINUTE));
  const after = offset(new Date(wall + 24 * 60 * MINUTE));
  const early = wall - Math.max(before, after);
  const late = wall - Math.min(before, after);
  const exact = early + offset(new Date(early)) === wall ? early : late;
  const moment = exact + offset(new Date(exact)) === wall ? exact : wall - before;
  return new Date(moment).toISOString().replace("Z", "000Z");
}

/** @param {string | Date} moment  as the value of an `<input type="datetime-local">` in Berlin's wall clock */
export function toInput(moment) {
  const { year, month, day, hour, minute } = fields(new Date(moment));
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** @param {string | Date} moment  "9", "9:30"; "9:00" in English */
function bareTime(moment) {
  const { hour, minute } = fields(new Date(moment));
  const time = `${Number(hour)}:${minute}`;
  return language() === "de" ? time.replace(":00", "") : time;
}

/** @param {string} words  so that no line ends between a number and what it counts */
function whole(words) {
  return words.replace(/(\d\.?) /g, "$1\u00a0");
}

/** @param {string | Date} moment  "9 Uhr", "9:30 Uhr"; "9:30" in English */
export function clockTime(moment) {
  return whole(_("{time} Uhr", { time: bareTime(moment) }));
}

/**
 * "9:30 bis 11 Uhr".
 *
 * @param {string | Date} from
 * @param {string | Date} to
 */
export function fromTo(from, to) {
  return _("{from} bis {to}", { from: bareTime(from), to: clockTime(to) });
}

/**
 * "Freitag, 27. November, 18 Uhr"; the year is said when it is another one than now.
 *
 * @param {string | Date} moment
 * @param {Date} now
 */
export function inWords(moment, now) {
  return _("{date}, {time}", { date: dayInWords(moment, now), time: clockTime(moment) });
}

/**
 * @param {string | Date} moment
 * @param {Date} now
 */
export function dayInWords(moment, now) {
  const date = new Date(moment);
  const year = fields(date).year === fields(now).year ? {} : /** @type {const} */ ({ year: "numeric" });
  return whole(format(locale(), { weekday: "long", day: "numeric", month: "long", ...year }).format(date));
}

/**
 * As short as can be without being unclear: today only the time, yesterday says so, else the day in words.
 *
 * @param {string | Date} moment
 * @param {Date} now
 */
export function lately(moment, now) {
  const day = toInput(moment).slice(0, 10);
  if (day === toInput(now).slice(0, 10)) return clockTime(moment);
  const yesterday = toInput(new Date(now.getTime() - 24 * 60 * MINUTE)).slice(0, 10);
  if (day === yesterday) return _("gestern, {time}", { time: clockTime(moment) });
  return inWords(moment, now);
}

/**
 * @param {string | Date} moment
 * @param {number} minutes
 */
export function later(moment, minutes) {
  return new Date(new Date(moment).getTime() + minutes * MINUTE);
}
