import { type Citizen, PEOPLE, codeFor } from "../support/citizen";
import { main, press } from "../support/page";
import { resident } from "../support/people";
import { expect, islandsReady, test } from "../support/test";

/** Each project has a person of its own: an identity belongs to one account, and an account has one draft a service. */
const OWN: Record<string, Citizen> = {
  "phone-js": PEOPLE.linXiaoyu,
  "phone-nojs": PEOPLE.zhouMing,
};

test.describe("finding a service", () => {
  const finds: [string, string][] = [
    ["补办身份证", "居民身份证遗失补领"],
    ["身份证丢了怎么办", "居民身份证遗失补领"],
    ["jmsfz", "居民身份证遗失补领"],
    ["juzhuzheng", "居住证签注"],
    ["居住证签注", "居住证签注"],
  ];
  for (const [words, service] of finds) {
    test(`${words} finds ${service}`, async ({ page }) => {
      await page.goto("/");
      await page.getByRole("search").getByRole("searchbox").fill(words);
      await page.getByRole("search").getByRole("button").click();
      await expect(main(page).getByRole("link", { name: service })).toBeVisible();
    });
  }

  test("by theme, audience and badge", async ({ page }) => {
    await page.goto("/services?theme=elderly");
    await expect(main(page).getByRole("link", { name: /^高龄津贴/ })).toBeVisible();
    await page.goto("/services?audience=entity");
    await expect(main(page).getByRole("link", { name: /^食品经营许可证延续/ })).toBeVisible();
    await expect(main(page).getByRole("link", { name: /^高龄津贴/ })).toHaveCount(0);
    await page.goto("/services?badge=instant");
    await expect(main(page).getByRole("link", { name: /社会保险参保证明/ }).first()).toBeVisible();
    await expect(main(page).getByRole("link", { name: /^最低生活保障/ })).toHaveCount(0);
  });

  test("words that find nothing say what to do", async ({ page }) => {
    await page.goto("/services?q=%3Cscript%3E%27%22%25");
    await expect(main(page).getByText("没有找到")).toBeVisible();
  });
});

test("the guide says who, what is fetched, what to bring, how long and why", async ({ page }) => {
  await page.goto("/services/residence-permit-endorsement");
  for (const heading of ["您要准备", "我们替您取", "谁可以办", "怎么办", "办成后得到", "法律依据", "常见问题"]) {
    await expect(page.getByRole("heading", { name: heading })).toBeVisible();
  }
  await expect(page.getByText("什么都不用带")).toBeVisible();
});

test.describe("the main job", () => {
  // A form that is shown again with its mistakes is answered 422.
  test.use({ expectedMessages: [/status of 422/] });

  test("signing in, applying, the decision and the certificate", async ({ page, javaScriptEnabled }, info) => {
    test.setTimeout(180_000);
    const person = OWN[info.project.name] ?? resident("main");
    await test.step("a wrong code is refused in words, the right one signs in", async () => {
      await page.goto("/sign-in");
      await page.getByLabel("手机号").fill("1380000");
      await press(page, "获取验证码");
      await expect(page.locator("#error-summary")).toBeVisible();
      await expect(page.getByLabel("手机号")).toHaveValue("1380000");
      await page.getByLabel("手机号").fill(person.phone);
      await press(page, "获取验证码");
      const code = await codeFor(page.context(), person.phone);
      await page.getByLabel("验证码", { exact: true }).fill(code === "000000" ? "111111" : "000000");
      await press(page, "登录");
      await expect(page.locator("#error-summary")).toBeVisible();
      await page.getByLabel("验证码", { exact: true }).fill(code);
      await press(page, "登录");
    });

    await test.step("identity is proven once, with the right name and number only", async () => {
      await page.goto("/cases/new?service=social-insurance-proof");
      await expect(page).toHaveURL(/\/me\/verify/);
      await page.getByLabel("姓名").fill(person.name);
      await page.getByLabel("身份证号").fill(person.id.slice(0, 17) + (person.id.endsWith("0") ? "1" : "0"));
      await press(page, "提交核对");
      await expect(page.locator("#error-summary")).toBeVisible();
      await expect(page.getByLabel("姓名")).toHaveValue(person.name);
      await page.getByLabel("身份证号").fill(person.id);
      await press(page, "提交核对");
      await expect(page).toHaveURL("/cases/new?service=social-insurance-proof");
    });

    await test.step("consent names facts, registers, purpose and time; then the facts are there", async () => {
      await expect(main(page).getByText("我们将为您获取")).toBeVisible();
      await expect(main(page).getByText(/办结后 \d+ 天内删除/)).toBeVisible();
      await press(page, "同意并开始办理");
      await expect(page).toHaveURL(/\/facts$/);
      await expect(main(page).getByText(person.name, { exact: true })).toBeVisible();
      await expect(main(page).getByText(/人口库 · \d{4}-\d\d-\d\d/).first()).toBeVisible();
      await expect(page.getByText(person.id)).toHaveCount(0);
    });

    await test.step("a value can be contested and the objection taken back", async () => {
      await main(page).getByRole("link", { name: /与实际不符 养老保险累计缴费月数/ }).click();
      await press(page, "提交说明");
      await expect(page.locator("#error-summary")).toBeVisible();
      await page.getByLabel("实际情况是").fill("有三个月没有记上");
      await press(page, "提交说明");
      await expect(main(page).getByText(/您说与实际不符：有三个月没有记上/)).toBeVisible();
      await main(page).getByRole("link", { name: /修改说明/ }).click();
      await press(page, "收回，信息没有错");
      await expect(main(page).getByText(/您说与实际不符/)).toHaveCount(0);
    });

    await test.step("a missing answer is asked for in words, and nothing typed is lost", async () => {
      await main(page).getByRole("link", { name: "下一步" }).click();
      await page.getByLabel(/交给哪个单位/).fill("</textarea><script>alert(1)</script>");
      await press(page, "下一步");
      await expect(page.locator("#error-summary")).toContainText("证明用来做什么");
      await expect(page).toHaveTitle(/^错误：/);
      await expect(page.getByLabel(/交给哪个单位/)).toHaveValue("</textarea><script>alert(1)</script>");
      await page.getByText("子女入学").click();
      await page.getByLabel(/交给哪个单位/).fill("杭州市示例小学");
      await press(page, "下一步");
    });

    await test.step("an answer is changed from the check page, which is where one comes back to", async () => {
      await expect(page).toHaveURL(/\/check$/);
      await expect(main(page).getByText("子女入学")).toBeVisible();
      await main(page).getByRole("link", { name: /修改 交给哪个单位/ }).click();
      await page.getByLabel(/交给哪个单位/).fill("杭州市样本小学");
      await press(page, "保存并返回核对");
      await expect(page).toHaveURL(/\/check$/);
      await expect(main(page).getByText("杭州市样本小学")).toBeVisible();
    });

    let caseUrl = "";
    await test.step("filed: decided at once, with the reasons", async () => {
      await press(page, "提交，当场办结");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("办好了");
      await expect(main(page).getByText(/ZB-[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}/)).toBeVisible();
      await expect(main(page).getByText("参保地在本市")).toBeVisible();
      caseUrl = new URL(page.url()).pathname.replace("/done", "");
    });

    await test.step("the certificate, the wallet and the timeline", async () => {
      await main(page).getByRole("link", { name: "查看电子证照" }).click();
      await expect(page).toHaveURL(/\/certificates\//);
      await expect(main(page).getByText(/1\.2\.156\.3005\.2/).first()).toBeVisible();
      await page.goto("/certificates");
      await expect(main(page).getByText("社会保险参保证明（电子）")).toBeVisible();
      await page.goto(caseUrl);
      await expect(main(page).getByText("您提交了申请")).toBeVisible();
      await page.goto("/messages");
      await expect(main(page).getByText(/社会保险参保证明/).first()).toBeVisible();
    });

    await test.step("who read my data, and consents with their revocation", async () => {
      await page.goto("/me/access-log");
      await expect(main(page).getByText(/开具社会保险参保证明/).first()).toBeVisible();
      await page.goto("/me/consents");
      await main(page).getByRole("link", { name: "撤回授权", exact: true }).click();
      await press(page, "确认撤回");
      await expect(main(page).getByText("已撤回", { exact: true })).toBeVisible();
    });

    await test.step("questions come up and vanish, as one types or on submission", async () => {
      await page.goto("/cases/new?service=residence-permit-endorsement");
      await press(page, "同意并开始办理");
      await main(page).getByRole("link", { name: "下一步" }).click();
      await islandsReady(page, javaScriptEnabled);
      const detail = page.getByLabel("详细地址");
      await expect(detail).toBeHidden();
      await main(page).getByRole("group", { name: /现在还住在登记的地址吗/ }).getByText("否", { exact: true }).click();
      if (javaScriptEnabled === false) {
        await main(page).getByRole("group", { name: "居住事由" }).getByText("在本地就业").click();
        await press(page, "下一步");
        await expect(main(page).getByText("还有几个问题")).toBeVisible();
      }
      await expect(detail).toBeVisible();
      await detail.fill("文三路 100 号");
      await page.getByRole("button", { name: "稍后再办" }).click();
      await expect(page.getByText("已保存。这份草稿在下面")).toBeVisible();
      await main(page).getByRole("link", { name: /^居住证签注/ }).click();
      await expect(detail).toHaveValue("文三路 100 号");
      await islandsReady(page, javaScriptEnabled);
      await main(page).getByRole("group", { name: /现在还住在登记的地址吗/ }).getByText("是", { exact: true }).click();
      if (javaScriptEnabled !== false) await expect(detail).toBeHidden();
    });
  });
});
