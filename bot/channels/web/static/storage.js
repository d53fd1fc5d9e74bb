// What survives a reload: the conversation's token and the messages not answered yet. Where the browser
// refuses storage (private mode, a blocked frame), it lives as long as the page.

const KEY = "tthc-chat";
let memory = null;

/** Returns `{token, pending}`; `pending` are outgoing messages without replies yet. */
export function load() {
  let kept = memory;
  try {
    kept = JSON.parse(localStorage.getItem(KEY)) ?? memory;
  } catch {
    // keep what memory has
  }
  const token = typeof kept?.token === "string" ? kept.token : null;
  return { token, pending: Array.isArray(kept?.pending) ? kept.pending : [] };
}

/** Keeps `{token, pending}`. */
export function save(state) {
  memory = { token: state.token, pending: state.pending };
  try {
    localStorage.setItem(KEY, JSON.stringify(memory));
  } catch {
    // memory has it
  }
}
