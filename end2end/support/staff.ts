// What a clerk does in the browser: signing in, and finding a case in the queue.
import { type Browser, type BrowserContext, type Page, expect } from "@playwright/test";

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

/** A clerk in a browser of their own, of the same size and with or without JavaScript as `like`. */
export async function clerk(
  browser: Browser,
  login: string,
  options: Parameters<Browser["newContext"]>[0],
  next = "/staff",
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await signInAsStaff(page, login, next);
  return { context, page };
}

/** Approves on the page that asks once more; with grounds where something speaks against it. */
export async function approve(staff: Page, button = "确认准予", words = "已电话核实"): Promise<void> {
  const grounds = staff.getByRole("main").getByRole("textbox");
  if ((await grounds.count()) > 0) await grounds.fill(words);
  await staff.getByRole("main").getByRole("button", { name: button, exact: true }).click();
  await expect(staff).toHaveURL(/did=approved/);
}
