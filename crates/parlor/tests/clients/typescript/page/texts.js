// Runs before the element is defined, as a page's own script may.
document.querySelector("parlor-chat").texts = { send: "Go" };
