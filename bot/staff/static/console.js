// What pages do beyond links and forms: ask before something cannot be taken back, tick all boxes of a list, renew a list.
"use strict";

document.addEventListener("submit", (event) => {
  const submitter = event.submitter;
  const question = (submitter && submitter.dataset.confirm) || event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  const boxes = document.querySelectorAll(`input[type=checkbox][name="${event.target.dataset.all}"]`);
  for (const box of boxes) box.checked = event.target.checked;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

for (const part of document.querySelectorAll("[data-refresh]")) {
  window.setInterval(async () => {
    if (part.contains(document.activeElement) && document.activeElement !== part) return;
    const response = await fetch(window.location.href, { headers: { "X-Poll": "1" } }).catch(() => null);
    if (!response?.ok || response.redirected) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById(part.id);
    if (fresh) part.replaceChildren(...fresh.childNodes);
  }, Number(part.dataset.refresh) * 1000);
}
