// A run sheet in words: what a block is called, how long is left, how far behind the plan.

import { clockTime } from "../dates.js";
import { _, n_ } from "../gettext.js";
import { number } from "../numbers.js";

/** @import { SheetBlock } from "./sheet_state.js" */
/** @import { Row, Timetable } from "./sheet_times.js" */

/** @param {SheetBlock} block */
export function called({ kind, title }) {
  if (title) return title;
  switch (kind) {
    case "arrival":
      return _("Ankommen");
    case "lunch":
      return _("Mittagspause");
    case "closing":
      return _("Abschluss");
    default:
      return _("Pause");
  }
}

/** @param {Row} row  "Netzwerkmanagement (Teil 1 von 2)" */
export function calledInFull(row) {
  const title = called(row);
  if (row.parts < 2) return title;
  return _("{title} (Teil {part} von {parts})", { title, part: number(row.part), parts: number(row.parts) });
}

/** @param {number} left  minutes until the block that is on is over */
export function leftInWords(left) {
  if (left > 0) return n_("noch {n} Minute", "noch {n} Minuten", left);
  if (left === 0) return _("Die Zeit ist um.");
  return n_("{n} Minute über der Zeit", "{n} Minuten über der Zeit", -left);
}

/** @param {Timetable} table */
export function driftInWords({ drift, ends, wanted }) {
  const values = { ends: clockTime(ends), wanted: clockTime(wanted) };
  if (drift > 0) {
    return n_(
      "{n} Minute hinter dem Plan: Das Ende ist um {ends} statt um {wanted}.",
      "{n} Minuten hinter dem Plan: Das Ende ist um {ends} statt um {wanted}.",
      drift, values,
    );
  }
  if (drift < 0) {
    return n_(
      "{n} Minute vor dem Plan: Das Ende ist um {ends} statt um {wanted}.",
      "{n} Minuten vor dem Plan: Das Ende ist um {ends} statt um {wanted}.",
      -drift, values,
    );
  }
  return _("Im Plan: Das Ende ist um {ends}.", values);
}

/** @param {Timetable} table  before the meeting: how the sheet differs from what the vote came to; empty if it does not */
export function overflowInWords({ drift, wanted }) {
  const values = { wanted: clockTime(wanted) };
  if (drift > 0) {
    return n_(
      "Der Ablauf ist {n} Minute länger als geplant; geplant war das Ende um {wanted}.",
      "Der Ablauf ist {n} Minuten länger als geplant; geplant war das Ende um {wanted}.",
      drift, values,
    );
  }
  if (drift < 0) {
    return n_(
      "Der Ablauf ist {n} Minute kürzer als geplant; geplant war das Ende um {wanted}.",
      "Der Ablauf ist {n} Minuten kürzer als geplant; geplant war das Ende um {wanted}.",
      -drift, values,
    );
  }
  return "";
}
