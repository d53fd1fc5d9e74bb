// Paste into a site: <script src="https://tro-ly.example.gov.vn/embed.js" defer></script>
// Adds a button that opens the assistant in a frame. Options: data-label, data-position="left".
// Leaves nothing behind in the page's globals; its styles live in a shadow tree.
(() => {
  "use strict";
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const label = script.dataset.label || "Hỏi về thủ tục hành chính";
  const closeLabel = script.dataset.closeLabel || "Đóng trợ lý";
  const side = script.dataset.position === "left" ? "left" : "right";

  const styles = `
    :host { all: initial; }
    * { box-sizing: border-box; }
    button { font: 600 16px/1.2 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; cursor: pointer; }
    button:focus-visible { outline: 3px solid #b45309; outline-offset: 3px; }
    .open {
      position: fixed; ${side}: 20px; bottom: 20px; z-index: 2147483000; display: flex; align-items: center; gap: 10px;
      min-height: 56px; padding: 12px 20px; border: 2px solid #fff; border-radius: 28px; background: #0b4f6c; color: #fff;
      box-shadow: 0 6px 24px rgb(8 40 55 / 35%);
    }
    .open:hover { background: #083b51; }
    .open svg { width: 24px; height: 24px; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    .panel {
      position: fixed; ${side}: 20px; bottom: 20px; z-index: 2147483001; width: min(420px, calc(100vw - 40px));
      height: min(680px, calc(100dvh - 40px)); border-radius: 18px; overflow: hidden; background: #eef3f5;
      box-shadow: 0 12px 48px rgb(8 40 55 / 40%);
    }
    [hidden] { display: none !important; }
    iframe { width: 100%; height: 100%; border: 0; display: block; }
    .close {
      position: absolute; top: 8px; right: 8px; width: 44px; height: 44px; padding: 0; border: 0; border-radius: 50%;
      background: transparent; color: #fff; font-size: 26px; line-height: 1;
    }
    .close:hover { background: rgb(255 255 255 / 18%); }
    .close:focus-visible { outline-color: #ffd27d; outline-offset: -3px; }
    @media (max-width: 520px) {
      .open span { display: none; }
      .open { padding: 12px; min-width: 56px; justify-content: center; }
      .panel { inset: 0; width: 100%; height: 100dvh; border-radius: 0; }
    }
    @media print { .open, .panel { display: none; } }
  `;

  function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  function icon() {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", "M4 5h16v11H9l-5 4zM8 9h8M8 12.5h5");
    svg.append(path);
    return svg;
  }

  function start() {
    const host = document.createElement("div");
    const root = host.attachShadow({ mode: "closed" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [sheet];

    const open = make("button", { type: "button", className: "open" }, icon(), make("span", { textContent: label }));
    open.setAttribute("aria-label", label);
    open.setAttribute("aria-expanded", "false");
    const close = make("button", { type: "button", className: "close", textContent: "×" });
    close.setAttribute("aria-label", closeLabel);
    const panel = make("div", { className: "panel", hidden: true });
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", label);
    root.append(open, panel);
    document.body.append(host);
    let frame = null;

    function show() {
      panel.hidden = false;
      open.hidden = true;
      open.setAttribute("aria-expanded", "true");
      if (frame) {
        greet();
        return;
      }
      frame = make("iframe", { src: `${origin}/chat`, title: label, allow: "clipboard-write" });
      frame.addEventListener("load", greet);
      panel.append(frame, close);
    }

    function greet() {
      frame.focus();
      frame.contentWindow.postMessage("tthc-opened", origin);
    }

    function hide() {
      panel.hidden = true;
      open.hidden = false;
      open.setAttribute("aria-expanded", "false");
      open.focus();
    }

    open.addEventListener("click", show);
    close.addEventListener("click", hide);
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") hide();
    });
    window.addEventListener("message", (event) => {
      if (frame && event.origin === origin && event.source === frame.contentWindow && event.data === "tthc-close") hide();
    });
  }

  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
