// What somebody else has just done to the team's ballot, as a sentence to hear.

import { _ } from "../../gettext.js";
import { called } from "../../people/names.js";
import { kindOf } from "../methods.js";

/** @import { WorkshopState } from "../state.js" */

/**
 * @param {{name: string, body: any}} event
 * @param {WorkshopState} state
 */
export function partnerInWords({ name, body }, { poll, topics }) {
  const values = { name: called(body.by), title: topics.find(({ id }) => id === body.topic)?.title ?? "" };
  switch (name) {
    case "ballot.marked":
      if (!poll || kindOf(poll.method) !== "ticks") return _("{name} hat „{title}“ bewertet.", values);
      return body.value ? _("{name} hat „{title}“ angekreuzt.", values) : _("{name} hat das Kreuz bei „{title}“ zurückgenommen.", values);
    case "ballot.filled":
      return _("{name} hat den Stimmzettel Ihres Teams geändert.", values);
    case "ballot.entered":
      return _("Die Moderation hat den Stimmzettel für Ihr Team ausgefüllt.");
    case "ballot.confirmed":
      return _("{name} hat den Stimmzettel Ihres Teams abgegeben.", values);
    case "ballot.abstained":
      return body.value ? _("{name} hat Enthaltung gewählt.", values) : _("{name} hat die Enthaltung zurückgenommen.", values);
    default:
      return "";
  }
}
