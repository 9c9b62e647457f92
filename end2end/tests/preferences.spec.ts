import { expect, test } from "../support/test";

test("a stranger chooses elder mode, dark and English, and keeps them", async ({ page }) => {
  await page.goto("/preferences");
  const settings = page.getByRole("main");
  await expect(settings.getByRole("button", { name: "中文" })).toHaveAttribute("aria-pressed", "true");
  await settings.getByRole("button", { name: "深色" }).click();
  await settings.getByRole("button", { name: "长辈版" }).click();
  await settings.getByRole("button", { name: "English" }).click();

  await expect(page).toHaveURL("/preferences");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Language and display");
  const html = page.locator("html");
  for (const path of ["/preferences", "/"]) {
    await page.goto(path);
    await expect(html).toHaveAttribute("lang", "en");
    await expect(html).toHaveAttribute("data-mode", "elder");
    await expect(html).toHaveAttribute("data-theme", "dark");
  }
});

test("the way back after a choice never leaves the site", async ({ page }) => {
  for (const next of ["https://evil.example/", "//evil.example", "/\\evil.example"]) {
    const answer = await page.request.post("/preferences", { form: { theme: "dark", next }, maxRedirects: 0 });
    expect(answer.status()).toBe(303);
    expect(answer.headers()["location"]).toBe("/");
  }
});

test.describe("in a browser set to English", () => {
  test.use({ locale: "en-GB" });

  test("the portal answers in English until asked otherwise", async ({ page }) => {
    await page.goto("/preferences");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Language and display");
    await page.getByRole("main").getByRole("button", { name: "中文" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("语言与显示");
  });
});
