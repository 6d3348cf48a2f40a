// What the desk adds where scripts run: keys to walk a tray, a preview beside it. Everything works without it.
(() => {
  "use strict";

  const isTyping = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;

  const search = document.getElementById("buscar");
  const list = document.querySelector("[data-keys]");
  const hint = document.querySelector(".tray-keys");
  const view = document.getElementById("vista");
  if (hint && list) hint.hidden = false;

  const rows = () => [...document.querySelectorAll("[data-row]")];
  const current = () => document.activeElement && document.activeElement.closest("[data-row]");

  function walk(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    next.querySelector("a").focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function preview(row) {
    if (!view || view.offsetParent === null || row.classList.contains("is-selected")) return;
    for (const other of rows()) other.classList.toggle("is-selected", other === row);
    window.htmx.ajax("GET", row.dataset.preview, { target: view, swap: "innerHTML" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
    } else if (list && (event.key === "j" || event.key === "k")) {
      walk(event.key === "j" ? 1 : -1);
    } else if (list && event.key === "x" && current()) {
      const mark = current().querySelector("input[name=t]");
      if (mark) mark.click();
    }
  });

  if (list) {
    list.addEventListener("focusin", (event) => {
      const row = event.target.closest("[data-row]");
      if (row) preview(row);
    });
    list.addEventListener("click", (event) => {
      const row = event.target.closest("[data-row]");
      if (row && !event.target.closest("a, button, input, label")) preview(row);
    });
  }

  const bulk = document.querySelector("[data-bulk]");
  if (bulk) {
    bulk.closest("form").addEventListener("change", (event) => {
      const number = event.currentTarget.querySelectorAll("input[name=t]:checked").length;
      bulk.textContent = number === 1 ? "1 marcado:" : `${number} marcados:`;
    });
  }

  // The page of the result that one looks at, beside the results.
  function show(hit) {
    const image = document.querySelector("[data-hit-image]");
    if (!image || image.closest(".hit-page").offsetParent === null) return;
    for (const other of document.querySelectorAll("[data-hit]")) other.classList.toggle("is-selected", other === hit);
    document.querySelector("[data-hit-name]").textContent = hit.dataset.name;
    image.src = hit.dataset.hit;
  }
  for (const kind of ["focusin", "click"]) {
    document.addEventListener(kind, (event) => {
      const hit = event.target.closest("[data-hit]");
      if (hit && !hit.classList.contains("is-selected")) show(hit);
    });
  }

  // The sheet repeats how many documents are marked.
  const sheet = document.querySelector("[data-sign]");
  if (sheet) {
    const words = (number, one, many) => `${number} ${number === 1 ? one : many}`;
    sheet.addEventListener("change", () => {
      const number = sheet.querySelectorAll("input[name=task]:checked").length;
      const signing = `Firmar ${words(number, "documento", "documentos")}`;
      sheet.querySelector("[data-marked]").textContent = words(number, "marcado", "marcados");
      sheet.querySelector("[data-count]").textContent = signing;
      sheet.querySelector("#hoja").textContent = signing;
    });
  }

  // A menu closes when one looks elsewhere.
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll(".desk-me[open], .rail-unit[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll(".desk-me[open], .rail-unit[open]")) open.open = false;
  });

  // One form, one effect: a second click waits for the first answer.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.dataset.again !== undefined) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    window.setTimeout(() => delete form.dataset.sent, 8000);
  });
})();
