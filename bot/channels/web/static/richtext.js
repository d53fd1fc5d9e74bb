// Turns a plain-text answer into elements: paragraphs, lists, links, the source lines. Never through HTML.

const LINK = /https:\/\/[^\s<>"“”]+/g;
const NUMBERED = /^(\d{1,3})[.)]\s+(.*)$/;
const BULLET = /^\s*[-–•*+]\s+(.*)$/;
const INDENTED_BULLET = /^\s+[-–•*+]\s+(.*)$/;
const SOURCE = /^(nguồn|căn cứ|theo danh mục|cập nhật|ngày cập nhật)(\s|:|,|$)/i;
const LEAD_MAX = 90;

/** Appends `text` to `parent`, its https addresses as links that open a new page. */
export function appendInline(parent, text, newPageLabel) {
  let position = 0;
  for (const match of text.matchAll(LINK)) {
    const address = trimAddress(match[0]);
    parent.append(text.slice(position, match.index), link(address, newPageLabel));
    position = match.index + address.length;
  }
  parent.append(text.slice(position));
}

/** Returns the elements that show `text`. */
export function toElements(text, newPageLabel) {
  const elements = [];
  let list = null;
  let item = null;
  const block = (tag, line, className) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    appendInline(element, line, newPageLabel);
    elements.push(element);
    list = item = null;
    return element;
  };
  const entry = (tag, line, start) => {
    if (list?.tagName !== tag.toUpperCase()) {
      list = document.createElement(tag);
      if (start > 1) list.start = start;
      elements.push(list);
    }
    item = document.createElement("li");
    appendInline(item, line, newPageLabel);
    list.append(item);
  };
  for (const line of text.split("\n")) {
    if (!line.trim()) {
      continue; // a blank line parts blocks; a list goes on when its next number follows
    }
    const numbered = NUMBERED.exec(line.trim());
    const inner = item && list.tagName === "OL" ? INDENTED_BULLET.exec(line) : null;
    const bullet = BULLET.exec(line);
    if (numbered && (Number(numbered[1]) === 1 || list?.tagName === "OL" || !item)) {
      if (Number(numbered[1]) === 1) list = null;
      entry("ol", numbered[2], Number(numbered[1]));
    } else if (inner) {
      appendInner(item, inner[1], newPageLabel);
    } else if (bullet) {
      entry("ul", bullet[1], 1);
    } else if (item && /^\s{2,}/.test(line)) {
      item.append(document.createElement("br"));
      appendInline(item, line.trim(), newPageLabel);
    } else if (SOURCE.test(line)) {
      block("p", line, "source");
    } else {
      const lead = line.trimEnd().endsWith(":") && line.length <= LEAD_MAX;
      block("p", line, lead ? "lead" : "");
    }
  }
  return elements;
}

function appendInner(item, line, newPageLabel) {
  let inner = item.querySelector("ul");
  if (!inner) {
    inner = document.createElement("ul");
    item.append(inner);
  }
  const entry = document.createElement("li");
  appendInline(entry, line, newPageLabel);
  inner.append(entry);
}

/** Leaves out punctuation that ends the sentence, and a bracket that was opened before the address. */
function trimAddress(address) {
  let end = address.length;
  while (end && (".,;:!?…'".includes(address[end - 1]) || (address[end - 1] === ")" && !address.slice(0, end - 1).includes("(")))) {
    end -= 1;
  }
  return address.slice(0, end);
}

function link(address, newPageLabel) {
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  anchor.textContent = address;
  const hint = document.createElement("span");
  hint.className = "unseen";
  hint.textContent = ` ${newPageLabel}`;
  anchor.append(hint);
  return anchor;
}
