// The inbox of clerks: keys, word of new cases in another window, saved views, internal notes and templates of reasons.
import type { Page } from "@playwright/test";
import { fileRegistration } from "../support/case";
import { arrive } from "../support/citizen";
import { main, press } from "../support/page";
import { resident } from "../support/people";
import { clerk, find, signInAsStaff } from "../support/staff";
import { axeHere, expect, test } from "../support/test";

const news = (page: Page) => page.locator('[data-part="news"]');
const scripted = () => test.info().project.use.javaScriptEnabled !== false;

/** Clerks whom no other test works as: what they see first is theirs alone. One for each project. */
const OWN: Record<string, string> = { "phone-js": "jiaoyu", "phone-nojs": "shuiwu", desktop: "yibao" };

test.setTimeout(180_000);

test("new work appears while the page is open, and equally after a reload", async ({ page, browser, watch }) => {
  await arrive(page, resident("inbox"));
  const { context, page: staff } = await clerk(browser, "gongan");
  watch(context);
  await staff.goto("/staff?role=intake");
  const first = main(staff).locator("tbody tr").first();
  if (scripted()) await expect(staff.locator("[data-desk]")).toHaveAttribute("data-listening", "yes");
  const rows = await main(staff).locator("tbody tr").count();
  const before = rows > 0 ? await first.boundingBox() : undefined;
  const { id, reference } = await fileRegistration(page);
  if (scripted()) {
    await expect(news(staff)).toContainText(/\d+ 件新办件|99 件以上新办件/, { timeout: 15_000 });
    // What was being read stays where it was.
    if (before) expect(await first.boundingBox()).toEqual(before);
    expect(await main(staff).locator("tbody tr").count()).toBe(rows);
    await axeHere(staff);
    await news(staff).getByRole("link", { name: "刷新" }).click();
    await expect(news(staff)).toBeEmpty();
  } else {
    await staff.reload();
  }
  await find(staff, reference);
  await expect(staff).toHaveURL(`/staff/cases/${id}`);

  // The same case, changed in another window.
  if (scripted()) await expect(staff.locator("[data-desk]")).toHaveAttribute("data-listening", "yes");
  const other = await context.newPage();
  await other.goto(`/staff/cases/${id}`);
  await press(other, "受理");
  if (scripted()) {
    await staff.bringToFront();
    await expect(news(staff)).toContainText("这件办件刚刚有人改动", { timeout: 15_000 });
  }
  await staff.reload();
  await expect(news(staff)).toBeEmpty();
  await expect(main(staff).getByText("办理中", { exact: true }).first()).toBeVisible();
  await context.close();
});

test("keys move, open, mark and help on a desk, and can be turned off", async ({ page }) => {
  test.skip(!scripted() || test.info().project.use.isMobile === true, "keys are for desks");
  await arrive(page, resident("inbox", 1));
  await fileRegistration(page);
  await page.context().clearCookies();
  await signInAsStaff(page, "gongan");
  await page.goto("/staff?role=mine");
  await expect(page.getByRole("button", { name: "键盘操作" })).toBeVisible();
  const rows = main(page).locator("tbody tr");
  await page.keyboard.press("j");
  await expect(rows.first()).toBeFocused();
  await page.keyboard.press("x");
  await expect(rows.first().getByRole("checkbox")).toBeChecked();
  await page.keyboard.press("k");
  await expect(rows.first()).toBeFocused();
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  // Who types, types.
  await page.keyboard.type("j?x");
  await expect(page.getByRole("searchbox")).toHaveValue("j?x");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("searchbox").fill("");
  await page.getByRole("searchbox").blur();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "键盘操作" })).toBeVisible();
  await axeHere(page);
  await page.getByRole("dialog").getByText("使用这些快捷键").click();
  await page.getByRole("button", { name: "关闭" }).click();
  await page.keyboard.press("j");
  await expect(rows.first()).not.toBeFocused();
  // Remembered, until they are turned on again.
  await page.reload();
  await page.keyboard.press("j");
  await expect(rows.first()).not.toBeFocused();
  await page.getByRole("button", { name: "键盘操作" }).click();
  await page.getByRole("dialog").getByText("使用这些快捷键").click();
  await page.getByRole("button", { name: "关闭" }).click();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/staff\/cases\//);
  await page.keyboard.press("u");
  await expect(page).toHaveURL(/\/staff\?/);
});

test("a view is saved, opened first, renamed and deleted", async ({ page }, info) => {
  await signInAsStaff(page, OWN[info.project.name] ?? "yibao");
  await main(page).getByText("更多筛选、存为视图").click();
  await main(page).getByLabel("下一步由谁办").selectOption({ label: "等决定" });
  await main(page).getByLabel("时限").selectOption("red");
  await press(page, "筛选");
  await expect(page).toHaveURL(/role=decide.*light=red/);
  const name = main(page).getByLabel("给现在的筛选起个名字");
  if (!(await name.isVisible())) await main(page).getByText("更多筛选、存为视图").click();
  await press(page, "存为视图");
  await expect(page.locator("#error-summary")).toContainText("请起个名字");
  await main(page).getByLabel("给现在的筛选起个名字").fill("急着决定的");
  await press(page, "存为视图");
  await expect(main(page).getByText("已存为视图。")).toBeVisible();
  await main(page).getByRole("link", { name: "管理视图" }).first().click();
  await press(page, "打开待办先看这个");
  await page.goto("/staff");
  await expect(main(page).getByRole("link", { name: "急着决定的" })).toHaveAttribute("aria-current", "page");
  await page.goto("/staff/views");
  await main(page).getByLabel("名字").fill("先决定");
  await press(page, "改名");
  await expect(main(page).getByRole("link", { name: "先决定" })).toBeVisible();
  await press(page, "删除");
  await expect(main(page).getByText("还没有视图")).toBeVisible();
});

test("colleagues read a note, the applicant does not; a template fills a reason", async ({ page, browser, watch }) => {
  await arrive(page, resident("inbox", 2));
  const { id } = await fileRegistration(page);
  const { context, page: staff } = await clerk(browser, "gongan");
  watch(context);
  await staff.goto(`/staff/cases/${id}`);
  await press(staff, "添加备注");
  await expect(staff.locator("#error-summary")).toContainText("请写备注");
  const words = `电话联系过，下周补交 ${test.info().project.name}`;
  await main(staff).getByLabel("写备注").fill(words);
  await press(staff, "添加备注");
  await expect(main(staff).getByText("备注已添加。")).toBeVisible();
  await expect(main(staff).locator(".note")).toContainText(words);
  await press(staff, "划去");
  await expect(main(staff).locator(".note s")).toHaveText(words);
  for (const path of [`/cases/${id}`, "/me/access-log", "/messages"]) {
    await page.goto(path);
    await expect(main(page)).toBeVisible();
    expect(await page.content()).not.toContain("下周补交");
  }

  // Those of the office that has the case.
  await staff.goto(`/staff/cases/${id}/decline`);
  await main(staff).getByRole("link", { name: "管理理由模板" }).click();
  const title = `不归我们 ${test.info().project.name}`;
  await main(staff).getByLabel("标题").last().fill(title);
  await main(staff).getByLabel("内容").last().fill("{name} 您好");
  await press(staff, "新增");
  await expect(staff.locator("#error-summary")).toContainText("花括号里只能是");
  await main(staff).getByLabel("内容").last().fill("办件 {reference} 不归本机构办理。");
  await press(staff, "新增");
  await expect(main(staff).getByText("模板已新增。")).toBeVisible();
  const templates = staff.url().split("?")[0] ?? "/staff/me";

  await staff.goto(`/staff/cases/${id}/decline`);
  await main(staff).getByLabel("套用理由模板").selectOption({ label: title });
  const reason = main(staff).getByLabel(/补充说明/);
  // With JavaScript at once, without it by the button.
  if (!scripted()) await press(staff, "填入");
  await expect(reason).toHaveValue(/^办件 ZB-\w{3}-\w{3}-\w{3} 不归本机构办理。$/);
  await press(staff, "下一步：再看一遍");
  await expect(main(staff).getByText(/不归本机构办理。/)).toBeVisible();

  // Leaves nothing behind.
  await staff.goto(templates);
  const own = main(staff).locator("details", { hasText: title });
  await own.locator("summary").click();
  await own.getByRole("button", { name: "删除这个模板" }).click();
  await expect(main(staff).getByText("模板已删除。")).toBeVisible();
  await context.close();
});
