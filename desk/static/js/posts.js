// The day of the organisation follows the slider while it is dragged; the page itself is asked for when it rests.
(() => {
  "use strict";

  const WEEKDAYS = ["dom", "lun", "mar", "mié", "jue", "vie", "sáb"];
  const MONTHS = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "set", "oct", "nov", "dic"];
  const page = document.getElementById("organizacion");
  const notice = document.getElementById("aviso");
  if (!page) return;

  function follow(slider) {
    const [year, month, first] = slider.dataset.first.split("-").map(Number);
    const day = new Date(Date.UTC(year, month - 1, first + Number(slider.value)));
    const share = (100 * slider.value) / slider.max;
    const words = `${WEEKDAYS[day.getUTCDay()]} ${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
    slider.setAttribute("aria-valuetext", words);
    for (const line of page.querySelectorAll("[data-at=now]")) {
      line.setAttribute("x1", `${share}%`);
      line.setAttribute("x2", `${share}%`);
    }
    for (const band of page.querySelectorAll("[data-at=soon]")) band.setAttribute("x", `${share}%`);
    const pill = page.querySelector("[data-at=pill]");
    pill.setAttribute("x", `${Math.min(Math.max(share, 11), 89)}%`);
    pill.querySelector("text").textContent = words;
  }

  page.addEventListener("input", (event) => {
    if (event.target.id === "mover") follow(event.target);
  });
  page.addEventListener("htmx:afterSwap", () => {
    const said = page.querySelector("[data-said]");
    if (notice && said) notice.textContent = said.dataset.said;
  });
  page.addEventListener("change", (event) => {
    if (event.target.id === "clase") event.target.form.requestSubmit();
  });
})();
