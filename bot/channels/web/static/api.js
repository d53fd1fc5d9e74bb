// The chat API of the gateway.

const TIMEOUT_MS = 45_000;

/** A refusal: `code` from the gateway or "network"; `retryable` tells whether sending again can help. */
export class ApiError extends Error {
  constructor(code, message, retryable, waitMs = 0) {
    super(message);
    this.code = code;
    this.retryable = retryable;
    this.waitMs = waitMs;
  }
}

/** Opens a conversation and returns its token. */
export async function openConversation() {
  return (await call("POST", "/api/conversations", {})).conversation;
}

/** Sends one message `{conversation, message_id, text | payload}` and returns the replies. */
export async function sendMessage(message) {
  return (await call("POST", "/api/chat", message)).replies;
}

/** Returns `{turns, events}` of a conversation. */
export function history(token) {
  return call("GET", `/api/conversations/${encodeURIComponent(token)}/messages`);
}

/** The address of the stream of what arrives outside a turn. */
export function eventsAddress(token, after) {
  return `/api/conversations/${encodeURIComponent(token)}/events?after=${after}`;
}

async function call(method, path, body) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  let response;
  let content;
  try {
    response = await fetch(path, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
      cache: "no-store",
      credentials: "same-origin",
      signal: abort.signal,
    });
    content = await response.json();
  } catch {
    throw new ApiError("network", "", true);
  } finally {
    clearTimeout(timer);
  }
  if (response.ok) return content;
  const retryable = response.status === 429 || response.status >= 500;
  const waitMs = Number(response.headers.get("Retry-After") ?? 0) * 1000;
  throw new ApiError(content?.error?.code ?? "unknown", content?.error?.message ?? "", retryable, waitMs);
}
