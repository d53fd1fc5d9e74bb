// Draws the conversation. Texts enter the page through textContent only.

import { toElements } from "./richtext.js";

const ABOVE_PX = 14;

export class View {
  /** `actions` has `quickReply(button)`, `retry()`; `texts` are the page's words. */
  constructor(texts, actions) {
    this.texts = texts;
    this.actions = actions;
    this.log = document.getElementById("log");
    this.scroll = document.getElementById("scroll");
    this.welcome = document.getElementById("welcome");
    this.typing = document.getElementById("typing");
    this.status = document.getElementById("status");
    this.mine = new Map();
  }

  /** Draws without announcing and without movement while `draw` runs (a conversation being restored). */
  quietly(draw) {
    this.log.setAttribute("aria-live", "off");
    draw();
    this.scroll.scrollTop = this.scroll.scrollHeight;
    requestAnimationFrame(() => this.log.setAttribute("aria-live", "polite"));
  }

  /** Shows what the citizen said. */
  addMine(message) {
    this.dropQuickReplies();
    this.welcome.hidden = true;
    const item = this.item("mine", this.texts.you);
    const bubble = element("div", "bubble");
    bubble.textContent = message.title ?? message.text ?? message.payload;
    item.append(bubble);
    this.log.append(item);
    this.mine.set(message.message_id, item);
    this.reveal(item);
  }

  /** Shows where a message stands: "sending", "waiting", "failed" or "done". */
  setState(messageId, state, error) {
    const item = this.mine.get(messageId);
    if (!item) return;
    item.querySelector(".state")?.remove();
    this.typing.hidden = state !== "sending";
    if (state === "sending") {
      this.announce(this.texts.typing);
      this.reveal(item);
    }
    if (state !== "waiting" && state !== "failed") return;
    const note = element("p", `state ${state}`);
    note.textContent = state === "waiting" ? this.texts.waiting : error?.message || this.texts.failed;
    if (state === "failed" && error?.retryable !== false) note.append(this.button(this.texts.retry, () => this.actions.retry()));
    item.append(note);
    this.announce(note.firstChild.textContent);
    if (state === "failed") this.reveal(item);
  }

  /** Shows the replies of a turn; while an officer answers, a turn has nothing to show. */
  addReplies(replies) {
    const spoken = replies.filter((reply) => reply.text);
    this.typing.hidden = true;
    if (spoken.length) this.addAnswer(this.texts.assistant, spoken);
  }

  /** Shows something said outside a turn. */
  addEvent(event) {
    this.welcome.hidden = true;
    const author = event.author === "staff" ? this.texts.officer : this.texts.notice;
    const item = this.addAnswer(author, [event]);
    item.classList.add("outside");
    const label = element("p", "who");
    label.textContent = author;
    label.setAttribute("aria-hidden", "true");
    item.prepend(label);
  }

  addAnswer(author, replies) {
    this.dropQuickReplies();
    const item = this.item("", author);
    for (const reply of replies) {
      const bubble = element("div", "bubble");
      bubble.append(...toElements(reply.text, this.texts.newPage));
      item.append(bubble);
    }
    item.append(this.tools(replies.map((reply) => reply.text).join("\n\n")));
    const buttons = replies.flatMap((reply) => reply.buttons ?? []);
    if (buttons.length) item.append(this.quickReplies(buttons));
    this.typing.hidden = true;
    this.log.append(item);
    this.reveal(item);
    return item;
  }

  /** Empties the conversation and shows the welcome again. */
  clear() {
    this.log.replaceChildren();
    this.mine.clear();
    this.typing.hidden = true;
    this.welcome.hidden = false;
    this.scroll.scrollTop = 0;
  }

  /** Says something to screen readers only. */
  announce(text) {
    this.status.textContent = text;
  }

  item(className, author) {
    const item = element("article", `message ${className}`.trim());
    const name = element("span", "unseen");
    name.textContent = `${author}: `;
    item.append(name);
    return item;
  }

  tools(text) {
    const tools = element("div", "tools");
    tools.append(this.button(this.texts.copy, async () => {
      this.announce((await copy(text)) ? this.texts.copied : this.texts.copyFailed);
    }));
    return tools;
  }

  quickReplies(buttons) {
    const list = element("ul", "quick");
    list.setAttribute("aria-label", this.texts.quickReplies);
    for (const choice of buttons) {
      const entry = document.createElement("li");
      entry.append(this.button(choice.title, () => this.actions.quickReply(choice)));
      list.append(entry);
    }
    return list;
  }

  button(label, onClick) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", onClick);
    return button;
  }

  /** Only the last answer offers quick replies; the focus must not vanish with them. */
  dropQuickReplies() {
    for (const list of this.log.querySelectorAll(".quick")) {
      if (list.contains(document.activeElement)) this.scroll.focus({ preventScroll: true });
      list.remove();
    }
  }

  /** Scrolls to the end, but never past the beginning of `item`: a long answer is read from its start. */
  reveal(item) {
    const end = this.scroll.scrollHeight - this.scroll.clientHeight;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroll.scrollTo({ top: Math.min(end, item.offsetTop - ABOVE_PX), behavior: calm ? "auto" : "smooth" });
  }
}

function element(tag, className) {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** For pages without HTTPS and for frames, where the clipboard interface is closed. */
function copyBySelection(text) {
  const before = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  before?.focus({ preventScroll: true });
  return done;
}
