// Draws the route of a file with what is done, current and pending; the table below says the same.
(() => {
  "use strict";
  const place = document.getElementById("diagrama");
  if (!place || !window.BpmnJS) return;
  const box = place.closest(".diagram-box");
  box.hidden = false;
  const viewer = new window.BpmnJS({ container: place });

  async function draw() {
    const answer = await fetch(place.dataset.bpmn, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(answer.statusText);
    await viewer.importXML(await answer.text());
    const canvas = viewer.get("canvas");
    const overlays = viewer.get("overlays");
    const known = viewer.get("elementRegistry");
    for (const row of document.querySelectorAll("[data-step]")) {
      const { step, state, note } = row.dataset;
      if (!known.get(step)) continue;
      canvas.addMarker(step, `step-${state}`);
      if (note) {
        const label = document.createElement("div");
        label.className = `step-note step-note-${state}`;
        label.textContent = note;
        overlays.add(step, { position: { bottom: 0, left: 4 }, html: label });
      }
    }
    canvas.zoom("fit-viewport", "auto");
    document.querySelector("[data-fit]").addEventListener("click", () => canvas.zoom("fit-viewport", "auto"));
  }

  draw().catch(() => { box.hidden = true; });
})();
