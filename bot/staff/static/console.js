// What pages do beyond links and forms: ask before something cannot be taken back, tick all boxes of a list.
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
