import type { Page } from "@playwright/test";
import { arrive } from "../support/citizen";
import { PHOTO } from "../support/files";
import { choose, heading, main, press } from "../support/page";
import { resident } from "../support/people";
import { axeEverywhere, expect, test } from "../support/test";

const next = (page: Page) => press(page, "下一步");

test("one form for several services: found, filled in once, followed on one page, taken back", async ({ page, javaScriptEnabled }) => {
  test.setTimeout(180_000);
  const looks = javaScriptEnabled !== false;

  await test.step("people find it by what they call it", async () => {
    await page.goto("/services?q=%E5%B7%A5%E4%BC%A4%E6%80%8E%E4%B9%88%E5%8A%9E");
    await main(page).getByRole("link", { name: /工伤一件事/ }).click();
    await expect(heading(page)).toHaveText("工伤一件事");
    await expect(main(page).getByRole("link", { name: /^工伤认定申请/ })).toBeVisible();
    if (looks) await axeEverywhere(page, "/bundles/work-injury");
    await page.goto("/services/work-injury");
    await expect(page).toHaveURL(/\/bundles\/work-injury$/);
  });

  await test.step("consent says what each department gets", async () => {
    await arrive(page, resident("bundles"), "/cases/new?service=work-injury");
    for (const member of ["工伤认定申请", "劳动能力鉴定", "工伤保险待遇申领"]) {
      await expect(main(page).getByText(new RegExp(`${member} · `)).first()).toBeVisible();
    }
    await press(page, "同意并开始办理");
    await main(page).getByRole("link", { name: "下一步" }).click();
  });

  await test.step("what is the same for all is asked once", async () => {
    const day = main(page).getByRole("group", { name: "哪天受伤" });
    await day.getByLabel("年").fill("2026");
    await day.getByLabel("月").fill("10");
    await day.getByLabel("日").fill("8");
    await page.getByLabel("伤在哪里或者是什么病").fill("右手食指骨折");
    await choose(page, "治疗已经结束", "否");
    await next(page);
    await choose(page, "要一起办“工伤保险待遇申领”吗", "是");
    await next(page);
  });

  await test.step("and then only what is left of each service", async () => {
    await expect(heading(page)).toHaveText(/工伤认定申请/);
    const same = main(page).getByRole("group", { name: "是在现在参保的单位受的伤吗" });
    if (await same.isVisible()) await same.getByText("是", { exact: true }).click();
    await choose(page, "单位已经申请工伤认定了吗", "否");
    await next(page);
    await page.getByLabel("属于哪种情形").selectOption({ label: "上班时间在工作场所，因工作受伤" });
    await page.getByLabel("简要经过").fill("操作冲床时右手被压伤，同事送到医院。");
    // Comes up with the answer above: at once, or without JavaScript on the next look.
    const where = page.getByLabel("在哪里发生的");
    if (await where.isHidden()) await next(page);
    await where.fill("示例工厂二车间");
    await expect(main(page).getByText("哪天受伤")).toHaveCount(0);
    await next(page);
    await page.getByLabel("就诊医院").fill("示例市第一医院");
    await page.getByLabel("诊断证明或者职业病诊断证明书").setInputFiles(PHOTO);
    await next(page);
    await expect(heading(page)).toHaveText(/工伤保险待遇申领/);
    await main(page).getByText("辅助器具费", { exact: true }).click();
    await next(page);
    const card = main(page).getByRole("group", { name: "发放到您本人的社会保障卡吗" });
    if (await card.isVisible()) {
      await card.getByText("是", { exact: true }).click();
    } else {
      await page.getByLabel("开户银行").fill("杭州银行西湖支行");
      await page.getByLabel("本人银行卡号").fill("6217000000000000000");
    }
    await next(page);
    await expect(page).toHaveURL(/\/check$/);
    if (looks) await axeEverywhere(page, page.url());
    await press(page, "提交申请");
  });

  await test.step("one page shows every part; one line stands in the list", async () => {
    await expect(page).toHaveURL(/\/cases\/[0-9a-f-]+\?did=filed$/);
    await expect(main(page).getByText(/办好 0 项，共 2 项/)).toBeVisible();
    await expect(main(page).getByRole("link", { name: /^工伤认定申请/ })).toBeVisible();
    await expect(main(page).getByText(/等“工伤认定申请”办结后自动提交/)).toBeVisible();
    if (looks) await axeEverywhere(page, page.url());
    await page.goto("/cases");
    await expect(main(page).getByRole("link", { name: /^工伤/ })).toHaveCount(1);
    await main(page).getByRole("link", { name: /工伤一件事/ }).click();
  });

  await test.step("what waits explains itself, and leads back", async () => {
    await main(page).getByRole("link", { name: /^工伤保险待遇申领/ }).click();
    await expect(main(page).getByText("还没有提交")).toBeVisible();
    if (looks) await axeEverywhere(page, page.url());
    await main(page).getByRole("link", { name: "看全部进度" }).click();
    await expect(heading(page)).toHaveText("工伤一件事");
  });

  await test.step("taking one part back ends what waited for it", async () => {
    await main(page).getByRole("link", { name: /^工伤认定申请/ }).click();
    await main(page).getByRole("link", { name: "撤回申请" }).click();
    await press(page, "撤回申请");
    await expect(main(page).getByText("已撤回").first()).toBeVisible();
    await main(page).getByRole("link", { name: "看全部进度" }).click();
    await expect(main(page).getByText(/已全部有结果：2 项中办好 0 项/)).toBeVisible();
    await main(page).getByRole("link", { name: /^工伤保险待遇申领/ }).click();
    await expect(main(page).getByText("它要等“工伤认定申请”办成，而那一项没有办成。")).toBeVisible();
    await expect(main(page).getByRole("link", { name: "单独申请" })).toHaveAttribute("href", "/services/work-injury-benefits");
  });
});
