// Posts what stands behind the # of a link, and takes it out of the address and the history.
const secret = location.hash.slice(1);
const form = document.getElementById("setup");
if (secret && form instanceof HTMLFormElement) {
  history.replaceState(null, "", location.pathname);
  const field = form.elements.namedItem("link");
  field.value = secret;
  form.requestSubmit();
}
