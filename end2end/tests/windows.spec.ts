import type { Page } from "@playwright/test";
import { answerHome, answerStay, filed, fileRegistration } from "../support/case";
import { type Citizen, PEOPLE, arrive } from "../support/citizen";
import { follow, heading, main, press } from "../support/page";
import { resident } from "../support/people";
import { clerk } from "../support/staff";
import { expect, test } from "../support/test";

const PASSWORD = "三只白鹭站在水稻田中间看雨落下来";

/** Begins a registration of residence, up to its first question. Gives the address of the draft. */
async function begin(page: Page): Promise<string> {
  await page.goto("/cases/new?service=residence-registration");
  await press(page, "同意并开始办理");
  await follow(page, "下一步");
  return /\/cases\/[0-9a-f-]+/.exec(page.url())?.[0] ?? "";
}

async function casesOf(page: Page): Promise<number> {
  await page.goto("/cases");
  return main(page).getByRole("link", { name: /流动人口居住登记/ }).count();
}

// An old window is answered 409.
test.use({ expectedMessages: [/status of (409|422)/] });
test.setTimeout(180_000);

test("the same draft in two windows makes one case, and the old window says what happened", async ({ page, context }) => {
  await arrive(page, resident("windows"));
  const draft = await begin(page);
  const other = await context.newPage();
  await other.goto(`${draft}/steps/home`);
  await answerHome(page);
  await answerStay(page);
  const third = await context.newPage();
  await third.goto(`${draft}/check`);

  await test.step("pressed twice, it is filed once", async () => {
    await main(page).getByRole("button", { name: "提交申请" }).dblclick();
    await expect(heading(page)).toHaveText("已提交");
  });
  const { reference } = await filed(page);

  await test.step("submitted once more in another window, it is the same case", async () => {
    await press(third, "提交申请");
    await expect(heading(third)).toHaveText("已提交");
    expect((await filed(third)).reference).toBe(reference);
  });

  await test.step("an old form changes nothing that was filed, and says so", async () => {
    await other.getByLabel("详细地址").fill("别的路 9 号");
    await press(other, "下一步");
    await expect(heading(other)).toHaveText("这里的内容已经变了");
    await page.goto(draft);
    await expect(main(page).getByText(/示例路 1 号 8 幢 402 室/)).toBeVisible();
    await expect(page.getByText(/别的路 9 号/)).toHaveCount(0);
  });

  await test.step("going back leads to the case, not to a form that looks alive", async () => {
    for (const at of ["/check", "/steps/home", "/facts"]) {
      await page.goto(`${draft}${at}`);
      await expect(page).toHaveURL(draft);
    }
  });
  expect(await casesOf(page)).toBe(1);
});

test("the way back after filing does not file again", async ({ page }) => {
  await arrive(page, resident("windows", 1));
  const { id } = await fileRegistration(page);
  await page.goBack();
  await page.reload();
  await expect(page).toHaveURL(new RegExp(`/cases/${id}$`));
  expect(await casesOf(page)).toBe(1);
});

test("an application is left on one device and taken up on another, then withdrawn", async ({ page, browser, watch }, info) => {
  const person = resident("windows", 2);
  await arrive(page, person);
  const draft = await begin(page);
  await answerHome(page);
  await expect(page).toHaveURL(/\/steps\/stay$/);
  await test.step("with a password one signs in without waiting for a code", async () => {
    await page.goto("/me/password");
    await page.getByLabel("新密码").fill(PASSWORD);
    await page.getByLabel("再输入一次").fill(PASSWORD);
    await press(page, "保存");
    await expect(page.getByText("密码已保存，其他设备已退出登录。")).toBeVisible();
  });

  const elsewhere = await browser.newContext(info.project.use);
  watch(elsewhere);
  const device = await elsewhere.newPage();
  await test.step("the draft is found, and goes on where it stopped", async () => {
    await device.goto("/sign-in/password?next=/cases");
    await device.getByLabel("手机号").fill(person.phone);
    await device.getByLabel("密码").fill(PASSWORD);
    await press(device, "登录");
    await expect(device).toHaveURL("/cases");
    await main(device).getByRole("link", { name: /流动人口居住登记/ }).click();
    await expect(device).toHaveURL(`${draft}/steps/stay`);
    await answerStay(device);
    await expect(main(device).getByText(/示例路 1 号 8 幢 402 室/)).toBeVisible();
    await press(device, "提交申请");
  });
  const { id } = await filed(device);

  await test.step("the first device follows it, and both are listed", async () => {
    await page.goto(`/cases/${id}`);
    await expect(main(page).getByText("您提交了申请")).toBeVisible();
    await page.goto("/me/sessions");
    await expect(main(page).getByText("本机")).toHaveCount(1);
    await expect(main(page).getByRole("button", { name: /^退出/ }).first()).toBeVisible();
  });

  await test.step("withdrawn, it is no longer the clerk's", async () => {
    const { context, page: staff } = await clerk(browser, "gongan");
    watch(context);
    await staff.goto(`/staff/cases/${id}`);
    await page.goto(`/cases/${id}`);
    await follow(page, "撤回申请");
    await follow(page, "不，保留");
    await expect(main(page).getByText("待受理").first()).toBeVisible();
    await follow(page, "撤回申请");
    await press(page, "撤回申请");
    await expect(main(page).getByText("您撤回了申请")).toBeVisible();
    await expect(main(page).getByRole("link", { name: "撤回申请" })).toHaveCount(0);
    await press(staff, "受理");
    await expect(heading(staff)).toHaveText("申请人撤回了申请");
    await context.close();
    await page.goto(`/cases/${id}/withdraw`);
    await expect(page.getByText("这件申请已经撤回，不用再撤回。")).toBeVisible();
  });
  await elsewhere.close();
});

/** Who represents what. */
const FIRMS: Record<string, [Citizen, string, string]> = {
  "phone-js": [PEOPLE.heJun, "杭州湖光餐饮有限公司", "91330108MY0000012G"],
  "phone-nojs": [PEOPLE.zhaoWenbo, "杭州知行信息技术有限公司", "91330106MY0000039B"],
  desktop: [PEOPLE.heJun, "杭州市滨江区何记小吃店", "92330108MY00000208"],
};

test("a legal representative applies for a firm, from the first page to the certificate", async ({ page }, info) => {
  const [person, firm, code] = FIRMS[info.project.name] ?? [PEOPLE.heJun, "", ""];
  await arrive(page, person, "/services/entity-social-insurance-proof");
  await test.step("as oneself one is told what to do", async () => {
    await page.goto("/cases/new?service=entity-social-insurance-proof");
    await expect(main(page).getByText("这件事由企业、单位办理")).toBeVisible();
    await follow(page, "切换办事身份");
    await expect(page).toHaveURL(/\/me\/entities\?next=/);
  });
  await test.step("a code that is wrong, and another's firm, are refused in words", async () => {
    await page.getByLabel("统一社会信用代码").fill(code.slice(0, -1) + (code.endsWith("1") ? "2" : "1"));
    await press(page, "核对并添加");
    await expect(page.locator("#error-summary")).toContainText("最后一位校验不通过");
    const others = code === "91330106MY0000039B" ? "91330108MY0000012G" : "91330106MY0000039B";
    await page.getByLabel("统一社会信用代码").fill(others);
    await press(page, "核对并添加");
    await expect(page.locator("#error-summary")).toContainText("您不是该单位的法定代表人");
    await expect(page.getByLabel("统一社会信用代码")).toHaveValue(others);
  });
  await test.step("one's own is added and switched to", async () => {
    await page.getByLabel("统一社会信用代码").fill(code.toLowerCase());
    await press(page, "核对并添加");
    await expect(page.getByText("已添加，可以切换为该单位身份办事。")).toBeVisible();
    await main(page).locator(".card").filter({ hasText: firm }).getByRole("button", { name: "切换" }).click();
    await expect(page, "goes on with the service").toHaveURL(/\/cases\/new\?service=/);
    await page.goto("/me");
    await expect(main(page).getByText(`您正在代表“${firm}”办事`)).toBeVisible();
  });
  await test.step("what is for people is not for firms", async () => {
    await page.goto("/cases/new?service=residence-registration");
    await expect(main(page).getByText("这件事由个人办理")).toBeVisible();
  });
  await test.step("facts are the firm's; it is decided at once", async () => {
    await page.goto("/cases/new?service=entity-social-insurance-proof");
    await expect(main(page).getByText(firm)).toBeVisible();
    await press(page, "同意并开始办理");
    await expect(main(page).getByText(firm, { exact: true }).first()).toBeVisible();
    await expect(main(page).getByText(code).first()).toBeVisible();
    await follow(page, "下一步");
    await page.getByText("贷款").click();
    await press(page, "下一步");
    await press(page, "提交，当场办结");
    await expect(page).toHaveURL(/\/done$/);
    await expect(heading(page)).toHaveText(/办好了|不予办理|已提交/);
  });
  await test.step("as oneself one reads what one filed, and changes nothing of the firm's", async () => {
    const { id } = await filed(page);
    await page.goto("/cases/new?service=entity-social-insurance-proof");
    await press(page, "同意并开始办理");
    const draft = /\/cases\/[0-9a-f-]+/.exec(page.url())?.[0] ?? "";
    await page.goto("/me/entities");
    await press(page, "切换回本人");
    await expect(page.getByText("已切换回本人身份。")).toBeVisible();
    await page.goto(`/cases/${id}`);
    await expect(main(page).getByText("您提交了申请")).toBeVisible();
    await page.goto(`${draft}/steps/use`);
    await page.getByText("贷款").click();
    await press(page, "下一步");
    await expect(page.getByText("这件事是以单位身份办的，请先切换为该单位，再继续办理。")).toBeVisible();
  });
});
