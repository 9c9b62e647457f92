import type { Page } from "@playwright/test";
import { credential, fromElsewhere, obtainCertificate, withAnotherName } from "../support/certificate";
import { type Citizen, PEOPLE } from "../support/citizen";
import { main } from "../support/page";
import { expect, test } from "../support/test";

/** One person for each project, and none that other tests use: the projects share a database. */
const OWN: Record<string, Citizen> = {
  "phone-js": { name: "孙浩", phone: "15400000015", id: "330104198706179019" },
  "phone-nojs": { name: "王芳", phone: "15400000005", id: "330105198507089025" },
  desktop: PEOPLE.chenJianguo,
};

const verdict = (page: Page) => main(page).getByRole("heading", { level: 1 });

/** Pastes a presentation and presses the button, as with script and without. */
async function check(page: Page, presentation: string): Promise<void> {
  await page.goto("/verify");
  await page.getByLabel("粘贴对方发来的链接或凭证").fill(presentation);
  await main(page).getByRole("button", { name: "核验", exact: true }).click();
}

test.describe("a certificate that was issued", () => {
  // What the browser says when a test takes its network away, and of the page for a token that is over.
  test.use({ expectedMessages: [/ERR_INTERNET_DISCONNECTED|status of 404/] });

  test("is shown with what the holder chose, and checked by anyone", async ({ page, browser, javaScriptEnabled }, info) => {
    test.setTimeout(180_000);
    const person = OWN[info.project.name] ?? PEOPLE.chenJianguo;
    const path = await obtainCertificate(page, person);
    const whole = await credential(page, path);

    await test.step("the page covers personal details until asked", async () => {
      await expect(main(page).getByText(person.id)).toBeHidden();
      await main(page).getByText("显示完整内容").click();
      await expect(main(page).getByText(person.id)).toBeVisible();
    });

    await test.step("it can be kept as PDF, in both languages", async () => {
      for (const query of ["", "?inline", "?lang=en"]) {
        const pdf = await page.request.get(`${path}/pdf${query}`);
        expect(pdf.headers()["content-type"]).toBe("application/pdf");
        expect(pdf.headers()["cache-control"]).toBe("no-store");
        expect((await pdf.body()).subarray(0, 5).toString()).toBe("%PDF-");
      }
    });

    let link = "";
    await test.step("showing it makes a code for the name only", async () => {
      await main(page).getByRole("link", { name: "出示" }).click();
      await expect(page.getByLabel("姓名")).toBeChecked();
      await expect(page.getByLabel("公民身份号码")).not.toBeChecked();
      await main(page).getByRole("button", { name: "生成二维码" }).click();
      await expect(main(page).getByRole("img", { name: /核验二维码/ }).first()).toBeVisible();
      await main(page).getByText("也可以把链接发给对方").click();
      link = (await main(page).getByRole("link", { name: "看看对方会看到什么" }).getAttribute("href")) ?? "";
      expect(new URL(link).pathname).toMatch(/^\/verify\/[\w-]{20,}$/);
    });

    await test.step("a stranger sees that it is valid, the name, and not the number", async () => {
      const stranger = await browser.newContext({ javaScriptEnabled, locale: "zh-CN" });
      const seen = await stranger.newPage();
      await seen.goto(new URL(link).pathname);
      await expect(verdict(seen)).toHaveText("证照有效");
      await expect(main(seen).getByText(person.name, { exact: true })).toBeVisible();
      await expect(seen.getByText(person.id)).toHaveCount(0);
      await expect(main(seen).getByText(javaScriptEnabled === false ? /核验方式：在线 ·/ : /平台与本机结果一致/)).toBeVisible();
      if (javaScriptEnabled !== false) {
        await stranger.setOffline(true);
        await expect(main(seen).getByText("已离线核验", { exact: true })).toBeVisible();
        await expect(verdict(seen)).toHaveText("证照有效");
        await expect(main(seen).getByText(/吊销名单截至 \d{4}-\d\d-\d\d \d\d:\d\d/)).toBeVisible();
      }
      await stranger.close();
    });

    await test.step("whatever was done to it is said for what it is", async () => {
      await check(page, whole);
      await expect(verdict(page)).toHaveText("证照有效");
      await check(page, withAnotherName(whole));
      await expect(verdict(page)).toHaveText("内容被改动过");
      await expect(main(page).getByText("冒名者")).toHaveCount(0);
      await check(page, fromElsewhere(whole));
      await expect(verdict(page)).toHaveText("不是本平台签发的");
      await check(page, whole.slice(0, 200));
      await expect(verdict(page)).toHaveText("这不是一张电子证照");
    });

    await test.step("the link itself can be pasted, and nothing at all cannot", async () => {
      await check(page, ` ${link} `);
      await expect(verdict(page)).toHaveText("证照有效");
      expect(new URL(page.url()).pathname).toBe(new URL(link).pathname);
      await check(page, " ");
      await expect(main(page).locator(".error").filter({ visible: true })).toContainText("请粘贴对方发来的核验链接");
    });

    await test.step("a link that carries it is checked without sending it", async () => {
      if (javaScriptEnabled === false) return;
      const requests: string[] = [];
      page.on("request", (request) => requests.push(request.url() + (request.postData() ?? "")));
      await page.goto(`/verify#${whole}`);
      await expect(verdict(page)).toHaveText("证照有效");
      await expect(main(page).getByText(person.id)).toBeVisible();
      expect(new URL(page.url()).hash).toBe("");
      expect(requests.filter((sent) => sent.replace(/#.*/, "").includes(whole.slice(0, 80)))).toEqual([]);
    });

    await test.step("by number one learns that it was issued, and nothing about a person", async () => {
      await page.goto(path);
      const number = /1\.2\.156\.3005\.2[\w.]+/.exec(await main(page).innerText())?.[0] ?? "";
      await page.goto("/verify");
      await page.getByLabel("证照编号").fill(number.toLowerCase());
      await main(page).getByRole("button", { name: "按编号查询" }).click();
      await expect(verdict(page)).toHaveText("编号有效");
      await expect(page.getByText(person.name)).toHaveCount(0);
      await page.goto(`/verify?number=${number.slice(0, -1)}${number.endsWith("A") ? "B" : "A"}`);
      await expect(page.locator("#error-summary")).toContainText("输错的字符");
    });

    await test.step("it is checked without network once the page was open", async () => {
      if (javaScriptEnabled === false) return;
      await page.goto("/verify");
      await expect(page.locator("html")).toHaveAttribute("data-verifier", "ready");
      await page.context().setOffline(true);
      await page.goto("/verify");
      await expect(verdict(page)).toHaveText("核验证照");
      const answers = [
        [whole, "证照有效"],
        [withAnotherName(whole), "内容被改动过"],
        [fromElsewhere(whole), "不是本平台签发的"],
        ["您好", "这不是一张电子证照"],
      ] as const;
      for (const [presentation, answer] of answers) {
        await check(page, presentation);
        await expect(verdict(page)).toHaveText(answer);
        await expect(main(page).getByText("已离线核验", { exact: true })).toBeVisible();
      }
      await page.context().setOffline(false);
    });

    await test.step("nothing personal is in any cache", async () => {
      if (javaScriptEnabled === false) return;
      const kept = await page.evaluate(async () => {
        const paths: string[] = [];
        for (const name of await caches.keys()) {
          for (const request of await (await caches.open(name)).keys()) paths.push(new URL(request.url).pathname);
        }
        return paths;
      });
      const allowed = /^\/(verify|verify\/trust\.json|status-lists\/[\w-]+(\/\d+)?|assets\/.*|offline\.html|icon\.svg)$/;
      expect(kept.filter((at) => !allowed.test(at))).toEqual([]);
    });
  });

  test("shows nothing under a token that is over", async ({ page }) => {
    const answer = await page.goto("/verify/AAAAAAAAAAAAAAAAAAAAAAAAAAA");
    expect(answer?.status()).toBe(404);
    await expect(verdict(page)).toHaveText("没有找到这次出示");
  });
});
