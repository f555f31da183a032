import { InvalidRequestError } from "../errors.js";

/**
 * Parses the base URL of a server.
 *
 * @param {string | URL} text
 * @returns {URL}
 */
export function parseBaseUrl(text) {
  let url;
  try {
    url = new URL(text);
  } catch {
    throw new InvalidRequestError("not the address of a server");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new InvalidRequestError("not the address of a server");
  }
  return url;
}

/**
 * Returns the URL of path segments below a base URL.
 *
 * @param {URL} base
 * @param {readonly string[]} segments
 * @param {Readonly<Record<string, string | number | boolean | undefined>>} [query] Parameters without a value are left out.
 * @returns {URL}
 */
export function buildUrl(base, segments, query = {}) {
  // Dot segments would resolve to another path, even if percent-encoded.
  if (segments.some((segment) => segment === "" || segment === "." || segment === "..")) {
    throw new InvalidRequestError("an id is neither empty nor dots");
  }
  const url = new URL(base);
  const below = segments.map(encodeURIComponent).join("/");
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${below}`;
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.append(name, String(value));
  }
  return url;
}
