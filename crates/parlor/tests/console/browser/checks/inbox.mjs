// A conversation and the inbox: live, answered, taken over; edits and deletions; hostile texts; a broken connection.
const HOSTILE = [
  "<script>document.title='run'</script>",
  "<img src=x onerror=\"document.title='run'\">",
  "<svg onload=\"document.title='run'\">",
  "[a](javascript:document.title='run')",
  "\u202Egnp.exe \u2066mixed\u2069 \u0000gone".replace("\u0000", ""),
  "{{ 7 * 7 }} ${7 * 7} &lt;b&gt;",
  "x".repeat(30_000),
];

export default async function (visit, page) {
  const workspace = visit.credentials.workspaceId;
  const chat = await visit.call("POST", "/api/v1/chats/", { user_id: "ada", title: "Support <b>desk</b>" });
  const say = (content) => visit.call("POST", `/api/v1/chats/${chat.id}/messages`, { content, role: "user" });
  await say("is it open on Sunday?");

  const inbox = await visit.context.newPage();
  await inbox.goto("/console/inbox");
  const row = inbox.locator(`#inbox li[data-id="${chat.id}"]`);
  await visit.check("the inbox has rows in its first answer", async () => (await row.count()) === 1);
  visit.report("a hostile title is text", (await inbox.locator("#inbox b").count()) ? "it became an element" : "");
  visit.report("the newest message is shown", (await row.textContent()).includes("is it open on Sunday?") ? "" : await row.textContent());
  await visit.check("the inbox is live", async () => (await inbox.getAttribute("#connection", "data-state")) === "live");

  const path = `/console/conversations/${chat.id}`;
  visit.alsoVisit(path);
  visit.alsoVisit(`${path}/log`);
  visit.alsoVisit(`${path}/saw`);
  visit.alsoVisit("/console/inbox?text=nothing-has-these-words");
  await page.goto(path);
  await visit.check("the conversation is live", async () => (await page.getAttribute("#connection", "data-state")) === "live");
  const texts = () => page.locator(".said .text").allTextContents();
  await say("anybody there?");
  await visit.check("a message arrives", async () => (await texts()).includes("anybody there?"));
  await visit.check("the inbox shows it without a reload", async () => (await row.textContent()).includes("anybody there?"));

  await page.click("text=Take over from the assistant");
  await page.waitForURL(`**${path}`);
  await visit.check("a conversation is taken over", () => page.locator("text=Hand back to the assistant").isVisible());
  await visit.check("it is live again", async () => (await page.getAttribute("#connection", "data-state")) === "live");
  await page.fill("#reply-text", "Yes, 10 to 16.");
  await page.keyboard.press("Control+Enter");
  await visit.check("an answer takes its position", async () => (await page.locator(".said[data-seq] .text", { hasText: "Yes, 10 to 16." }).count()) === 1);
  await visit.check("nothing is left of sending it", async () => (await page.locator(".pending").count()) === 0);
  const listed = await visit.call("GET", `/api/v1/chats/${chat.id}/messages`);
  const answers = JSON.stringify(listed).split("Yes, 10 to 16.").length - 1;
  visit.report("the answer is stored once", answers === 1 ? "" : `${answers} times`);

  for (const text of HOSTILE) await say(text);
  await visit.check("hostile texts arrive", async () => (await texts()).includes(HOSTILE.at(-1)));
  const shown = await texts();
  for (const [index, text] of HOSTILE.entries()) visit.report(`hostile text ${index} is shown as it is`, shown.includes(text) ? "" : "it is not");
  await page.reload();
  const again = await texts();
  for (const [index, text] of HOSTILE.entries()) visit.report(`hostile text ${index} is shown so after a reload`, again.includes(text) ? "" : "it is not");
  visit.report("hostile texts run nothing", (await page.title()).includes("run") ? "something ran" : "");

  await visit.check("it is live after the reload", async () => (await page.getAttribute("#connection", "data-state")) === "live");
  const number = (await visit.call("GET", `/api/v2/w/${workspace}/chats?search=Support`));
  const messages = JSON.stringify(number);
  visit.report("another dialect lists the chat", messages.includes("Support") ? "" : messages);

  await page.context().setOffline(true);
  await visit.check("a lost connection is said", async () => (await page.getAttribute("#connection", "data-state")) === "offline");
  await page.fill("#reply-text", "said while away");
  await page.click("text=Send >> nth=0");
  await say("missed while away");
  await page.context().setOffline(false);
  await visit.check("what was missed arrives", async () => (await texts()).filter((text) => text === "missed while away").length === 1);
  await visit.check("what was typed is sent", async () => (await page.locator(".said[data-seq] .text", { hasText: "said while away" }).count()) === 1);
  const seqs = await page.$$eval("#talk [data-seq], #history [data-seq]", (rows) => rows.map((row) => Number(row.dataset.seq)));
  visit.report("every position is shown once and in order", seqs.every((seq, index) => index === 0 || seq > seqs[index - 1]) ? "" : seqs.join(" "));

  await page.goto(`${path}/log`);
  const log = await page.textContent("table");
  visit.report("the log has who took over", log.includes("A person took over from the assistant") ? "" : log.slice(0, 400));
  await page.goto(`${path}/saw`);
  visit.report("who saw what names the participant", (await page.textContent("table")).includes("ada") ? "" : await page.textContent("table"));

  const noScript = await visit.newContext({ javaScriptEnabled: false, storageState: await visit.context.storageState() });
  const reader = await noScript.newPage();
  await reader.goto(path);
  await reader.fill("#reply-text", "without script");
  await reader.click("text=Send >> nth=0");
  await visit.check("the form answers without script", async () => (await reader.textContent("#history")).includes("without script"));
  await noScript.close();
  await inbox.close();
}
