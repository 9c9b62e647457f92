// Offices, posts, people and accounts, as administrators keep them; deputies; and what the public sees of offices.
import type { Page } from "@playwright/test";
import { heading, main, press } from "../support/page";
import { clerk, signInAsStaff } from "../support/staff";
import { axeEverywhere, expect, withOwnPortal } from "../support/test";

/** A portal of one's own: offices that are opened and abolished here must not stand in the way of other specs. */
const test = withOwnPortal();

const follow = (page: Page, name: string) => main(page).getByRole("link", { name, exact: true }).first().click();

/** The last part of an address. */
const idOf = (page: Page) => new URL(page.url()).pathname.split("/").pop() ?? "";

/** A day so many days from today in China, in the three fields of a date. */
async function fillDay(page: Page, field: string, days: number): Promise<void> {
  const day = new Date(Date.now() + (days * 24 + 8) * 3_600_000).toISOString().slice(0, 10).split("-");
  for (const [part, value] of [["year", day[0]], ["month", day[1]], ["day", day[2]]] as const) {
    await main(page).locator(`[name="${field}-${part}"]`).fill(value ?? "");
  }
}

/** A community of 翠苑街道, where the department of justice has no office. */
const CODE = "330106005002";

test.describe("who keeps the organisation", () => {
  test.setTimeout(180_000);

  test("opens an office, makes an account, and another gives it a post", async ({ page, browser, baseURL, javaScriptEnabled }) => {
    const code = CODE;
    const login = `wang.min-${Date.now() % 100_000}`;
    await signInAsStaff(page, "guanli", "/staff/organisation/places/3301");
    await expect(heading(page)).toHaveText("杭州市");
    await main(page).locator('a[href="/staff/organisation/places/330106"]').first().click();
    await expect(page).toHaveURL("/staff/organisation/places/330106");

    await page.goto(`/staff/organisation/places/${code}/open`);
    await press(page, "设立机构");
    await expect(page.locator("#error-summary")).toBeVisible();
    await main(page).getByLabel("部门").selectOption("justice");
    await main(page).getByLabel("机构名称（中文）").fill("公共法律服务点");
    await main(page).getByLabel("机构名称（英文）").fill("Legal Service Point");
    await main(page).getByLabel(/^电话/).fill("0571-00000000");
    await main(page).getByLabel(/^中文地址/).fill("示例路1号");
    await press(page, "设立机构");
    await expect(main(page).getByText("机构已设立。")).toBeVisible();
    const office = idOf(page);

    await follow(page, "设岗");
    await press(page, "设岗");
    await expect(page.locator("#error-summary")).toBeVisible();
    await main(page).getByLabel("岗位名称（中文）").fill("受理岗");
    await main(page).getByLabel("岗位名称（英文）").fill("Intake");
    await main(page).getByText("受理", { exact: true }).click();
    await main(page).getByText("系统管理", { exact: true }).click();
    await press(page, "设岗");
    await expect(page.locator("#error-summary")).toContainText("系统管理不能和办件的角色放在一个岗位");
    await main(page).getByText("系统管理", { exact: true }).click();
    await press(page, "设岗");
    await expect(main(page).getByText("岗位已设立，可以安排任职了。")).toBeVisible();
    const post = idOf(page);

    await page.goto(`/staff/organisation/offices/${office}/account`);
    await main(page).getByLabel("登录名").fill(login);
    await main(page).getByLabel("姓名").fill("王敏");
    await press(page, "新建账号");
    const account = idOf(page);
    const password = (await main(page).locator(".copy.mono").textContent()) ?? "";
    expect(password).toMatch(/^[a-z0-9]{20}$/);
    await press(page, "已记下，不再显示");
    await expect(main(page).locator(".copy.mono")).toHaveCount(0);

    // Not by who made it.
    await page.goto(`/staff/organisation/posts/${post}/appoint`);
    await main(page).getByLabel("登录名").fill(login);
    await press(page, "安排任职");
    await expect(page.locator("#error-summary")).toContainText("请另一位管理员来做");
    const { context, page: second } = await clerk(browser, "guanli2", { next: "/staff/me", baseURL });
    await second.goto(`/staff/organisation/posts/${post}/appoint`);
    await main(second).getByLabel("登录名").fill(login);
    await press(second, "安排任职");
    await expect(main(second).getByText("已安排任职。")).toBeVisible();
    await expect(main(second).getByText("何静安排")).toBeVisible();

    // The new clerk chooses a password and works there.
    const fresh = await (await browser.newContext({ baseURL })).newPage();
    await fresh.goto("/staff/sign-in");
    await fresh.getByLabel("账号").fill(login);
    await fresh.getByLabel("密码").fill(password);
    await fresh.getByRole("main").getByRole("button", { name: "登录", exact: true }).click();
    await expect(fresh).toHaveURL("/staff/password");
    await fresh.context().close();

    // What everybody sees.
    await page.goto(`/organisation/${code}`);
    await expect(main(page).getByText("公共法律服务点")).toBeVisible();
    await expect(main(page).getByRole("link", { name: /0571-00000000/ })).toHaveAttribute("href", "tel:057100000000");

    await test.step("in every look", async () => {
      // axe is JavaScript; the other projects read the same HTML.
      if (javaScriptEnabled === false) return;
      await axeEverywhere(second, "/staff/organisation");
      await axeEverywhere(second, "/staff/organisation/places/330106");
      await axeEverywhere(second, "/staff/organisation/places/330106/open");
      await axeEverywhere(second, `/staff/organisation/offices/${office}`);
      await axeEverywhere(second, `/staff/organisation/offices/${office}/describe`);
      await axeEverywhere(second, `/staff/organisation/offices/${office}/abolish`);
      await axeEverywhere(second, `/staff/organisation/offices/${office}/history`);
      await axeEverywhere(second, `/staff/organisation/offices/${office}/post`);
      await axeEverywhere(second, `/staff/organisation/offices/${office}/account`);
      await axeEverywhere(second, `/staff/organisation/posts/${post}`);
      await axeEverywhere(second, `/staff/organisation/posts/${post}/appoint`);
      await axeEverywhere(second, `/staff/organisation/posts/${post}/close`);
      await axeEverywhere(second, `/staff/organisation/accounts/${account}`);
      await axeEverywhere(second, `/staff/organisation/accounts/${account}/password`);
      await axeEverywhere(second, `/staff/organisation/accounts/${account}/second-factor`);
      await axeEverywhere(second, `/staff/organisation/accounts/${account}/close`);
      await second.goto(`/staff/organisation/posts/${post}`);
      await follow(second, "结束王敏的任职");
      const appointment = idOf(second);
      await axeEverywhere(second, `/staff/organisation/posts/${post}/end/${appointment}`);
    });

    // The end of it, with the number of cases that move.
    await second.goto(`/staff/organisation/offices/${office}/abolish`);
    await expect(main(second).getByText("在办件", { exact: true })).toBeVisible();
    await press(second, "确认撤销");
    await expect(heading(second)).toHaveText("机构已撤销");
    await expect(main(second).getByText(/在办件正在转到承接机构/)).toBeVisible();
    await context.close();
  });
});

test.describe("who keeps nothing", () => {
  test.use({ expectedMessages: [/status of 403/] });

  test("is refused", async ({ page }) => {
    await signInAsStaff(page, "xihu-renshe", "/staff/me");
    for (const path of ["", "/places/330106", "/places/33"]) {
      const answer = await page.goto(`/staff/organisation${path}`);
      expect(answer?.status(), path).toBe(403);
    }
  });
});

test.describe("代岗", () => {
  const handOver = async (page: Page, login: string, reason: string) => {
    await page.goto("/staff/deputies");
    await main(page).getByLabel(/^不在列表里的同事/).fill(login);
    await fillDay(page, "starts", 0);
    await fillDay(page, "ends", 2);
    await main(page).getByLabel("原因").fill(reason);
    await press(page, "交给同事代岗");
  };

  test("a post is handed over for a while, and back early", async ({ page, browser, baseURL, javaScriptEnabled }) => {
    await signInAsStaff(page, "xihu-renshe", "/staff/deputies");
    await press(page, "交给同事代岗");
    await expect(page.locator("#error-summary")).toBeVisible();
    await handOver(page, "gongan", "休年假");
    await expect(page.locator("#error-summary")).toContainText("只能交给本部门在岗的同事");
    await handOver(page, "renshe", "休年假");
    await expect(main(page).getByText("已交给同事代岗，到期自动收回。")).toBeVisible();
    await expect(main(page).getByText("钱伟（代 许明）")).toBeVisible();
    if (javaScriptEnabled !== false) await axeEverywhere(page, "/staff/deputies");

    const { context, page: deputy } = await clerk(browser, "renshe", { baseURL });
    await deputy.goto("/staff/me");
    await expect(main(deputy).getByText(/代 许明：.*到 20/)).toBeVisible();
    await context.close();

    await follow(page, "提前结束");
    const appointment = new URL(page.url()).pathname.split("/")[3];
    if (javaScriptEnabled !== false) await axeEverywhere(page, `/staff/deputies/${appointment}/end`);
    await page.goto(`/staff/deputies/${appointment}/end`);
    await press(page, "提前结束");
    await expect(main(page).getByText("提前结束").first()).toBeVisible();
  });
});
