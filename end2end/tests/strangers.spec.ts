import type { Browser, BrowserContext, Page } from "@playwright/test";
import { fileRegistration } from "../support/case";
import { obtainCertificate } from "../support/certificate";
import { arrive } from "../support/citizen";
import { resident } from "../support/people";
import { clerk, find } from "../support/staff";
import { PHOTO } from "../support/files";
import { main } from "../support/page";
import { expect, test } from "../support/test";

async function browserOfAnother(browser: Browser, watch: (context: BrowserContext) => void): Promise<Page> {
  const context = await browser.newContext(test.info().project.use);
  watch(context);
  return context.newPage();
}

test.describe("what is another's", () => {
  test.use({ expectedMessages: [/status of (403|404)/] });
  test.setTimeout(180_000);

  test("does not exist for anybody else", async ({ page, browser, watch }) => {
    const owner = resident("strangers");
    await arrive(page, owner);
    const { id } = await fileRegistration(page);
    const certificate = await obtainCertificate(page, owner);
    await page.goto("/cases/new?service=legal-aid");
    await main(page).getByRole("button", { name: "同意并开始办理" }).click();
    await main(page).getByRole("link", { name: "下一步" }).click();
    const draft = /\/cases\/[0-9a-f-]+/.exec(page.url())?.[0] ?? "";
    await page.getByLabel("证据").setInputFiles(PHOTO);
    await main(page).getByRole("button", { name: "下一步", exact: true }).click();
    await page.goto(`${draft}/steps/matter`);
    const file = await main(page).getByRole("button", { name: /删除|移除/ }).getAttribute("value");
    expect(file).toMatch(/^[0-9a-f-]{36}$/);
    await page.goto("/messages");
    const message = await main(page).getByRole("link", { name: /已提交/ }).first().getAttribute("href");

    const paths = [
      ...["", "/facts", "/check", "/done", "/withdraw", "/consent", "/contest/person.phone", "/receipt.pdf"].map((at) => `/cases/${id}${at}`),
      ...["", "/steps/matter", "/discard"].map((at) => `${draft}${at}`),
      `/files/${file}`,
      ...["", "/show", "/pdf", "/sd-jwt"].map((at) => `${certificate}${at}`),
      message ?? "",
    ];
    const other = await browserOfAnother(browser, watch);

    await test.step("not for a stranger, who is asked to sign in", async () => {
      for (const path of paths) {
        const answer = await other.request.get(path, { maxRedirects: 0 });
        expect([303, 404], path).toContain(answer.status());
      }
    });

    await test.step("not for another citizen, and nothing can be done to it", async () => {
      await arrive(other, resident("strangers", 1));
      for (const path of paths) {
        const answer = await other.request.get(path, { maxRedirects: 0 });
        expect(answer.status(), path).toBe(404);
        const text = await answer.text();
        for (const secret of [owner.name, owner.id, owner.phone]) expect(text, path).not.toContain(secret);
      }
      const posts: [string, Record<string, string>][] = [
        [`/cases/${id}/withdraw`, {}],
        [`/cases/${id}/submit`, {}],
        [`${draft}/submit`, {}],
        [`${draft}/discard`, {}],
        [`${draft}/steps/matter`, { opponent: "别人" }],
        [`${draft}/contest/person.phone`, { reason: "不对" }],
        [`${draft}/consent`, {}],
        [`${certificate}/show`, { claim: "name" }],
      ];
      for (const [path, form] of posts) {
        const answer = await other.request.post(path, { form, maxRedirects: 0 });
        expect(answer.status(), path).toBe(404);
      }
      await other.goto(`/cases/${id}`);
      await expect(other.getByRole("heading", { level: 1 })).toHaveText("没有找到这个页面");
      await other.goto("/cases");
      await expect(main(other).getByText("还没有办过事")).toBeVisible();
    });

    await test.step("not for the staff of another department", async () => {
      const { context, page: staff } = await clerk(browser, "minzheng");
      watch(context);
      for (const at of ["", "/approve", "/refuse", "/decline", "/unmask/person.id_number"]) {
        const answer = await staff.request.get(`/staff/cases/${id}${at}`);
        expect(answer.status(), at).toBe(403);
        expect(await answer.text()).not.toContain(owner.id);
      }
      const accepted = await staff.request.post(`/staff/cases/${id}/accept`, { form: { version: "1" }, maxRedirects: 0 });
      expect(accepted.status()).toBe(403);
      const opened = await staff.request.get(`/files/${file}`, { maxRedirects: 0 });
      expect([303, 404]).toContain(opened.status());
      await find(staff, (await referenceOf(page, id)).toLowerCase());
      await expect(main(staff).getByText("没有找到办件")).toBeVisible();
      await context.close();
    });

    await test.step("its owner has lost nothing, and nobody is said to have looked", async () => {
      await page.goto(`/cases/${id}`);
      await expect(main(page).getByText("待受理").first()).toBeVisible();
      await page.goto(`${draft}/steps/matter`);
      await expect(page.getByLabel("对方姓名或单位名称")).toHaveValue("");
      await page.goto("/me/access-log");
      await expect(main(page).getByRole("listitem").first()).toBeVisible();
      await expect(main(page).getByRole("listitem").filter({ hasText: /工作人员|公安|民政/ })).toHaveCount(0);
    });
    await other.context().close();
  });
});

async function referenceOf(page: Page, id: string): Promise<string> {
  await page.goto(`/cases/${id}`);
  return /ZB-\w{3}-\w{3}-\w{3}/.exec(await main(page).innerText())?.[0] ?? "";
}
