import type { Page } from "@playwright/test";
import { arrive } from "../support/citizen";
import { DOCUMENT, NO_PHOTO, PHOTO, TOO_LARGE } from "../support/files";
import { main } from "../support/page";
import { resident } from "../support/people";
import { axeHere, expect, test } from "../support/test";

const next = (page: Page) => main(page).getByRole("button", { name: "下一步", exact: true }).click();

const STORY = "2026 年 3 月起在示例工地做工，老板拖欠三个月工资，多次讨要没有结果。";

test("a file that cannot be taken is refused in words, and nothing typed is lost", async ({ page, javaScriptEnabled }) => {
  test.setTimeout(120_000);
  await arrive(page, resident("uploads"), "/cases/new?service=legal-aid");
  await main(page).getByRole("button", { name: "同意并开始办理" }).click();
  await main(page).getByRole("link", { name: "下一步" }).click();
  await page.getByLabel("请求事项").selectOption("讨要工资、确认劳动关系");
  await page.getByLabel("事情经过").fill(STORY);
  await page.getByLabel("对方姓名或单位名称").fill("示例建筑公司");
  await page.getByText("还没有起诉或仲裁").click();

  const refused = [
    [NO_PHOTO, "只能上传照片（JPG、PNG、WebP）或 PDF。这个文件的内容不是，改名字没有用"],
    [DOCUMENT, "只能上传照片（JPG、PNG、WebP）或 PDF。这个文件的内容不是，改名字没有用"],
    [TOO_LARGE, "文件超过 10 MB，请压缩或裁剪后再传"],
    [{ ...PHOTO, buffer: Buffer.alloc(0) }, "文件是空的，请重新选择"],
    [{ ...PHOTO, buffer: PHOTO.buffer.subarray(0, 40) }, "文件已损坏，打不开，请重新拍照或导出"],
  ] as const;
  for (const [file, words] of refused) {
    await test.step(`${file.name}, ${file.buffer.length} bytes`, async () => {
      await page.getByLabel("证据").setInputFiles(file);
      await next(page);
      await expect(page.locator("#error-summary")).toContainText(words);
      await expect(page).toHaveTitle(/^错误：/);
      await expect(page.getByLabel("事情经过")).toHaveValue(STORY);
      await expect(page.getByLabel("对方姓名或单位名称")).toHaveValue("示例建筑公司");
      await expect(page.getByLabel("还没有起诉或仲裁")).toBeChecked();
    });
  }
  if (javaScriptEnabled !== false) await axeHere(page);

  await test.step("the summary leads to the field", async () => {
    await page.locator("#error-summary").getByRole("link").first().click();
    await expect(page.getByLabel("证据")).toBeFocused();
  });

  await test.step("the right file is kept, shown by name, and taken away again", async () => {
    await page.getByLabel("证据").setInputFiles(PHOTO);
    await next(page);
    await expect(page).toHaveURL(/\/steps\/means/);
    await page.goBack();
    await page.reload();
    await expect(main(page).getByText(PHOTO.name).first()).toBeVisible();
    await expect(page.getByLabel("事情经过")).toHaveValue(STORY);
    if (javaScriptEnabled !== false) await axeHere(page);
    await main(page).getByRole("button", { name: new RegExp(PHOTO.name) }).click();
    await expect(main(page).getByText(PHOTO.name)).toHaveCount(0);
    await expect(page.getByLabel("事情经过")).toHaveValue(STORY);
  });
});
