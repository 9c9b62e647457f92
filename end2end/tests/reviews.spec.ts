import { fileRegistration } from "../support/case";
import { arrive } from "../support/citizen";
import { follow, heading, main, press } from "../support/page";
import { approve, clerk } from "../support/staff";
import { axeEverywhere, expect, withOwnPortal } from "../support/test";

/** A portal of one's own: what is said here must not stand in the lists of other specs. */
const test = withOwnPortal();

const PERSON = { name: "李秀兰", phone: "15400000014", id: "330102194302159029" };

test("a bad review is given once, looked into and answered", async ({ page, browser, baseURL, javaScriptEnabled }) => {
  test.setTimeout(180_000);
  await arrive(page, PERSON);
  const { id } = await fileRegistration(page);
  const { context, page: staff } = await clerk(browser, "gongan", { baseURL });

  await test.step("a clerk closes the case", async () => {
    await staff.goto(`/staff/cases/${id}`);
    await press(staff, "受理");
    await staff.goto(`/staff/cases/${id}/approve`);
    await approve(staff);
  });

  await test.step("the case invites; tags wait for the grade", async () => {
    await page.goto(`/cases/${id}`);
    await follow(page, "评价本次服务");
    await expect(heading(page)).toHaveText("评价本次服务");
    if (javaScriptEnabled !== false) await axeEverywhere(page, `/cases/${id}/review`);
    await expect(main(page).getByText("超过承诺时间")).toBeHidden();
    await press(page, "提交评价");
    await expect(page.locator("#error-summary")).toBeVisible();
    await main(page).getByText("不满意", { exact: true }).click();
    await main(page).getByText("超过承诺时间").click();
    await expect(main(page).getByText("办事快")).toBeHidden();
    await page.getByLabel(/还想说点什么/).fill("来了三次，电话 138 0000 0001");
    await press(page, "提交评价");
    await expect(page.getByRole("status")).toContainText("评价已提交");
    await expect(main(page).getByText("部门正在核实您的评价")).toBeVisible();
  });

  const review = new URL(page.url()).pathname.replace("/reviews/", "");
  await test.step("once", async () => {
    await page.goto(`/cases/${id}/review`);
    await expect(page).toHaveURL(`/reviews/${review}`);
    if (javaScriptEnabled !== false) await axeEverywhere(page, `/reviews/${review}`);
  });

  await test.step("the desk sees what was said, not by whom", async () => {
    if (javaScriptEnabled !== false) {
      await axeEverywhere(staff, "/staff/reviews");
      await axeEverywhere(staff, "/staff/reviews/given");
      await axeEverywhere(staff, `/staff/reviews/${review}`);
    }
    await staff.goto("/staff/reviews");
    await main(staff).getByRole("link", { name: /查看/ }).first().click();
    await expect(main(staff).getByText("评价人对您匿名").first()).toBeVisible();
    await expect(main(staff).getByText(PERSON.name)).toHaveCount(0);
    await expect(main(staff).getByText("138 0000 0001")).toHaveCount(0);
    await main(staff).getByText("情况属实", { exact: true }).click();
    await staff.getByLabel(/核实情况/).fill("窗口排队系统故障");
    await press(staff, "提交核实结果");
    await staff.goto("/staff/reviews?state=well_founded");
    await main(staff).getByRole("link", { name: /查看/ }).first().click();
    await staff.getByLabel(/整改和答复/).fill("已修复，向您致歉");
    await press(staff, "答复评价人");
    await expect(staff.getByRole("status")).toContainText("已答复");
  });

  await test.step("the citizen is told, and content", async () => {
    await page.goto("/messages");
    await main(page).getByRole("link", { name: /您的评价已有答复/ }).click();
    await follow(page, "查看评价");
    await expect(main(page).getByText("已修复，向您致歉")).toBeVisible();
    await main(page).getByRole("group", { name: /这个答复您满意吗/ }).getByText("满意", { exact: true }).click();
    await press(page, "提交");
    await expect(page.getByRole("status")).toContainText("整改已办结");
  });
  await context.close();
});

test("public pages say how many there must be", async ({ page }) => {
  for (const path of ["/reviews", "/reviews/services/residence-registration", "/reviews/departments/public-security"]) {
    await page.goto(path);
    await expect(main(page).getByText("不满 10 条").first()).toBeVisible();
  }
  await axeEverywhere(page, "/reviews");
  await axeEverywhere(page, "/reviews/services/residence-registration");
  await axeEverywhere(page, "/reviews/departments/public-security");
});
