// An application that a clerk decides, from consent to the reference number.
import { type Page, expect } from "@playwright/test";

const main = (page: Page) => page.getByRole("main");

/** A case that was filed: its number as people read it, and its id. */
export type Filed = { reference: string; id: string };

/** Answers the first page of a registration of residence, which the browser shows. */
export async function answerHome(page: Page): Promise<void> {
  await page.getByLabel("区（县、市）").selectOption({ index: 1 });
  await main(page).getByRole("button", { name: "选择下一级" }).click();
  await page.getByLabel("街道（乡镇）").selectOption({ index: 1 });
  await page.getByLabel("详细地址").fill("示例路 1 号 8 幢 402 室");
  const since = main(page).getByRole("group", { name: "从哪天开始住" });
  await since.getByLabel("年").fill("2026");
  await since.getByLabel("月").fill("3");
  await since.getByLabel("日").fill("12");
  await main(page).getByText("自己或者家人的房子").click();
  await main(page).getByRole("button", { name: "下一步", exact: true }).click();
}

/** Answers its second page. Ends at the check. */
export async function answerStay(page: Page): Promise<void> {
  await main(page).getByRole("group", { name: "居住事由" }).getByText("其他", { exact: true }).click();
  await main(page).getByRole("button", { name: "下一步", exact: true }).click();
  await expect(page).toHaveURL(/\/check$/);
}

/** The number and id of the case that was filed just now. */
export async function filed(page: Page): Promise<Filed> {
  await expect(page).toHaveURL(/\/done$/);
  const reference = /ZB-\w{3}-\w{3}-\w{3}/.exec(await main(page).innerText())?.[0] ?? "";
  const id = /\/cases\/([0-9a-f-]+)\//.exec(page.url())?.[1] ?? "";
  return { reference, id };
}

/** Files a registration of residence, which a clerk of public security decides. `contest` is said about the phone number. */
export async function fileRegistration(page: Page, contest?: string): Promise<Filed> {
  await page.goto("/cases/new?service=residence-registration");
  await main(page).getByRole("button", { name: "同意并开始办理" }).click();
  if (contest) {
    await main(page).getByRole("link", { name: /与实际不符 联系电话/ }).click();
    await page.getByLabel("实际情况是").fill(contest);
    await main(page).getByRole("button", { name: "提交说明" }).click();
  }
  await main(page).getByRole("link", { name: "下一步" }).click();
  await answerHome(page);
  await answerStay(page);
  await main(page).getByRole("button", { name: "提交申请" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("已提交");
  return filed(page);
}
