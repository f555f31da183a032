// Search: words and ids lead to a message and a conversation.
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
}
