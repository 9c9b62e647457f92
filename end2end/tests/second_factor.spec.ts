import { createHmac } from "node:crypto";
import { main, press } from "../support/page";
import { STAFF_PASSWORD, clerk } from "../support/staff";
import { axeEverywhere, axeHere, expect, test } from "../support/test";

/** Works with no other test: what is done here changes how the account signs in. */
const LOGINS: Record<string, string> = { "phone-js": "jiaotong", "phone-nojs": "xiaofang", desktop: "chengguan" };

/** The code that an authenticator shows, `ahead` periods from now (RFC 6238). */
function totp(secret: string, ahead = 0): string {
  const bits = [...secret.replace(/\s/g, "").toUpperCase()]
    .map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const digest = createHmac("sha1", key).update(counter).digest();
  const at = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("a clerk sets up authenticator codes, and signs in with one", async ({ browser }, info) => {
  const login = LOGINS[info.project.name] ?? "";
  const axe = info.project.use.javaScriptEnabled === false ? async () => {} : axeHere;
  const { context, page } = await clerk(browser, login);
  if (info.project.use.javaScriptEnabled !== false) await axeEverywhere(page, "/staff/second-factor");
  await page.goto("/staff/second-factor");
  await press(page, "开始设置");
  await main(page).getByText("扫不了？手工输入密钥").click();
  await axe(page);
  const secret = (await main(page).locator(".copy").first().innerText()).trim();
  await main(page).getByRole("textbox").first().fill(totp(secret));
  await press(page, "确认");
  await expect(main(page).getByText("已设置动态验证码")).toBeVisible();
  await axe(page);
  const recovery = /[a-z2-9]{5}-[a-z2-9]{5}/.exec(await main(page).innerText())?.[0] ?? "";
  expect(recovery).not.toBe("");
  await press(page, "已经记下");
  await context.close();

  const again = await browser.newContext({ ...info.project.use });
  const other = await again.newPage();
  await other.goto("/staff/sign-in");
  await other.getByLabel("账号").fill(login);
  await other.getByLabel("密码").fill(STAFF_PASSWORD);
  await press(other, "登录");
  await expect(other).toHaveURL(/\/staff\/sign-in\/code/);
  if (info.project.use.javaScriptEnabled !== false) await axeEverywhere(other, "/staff/sign-in/code");
  await other.getByLabel("动态验证码").fill("000000");
  await press(other, "登录");
  await expect(other.locator("#error-summary")).toBeVisible();
  await axe(other);
  await main(other).getByText("手机不在身边？").click();
  await other.getByLabel("恢复码").fill(recovery);
  await press(other, "用恢复码登录");
  await expect(other).toHaveURL(/\/staff$/);
  await again.close();
});
