// The chat page: ties together what is typed, sent, shown and kept.

import { ApiError, history } from "./api.js";
import { EventStream } from "./events.js";
import { Outbox } from "./outbox.js";
import { View } from "./view.js";

const { texts, maxChars } = JSON.parse(document.querySelector("meta[name=chat-config]").content);
const COUNT_FROM = 0.8;

const form = document.getElementById("composer");
const input = document.getElementById("message");
const counter = document.getElementById("counter");

const view = new View(texts, {
  quickReply: (button) => say({ payload: button.payload, title: button.title }),
  retry: () => outbox.run(),
});
const stream = new EventStream((event) => view.addEvent(event));
const outbox = new Outbox({
  onState: (message, state, error) => view.setState(message.message_id, state, error),
  onReplies: (message, replies) => {
    view.setState(message.message_id, "done");
    view.addReplies(replies);
  },
  onConversation: (token) => stream.start(token, 0),
});

function say(said) {
  const message = outbox.add(said);
  view.addMine(message);
  outbox.run();
}

function submit() {
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  resize();
  say({ text });
}

/** Brings back what was said before a reload, and goes on with what was not answered. */
async function restore() {
  if (!outbox.token) {
    showPending();
    return;
  }
  try {
    const token = outbox.token;
    const past = await history(token);
    if (outbox.token !== token) return;
    view.quietly(() => showPast(past));
    stream.start(token, past.events.at(-1)?.id ?? 0);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "unknown_conversation") outbox.token = null;
    else {
      view.announce(texts.historyFailed);
      stream.start(outbox.token, 0);
    }
  }
  showPending();
}

function showPast({ turns, events }) {
  const waiting = [...events];
  for (const turn of turns) {
    while (waiting.length && waiting[0].at < turn.at) view.addEvent(waiting.shift());
    const message = { message_id: turn.message_id, text: turn.text, payload: turn.payload, title: turn.payload && turn.text };
    view.addMine(message);
    if (turn.replies) {
      outbox.settle(turn.message_id);
      view.addReplies(turn.replies);
    }
  }
  waiting.forEach((event) => view.addEvent(event));
  const last = turns.at(-1);
  if (last && !last.replies) outbox.adopt({ message_id: last.message_id, text: last.payload ? null : last.text, payload: last.payload, title: last.text });
}

function showPending() {
  for (const message of outbox.pending) {
    if (!view.mine.has(message.message_id)) view.addMine(message);
  }
  outbox.run();
}

function restart() {
  outbox.reset();
  stream.forget();
  view.clear();
  view.announce(texts.restarted);
  input.focus();
}

function resize() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight + input.offsetHeight - input.clientHeight}px`;
  const used = input.value.length;
  const over = used > maxChars;
  const template = over ? texts.tooLong : texts.counter;
  counter.classList.toggle("over", over);
  counter.textContent = used < maxChars * COUNT_FROM ? "" : template.replace("{used}", used).replace("{max}", maxChars);
}

function enterFrame() {
  if (window.parent === window) return;
  document.documentElement.classList.add("framed");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) window.parent.postMessage("tthc-close", "*");
  });
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.data !== "tthc-opened") return;
    // on a phone, focusing the input would raise the keyboard over the welcome
    (matchMedia("(pointer: coarse)").matches ? view.scroll : input).focus();
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
input.addEventListener("keydown", (event) => {
  // 229: the key belongs to an input method (Telex) that is still composing a word
  const composing = event.isComposing || event.keyCode === 229;
  if (event.key === "Enter" && !event.shiftKey && !composing) {
    event.preventDefault();
    submit();
  }
});
input.addEventListener("input", resize);
document.getElementById("restart").addEventListener("click", restart);
document.getElementById("suggestions").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) say({ text: button.textContent.trim() });
});

enterFrame();
resize();
restore();
