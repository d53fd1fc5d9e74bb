// Keeps the talk with a citizen up to date: asks every two seconds, adds what is new as text, never as markup.
"use strict";

const PAUSE = 2000;
const place = document.querySelector("[data-live]");
const list = document.getElementById("talk");
const lost = document.getElementById("lost");
const authors = JSON.parse(place.dataset.authors);
const known = new Set([...list.children].map((item) => item.dataset.key));

function add(line) {
  const item = document.createElement("li");
  item.className = line.author in authors ? line.author : "system";
  item.dataset.key = line.key;
  const by = document.createElement("span");
  by.className = "by";
  by.textContent = `${line.at} · ${authors[line.author] ?? line.author}`;
  item.append(by, line.text);
  list.append(item);
  item.scrollIntoView({ block: "nearest" });
}

async function look() {
  try {
    const response = await fetch(place.dataset.live, { headers: { "X-Poll": "1" }, redirect: "error" });
    if (!response.ok) throw new Error(response.status);
    const told = await response.json();
    lost.hidden = true;
    if (told.ended) return window.location.reload();
    for (const line of told.lines) {
      if (known.has(line.key)) continue;
      known.add(line.key);
      add(line);
    }
  } catch {
    lost.textContent = place.dataset.lost;
    lost.hidden = false;
  }
  window.setTimeout(look, PAUSE);
}

document.getElementById("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) document.getElementById("say").requestSubmit();
});
list.lastElementChild?.scrollIntoView({ block: "nearest" });
window.setTimeout(look, PAUSE);
