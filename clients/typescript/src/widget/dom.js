/**
 * Creates an element. Texts are set as text, never parsed as HTML.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function createElement(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/**
 * Creates a button that is in no form.
 *
 * @param {string} part
 * @param {string} text
 * @param {() => void} onClick
 */
export function createButton(part, text, onClick) {
  const button = createElement("button", { type: "button", part }, text);
  button.addEventListener("click", onClick);
  return button;
}

/**
 * Returns an address that a link may have; `undefined` for anything but HTTP, such as a script.
 *
 * @param {string} text
 */
export function httpUrl(text) {
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
  } catch {
    return undefined;
  }
}
