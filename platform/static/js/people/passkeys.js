// <passkey-form asked='{…}'>: a form whose answer a passkey gives (WebAuthn); the server has put the question.

import { html, render } from "lit";

import { _ } from "../gettext.js";

/**
 * A question as JSON has it, bytes as base64url.
 *
 * @typedef {{type: "public-key", id: string, transports?: AuthenticatorTransport[]}} Described
 * @typedef {{challenge: string, timeout: number, rpId: string, userVerification: UserVerificationRequirement,
 *            allowCredentials?: Described[]}} Use
 * @typedef {{challenge: string, timeout: number, rp: PublicKeyCredentialRpEntity,
 *            user: {id: string, name: string, displayName: string},
 *            pubKeyCredParams: PublicKeyCredentialParameters[], excludeCredentials?: Described[],
 *            authenticatorSelection: AuthenticatorSelectionCriteria, attestation: AttestationConveyancePreference}} Make
 */

/** Milliseconds for which the server takes an answer, less some for the way there. */
const GOOD_FOR = 9 * 60_000;

/** @param {string} text  @returns {Uint8Array<ArrayBuffer>} */
function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function text(buffer) {
  const signs = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(signs).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {Described[]} [known] */
function described(known = []) {
  return known.map((one) => ({ ...one, id: bytes(one.id) }));
}

/** @param {PublicKeyCredential} made */
function written(made) {
  const { id, type } = made;
  const said = /** @type {AuthenticatorAttestationResponse & AuthenticatorAssertionResponse} */ (made.response);
  const response = { clientDataJSON: text(said.clientDataJSON) };
  if ("attestationObject" in said) {
    const transports = said.getTransports?.() ?? [];
    return { id, rawId: id, type, response: { ...response, attestationObject: text(said.attestationObject), transports } };
  }
  const { authenticatorData, signature, userHandle } = /** @type {AuthenticatorAssertionResponse} */ (said);
  return {
    id,
    rawId: id,
    type,
    response: {
      ...response,
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : undefined,
    },
  };
}

/**
 * What a person reads when it has not worked.
 *
 * @param {string} name  of the error
 * @param {boolean} late  the time that they had is over
 */
function sentence(name, late) {
  if (name === "InvalidStateError") return _("Auf diesem Gerät gibt es schon einen Passkey für Ihr Konto.");
  if (name === "NotAllowedError" && late) return _("Das hat zu lange gedauert. Bitte versuchen Sie es noch einmal.");
  if (name === "NotAllowedError") {
    return _("Es wurde kein Passkey gezeigt. Bitte versuchen Sie es noch einmal, oder nehmen Sie einen anderen Weg.");
  }
  if (name === "SecurityError") return _("Passkeys gehen nur unter der richtigen Adresse der Werkstatt. Bitte prüfen Sie die Adresszeile.");
  if (name === "NotSupportedError" || name === "ConstraintError") {
    return _("Dieses Gerät kann keinen Passkey aufbewahren, der mit Finger, Gesicht oder PIN geschützt ist.");
  }
  return _("Der Browser konnte den Passkey nicht benutzen. Bitte versuchen Sie es noch einmal.");
}

export class PasskeyForm extends HTMLElement {
  #loaded = Date.now();
  #said = document.createElement("div");
  /** @type {AbortController | null} */
  #offering = null;
  #busy = false;

  connectedCallback() {
    this.#loaded = Date.now();
    this.#said.setAttribute("role", "alert");
    this.append(this.#said);
    if (!window.PublicKeyCredential) {
      this.#form.hidden = true;
      if (!this.hasAttribute("quiet")) this.#say(_("Dieser Browser kann keine Passkeys."));
      return;
    }
    this.#form.addEventListener("submit", this.#submitted);
    if (this.hasAttribute("autofill")) void this.#offer();
  }

  disconnectedCallback() {
    this.#form.removeEventListener("submit", this.#submitted);
    this.#offering?.abort();
  }

  get #form() {
    return /** @type {HTMLFormElement} */ (this.querySelector("form"));
  }

  /** @param {Event} event */
  #submitted = (event) => {
    event.preventDefault();
    if (!this.#busy) void this.#show();
  };

  /** A page that stood open for long has a question that is too old; a new page brings a new one. */
  get #old() {
    return Date.now() - this.#loaded > GOOD_FOR;
  }

  async #show() {
    if (this.#old) {
      location.reload();
      return;
    }
    this.#offering?.abort();
    this.#busy = true;
    this.#say("");
    const asked = this.#asked();
    const begun = Date.now();
    try {
      const made = await ("user" in asked ? this.#make(asked) : this.#use(asked));
      if (made) this.#send(made);
    } catch (error) {
      const name = error instanceof Error || error instanceof DOMException ? error.name : "";
      this.#say(sentence(name, Date.now() - begun >= asked.timeout - 1000));
      if (!("user" in asked) && this.hasAttribute("autofill")) void this.#offer();
    } finally {
      this.#busy = false;
    }
  }

  /** Let the browser offer passkeys where the address is typed, if it can. */
  async #offer() {
    const asked = this.#asked();
    if ("user" in asked || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    this.#offering = new AbortController();
    try {
      const made = await this.#use(asked, { mediation: "conditional", signal: this.#offering.signal });
      if (made && !this.#old) this.#send(made);
      else if (made) location.reload();
    } catch {
      // Nobody has asked for it: the button is there, and says what goes wrong.
    }
  }

  /** @returns {Use | Make} */
  #asked() {
    return JSON.parse(this.getAttribute("asked") ?? "{}");
  }

  /** @param {Make} asked */
  #make(asked) {
    const { challenge, user, excludeCredentials, ...rest } = asked;
    return navigator.credentials.create({
      publicKey: {
        ...rest,
        challenge: bytes(challenge),
        user: { ...user, id: bytes(user.id) },
        excludeCredentials: described(excludeCredentials),
      },
    });
  }

  /**
   * @param {Use} asked
   * @param {{mediation?: CredentialMediationRequirement, signal?: AbortSignal}} [how]
   */
  #use(asked, how = {}) {
    const { challenge, allowCredentials, ...rest } = asked;
    return navigator.credentials.get({
      ...how,
      publicKey: { ...rest, challenge: bytes(challenge), allowCredentials: described(allowCredentials) },
    });
  }

  /** @param {Credential} made */
  #send(made) {
    const field = /** @type {HTMLInputElement} */ (this.#form.elements.namedItem("answer"));
    field.value = JSON.stringify(written(/** @type {PublicKeyCredential} */ (made)));
    this.#form.submit();
  }

  /** @param {string} said */
  #say(said) {
    render(
      said
        ? html`<p class="kern-error"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-body">${said}</span></p>`
        : html``,
      this.#said,
    );
  }
}
