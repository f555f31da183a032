// The way in by the link of the first run.
export async function checkSetup(visit) {
  await visit.section("setup", async (_, page) => {
    await page.goto("/console/keys");
    await visit.check("a page without a session leads to the sign-in", () => page.url().includes("/console/sign-in?next="));
    await page.goto(visit.link);
    await page.waitForURL("**/console/start");
    await visit.check("the printed link opens the first page", async () => (await page.title()).startsWith("Start"));
    const cookies = await visit.context.cookies();
    const cookie = cookies.find((cookie) => cookie.name === "parlor-console");
    await visit.check("script cannot read the cookie of the session", () => cookie?.httpOnly && cookie.sameSite === "Lax" && cookie.path === "/console");
    await page.goBack();
    await visit.check("the link is not in the history", () => !page.url().includes("#"));

    const other = await visit.newContext();
    const stranger = await other.newPage();
    await stranger.goto(visit.link);
    await visit.check(
      "a second use of the link is refused with a remedy",
      async () => (await stranger.textContent("main")).includes("parlor console link"),
    );
    await other.close();

    const link = (await visit.parlor("console", "link")).trim();
    const noScript = await visit.newContext({ javaScriptEnabled: false });
    const reader = await noScript.newPage();
    await reader.goto("/console/setup");
    await reader.fill("#link", link);
    await reader.click("button.primary");
    await visit.check("without script a pasted link signs in", () => reader.url().endsWith("/console/start"));
    await reader.click(".visitor summary");
    await reader.click("text=Sign out >> nth=0");
    await visit.check("signing out leads to the sign-in", () => reader.url().endsWith("/console/sign-in"));
    await reader.fill("#key", visit.key);
    await reader.click("button.primary");
    await visit.check("without script a key signs in", () => reader.url().endsWith("/console/start"));
    await noScript.close();
  });
}
