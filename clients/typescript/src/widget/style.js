/**
 * Style sheet of the widget. It is constructed, so that a page needs no `unsafe-inline`. Themes set the `--parlor-…`
 * variables on the element, or style its parts.
 */
const CSS = `
:host {
  --accent: var(--parlor-accent, #1f5fbf);
  --on-accent: var(--parlor-on-accent, #fff);
  --background: var(--parlor-background, #fff);
  --text: var(--parlor-text, #1b1f24);
  --muted: var(--parlor-muted, #59636e);
  --border: var(--parlor-border, #c9d1d9);
  --bubble: var(--parlor-bubble, #eef1f4);
  --error: var(--parlor-error, #b3261e);
  --radius: var(--parlor-radius, 12px);
  display: block;
  color: var(--text);
  font: var(--parlor-font, 1rem/1.45 system-ui, sans-serif);
}
:host([hidden]), [hidden] { display: none !important; }
:host([launcher]) {
  position: fixed;
  z-index: var(--parlor-z-index, 1000);
  inset-block-end: 1rem;
  inset-inline-end: 1rem;
}
@media (prefers-color-scheme: dark) {
  :host {
    --accent: var(--parlor-accent, #8ab4f8);
    --on-accent: var(--parlor-on-accent, #10151c);
    --background: var(--parlor-background, #15191e);
    --text: var(--parlor-text, #e6e9ec);
    --muted: var(--parlor-muted, #a3adb8);
    --border: var(--parlor-border, #3d4650);
    --bubble: var(--parlor-bubble, #262c33);
    --error: var(--parlor-error, #ffb4ab);
  }
}
* { box-sizing: border-box; }
.panel {
  display: flex;
  flex-direction: column;
  width: var(--parlor-width, 100%);
  height: var(--parlor-height, 30rem);
  background: var(--background);
  border: 1px solid var(--border);
  border-radius: var(--radius);
  overflow: hidden;
}
:host([launcher]) .panel {
  width: min(var(--parlor-width, 22rem), calc(100vw - 2rem));
  height: min(var(--parlor-height, 30rem), calc(100vh - 6rem));
  margin-block-end: .5rem;
}
header { display: flex; align-items: center; gap: .5rem; padding: .5rem .75rem; border-block-end: 1px solid var(--border); }
h2 { flex: 1; margin: 0; font-size: 1em; }
.scroll { flex: 1; overflow-y: auto; padding: .75rem; overflow-wrap: anywhere; }
.scroll > * { display: block; }
.message { max-width: 85%; width: fit-content; margin: 0 0 .6rem; }
.own { margin-inline-start: auto; }
.sender, .note { display: block; font-size: .8em; color: var(--muted); }
.content { padding: .4rem .7rem; border-radius: var(--radius); background: var(--bubble); white-space: pre-wrap; }
.own .content { background: var(--accent); color: var(--on-accent); }
.deleted .content { font-style: italic; background: none; color: var(--muted); }
.failed .note { color: var(--error); }
[part="empty"] { color: var(--muted); text-align: center; }
.status { display: flex; gap: .5rem; align-items: center; padding: 0 .75rem; color: var(--muted); font-size: .85em; min-height: 1.6em; }
.status p { margin: 0; flex: 1; }
form { display: flex; gap: .5rem; align-items: end; padding: .5rem .75rem .75rem; }
textarea {
  flex: 1; min-width: 0; resize: none; field-sizing: content; max-height: 8lh; padding: .45rem .6rem;
  font: inherit; color: inherit; background: var(--background); border: 1px solid var(--muted); border-radius: var(--radius);
}
textarea::placeholder { color: var(--muted); opacity: 1; }
button {
  min-height: 2.25rem; padding: .3rem .8rem; font: inherit; cursor: pointer; color: var(--on-accent);
  background: var(--accent); border: 0; border-radius: var(--radius);
}
.scroll button, .status button, header button, [part="stop"] { color: var(--accent); background: none; border: 1px solid currentcolor; }
button:disabled { cursor: default; opacity: .6; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.own :focus-visible { outline-color: currentcolor; }
[part="launcher"] { display: block; margin-inline-start: auto; min-height: 3rem; border-radius: 1.5rem; box-shadow: 0 2px 8px #0004; }
`;

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** Returns the style sheet, which all widgets of a page share. */
export function widgetStyle() {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
