// Members: found by name and by any dialect's id, archived, restored and erased.
export default async function (visit, page) {
  await visit.call("POST", "/api/v1/chats/", { user_id: "browser-ada", title: "Ada's chat" });
  const contact = await visit.call("POST", "/api/v1/contact/create", { name: "Browser <b>Bo</b>", email: "bo@example.org" });
  await page.goto("/console/members");
  await visit.check("members are listed", async () => (await page.locator("tr[data-member]").count()) >= 2);
  const find = async (text) => {
    await page.fill("#text", text);
    await page.click("main button:text-is('Search')");
    await page.waitForURL("**?text=*");
  };
  await find("browser bo");
  const found = page.locator("tr[data-member] a");
  visit.report("a search finds words of the name", (await found.count()) === 1 ? "" : await page.textContent("main"));
  visit.report("a hostile name is shown as text", (await page.locator("main b").count()) === 0 ? "" : "it became an element");
  for (const key of [contact.id, "bo@example.org"]) {
    await find(key);
    visit.report(`${key.split("_")[0]} finds the same`, (await found.count()) === 1 ? "" : await page.textContent("main"));
  }
  await find("nobody at all");
  visit.report("a search without results says so", (await page.textContent("main")).includes("Nobody is found") ? "" : "no sentence");
  visit.alsoVisit("/console/members?text=nobody");
  await find("browser-ada");
  await found.click();
  await page.waitForURL("**/console/members/*");
  visit.report("its conversations are counted", (await page.textContent("#conversations")).startsWith("1,") ? "" : await page.textContent("main"));
  visit.alsoVisit(new URL(page.url()).pathname);

  await openFound(page, contact.id);
  const path = new URL(page.url()).pathname;
  visit.report("each dialect's spelling is shown", (await page.textContent("main")).includes(contact.id) ? "" : await page.textContent("main"));
  await page.click("button:text-is('Archive')");
  await visit.check("an archived member says so", async () => (await page.textContent("#state")) === "archived");
  await page.click("button:text-is('Restore')");
  await visit.check("a restored one is active", async () => (await page.textContent("#state")) === "active");
  await page.click("a:text-is('Erase')");
  await page.fill("#confirm", "something else");
  await page.click("button.danger");
  visit.report("erasing wants its number", (await page.textContent("main")).includes("Go back") ? "" : await page.textContent("main"));
  await page.goto(`${path}/erase`);
  const number = /Type (\d+) to confirm/.exec(await page.textContent("main"))[1];
  await page.fill("#confirm", number);
  await page.click("button.danger");
  await visit.check("erasing shows a receipt", () => page.locator("#receipt").isVisible());
  const gone = await page.goto(path);
  visit.report("an erased member is gone", gone.status() === 404 ? "" : String(gone.status()));
}

async function openFound(page, text) {
  await page.goto(`/console/members?text=${encodeURIComponent(text)}`);
  await page.locator("tr[data-member] a").click();
  await page.waitForURL("**/console/members/*");
}
