// Requests: a refused one is listed and explained.
export default async function (visit, page) {
  const refused = await fetch(visit.url + "/api/v1/chats/user/ada", { headers: { "x-api-key": "sk-parlor-wrong" } });
  visit.report("a wrong key is refused", refused.status === 401 ? "" : String(refused.status));
  await page.goto("/console/requests?show=refused");
  const id = refused.headers.get("x-request-id");
  const row = await page.textContent(`tr[data-request="${id}"]`).catch(() => "not listed");
  visit.report("it is listed with its rule", row.includes("401") && row.includes("tenant-chats") ? "" : row);
  await page.click(`tr[data-request="${id}"] a`);
  await page.waitForURL(`**/console/requests/${id}`);
  const check = await page.textContent('tr[data-check="credential"]');
  visit.report("the check that has refused it is named", check.includes("refused") ? "" : check);
  const remedy = await page.textContent("#remedy");
  visit.report("a remedy is named", remedy.length > 10 ? "" : remedy);
  visit.alsoVisit(`/console/requests/${id}`);
  await visit.openByKeys(page, ["g", "r"], "/console/requests");
  visit.report("g r opens the page");
}
