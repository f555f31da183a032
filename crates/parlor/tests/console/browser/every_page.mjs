// What holds for every page: colours, width, keyboard, and no script needed to read it.
import { createRequire } from "node:module";
import process from "node:process";

const axe = createRequire(import.meta.url)("axe-core");
const SERIOUS = ["serious", "critical"];

export async function checkEveryPage(visit) {
  await visit.section("every page", async (_, page) => {
    await page.goto("/console/start");
    const listed = await page.$$eval("nav.pages a", (links) => links.map((link) => new URL(link.href).pathname));
    await visit.check("there is a list of pages", () => listed.length > 0);
    const paths = [...listed, "/console/no-such-page", ...visit.paths];
    const signedIn = await visit.context.storageState();
    for (const path of paths) await checkSignedIn(visit, page, path);

    const outside = await visit.newContext();
    const stranger = await outside.newPage();
    for (const path of ["/console/sign-in", "/console/setup"]) await checkSignedIn(visit, stranger, path);
    await outside.close();

    const noScript = await visit.newContext({ javaScriptEnabled: false, storageState: signedIn });
    const reader = await noScript.newPage();
    for (const path of paths) {
      await reader.goto(path);
      await visit.check(`${path} reads without script`, async () => (await reader.textContent("h1")).trim().length > 0);
    }
    await noScript.close();
    await visit.check(
      "no page asks another origin, fails, or breaks the content policy",
      () => visit.faults.length === 0,
      () => [...new Set(visit.faults)].join("; "),
    );
  });
}

async function checkSignedIn(visit, page, path) {
  await page.setViewportSize({ width: 1280, height: 800 });
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.goto(path);
    await picture(page, path, colorScheme);
    const found = await findings(page);
    visit.report(`${path} is accessible in ${colorScheme} colours`, found.join("; "));
  }
  await page.setViewportSize({ width: 320, height: 640 });
  const wide = await page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return "";
    const isOutside = (element) => element.getBoundingClientRect().right > innerWidth + 1;
    const all = [...document.querySelectorAll("body *")].filter((element) => element.checkVisibility());
    const outside = all.filter((element) => isOutside(element) && !element.closest(".scroll, pre"));
    return outside.slice(0, 3).map((element) => element.outerHTML.slice(0, 80)).join(" ");
  });
  await picture(page, path, "narrow");
  visit.report(`${path} fits 320 pixels`, wide);
  await page.setViewportSize({ width: 1280, height: 800 });
}

// Pictures are taken where somebody asks for them: `cargo xtask screenshots`.
async function picture(page, path, name) {
  const folder = process.env.SCREENSHOTS;
  const title = path.replace("/console/", "").replaceAll(/[^a-z-]+/g, "-");
  if (folder) await page.screenshot({ path: `${folder}/${title}-${name}.png`, fullPage: name !== "narrow" });
}

async function findings(page) {
  await page.evaluate(axe.source);
  const results = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return results.violations
    .filter(({ impact }) => SERIOUS.includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).slice(0, 3).join(" ")}`);
}
