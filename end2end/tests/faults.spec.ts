import type { Page } from "@playwright/test";
import { answerHome, answerStay, filed } from "../support/case";
import { PEOPLE, arrive, signIn } from "../support/citizen";
import { follow, heading, main, press } from "../support/page";
import { resident } from "../support/people";
import { type Portal } from "../support/server";
import { approve, clerk } from "../support/staff";
import { axeEverywhere, axeHere, expect, withOwnPortal } from "../support/test";

/** A portal of its own, since a register that is down is down for everybody. */
const test = withOwnPortal(120_000);

/** Makes a register misbehave, or behave again. */
async function turn(portal: Portal, register: string, state: object): Promise<void> {
  const answer = await fetch(`${portal.standins}/_switch/${register}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${portal.token}`, "content-type": "application/json" },
    body: JSON.stringify(state),
  });
  expect(answer.status).toBe(204);
}

const UP = { state: "up" };
/** A silent register is asked again after ten seconds; after many failures not for half a minute. */
const BACK_FILLED = { timeout: 120_000, intervals: [2_000] };

const waiting = (page: Page) => main(page).getByText("待核实", { exact: true });

// What is not to be decided yet is answered 409.
test.use({ expectedMessages: [/status of 409/] });
test.setTimeout(300_000);
// One after the other: the registers are those of the worker's portal.
test.describe.configure({ mode: "default" });

test("a register that is down stops nobody; its answer arrives later, and before it nothing is decided", async ({ page, browser, portal, watch, javaScriptEnabled }) => {
  await arrive(page, resident("faults"));
  await turn(portal, "household", { state: "down" });
  await page.goto("/cases/new?service=residence-registration");
  await press(page, "同意并开始办理");
  await test.step("what is missing is marked; what came is there", async () => {
    await expect(main(page).getByText("有的登记库还没有回复")).toBeVisible();
    await expect(waiting(page).first()).toBeVisible();
    await expect(main(page).getByText(resident("faults").name, { exact: true })).toBeVisible();
    if (javaScriptEnabled !== false) await axeHere(page);
  });
  await test.step("filing goes on", async () => {
    await follow(page, "下一步");
    await answerHome(page);
    await answerStay(page);
    await expect(waiting(page).first()).toBeVisible();
    await press(page, "提交申请");
    await expect(main(page).getByText("还在等户籍库回复")).toBeVisible();
  });
  const { id } = await filed(page);
  const { context, page: staff } = await clerk(browser, "gongan", { baseURL: portal.address });
  watch(context);
  await test.step("the clerk sees what is owed, accepts, and cannot decide", async () => {
    await expect(main(staff).getByText(/项待回/).first()).toBeVisible();
    await staff.goto(`/staff/cases/${id}`);
    await expect(main(staff).getByText(/还有 \d+ 项信息没有返回/)).toBeVisible();
    await expect(main(staff).getByText("还没有返回").first()).toBeVisible();
    await press(staff, "受理");
    await expect(main(staff).getByText("还有信息没有返回，暂时不能作出决定。补齐以后就可以办。")).toBeVisible();
    for (const name of ["准予办理", "不予办理"]) await expect(main(staff).getByRole("link", { name, exact: true })).toHaveCount(0);
    const forced = await staff.goto(`/staff/cases/${id}/approve`);
    expect([303, 409]).toContain(forced?.status());
    if (javaScriptEnabled !== false) await axeHere(staff);
    await staff.goto(`/staff/cases/${id}`);
    if (javaScriptEnabled !== false) await axeHere(staff);
  });
  await test.step("the register is back: the answer comes by itself, and the case can be decided", async () => {
    await turn(portal, "household", UP);
    await expect
      .poll(async () => {
        await staff.goto(`/staff/cases/${id}`);
        return main(staff).getByRole("link", { name: "准予办理", exact: true }).filter({ visible: true }).count();
      }, BACK_FILLED)
      .toBe(1);
    await expect(main(staff).getByText(/项信息没有返回/)).toHaveCount(0);
    await page.goto(`/cases/${id}`);
    await expect(main(page).getByText("户籍库补回了信息")).toBeVisible();
    await expect(waiting(page)).toHaveCount(0);
    await follow(staff, "准予办理");
    await approve(staff);
    await page.goto(`/cases/${id}`);
    await expect(main(page).getByRole("link", { name: "查看电子证照" })).toBeVisible();
  });
  await context.close();
});

test("what is decided by rules waits for the register, and is decided when it is back", async ({ page, portal }) => {
  await arrive(page, resident("faults", 1));
  await turn(portal, "social_security", { state: "error" });
  await page.goto("/cases/new?service=social-insurance-proof");
  await press(page, "同意并开始办理");
  await expect(waiting(page).first()).toBeVisible();
  await follow(page, "下一步");
  await page.getByText("子女入学").click();
  await press(page, "下一步");
  // Nothing is promised at once that a register still owes.
  await press(page, "提交申请");
  await expect(heading(page)).toHaveText("已提交");
  const { id } = await filed(page);
  await page.goto("/certificates");
  await expect(main(page).getByText("还没有证照")).toBeVisible();
  await turn(portal, "social_security", UP);
  await expect
    .poll(async () => {
      await page.goto(`/cases/${id}`);
      return main(page).getByRole("link", { name: "查看电子证照" }).count();
    }, BACK_FILLED)
    .toBe(1);
});

test("what a silent register cannot offer is described, and the clerk finds the record", async ({ page, browser, portal, watch, javaScriptEnabled }) => {
  await arrive(page, PEOPLE.linXiaoyu);
  await turn(portal, "vehicles", { state: "down" });
  await page.goto("/cases/new?service=vehicle-inspection-exemption");
  await press(page, "同意并开始办理");
  await follow(page, "下一步");
  await test.step("in one's own words, which are kept", async () => {
    await page.getByLabel("号牌号码").fill("示例牌SL7000BEV 那辆");
    for (const question of [/这辆车是面包车/, /造成人员伤亡的交通事故/, /因非法改装/]) {
      await main(page).getByRole("group", { name: question }).getByText("否", { exact: true }).click();
    }
    if (javaScriptEnabled !== false) await axeHere(page);
    await press(page, "下一步");
    await expect(main(page).getByText("您的说明：示例牌SL7000BEV 那辆")).toBeVisible();
    await press(page, "提交申请");
  });
  const { id } = await filed(page);
  await turn(portal, "vehicles", UP);
  const { context, page: staff } = await clerk(browser, "gongan", { baseURL: portal.address });
  watch(context);
  await staff.goto(`/staff/cases/${id}`);
  await press(staff, "受理");
  const found = main(staff).getByRole("link", { name: /^对应到登记记录/ }).filter({ visible: true });
  await expect
    .poll(async () => {
      await staff.goto(`/staff/cases/${id}`);
      return (await main(staff).getByText("还没有返回").count()) === 0 && (await found.count()) > 0;
    }, BACK_FILLED)
    .toBe(true);
  if (javaScriptEnabled !== false) {
    await axeEverywhere(staff, `/staff/cases/${id}/identify/vehicle`);
    await staff.goto(`/staff/cases/${id}`);
  }
  await found.first().click();
  await press(staff, "确认对应到这条记录");
  await expect(staff.locator("#error-summary")).toBeVisible();
  // The card lies over its button; a key chooses as well.
  await main(staff).getByRole("radio").first().press("Space");
  await press(staff, "确认对应到这条记录");
  await expect(main(staff).getByText("已对应到登记记录，条件已经重新核对。")).toBeVisible();
  await context.close();
});

test("a register that is slow or lies gives nothing, and nothing is made up", async ({ page, portal }) => {
  await arrive(page, resident("faults", 2));
  const faults: [register: string, state: object, service: string][] = [
    ["real_estate", { state: "slow", ms: 8_000 }, "real-estate-query"],
    ["marriage", { state: "wrong_person" }, "marriage-record-proof"],
    ["education", { state: "malformed" }, "school-record-proof"],
    ["household", { state: "missing_fields" }, "residence-registration"],
  ];
  for (const [register, state, service] of faults) {
    await test.step(`${register}: ${JSON.stringify(state)}`, async () => {
      await turn(portal, register, state);
      await page.goto(`/cases/new?service=${service}`);
      const began = Date.now();
      await press(page, "同意并开始办理");
      await expect(page).toHaveURL(/\/facts$/);
      expect(Date.now() - began, "milliseconds until the facts are shown").toBeLessThan(7_000);
      await expect(waiting(page).first()).toBeVisible();
      await expect(main(page).getByText("不影响您提交。我们会继续去取，取到后自动补上；补齐之前不会作出决定。")).toBeVisible();
      await turn(portal, register, UP);
      await expect
        .poll(async () => {
          await page.reload();
          return waiting(page).count();
        }, BACK_FILLED)
        .toBe(0);
    });
  }
});

test("proving identity waits for its register, in words that blame nobody, and nothing typed is lost", async ({ page, portal }) => {
  const person = resident("faults", 3);
  await turn(portal, "population", { state: "down" });
  await signIn(page, person.phone);
  await page.goto("/me/verify");
  await page.getByLabel("姓名").fill(person.name);
  await page.getByLabel("身份证号").fill(person.id);
  await press(page, "提交核对");
  await expect(page.locator("#error-summary")).toContainText("公安人口库暂时没有答复，并不是您的信息有误");
  await expect(page.getByLabel("姓名")).toHaveValue(person.name);
  await turn(portal, "population", UP);
  await page.getByLabel("身份证号").fill(person.id);
  await press(page, "提交核对");
  await expect(main(page).getByText("实名认证已完成。").or(main(page).getByText("已实名")).first()).toBeVisible();
});
