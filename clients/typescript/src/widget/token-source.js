/** A page's server refused to give a token. */
class TokenResponseError extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`the page's server answered ${status}`);
    this.status = status;
  }
}

/**
 * Returns the source of tokens that an element's attributes name: `token`, or `token-url`, to which the page posts with
 * its own cookies and which answers `{"token":"..."}`. A token of a day or less is all that the page ever holds.
 *
 * @param {HTMLElement} element
 * @returns {string | (() => Promise<string>) | undefined}
 */
export function createTokenProvider(element) {
  const url = element.getAttribute("token-url");
  if (url === null) return element.getAttribute("token") ?? undefined;
  return async () => {
    const response = await fetch(url, { method: "POST", headers: { accept: "application/json" } });
    if (!response.ok) throw new TokenResponseError(response.status);
    const { token } = await response.json();
    if (typeof token !== "string") throw new TypeError("the page's server answered without a token");
    return token;
  };
}
