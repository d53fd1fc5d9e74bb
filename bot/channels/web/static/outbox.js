// Messages on their way: one at a time and in order, sent again after a lost connection under the same
// message id, so that nothing is answered twice.

import { ApiError, openConversation, sendMessage } from "./api.js";
import * as storage from "./storage.js";

const TRIES = 6;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 16_000;

export class Outbox {
  /**
   * `listener` hears `onState(message, state, error)` with state "sending", "waiting" or "failed",
   * `onReplies(message, replies)` and `onConversation(token)`.
   */
  constructor(listener) {
    this.listener = listener;
    const kept = storage.load();
    this.token = kept.token;
    this.pending = kept.pending;
    this.busy = false;
    this.generation = 0;
    this.wake = null;
    window.addEventListener("online", () => this.wake?.());
  }

  /** Queues what was typed or pressed, shows nothing by itself, and returns the message. */
  add({ text = null, payload = null, title = null }) {
    const message = { message_id: newId(), text, payload, title };
    this.pending.push(message);
    this.keep();
    return message;
  }

  /** Takes up a message that an earlier page left unanswered. */
  adopt(message) {
    if (!this.pending.some((other) => other.message_id === message.message_id)) {
      this.pending.push(message);
      this.keep();
    }
  }

  /** Forgets a message whose replies are known. */
  settle(messageId) {
    this.pending = this.pending.filter((message) => message.message_id !== messageId);
    this.keep();
  }

  /** Forgets the conversation; the next message opens a new one. */
  reset() {
    this.generation += 1;
    this.token = null;
    this.pending = [];
    this.busy = false;
    this.wake?.();
    this.keep();
  }

  /** Sends all that waits, in order, until one fails for good. */
  async run() {
    if (this.busy) {
      this.wake?.();
      return;
    }
    this.busy = true;
    const generation = this.generation;
    while (this.generation === generation && this.pending.length) {
      const message = this.pending[0];
      const replies = await this.deliver(message, generation);
      if (this.generation !== generation) return;
      if (replies === null) break;
      this.settle(message.message_id);
      this.listener.onReplies(message, replies);
    }
    if (this.generation === generation) this.busy = false;
  }

  async deliver(message, generation) {
    let renewed = false;
    for (let attempt = 0; ; attempt += 1) {
      this.listener.onState(message, attempt ? "waiting" : "sending");
      try {
        return await this.attempt(message);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (this.generation !== generation) return null;
        if (error.code === "unknown_conversation" && !renewed) {
          renewed = true;
          this.token = null;
          continue;
        }
        if (!error.retryable || attempt + 1 >= TRIES) {
          this.giveUp(message, error);
          return null;
        }
        this.listener.onState(message, "waiting", error);
        await this.pause(Math.max(error.waitMs, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt)));
        if (this.generation !== generation) return null;
      }
    }
  }

  async attempt(message) {
    if (!this.token) {
      this.token = await openConversation();
      this.keep();
      this.listener.onConversation(this.token);
    }
    const said = message.payload === null ? { text: message.text } : { payload: message.payload };
    return sendMessage({ conversation: this.token, message_id: message.message_id, ...said });
  }

  /** A message that can never be accepted leaves the queue; any other stays first, for a retry. */
  giveUp(message, error) {
    if (!error.retryable) this.settle(message.message_id);
    this.listener.onState(message, "failed", error);
  }

  pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    }).finally(() => {
      this.wake = null;
    });
  }

  keep() {
    storage.save({ token: this.token, pending: this.pending });
  }
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
