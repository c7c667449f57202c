// How many minutes the own team has in a vote, in a sentence.

import { _ } from "../gettext.js";
import { number } from "../numbers.js";

/**
 * What a fraction of minutes is, to a tenth; it is counted exactly by the server.
 *
 * @param {string} fraction  like "36" or "720/11"
 */
export function tenths(fraction) {
  const [whole, parts = "1"] = fraction.split("/");
  return Math.round((Number(whole) / Number(parts)) * 10) / 10;
}

/**
 * Nothing where teams own no minutes. Where some bring minutes along, the parts are not the same.
 *
 * @param {string | null} owns
 * @param {{minutes: number, teams: number}} poll
 */
export function shareInWords(owns, { minutes, teams }) {
  if (owns === null) return "";
  const own = tenths(owns);
  const more = Math.round((own - tenths(`${minutes}/${Math.max(teams, 1)}`)) * 10) / 10;
  const values = { own: number(own), all: number(minutes), more: number(Math.abs(more)) };
  if (more > 0) return _("Ihr Team hat {own} von {all} Minuten: {more} mehr als bei gleichen Anteilen, weil es zuletzt Minuten übrig hatte.", values);
  if (more < 0) return _("Ihr Team hat {own} von {all} Minuten: {more} weniger als bei gleichen Anteilen, weil andere Teams mehr Minuten mitbringen.", values);
  return _("Ihr Team hat {own} von {all} Minuten.", values);
}
