import type { Page } from "@playwright/test";
import { heading, main, press } from "../support/page";
import { clerk } from "../support/staff";
import { axeEverywhere, expect, withOwnPortal } from "../support/test";

/** A portal of one's own: a definition that changes here must not change under other specs. */
const test = withOwnPortal();

const CODE = "social-insurance-proof";
const HERE = `/staff/catalogue/services/${CODE}`;

/** No page scrolls sideways, on whatever screen. */
async function fits(page: Page) {
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
}

test("one proposes, another publishes, and a service ends", async ({ page, browser, baseURL, javaScriptEnabled }) => {
  test.setTimeout(240_000);
  const scripted = javaScriptEnabled !== false;
  const { page: author } = await clerk(browser, "mulu", { next: "/staff/catalogue", baseURL });
  const { page: other } = await clerk(browser, "mulu-fuhe", { next: "/staff/catalogue", baseURL });
  let proposal = "";

  await test.step("what one looks after", async () => {
    if (scripted) await axeEverywhere(author, "/staff/catalogue");
    await author.goto("/staff/catalogue");
    await author.getByRole("searchbox", { name: "找事项" }).fill(CODE);
    await press(author, "搜索");
    await main(author).locator(`a[href="${HERE}"]`).first().click();
    await expect(author).toHaveURL(HERE);
    await fits(author);
    if (scripted) await axeEverywhere(author, `/staff/catalogue/services/${CODE}`);
    const tried = await main(author).locator('a[href^="/staff/catalogue/versions/"]').first().getAttribute("href");
    const version = tried?.split("/")[4] ?? "";
    expect(version).not.toBe("");
    if (scripted) await axeEverywhere(author, `/staff/catalogue/versions/${version}/try`);
  });

  await test.step("a mistake is kept and explained, with its line", async () => {
    await author.goto(HERE);
    await press(author, "修改（提出新版本）");
    proposal = new URL(author.url()).pathname.replace("/staff/catalogue/proposals/", "");
    const content = author.getByLabel("定义（TOML）");
    const sound = await content.inputValue();
    await content.fill(sound.replace(/^level = /m, "levle = "));
    await press(author, "保存");
    await expect(author.locator("#error-summary")).toContainText("level");
    await expect(content).toHaveValue(/levle = /);
    await fits(author);
    if (scripted) await axeEverywhere(author, `/staff/catalogue/proposals/${proposal}`);
    await author.goto(`/staff/catalogue/proposals/${proposal}`);
    await content.fill(sound.replace(/zh = "/, 'zh = "新版'));
    await author.getByLabel("修改理由").fill("名称更清楚");
    await press(author, "保存并试办");
  });

  await test.step("tried out with somebody who does not exist", async () => {
    await expect(heading(author)).toHaveText("试办");
    await author.getByLabel("样本人").selectOption({ index: 1 });
    await press(author, "取用样本人的数据");
    await press(author, "试办");
    await expect(author.locator("#result")).toContainText("还有问题没有答好");
    await main(author).getByText("子女入学", { exact: false }).first().click();
    await press(author, "试办");
    await expect(author.locator("#result")).toContainText("什么都没有提交");
    await fits(author);
    if (scripted) await axeEverywhere(author, `/staff/catalogue/proposals/${proposal}/try`);
  });

  await test.step("its author cannot publish it; somebody else can", async () => {
    await author.goto(`/staff/catalogue/proposals/${proposal}`);
    await press(author, "提出，请他人发布");
    await expect(main(author)).toContainText("等待他人发布");
    await expect(main(author).getByRole("button", { name: "发布", exact: true })).toHaveCount(0);
    await other.goto("/staff/catalogue?state=proposed");
    await expect(main(other)).toContainText("1 项待发布");
    await other.goto(`/staff/catalogue/proposals/${proposal}`);
    await expect(main(other)).toContainText("名称更清楚");
    await fits(other);
    await press(other, "发布");
    await expect(other).toHaveURL(`${HERE}?did=published`);
    await expect(main(other)).toContainText("新版");
  });

  await test.step("the versions side by side", async () => {
    await press(other, "比较");
    await expect(heading(other)).toHaveText("比较版本");
    await expect(main(other)).toContainText("改为");
    await main(other).getByText("逐行比较定义文件").click();
    await expect(main(other).locator("ins").first()).toContainText("新版");
    await fits(other);
    const query = new URL(other.url()).searchParams.toString();
    if (scripted) await axeEverywhere(other, `/staff/catalogue/services/${CODE}/compare?${query}`);
  });

  await test.step("a last day, with four eyes too", async () => {
    if (scripted) await axeEverywhere(other, `/staff/catalogue/services/${CODE}/end`);
    await other.goto(`${HERE}/end`);
    await press(other, "提出，请他人同意");
    await expect(other.locator("#error-summary")).toBeVisible();
    await other.getByLabel("最后一天").fill("2035-03-31");
    await other.getByLabel("修改理由").fill("并入新事项");
    await press(other, "提出，请他人同意");
    const ending = new URL(other.url()).pathname;
    await author.goto(ending);
    await press(author, "同意");
    await page.goto(`/services/${CODE}`);
    await expect(main(page)).toContainText("办理至 2035年3月31日");
  });

  await test.step("a service that there was not", async () => {
    if (scripted) await axeEverywhere(author, "/staff/catalogue/new");
    await author.goto("/staff/catalogue/new");
    await author.getByLabel("事项编码").fill("Not a code");
    await press(author, "开始写");
    await expect(author.locator("#error-summary")).toBeVisible();
    await author.getByLabel("事项编码").fill("brand-new-proof");
    await author.getByLabel("从哪个事项复制").selectOption(CODE);
    await press(author, "开始写");
    await expect(main(author)).toContainText("brand-new-proof");
  });
});
