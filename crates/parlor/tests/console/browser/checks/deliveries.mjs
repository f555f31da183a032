// Deliveries: why one failed, and sending it once more: one, all since a time, and those of a paused endpoint.
import { Receiver, isGenuine } from "../receiver.mjs";

export default async function (visit, page) {
  const api = `/api/v2/w/${visit.credentials.workspaceId}`;
  await page.goto("/console/deliveries");
  visit.report("without deliveries the page says so", (await page.textContent("main")).includes("Nothing has failed") ? "" : "no sentence");
  const receiver = await Receiver.begin();
  try {
    const rule = await visit.call("POST", `${api}/event-rules`, {
      name: "CRM <b>",
      objectType: "chat",
      eventType: "chat:created",
      actionType: "webhook:send",
      actionParams: { url: receiver.url },
    });
    const makeChat = () => visit.call("POST", `${api}/chats`, { channel: "web-chat", title: "<i>delivered</i>" });
    /** Loads the page of a delivery until it is in a state. */
    const becomes = async (name, path, state) => {
      const isSo = async () => (await page.goto(path)) && (await page.locator("#state").textContent()) === state;
      await visit.check(name, isSo, () => page.textContent("main"));
    };

    receiver.answer = 400;
    await makeChat();
    const row = page.locator("tr[data-delivery]").first();
    const failed = async () => (await page.goto("/console/deliveries?show=failing")) && (await row.count()) === 1;
    await visit.check("a refused webhook is listed as failing", failed);
    const listed = await row.textContent();
    visit.report("it says why, and who says so", /The receiver refused it: it answered 400\./.test(listed) && listed.includes("rejected") ? "" : listed);
    const source = await page.content();
    visit.report("of the address only the host is shown", source.includes("token=private") ? "it shows the query" : "");
    const path = `/console/deliveries/${await row.getAttribute("data-delivery")}`;
    await page.goto(path);
    visit.report("the request is shown", (await page.textContent("#request")).includes("<i>delivered</i>") ? "" : await page.textContent("main"));
    visit.report("the answer is shown as text", (await page.textContent("#answer")) === "<b>taken</b>" ? "" : await page.textContent("main"));
    visit.report("hostile texts do not become elements", (await page.locator("main b, main i").count()) === 0 ? "" : "they did");
    visit.alsoVisit(path);
    visit.alsoVisit("/console/deliveries?show=all");

    // It is green on the receiver's word only.
    let accept;
    receiver.answer = new Promise((resolve) => (accept = resolve));
    await page.click("text=Replay");
    await page.waitForURL(`**${path}`);
    await visit.check("a replay reaches the receiver", () => receiver.requests.length === 2);
    await becomes("until it is accepted it is not sent", path, "sending");
    accept(200);
    await becomes("once it is accepted it is sent", path, "sent");
    const [first, second] = receiver.requests;
    visit.report("a replay has the same id and the same bytes", first.id === second.id && first.body === second.body ? "" : "they differ");
    visit.report("a replay is signed", isGenuine(second, rule.secret) ? "" : second.signature);

    receiver.answer = 400;
    await page.click("text=Replay");
    await visit.check("a replay that fails", () => receiver.requests.length === 3);
    await becomes("stays failed", path, "failed");

    // All failures since a time.
    await makeChat();
    await makeChat();
    await visit.check("two more are refused", async () => (await page.goto("/console/deliveries")) && (await page.locator("tr[data-delivery]").count()) === 3);
    receiver.answer = 200;
    receiver.requests.length = 0;
    await page.selectOption("#recover-rule", String(rule.id));
    await page.click("text=Send once more");
    await page.waitForURL("**&recovered=3");
    await visit.check("recovering sends each of them", () => receiver.requests.length === 3);
    visit.report("and none twice", new Set(receiver.requests.map(({ id }) => id)).size === 3 ? "" : "an id came twice");
    const areSent = async () => (await page.goto(`/console/deliveries?rule=${rule.id}`)) && (await page.locator("tr[data-delivery] .state.good").count()) === 3;
    await visit.check("all of them are sent", areSent);

    // A receiver that is gone.
    receiver.answer = 410;
    await makeChat();
    const resume = page.locator(`tr[data-endpoint="${rule.id}"] button`);
    await visit.check("an endpoint that is gone is paused", async () => (await page.goto("/console/deliveries?show=waiting")) && (await resume.count()) === 1);
    visit.report("what waits for it says so", (await page.textContent("tr[data-delivery]")).includes("until its endpoint is resumed") ? "" : await page.textContent("main"));
    receiver.answer = 400;
    await resume.click();
    await page.waitForURL(`**?rule=${rule.id}`);
    await visit.check("a resumed endpoint gets what waited", async () => (await failed()) && (await resume.count()) === 0);
  } finally {
    receiver.end();
  }
}
