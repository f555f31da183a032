// Keys: made, shown once, used, revoked; a revoked key ends its sessions and their sockets.
export default async function (visit, page) {
  await page.goto("/console/keys");
  await page.fill("#name", "browser <b>key</b>");
  await page.check("input[value=everything]");
  await page.click("text=Make the key");
  const secret = await page.inputValue("#secret");
  visit.report("a new key is shown", /^sk-parlor-.{43}$/.test(secret) ? "" : secret);
  visit.report("a hostile name is shown as text", (await page.locator("#shown b").count()) === 0 ? "" : "it became an element");
  await page.click("[data-copy=secret]");
  await visit.check("Copy answers on plain HTTP", async () => (await page.textContent("[data-copy=secret]")) !== "Copy");
  await page.click("text=I have stored it");
  const source = await page.content();
  visit.report("the key is shown once", source.includes(secret) ? "it is still in the page" : "");
  visit.report("the key is not in the address", page.url().includes(secret) ? page.url() : "");

  // A second browser is signed in with the key.
  const other = await visit.newContext();
  const holder = await other.newPage();
  await holder.goto("/console/sign-in?next=%2Fconsole%2Fstart");
  await holder.fill("#key", secret);
  await holder.click("button.primary");
  await holder.waitForURL("**/console/start");
  await visit.check("its own browser is live", async () => (await holder.getAttribute("#connection", "data-state")) === "live");

  const id = await page.locator("tr[data-key]").last().getAttribute("data-key");
  await page.click(`tr[data-key="${id}"] >> text=Revoke`);
  visit.report("revoking asks first", (await page.textContent("main")).includes("cannot be undone") ? "" : "no question");
  await page.click("button.danger");
  await page.waitForURL("**/console/keys");
  const begun = Date.now();
  await visit.check("its browser is signed out", async () => (await holder.getAttribute("#connection", "data-state")) === "ended");
  visit.report("its socket closes within two seconds", Date.now() - begun < 2_000 ? "" : `${Date.now() - begun} ms`);
  await holder.reload();
  await visit.check("its next page is the sign-in", () => holder.url().includes("/console/sign-in"));
  await other.close();
}
