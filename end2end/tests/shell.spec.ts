import type { Request } from "@playwright/test";
import { expect, islandsReady, test } from "../support/test";

/** What the home page may take on the wire in HTML and CSS, compressed, in bytes. */
const HOME_LIMIT = 35_000;

test("the home page is complete and loads no script", async ({ page }) => {
  const scripts: string[] = [];
  page.on("request", (request) => {
    if (/\.(js|wasm)$/.test(new URL(request.url()).pathname)) scripts.push(request.url());
  });
  const answer = await page.goto("/");
  expect(answer?.status()).toBe(200);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await expect(page.locator("script")).toHaveCount(0);
  expect(scripts).toEqual([]);
});

test("the home page is small", async ({ page }) => {
  const loaded: Request[] = [];
  page.on("requestfinished", (request) => {
    if (request.isNavigationRequest() || request.resourceType() === "stylesheet") loaded.push(request);
  });
  await page.goto("/");
  const sizes = await Promise.all(loaded.map((request) => request.sizes()));
  expect(sizes.length, "a document and its styles").toBeGreaterThanOrEqual(2);
  const total = sizes.reduce((sum, size) => sum + size.responseBodySize, 0);
  expect(total).toBeGreaterThan(0);
  expect(total, "bytes of HTML and CSS").toBeLessThanOrEqual(HOME_LIMIT);
});

test("a page with an island works at once and gets better with WebAssembly", async ({ page, javaScriptEnabled }) => {
  await page.goto("/demo/islands");
  const button = page.locator("leptos-island").getByRole("button");
  if (javaScriptEnabled === false) {
    await expect(button).toHaveText("重新发送验证码");
    await expect(button).toBeEnabled();
    return;
  }
  await islandsReady(page, javaScriptEnabled);
  await expect(button).toBeEnabled({ timeout: 10_000 });
  await expect(button).toHaveText("重新发送验证码");
});

test("the countdown keeps the button shut until the time is over", async ({ page, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false, "without JavaScript the server alone keeps the limit");
  await page.clock.install();
  await page.goto("/demo/islands");
  await page.clock.runFor(50);
  await islandsReady(page, javaScriptEnabled);
  const button = page.locator("leptos-island").getByRole("button");
  await expect(button).toBeDisabled();
  await expect(button).toHaveText(/秒后可重新发送/);
  await page.clock.runFor(3_500);
  await expect(button).toBeEnabled();
});

test.describe("an address that leads nowhere", () => {
  test.use({ expectedMessages: [/status of 404/] });

  test("is answered 404 in words", async ({ page }) => {
    const answer = await page.goto("/no/such/page");
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("没有找到这个页面");
    await page.getByRole("main").getByRole("link", { name: "返回首页" }).click();
    await expect(page).toHaveURL("/");
  });
});

test("a post from another site is refused in words", async ({ page }) => {
  const answer = await page.request.post("/preferences", {
    form: { mode: "elder", next: "/" },
    headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site", "accept-language": "zh-CN" },
  });
  expect(answer.status()).toBe(403);
  expect(await answer.text()).toContain("不能这样操作");
});

test("a huge form is refused in words", async ({ page }) => {
  const answer = await page.request.post("/preferences", { form: { next: "x".repeat(1_200_000) } });
  expect(answer.status()).toBe(413);
  expect(await answer.text()).toContain("提交的内容太大");
});
