// What the entrance adds where scripts run: the password shown on request, links that open by themselves, and keys
// (WebAuthn). Without it one pastes the link, and confirms with codes.
(() => {
  "use strict";

  for (const place of document.querySelectorAll("[data-shows]")) {
    const input = place.querySelector("input");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "show-password";
    button.textContent = place.dataset.shows;
    button.setAttribute("aria-controls", input.id);
    button.addEventListener("click", () => {
      const hidden = input.type === "password";
      input.type = hidden ? "text" : "password";
      button.textContent = hidden ? place.dataset.hides : place.dataset.shows;
    });
    place.querySelector("label").after(button);
  }

  // What stands behind the "#" of a one-time link is told to no server: it is taken out of the address, and sent once.
  const opening = document.querySelector("form[data-code-behind-hash]");
  function sendCode() {
    const code = location.hash.slice(1);
    if (!code) return;
    history.replaceState(null, "", location.pathname);
    opening.querySelector("[name=token]").value = code;
    opening.submit();
  }
  if (opening) {
    addEventListener("hashchange", sendCode);
    sendCode();
  }

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  function readable(options) {
    const wanted = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
    if (wanted.user) wanted.user = { ...wanted.user, id: bytes(wanted.user.id) };
    for (const name of ["allowCredentials", "excludeCredentials"]) {
      if (wanted[name]) wanted[name] = wanted[name].map((known) => ({ ...known, id: bytes(known.id) }));
    }
    return { publicKey: wanted };
  }

  function told(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  }

  const canUseKeys = Boolean(window.PublicKeyCredential && navigator.credentials);

  // A form that a script sends forgets which button was pressed.
  function keepButton(form, button) {
    if (!button?.name) return;
    const kept = document.createElement("input");
    Object.assign(kept, { type: "hidden", name: button.name, value: button.value });
    form.append(kept);
  }

  async function answerWith(form, asked, button) {
    const fault = form.querySelector("[data-key-fault]");
    fault.hidden = true;
    try {
      form.querySelector("[name=answer]").value = told(await asked());
      keepButton(form, button);
      form.submit();
    } catch {
      fault.hidden = false;
    }
  }

  for (const form of document.querySelectorAll("form[data-creation]")) {
    if (!canUseKeys) continue;
    form.hidden = false;
    const options = JSON.parse(form.dataset.creation);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answerWith(form, () => navigator.credentials.create(readable(options)));
    });
  }

  for (const ways of document.querySelectorAll(".ways")) {
    const form = ways.closest("form");
    const key = form.querySelector("[name=way][value=key]");
    if (!key || !ways.dataset.challenge) continue;
    if (!canUseKeys) {
      key.disabled = true;
      continue;
    }
    const options = JSON.parse(ways.dataset.challenge);
    form.addEventListener("submit", (event) => {
      if (!key.checked) return;
      event.preventDefault();
      answerWith(form, () => navigator.credentials.get(readable(options)), event.submitter);
    });
  }
})();
