// Health: a line for each part, and what to do where one is not well. The checks of deliveries have left a failed one.
export default async function (visit, page) {
  await page.goto("/console/health");
  const line = (name) => page.textContent(`tr[data-check="${name}"]`);
  const version = (await visit.parlor("--version").catch(() => "")).trim().split(" ").pop();
  const server = await line("Server");
  visit.report("the version is named", /Version \d+\.\d+\.\d+/.test(server) && server.includes(version) ? "" : server);
  const database = await line("Database");
  visit.report("the database has a kind and a size, and stores", /Embedded database, [\d.]+ (KiB|MiB).*It stores/.test(database) ? "" : database);
  const failed = await line("Deliveries failed");
  visit.report("a line that is not ok has a command", failed.includes("warn") && failed.includes("parlor delivery list --unsent") ? "" : failed);
  const calls = await line("Calls");
  visit.report("calls are counted", /The last \d+ on this node/.test(calls) ? "" : calls);
  const summary = await page.textContent("main [role=status]");
  visit.report("a sentence sums the lines up", summary.includes("want a look") ? "" : summary);
  await page.click('tr[data-check="Deliveries failed"] a');
  await page.waitForURL("**/console/deliveries");
  await visit.openByKeys(page, ["g", "h"], "/console/health");
  visit.report("g h opens the page");
}
