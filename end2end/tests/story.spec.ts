// One family and five people: a mother files for her newborn once, three departments handle their parts, a superior hears of
// what ran late, a bad review is worked on to its end, and the figures say what the family saw.
import type { Page } from "@playwright/test";
import { PEOPLE, arrive } from "../support/citizen";
import { choose, follow, heading, main, press } from "../support/page";
import { approve, clerk, signInAsStaff } from "../support/staff";
import { axeEverywhere, expect, withOwnPortal } from "../support/test";

/** A portal of one's own: its figures are this story's alone, and its clock is moved. */
const test = withOwnPortal();

const DAYS_LATER = 10;
const HOUSEHOLD = /^新生儿出生登记/;
const INSURANCE = /^城乡居民基本医疗保险参保登记/;
const ALLOWANCE = /^生育津贴申领/;

/** Signs in anew: where the clock was moved, no session holds any more. */
async function again(page: Page, login: string, next = "/staff"): Promise<void> {
  await page.context().clearCookies();
  await signInAsStaff(page, login, next);
}

/** The day in China, some days from now, as forms take it. */
const day = (later: number) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(Date.now() + later * 24 * 3600 * 1000);

test("a newborn, three departments, a superior and a bad review", async ({ page, browser, baseURL }, info) => {
  // Once is enough: the specs of each part read its pages in every look, size and without JavaScript.
  test.skip(info.project.name !== "desktop", "told once");
  test.setTimeout(420_000);
  const mother = PEOPLE.linXiaoyu;

  const bundle = await test.step("one form for five services", async () => {
    await arrive(page, mother, "/cases/new?service=newborn");
    await press(page, "同意并开始办理");
    await follow(page, "下一步");
    await choose(page, "给哪个孩子办", "赵安宁");
    await choose(page, "怀孕时做过生育登记吗？", "否");
    await choose(page, "出生医院已经给过预防接种证吗？", "否");
    await press(page, "下一步");
    await choose(page, "户口簿和社保卡怎么拿", "自己去领");
    await press(page, "下一步");
    await choose(page, "要一起办“社会保障卡首次申领”吗？", "否");
    await choose(page, "要一起办“生育医疗费报销”吗？", "否");
    await choose(page, "要一起办“生育津贴申领”吗？", "是");
    await press(page, "下一步");
    await page.getByLabel("籍贯").fill("浙江省");
    await press(page, "下一步");
    await choose(page, "孩子的另一位父母就是您现在的配偶吗？", "是");
    await choose(page, "孩子的民族随谁", "随我");
    await choose(page, "落户和民族由父母双方商定一致", "是");
    await press(page, "下一步");
    await choose(page, "随谁落户", "落到我的户口");
    await press(page, "下一步");
    await choose(page, "孩子的居住地", "我的户籍地址");
    await press(page, "下一步");
    await page.getByLabel("这一胎生了几个").fill("1");
    await choose(page, "是第几个孩子", "第一个");
    const leave = main(page).getByRole("group", { name: "产假从哪天开始" });
    await leave.getByLabel("年").fill("2026");
    await leave.getByLabel("月").fill("10");
    await leave.getByLabel("日").fill("12");
    await press(page, "下一步");
    await choose(page, "产假期间单位照发工资吗", "否");
    await press(page, "下一步");
    await expect(page).toHaveURL(/\/check$/);
    await press(page, "提交申请");
    await expect(page).toHaveURL(/\/cases\/[0-9a-f-]+\?did=filed$/);
    return new URL(page.url()).pathname;
  });

  /** The case of a part, from the page of the bundle. */
  const part = async (name: RegExp): Promise<string> => {
    await page.goto(bundle);
    const href = await main(page).getByRole("link", { name }).getAttribute("href");
    return (href ?? "").replace("/cases/", "");
  };
  const [household, insurance, allowance] = [await part(HOUSEHOLD), await part(INSURANCE), await part(ALLOWANCE)];

  await test.step("two parts are there at once, one waits for another, two are with clerks", async () => {
    await expect(main(page).getByText("办好 2 项，共 5 项")).toBeVisible();
    await expect(main(page).getByText("等待前序")).toHaveCount(1);
    await expect(main(page).getByText("待受理")).toHaveCount(2);
    await expect(main(page).getByRole("link", { name: "查看证照" })).toHaveCount(2);
  });

  const health = await clerk(browser, "weijian", { baseURL });
  const police = await clerk(browser, "xihu-gongan", { baseURL });
  const insurer = await clerk(browser, "yibao", { baseURL });
  const superior = await clerk(browser, "duban", { next: "/staff/supervision", baseURL });

  await test.step("each department has its own part and no other", async () => {
    await health.page.goto("/staff/done");
    await expect(main(health.page).getByRole("row", { name: /预防接种证办理/ })).toBeVisible();
    await expect(main(health.page).getByRole("row", { name: /生育登记/ })).toBeVisible();
    for (const [colleague, own, others] of [
      [police, household, allowance],
      [insurer, allowance, household],
    ] as const) {
      await colleague.page.goto("/staff");
      await expect(main(colleague.page).locator("tbody tr")).toHaveCount(1);
      const shown = await colleague.page.request.get(`/staff/cases/${own}`);
      expect(shown.status()).toBe(200);
      const foreign = await colleague.page.request.get(`/staff/cases/${others}`);
      expect(foreign.status()).toBe(403);
    }
  });

  await test.step("the police ask for one thing; the insurer takes its part in", async () => {
    await police.page.goto(`/staff/cases/${household}`);
    await press(police.page, "受理");
    await follow(police.page, "要求补正");
    await main(police.page).getByText("籍贯", { exact: true }).click();
    const place = main(police.page).locator("details[open]");
    await place.getByLabel("哪里不对").fill("只写到省");
    await place.getByLabel("怎样才对").fill("写到县（市、区），例如浙江省诸暨市");
    await press(police.page, "发给申请人");
    await expect(main(police.page).getByText("等申请人补正，办理时间暂停")).toBeVisible();
    await insurer.page.goto(`/staff/cases/${allowance}`);
    await press(insurer.page, "受理");
    await superior.page.goto("/staff/supervision");
    await expect(main(superior.page).getByText("没有需要督办的办件")).toBeVisible();
  });

  await test.step("ten days later the superior sees the red light of the one that did nothing", async () => {
    await page.goto("/demo/clock");
    await page.getByLabel(/往前拨多少天/).fill(String(DAYS_LATER));
    await press(page, "拨动");
    await expect(page).toHaveURL("/demo/clock");
    await again(superior.page, "duban", "/staff/supervision");
    await expect(async () => {
      await superior.page.goto("/staff/supervision");
      await expect(main(superior.page).getByText("生育津贴申领").first()).toBeVisible();
    }).toPass({ timeout: 30_000 });
    // The one that waits for the mother stands still.
    await expect(main(superior.page).getByText("新生儿出生登记")).toHaveCount(0);
    await expect(main(superior.page).getByText(/已超期/).first()).toBeVisible();
    await axeEverywhere(superior.page, "/staff/supervision");
    await superior.page.getByLabel("督办意见").first().fill("请今天内办结");
    await main(superior.page).getByRole("button", { name: "已知悉" }).first().click();
  });

  await test.step("the mother answers that one question; the household register has the child", async () => {
    await page.context().clearCookies();
    await arrive(page, mother, `/cases/${household}`);
    await follow(page, "去补正");
    await page.getByLabel("籍贯").fill("浙江省诸暨市");
    await press(page, "下一步");
    await expect(main(page).getByText(/原来：浙江省/)).toBeVisible();
    await press(page, "交回");
    await again(police.page, "xihu-gongan");
    await police.page.goto(`/staff/cases/${household}`);
    await expect(main(police.page).getByText(/现在：浙江省诸暨市/)).toBeVisible();
    await police.page.goto(`/staff/cases/${household}/approve`);
    await approve(police.page);
  });

  await test.step("what waited for that is filed by itself, and granted", async () => {
    await again(insurer.page, "yibao");
    await expect(async () => {
      await insurer.page.goto(`/staff/cases/${insurance}`);
      await expect(main(insurer.page).getByRole("button", { name: "受理", exact: true })).toBeVisible();
    }).toPass({ timeout: 30_000 });
    await press(insurer.page, "受理");
    await insurer.page.goto(`/staff/cases/${insurance}/approve`);
    await approve(insurer.page);
  });

  await test.step("the late one is refused, and says how that can be challenged", async () => {
    await insurer.page.goto(`/staff/cases/${allowance}`);
    await expect(main(insurer.page).getByText("请今天内办结")).toBeVisible();
    await follow(insurer.page, "不予办理");
    await main(insurer.page).getByText("该次生育的津贴已经发放").click();
    await press(insurer.page, "下一步：再看一遍");
    await press(insurer.page, "确认不予办理");
    await expect(insurer.page).toHaveURL(/did=refused/);
    await page.goto(bundle);
    await expect(main(page).getByText("已全部有结果：5 项中办好 4 项")).toBeVisible();
    await page.goto(`/cases/${allowance}`);
    await expect(main(page).getByText(/申请行政复议/)).toContainText(/人民政府/);
  });

  await test.step("the mother rates it poorly; that is looked into, answered and closed", async () => {
    await follow(page, "评价本次服务");
    await main(page).getByText("非常不满意", { exact: true }).click();
    await main(page).getByText("超过承诺时间").click();
    await press(page, "提交评价");
    await expect(main(page).getByText("部门正在核实您的评价")).toBeVisible();
    await insurer.page.goto("/staff/reviews");
    await main(insurer.page).getByRole("link", { name: /查看/ }).first().click();
    await expect(main(insurer.page).getByText(mother.name)).toHaveCount(0);
    await main(insurer.page).getByText("情况属实", { exact: true }).click();
    await insurer.page.getByLabel(/核实情况/).fill("经办人休假，没有安排代岗");
    await press(insurer.page, "提交核实结果");
    await insurer.page.goto("/staff/reviews?state=well_founded");
    await main(insurer.page).getByRole("link", { name: /查看/ }).first().click();
    await insurer.page.getByLabel(/整改和答复/).fill("已安排代岗，向您致歉");
    await press(insurer.page, "答复评价人");
    await expect(insurer.page.getByRole("status")).toContainText("已答复");
    await page.goto("/messages");
    await follow(page, /您的评价已有答复/);
    await follow(page, "查看评价");
    await choose(page, "这个答复您满意吗", "满意");
    await press(page, "提交");
    await expect(page.getByRole("status")).toContainText("整改已办结");
  });

  await test.step("the figures say what the family saw", async () => {
    const superiors = superior.page;
    const figure = (name: string) => main(superiors).locator(".stat", { hasText: name }).first().locator(".stat-value");
    await expect(async () => {
      await superiors.goto(`/staff/figures?period=days&from=${day(0)}&to=${day(DAYS_LATER + 1)}`);
      await expect(figure("办结")).toContainText("5");
      await expect(main(superiors).getByText("1 条评价")).toBeVisible();
    }).toPass({ timeout: 30_000 });
    await expect(figure("收件")).toContainText("5");
    await expect(figure("当前超期")).toContainText("0");
    await expect(main(superiors).getByText("5 中的 4").first()).toBeVisible();
    const services = main(superiors).getByRole("table", { name: "按事项" });
    for (const [service, onTime] of [
      ["生育登记", "100%"],
      ["预防接种证办理", "100%"],
      ["新生儿出生登记（随父母落户）", "100%"],
      ["城乡居民基本医疗保险参保登记", "100%"],
      ["生育津贴申领", "0%"],
    ] as const) {
      const cells = services.getByRole("row", { name: new RegExp(`^${service}`) }).getByRole("cell");
      await expect(cells.nth(1)).toHaveText("1");
      await expect(cells.nth(2)).toHaveText("1");
      await expect(cells.nth(3)).toHaveText(onTime);
    }
    // The places below and the city itself make the whole.
    const places = main(superiors).getByRole("table", { name: "下级地区" }).locator("tbody tr");
    let received = 0;
    for (const row of await places.all()) received += Number(await row.getByRole("cell").nth(1).innerText());
    expect(received).toBe(5);
  });
  for (const colleague of [health, police, insurer, superior]) await colleague.context.close();
});
