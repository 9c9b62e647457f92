// What a clerk does in the browser: signing in, and finding a case in the queue.
import { type Browser, type BrowserContext, type Page, expect, test } from "@playwright/test";

/** Clerks of the demo, by login; all have the same password. */
export const STAFF_PASSWORD = "zhangban demo 2026";

/** Signs a clerk in and ends at `next`. */
export async function signInAsStaff(page: Page, login: string, next = "/staff"): Promise<void> {
  await page.goto(`/staff/sign-in?next=${encodeURIComponent(next)}`);
  await page.getByLabel("账号").fill(login);
  await page.getByLabel("密码").fill(STAFF_PASSWORD);
  await page.getByRole("main").getByRole("button", { name: "登录", exact: true }).click();
  await expect(page).toHaveURL(next);
}

/** A clerk in a browser of their own that looks like the one of the test. */
export async function clerk(
  browser: Browser,
  login: string,
  { next = "/staff", baseURL }: { next?: string; baseURL?: string | undefined } = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const { use } = test.info().project;
  const context = await browser.newContext(baseURL === undefined ? use : { ...use, baseURL });
  const page = await context.newPage();
  await signInAsStaff(page, login, next);
  return { context, page };
}

/** Finds a case by its number, or by the number or name of its applicant, and ends where that leads. */
export async function find(staff: Page, words: string): Promise<void> {
  await staff.goto("/staff");
  await staff.getByRole("searchbox").fill(words);
  await staff.getByRole("search").getByRole("button").click();
  await staff.waitForURL((url) => url.pathname !== "/staff");
}

/** Approves on the page that asks once more; with grounds where something speaks against it. */
export async function approve(staff: Page, button = "确认准予", words = "已电话核实"): Promise<void> {
  const grounds = staff.getByRole("main").getByRole("textbox");
  if ((await grounds.count()) > 0) await grounds.fill(words);
  await staff.getByRole("main").getByRole("button", { name: button, exact: true }).click();
  await expect(staff).toHaveURL(/did=approved/);
}
