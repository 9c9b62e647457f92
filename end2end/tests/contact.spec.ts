import type { Page } from "@playwright/test";
import { codeFor, signIn } from "../support/citizen";
import { follow, heading, main, press } from "../support/page";
import { axeEverywhere, expect, islandsReady, withOwnPortal } from "../support/test";

/** A portal of one's own: so many codes from one address would be too many for the one that all specs share. */
const test = withOwnPortal();

const mistakes = (page: Page) => expect(page.locator("#error-summary")).toBeVisible();
const code = (page: Page) => page.getByLabel("验证码", { exact: true });

test("one changes the number one signs in by", async ({ page, javaScriptEnabled }) => {
  await signIn(page, "15400000201");
  await page.goto("/me");
  await follow(page, /联系方式/);
  await expect(heading(page)).toHaveText("联系方式");
  await expect(main(page).getByText("154****0201")).toBeVisible();
  await follow(page, /登录手机号/);

  await test.step("a mistake is said beside the number, and the number is kept", async () => {
    await page.getByLabel("新手机号").fill("1540000");
    await press(page, "获取验证码");
    await mistakes(page);
    await expect(page.getByLabel("新手机号")).toHaveValue("1540000");
    await page.getByLabel("新手机号").fill("15400000201");
    await press(page, "获取验证码");
    await expect(main(page).getByText("与当前的相同").first()).toBeVisible();
  });

  await test.step("a code goes to the new number", async () => {
    await page.getByLabel("新手机号").fill("154 0000 0202");
    await press(page, "获取验证码");
    await expect(page).toHaveURL("/me/contact/phone/code");
    await expect(main(page).getByText("154****0202")).toBeVisible();
    await islandsReady(page, javaScriptEnabled);
    if (javaScriptEnabled !== false) {
      await expect(main(page).getByRole("button", { name: /秒后可重新发送/ })).toBeDisabled();
    }
    const right = await codeFor(page.context(), "15400000202");
    await code(page).fill(right === "000000" ? "111111" : "000000");
    await press(page, "确认更换");
    await mistakes(page);
    await code(page).fill(right);
    await press(page, "确认更换");
    await expect(page).toHaveURL("/me/contact?done=phone");
    await expect(page.getByRole("status")).toContainText("手机号已更换");
    await expect(main(page).getByText("154****0202")).toBeVisible();
  });

  await test.step("the message centre and the old phone say so", async () => {
    await page.goto("/messages");
    await expect(main(page).getByText("登录手机号已更换")).toBeVisible();
    await expect(async () => {
      await page.goto("/demo/outbox");
      await expect(main(page).getByText(/本号码不能再登录/)).toBeVisible({ timeout: 1000 });
    }).toPass({ timeout: 20_000 });
  });
});

test("one gets notices by mail, and no longer", async ({ page }) => {
  await signIn(page, "15400000203");
  await page.goto("/me/contact");
  await expect(main(page).getByText("未设置")).toBeVisible();
  await follow(page, /通知邮箱/);
  await page.getByLabel("邮箱").fill("林晓雨 <lin@example.cn>");
  await press(page, "获取验证码");
  await mistakes(page);
  await page.getByLabel("邮箱").fill("lin.xiaoyu@example.cn");
  await press(page, "获取验证码");
  await expect(main(page).getByText("l***@example.cn")).toBeVisible();
  await code(page).fill(await codeFor(page.context(), "lin.xiaoyu@example.cn"));
  await press(page, "确认邮箱");
  await expect(page).toHaveURL("/me/contact?done=mail");
  await expect(main(page).getByText("l***@example.cn")).toBeVisible();
  await expect(async () => {
    await page.goto("/demo/outbox");
    await expect(main(page).getByText("lin.xiaoyu@example.cn · 邮箱已确认")).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 20_000 });

  await page.goto("/me/contact/mail");
  await press(page, "不再用邮箱接收通知");
  await expect(page).toHaveURL("/me/contact?done=mail-removed");
  await expect(main(page).getByText("未设置")).toBeVisible();
});

test("the pages read well in every look", async ({ page }) => {
  await signIn(page, "15400000204");
  for (const [path, label, value] of [
    ["/me/contact/phone", "新手机号", "15400000205"],
    ["/me/contact/mail", "邮箱", "chen@example.cn"],
  ] as const) {
    await page.goto(path);
    await page.getByLabel(label).fill("x");
    await press(page, "获取验证码");
    await mistakes(page);
    await page.getByLabel(label).fill(value);
    await press(page, "获取验证码");
    await expect(heading(page)).toHaveText("输入验证码");
  }
  await axeEverywhere(page, "/me/contact/phone/code");
  await axeEverywhere(page, "/me/contact/mail/code");
  await code(page).fill(await codeFor(page.context(), "chen@example.cn"));
  await press(page, "确认邮箱");
  await axeEverywhere(page, "/me/contact");
  await axeEverywhere(page, "/me/contact/phone");
  await axeEverywhere(page, "/me/contact/mail");
});
