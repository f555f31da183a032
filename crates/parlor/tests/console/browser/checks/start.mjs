// The first page: its calls work in a shell, and arrive while it is open.
export default async function (visit, page) {
  await page.goto("/console/start");
  await visit.check("the connection becomes live", async () => (await page.getAttribute("#connection", "data-state")) === "live");
  for (const dialect of Object.keys(visit.curl)) {
    await page.click(`nav.tabs a[data-dialect="${dialect}"]`);
    await page.waitForURL(`**?dialect=${dialect}`);
    await visit.check(`live again in the tab of ${dialect}`, async () => (await page.getAttribute("#connection", "data-state")) === "live");
    const line = await page.textContent("#command");
    const newest = () => document.querySelector("#calls li")?.dataset.number ?? "";
    const before = await page.evaluate(newest);
    await visit.shell(line);
    const begun = Date.now();
    // The list has a greatest length.
    await page.waitForFunction((number) => (document.querySelector("#calls li")?.dataset.number ?? "") !== number, before);
    visit.report(`the call of ${dialect} appears within a second`, Date.now() - begun < 1_000 ? "" : `${Date.now() - begun} ms`);
    const row = (await page.locator("#calls li").first().textContent()) ?? "";
    visit.report(`the call of ${dialect} is named`, row.includes(dialect) ? "" : row);
    // The example of one dialect makes a space.
    const made = row.includes("/space/create") || row.includes("Hello");
    visit.report(`the call of ${dialect} names the conversation that it made`, made ? "" : row);
  }
  await page.reload();
  await visit.check("the first step is done after a reload", async () => (await page.locator(".steps .done").count()) >= 2);
  await page.keyboard.press("?");
  await visit.check("? opens the sheet of keys", () => page.locator("dialog#keys").isVisible());
  await page.keyboard.press("Escape");
  await visit.check("Escape closes it", () => page.locator("dialog#keys").isHidden());
  await visit.openByKeys(page, ["g", "k"], "/console/keys");
  visit.report("g k opens the keys");
}
