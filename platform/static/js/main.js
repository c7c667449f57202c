// The entry of the bundle: says how streams are read and defines the live elements, then connects.

import { CopyField } from "./copy_field.js";
import { learn } from "./gettext.js";
import { declare, start } from "./live.js";
import { LiveConnection } from "./live/connection.js";
import { LivePresence } from "./live/presence.js";
import { LiveToast } from "./live/toast.js";
import { page } from "./page.js";
import { PasskeyForm } from "./people/passkeys.js";
import { reduceCohort, reducePerson } from "./people/state.js";
import { CohortTeams } from "./people/teams.js";
import { WorkshopAgenda } from "./workshops/agenda.js";
import { WorkshopDesk } from "./workshops/desk.js";
import { WorkshopEntering } from "./workshops/entering.js";
import { WorkshopCancelled, WorkshopHeld } from "./workshops/held.js";
import { WorkshopProjector } from "./workshops/projector.js";
import { SeriesNews } from "./workshops/series_news.js";
import { RunSheet } from "./workshops/sheet.js";
import { foreseeBallot, foreseeWorkshop, reduceBallot, reduceDesk, reduceWorkshop } from "./workshops/state.js";
import { WorkshopSecretPaper } from "./workshops/secret_paper.js";
import { WorkshopStatus } from "./workshops/status.js";
import { WorkshopTopics } from "./workshops/topics.js";
import { WorkshopBallot } from "./workshops/voting.js";

declare("cohort/*", { reduce: reduceCohort });
declare("person/*", { reduce: reducePerson });
declare("workshop/*", { reduce: reduceWorkshop, foresee: foreseeWorkshop });
declare("workshop/*/team/*", { reduce: reduceBallot, foresee: foreseeBallot });
declare("workshop/*/facilitators", { reduce: reduceDesk });

await learn(page.language, page.strings);

customElements.define("live-toast", LiveToast);
customElements.define("live-connection", LiveConnection);
customElements.define("live-presence", LivePresence);
customElements.define("workshop-state", WorkshopStatus);
customElements.define("workshop-held", WorkshopHeld);
customElements.define("workshop-cancelled", WorkshopCancelled);
customElements.define("workshop-topics", WorkshopTopics);
customElements.define("workshop-ballot", WorkshopBallot);
customElements.define("workshop-secret-paper", WorkshopSecretPaper);
customElements.define("workshop-desk", WorkshopDesk);
customElements.define("workshop-entering", WorkshopEntering);
customElements.define("workshop-agenda", WorkshopAgenda);
customElements.define("workshop-projector", WorkshopProjector);
customElements.define("run-sheet", RunSheet);
customElements.define("series-news", SeriesNews);
customElements.define("cohort-teams", CohortTeams);
customElements.define("passkey-form", PasskeyForm);
customElements.define("copy-field", CopyField);

start();
