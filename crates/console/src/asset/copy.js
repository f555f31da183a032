// Buttons that copy the text of an element. Without access to the clipboard, as over plain HTTP, the text is selected.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    if (!source) return;
    button.textContent = (await copy(source)) ? "Copied" : "Selected: press Ctrl C";
    setTimeout(() => (button.textContent = label), 2_000);
  });
}

async function copy(source) {
  const text = source.value ?? source.textContent;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (source.select) source.select();
    else getSelection()?.selectAllChildren(source);
    return document.execCommand("copy");
  }
}
