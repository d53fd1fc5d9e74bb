// Listens for what arrives outside a turn. The browser reconnects by itself after a lost connection;
// after a refusal (the gateway restarting, too many streams) this tries again with growing pauses.

import { eventsAddress } from "./api.js";

const FIRST_WAIT_MS = 3000;
const LONGEST_WAIT_MS = 60_000;

export class EventStream {
  /** `onEvent` gets each event once, in order. */
  constructor(onEvent) {
    this.onEvent = onEvent;
    this.source = null;
    this.timer = 0;
    this.after = 0;
    this.wait = FIRST_WAIT_MS;
    window.addEventListener("pagehide", () => this.stop());
    window.addEventListener("pageshow", (shown) => {
      if (shown.persisted && this.token) this.start(this.token, this.after);
    });
  }

  /** Listens to the conversation `token` for events after the one numbered `after`. */
  start(token, after) {
    this.stop();
    this.token = token;
    this.after = after;
    this.source = new EventSource(eventsAddress(token, after));
    this.source.addEventListener("open", () => {
      this.wait = FIRST_WAIT_MS;
    });
    this.source.addEventListener("reply", (received) => {
      const event = JSON.parse(received.data);
      if (event.id <= this.after) return;
      this.after = event.id;
      this.onEvent(event);
    });
    this.source.addEventListener("error", () => {
      if (this.source?.readyState !== EventSource.CLOSED) return;
      this.timer = setTimeout(() => this.start(token, this.after), this.wait);
      this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
    });
  }

  /** Stops listening. */
  stop() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  /** Stops listening and forgets the conversation. */
  forget() {
    this.stop();
    this.token = null;
    this.after = 0;
  }
}
