// Defines the element `<parlor-chat>`.
import { ParlorChatElement } from "./element.js";

/** Path at which Parlor serves the widget. */
const SERVED_PATH = "/widget/v1.js";

// Served by Parlor, the module knows its server; from another place it does not.
const [server, rest] = import.meta.url.split(SERVED_PATH);
if (rest === "" || rest?.startsWith("?")) ParlorChatElement.defaultServer = server;
if (customElements.get("parlor-chat") === undefined) customElements.define("parlor-chat", ParlorChatElement);

export { ParlorChatElement };
