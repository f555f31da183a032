// The other pages: search, members, deliveries, usage, health.
export default async function (visit, page) {
  const chat = await visit.call("POST", "/api/v1/chats/", { user_id: "bo", title: "Orders" });
  const content = "the <i>purple</i> parcel was found near the harbour";
  await visit.call("POST", `/api/v1/chats/${chat.id}/messages`, { content, role: "user" });
  await page.goto("/console/search");
  await page.fill("#text", "purple harbour");
  await page.click("main button.primary");
  await page.waitForURL("**/console/search?text=purple+harbour");
  // New messages are indexed within a second or two.
  await visit.check("a message is found by its words", async () => {
    if ((await page.locator("mark").count()) === 0) await page.reload();
    return (await page.locator("mark").allTextContents()).join(" ") === "purple harbour";
  });
  visit.report("its text is no markup", (await page.locator("main i").count()) ? "it became an element" : "");
  visit.alsoVisit("/console/search?text=purple+harbour");
  visit.alsoVisit("/console/search?text=%22");
  await page.click(".inbox a >> nth=0");
  await page.waitForURL("**/console/conversations/**");
  visit.report("a hit leads to its message", (await page.locator(":target .text").textContent()) === content ? "" : "elsewhere");
  await page.goto(`/console/search?text=${chat.id}`);
  visit.report("an id is recognized", (await page.textContent("main")).includes("id of a conversation") ? "" : await page.textContent("main"));

  await page.goto("/console/members");
  await page.click("main a:has-text('bo')");
  await page.waitForURL("**/console/members/**");
  visit.report("a member has its conversations", (await page.textContent("main")).includes("Orders") ? "" : await page.textContent("main"));
  visit.alsoVisit(new URL(page.url()).pathname);
  visit.alsoVisit("/console/members?kind=assistant");

  await page.goto("/console/deliveries");
  visit.report("no delivery has failed", (await page.textContent("main")).includes("Nothing has failed") ? "" : await page.textContent("main"));
  visit.alsoVisit("/console/deliveries?view=waiting");
  await page.goto("/console/usage?days=30");
  const drawn = await page.$$eval("main picture img", (images) => images.every((image) => image.complete && image.naturalWidth > 0));
  visit.report("the chart is drawn", drawn ? "" : "it is not");
  const csv = await page.request.get("/console/usage/conversations.csv?days=30");
  const table = await page.locator("#per-day tbody tr").count();
  const lines = (await csv.text()).trim().split("\n").length - 1;
  visit.report("the table has what the file has", lines === table ? "" : `${lines} and ${table}`);
  await page.goto("/console/health");
  visit.report("the database takes writes", (await page.textContent("main")).includes("It takes writes") ? "" : await page.textContent("main"));
}
