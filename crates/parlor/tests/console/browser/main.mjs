// Visits the console of one server in Chromium, and prints a line for each check: `ok NAME`, or `not ok NAME: WHY`.
//
// A page's own checks are a file in `checks/`: its default export gets the visit, in the order of the files' names. What
// holds for every page is in `every_page.mjs`, which goes through the list of pages that the console itself shows and
// through the addresses that checks add with `visit.alsoVisit(path)`.
import { readdir } from "node:fs/promises";
import process from "node:process";

import { checkEveryPage } from "./every_page.mjs";
import { Visit } from "./visit.mjs";
import { checkSetup } from "./setup.mjs";

const visit = await Visit.begin();
try {
  await checkSetup(visit);
  const files = (await readdir(new URL("./checks/", import.meta.url))).sort();
  for (const file of files) {
    const { default: check } = await import(`./checks/${file}`);
    await visit.section(file.replace(/^\d+-|\.mjs$/g, ""), check);
  }
  await checkEveryPage(visit);
} catch (error) {
  console.log(`not ok the visit: ${String(error.stack ?? error).replaceAll("\n", " | ")}`);
} finally {
  await visit.end();
}
process.exit(0);
