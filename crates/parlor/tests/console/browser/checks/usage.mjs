// Usage: charts with a title that says what they show, and a table and a file with the same numbers.
export default async function (visit, page) {
  const chat = await visit.call("POST", "/api/v1/chats/", { user_id: "usage", title: "Usage" });
  await visit.call("POST", `/api/v1/chats/${chat.id}/messages`, { content: "hello", user_id: "usage" });
  await page.goto("/console/usage?days=7");
  const rows = page.locator("tr[data-day]");
  visit.report("each day of the range has a row", (await rows.count()) === 7 ? "" : `${await rows.count()} rows`);
  const today = await rows.last().locator("td").allTextContents();
  visit.report("what was called today is counted", Number(today[0]) > 0 && Number(today[1]) > 0 ? "" : today.join());
  const titles = await page.$$eval("svg.chart[role=img]", (charts) =>
    charts.map((chart) => document.getElementById(chart.getAttribute("aria-labelledby"))?.textContent),
  );
  const day = await rows.last().getAttribute("data-day");
  const expected = `${Number(today[1]).toLocaleString("en")} messages in 7 days, most on ${day}: ${Number(today[1]).toLocaleString("en")}`;
  visit.report("the title of a chart says what it shows", titles[0] === expected && titles.length === 3 ? "" : `${titles.join()} is not ${expected}`);
  const bars = await page.locator('svg.chart >> nth=0 >> [fill="#0B6157"]').count();
  visit.report("each day has a bar", bars === 7 ? "" : `${bars} bars`);
  // The colours of a chart are those of the theme.
  const colors = [];
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    colors.push(await page.$eval("svg.chart text", (text) => getComputedStyle(text).fill));
  }
  visit.report("texts of a chart have the colour of the theme", colors[0] !== colors[1] ? "" : colors.join());
  const csv = await page.evaluate(async () => {
    const answer = await fetch(document.querySelector("a[download]").href);
    return { type: answer.headers.get("content-type"), text: await answer.text() };
  });
  const last = csv.text.trimEnd().split("\r\n");
  visit.report("the file has the numbers of the table", last.at(-1) === [day, ...today].join(",") && last.length === 8 ? "" : csv.text);
  visit.report("the file is CSV", csv.type.startsWith("text/csv") ? "" : csv.type);
}
