import { fileRegistration } from "../support/case";
import { arrive } from "../support/citizen";
import { heading, main } from "../support/page";
import { clerk } from "../support/staff";
import { axeEverywhere, expect, withOwnPortal } from "../support/test";

/** A portal of one's own: what is counted here must not come from other specs. */
const test = withOwnPortal();

const PERSON = { name: "李秀兰", phone: "15400000014", id: "330102194302159029" };

test("what is filed comes into the figures of the place", async ({ page, browser, baseURL, javaScriptEnabled }) => {
  test.setTimeout(180_000);
  await arrive(page, PERSON);
  await fileRegistration(page);
  const { context, page: staff } = await clerk(browser, "duban", { next: "/staff/figures", baseURL });

  await test.step("counted within seconds", async () => {
    await expect(async () => {
      await staff.goto("/staff/figures");
      await expect(main(staff).getByText("绿灯：时间充足")).toBeVisible();
      await expect(main(staff).locator(".stat", { hasText: "收件" }).first().locator(".stat-value")).toContainText("1");
    }).toPass({ timeout: 30_000 });
    await expect(heading(staff)).toContainText("统计");
    if (javaScriptEnabled !== false) await axeEverywhere(staff, "/staff/figures");
  });

  await test.step("pictures have their numbers", async () => {
    const chart = main(staff).getByRole("img", { name: "收件和办结" });
    await expect(chart).toBeVisible();
    const figure = main(staff).locator("figure", { has: staff.getByRole("img", { name: "收件和办结" }) });
    await figure.getByText("查看数据表").click();
    await expect(figure.getByRole("columnheader", { name: "收件" })).toBeVisible();
  });

  await test.step("nothing is wider than the screen", async () => {
    const wide = await staff.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
  });

  await test.step("another period, another place", async () => {
    await staff.getByLabel("时间", { exact: true }).selectOption("days");
    await staff.getByLabel(/^起/).fill("2020-01-02");
    await staff.getByLabel("止", { exact: true }).fill("2020-01-01");
    await main(staff).getByRole("button", { name: "查看" }).click();
    await expect(staff.locator("#error-summary")).toBeVisible();
    const beyond = await staff.goto("/staff/figures?place=11");
    expect(beyond?.status()).toBe(403);
  });

  await test.step("the file", async () => {
    const file = await staff.request.get("/staff/figures.csv");
    expect(file.status()).toBe(200);
    expect(file.headers()["content-type"]).toBe("text/csv; charset=utf-8");
    expect((await file.text()).split("\r\n")[0]).toContain("区划代码");
  });
  await test.step("nothing runs late", async () => {
    await staff.goto("/staff/supervision");
    await expect(main(staff).getByText("没有需要督办的办件")).toBeVisible();
    if (javaScriptEnabled !== false) await axeEverywhere(staff, "/staff/supervision");
  });
  await context.close();
});
