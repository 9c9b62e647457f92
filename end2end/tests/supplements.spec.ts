import { fileRegistration } from "../support/case";
import { arrive } from "../support/citizen";
import { follow, heading, main, press } from "../support/page";
import { resident } from "../support/people";
import { clerk } from "../support/staff";
import { axeEverywhere, expect, test } from "../support/test";

test("a clerk asks for more; the applicant answers only that; refused, they begin again", async ({ page, browser, javaScriptEnabled }) => {
  test.setTimeout(180_000);
  const looks = javaScriptEnabled !== false;
  await arrive(page, resident("supplements"));
  const { id } = await fileRegistration(page);
  const { context, page: staff } = await clerk(browser, "gongan");

  await test.step("what is wrong and what would be right, question by question", async () => {
    await staff.goto(`/staff/cases/${id}`);
    await press(staff, "受理");
    await follow(staff, "要求补正");
    await expect(heading(staff)).toHaveText("要求补正");
    if (looks) await axeEverywhere(staff, `/staff/cases/${id}/supplement`);
    await press(staff, "发给申请人");
    await expect(staff.locator("#error-summary")).toContainText("请至少写一项");
    await main(staff).getByText("住的是", { exact: true }).click();
    const housing = main(staff).locator("details[open]");
    await housing.getByLabel("哪里不对").fill("材料显示是租住");
    await press(staff, "发给申请人");
    await expect(staff.locator("#error-summary")).toBeVisible();
    await expect(main(staff).locator("details[open]").getByLabel("哪里不对")).toHaveValue("材料显示是租住");
    await main(staff).locator("details[open]").getByLabel("怎样才对").fill("选“租的房子”，并填写房东");
    await press(staff, "发给申请人");
    await expect(main(staff).getByText("等申请人补正，办理时间暂停")).toBeVisible();
    await expect(main(staff).getByRole("link", { name: "准予办理" })).toHaveCount(0);
  });

  await test.step("the applicant sees a list of one, and the clock stands", async () => {
    await page.goto(`/cases/${id}`);
    await expect(main(page).getByText("需要您补正 1 项")).toBeVisible();
    await expect(main(page).getByText(/等您补正，时间暂停/)).toBeVisible();
    if (looks) await axeEverywhere(page, `/cases/${id}`);
    await follow(page, "去补正");
    await expect(heading(page)).toHaveText("补正");
    if (looks) await axeEverywhere(page, `/cases/${id}/supplement`);
    await expect(main(page).getByText("材料显示是租住")).toBeVisible();
    await expect(page.getByLabel("详细地址")).toHaveCount(0);
  });

  await test.step("an answer brings up what belongs to it", async () => {
    await main(page).getByText("租的房子", { exact: true }).click();
    await press(page, "下一步");
    await expect(page.locator("#error-summary")).toBeVisible();
    await page.getByLabel(/房东或者中介姓名/).fill("陈立");
    await page.getByLabel("房东或者中介的手机号").fill("15400000077");
    await press(page, "下一步");
    await expect(heading(page)).toHaveText("核对补正内容");
    await expect(main(page).getByText(/原来：自己或者家人的房子/)).toBeVisible();
    if (looks) await axeEverywhere(page, `/cases/${id}/supplement/check`);
    await press(page, "交回");
    await expect(page.getByRole("status")).toContainText("已交回");
  });

  await test.step("the clerk sees what changed, and asks no second time", async () => {
    await staff.goto(`/staff/cases/${id}`);
    await expect(main(staff).getByText(/现在：租的房子/)).toBeVisible();
    await follow(staff, "要求补正");
    await expect(main(staff).getByText("补正次数已用完")).toBeVisible();
    await staff.goto(`/staff/cases/${id}`);
    await follow(staff, "不予办理");
    await main(staff).getByText("户籍在本市，不属于居住登记的对象").click();
    await press(staff, "下一步：再看一遍");
    await press(staff, "确认不予办理");
    await expect(staff).toHaveURL(/did=refused/);
  });

  await test.step("a refusal says how it can be challenged, and gives its answers to the next", async () => {
    await page.goto(`/cases/${id}`);
    await expect(main(page).getByText(/申请行政复议/)).toContainText(/人民政府/);
    if (looks) await axeEverywhere(page, `/cases/${id}`);
    await press(page, "重新申请");
    await press(page, "同意并开始办理");
    await main(page).getByRole("link", { name: "下一步" }).click();
    await expect(page.getByLabel("详细地址")).toHaveValue("示例路 1 号 8 幢 402 室");
  });
  await context.close();
});
