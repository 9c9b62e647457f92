import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { answerHome, answerStay, filed, fileRegistration } from "../support/case";
import { credential, fromElsewhere, obtainCertificate, withAnotherName } from "../support/certificate";
import { arrive, codeFor } from "../support/citizen";
import { follow, main, press } from "../support/page";
import { resident } from "../support/people";
import { pages, routeOf } from "../support/routes";
import { approve, clerk, signInAsStaff } from "../support/staff";
import { axeHere, expect, test } from "../support/test";

/** Which test below reads which pages, in states that people meet. */
const READ = {
  everyone: [
    "/", "/services", "/services/{code}", "/bundles", "/bundles/{code}", "/preferences", "/regions", "/organisation", "/organisation/{code}", "/about", "/privacy", "/accessibility",
    "/sign-in", "/register", "/sign-in/code", "/sign-in/password",
    "/verify", "/verify/{token}",
    "/demo/islands", "/demo/clock", "/demo/outbox", "/demo/gallery", "/demo/gallery/home", "/demo/gallery/form", "/demo/gallery/staff",
    "/staff/sign-in",
  ],
  citizen: [
    "/me", "/me/verify", "/me/password", "/me/sessions", "/me/access-log", "/me/entities", "/me/consents", "/me/consents/{id}/revoke", "/sign-in/again",
    "/messages", "/messages/{id}",
    "/cases", "/cases/new", "/cases/{id}", "/cases/{id}/consent", "/cases/{id}/facts", "/cases/{id}/contest/{fact}",
    "/cases/{id}/steps/{step}", "/cases/{id}/check", "/cases/{id}/done", "/cases/{id}/withdraw", "/cases/{id}/discard",
  ],
  holder: [
    "/certificates", "/certificates/{id}", "/certificates/{id}/bind", "/certificates/{id}/show", "/certificates/{id}/shown/{token}",
    "/verify", "/verify/{token}", "/staff/certificates/revoke", "/staff/certificates/revoke/confirm",
  ],
  clerk: [
    "/staff", "/staff/done", "/staff/me", "/staff/password", "/staff/cases/{id}",
    "/staff/cases/{id}/approve", "/staff/cases/{id}/decline", "/staff/cases/{id}/decline/confirm",
    "/staff/cases/{id}/refuse", "/staff/cases/{id}/refuse/confirm", "/staff/cases/{id}/unmask/{what}",
    "/staff/cases/{id}/transfer", "/staff/examination", "/staff/figures", "/staff/bulk", "/staff/bulk/approve", "/staff/views",
    "/staff/reasons/{office}",
  ],
};

/** What answers GET and is no page. */
const NO_PAGE: Record<string, string> = {
  "/staff/figures.csv": "a file for spreadsheets",
  "/certificates/{id}/pdf": "a PDF",
  "/certificates/{id}/sd-jwt": "a credential as text",
  "/cases/{id}/receipt.pdf": "a PDF",
  "/files/{id}": "a photo or PDF that was uploaded",
  "/verify/trust.json": "keys for the verifier",
  "/staff/reviews/{id}/verify": "leads back to the review",
  "/staff/reviews/{id}/answer": "leads back to the review",
  "/staff/reviews/{id}/opinion": "leads back to the review",
  "/staff/oidc/callback": "leads on, from the identity service",
  "/staff/cases/{id}/opinion": "leads back to the case, for who had to sign in again on the way",
  "/staff/supervision/{id}": "leads back to the list, for who had to sign in again on the way",
  "/staff/cases/{id}/claim": "leads back to the case, for who had to sign in again on the way",
  "/staff/cases/{id}/release": "leads back to the case, for who had to sign in again on the way",
  "/staff/cases/{id}/assign": "leads back to the case, for who had to sign in again on the way",
  "/staff/events": "word of changes, as an endless stream of events",
  "/staff/views/{view}/rename": "leads back to the views",
  "/staff/views/{view}/first": "leads back to the views",
  "/staff/views/{view}/delete": "leads back to the views",
  "/staff/reasons/{office}/{template}": "leads back to the templates of the office",
  "/staff/reasons/{office}/{template}/delete": "leads back to the templates of the office",
  "/staff/cases/{id}/notes": "leads back to the case, for who had to sign in again on the way",
  "/staff/cases/{id}/notes/{note}/strike": "leads back to the case, for who had to sign in again on the way",
  "/staff/cases/{id}/accept": "leads back to the case, for who had to sign in again on the way",
  "/staff/catalogue/services/{code}/propose": "leads back, for who had to sign in again on the way",
  "/staff/catalogue/proposals/{id}/revise": "leads back, for who had to sign in again on the way",
  "/staff/catalogue/proposals/{id}/withdraw": "leads back, for who had to sign in again on the way",
  "/staff/catalogue/proposals/{id}/again": "leads back, for who had to sign in again on the way",
  "/staff/catalogue/proposals/{id}/approve": "leads back, for who had to sign in again on the way",
  "/staff/catalogue/proposals/{id}/reject": "leads back, for who had to sign in again on the way",
};

// Recording every step of axe would take longer than the reading; a failure tells all that there is to know.
test.use({ trace: "off" });

const mistakes = (page: Page) => expect(page.locator("#error-summary")).toBeVisible();

/** Reads pages with axe, and remembers of which routes they were. */
function reader(routes: string[]) {
  const all = pages();
  const seen = new Set<string>();
  const here = async (page: Page) => {
    const route = routeOf(new URL(page.url()).pathname, all);
    if (route) seen.add(route);
    await axeHere(page);
  };
  const at = async (page: Page, path: string) => {
    await page.goto(path);
    await here(page);
  };
  const done = () => expect(routes.filter((route) => !seen.has(route)), "pages that were to be read").toEqual([]);
  return { here, at, done };
}

test("every page is read in every look", () => {
  // Specs of single features read their own pages: axeEverywhere(page, "/path").
  const elsewhere = readdirSync(import.meta.dirname).flatMap((file) => {
    const spec = readFileSync(join(import.meta.dirname, file), "utf8");
    return [...spec.matchAll(/axeEverywhere\(\w+, ["`]([^"`?]+)/g)].map(([, path = ""]) => path);
  });
  const routes = pages();
  expect(routes.length).toBeGreaterThan(50);
  const read = new Set([...Object.values(READ).flat(), ...elsewhere.map((path) => routeOf(path, routes))]);
  expect(routes.filter((route) => !read.has(route) && !(route in NO_PAGE)), "pages that no test reads").toEqual([]);
  const gone = [...Object.values(READ).flat(), ...Object.keys(NO_PAGE)].filter((route) => !routes.includes(route));
  expect(gone, "pages that are no more").toEqual([]);
});

test.describe("in every look", () => {
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "axe is JavaScript; the other projects read the same HTML");
  test.use({ expectedMessages: [/status of (403|404|409|413|422)|ERR_INTERNET_DISCONNECTED/] });
  test.setTimeout(300_000);

  test("pages for everyone read well", async ({ page }) => {
    const { at, here, done } = reader(READ.everyone);
    await test.step("finding and reading about services", async () => {
      await at(page, "/");
      await at(page, "/services");
      await at(page, "/services?theme=elderly&audience=person&badge=instant");
      await at(page, "/services?q=%3Cscript%3E");
      // Decided at once, for entities, and with a fee.
      for (const code of ["social-insurance-proof", "food-business-licence-renewal", "id-card-replacement"]) {
        await at(page, `/services/${code}`);
      }
      await at(page, "/bundles");
      for (const code of ["newborn", "work-injury"]) await at(page, `/bundles/${code}`);
    });
    await test.step("about the portal", async () => {
      for (const path of ["/preferences", "/regions", "/organisation", "/about", "/privacy", "/accessibility", "/offline.html"]) await at(page, path);
    });
    await test.step("places, opened and found", async () => {
      for (const place of ["/33", "/330106005", "/330106005001001", "/110101", "/3301?q=xihu", "/33?q=nowhere"]) await at(page, `/organisation${place}`);
    });
    await test.step("signing in, also with mistakes", async () => {
      await at(page, "/register");
      await at(page, "/sign-in");
      await page.getByLabel("手机号").fill("1380000");
      await press(page, "获取验证码");
      await mistakes(page);
      await here(page);
      await at(page, "/sign-in/password");
      await press(page, "登录");
      await mistakes(page);
      await here(page);
      await page.goto("/sign-in");
      await page.getByLabel("手机号").fill(resident("asking").phone);
      await press(page, "获取验证码");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("输入验证码");
      await here(page);
      await press(page, "登录");
      await mistakes(page);
      await here(page);
      await at(page, "/staff/sign-in");
      await press(page, "登录");
      await mistakes(page);
      await here(page);
    });
    await test.step("checking certificates", async () => {
      await at(page, "/verify");
      await at(page, "/verify?number=1.2.3");
      await at(page, "/verify/AAAAAAAAAAAAAAAAAAAAAAAAAAA");
    });
    await test.step("what the demo adds", async () => {
      for (const path of ["islands", "clock", "outbox", "gallery", "gallery/home", "gallery/form", "gallery/staff"]) {
        await at(page, `/demo/${path}`);
      }
    });
    await test.step("what cannot be had", async () => {
      await at(page, "/no/such/page");
      await page.evaluate(() => {
        const form = Object.assign(document.createElement("form"), { method: "post", action: "/preferences" });
        form.append(Object.assign(document.createElement("textarea"), { name: "next", value: "x".repeat(1_200_000) }));
        document.body.append(form);
        form.submit();
      });
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("提交的内容太大");
      await here(page);
    });
    done();
  });

  test("pages of a citizen read well", async ({ page }) => {
    const { at, here, done } = reader(READ.citizen);
    const person = resident("looks");
    await test.step("proving identity, also with mistakes", async () => {
      await page.goto("/sign-in");
      await page.getByLabel("手机号").fill(person.phone);
      await press(page, "获取验证码");
      await page.getByLabel("验证码", { exact: true }).fill(await codeFor(page.context(), person.phone));
      await press(page, "登录");
      await at(page, "/me");
      await at(page, "/me/verify");
      await press(page, "提交核对");
      await mistakes(page);
      await here(page);
      await page.getByLabel("姓名").fill(person.name);
      await page.getByLabel("身份证号").fill(person.id);
      await press(page, "提交核对");
      await expect(main(page).getByText("已实名")).toBeVisible();
      await here(page);
    });
    await test.step("about oneself, with nothing there yet", async () => {
      for (const path of ["cases", "certificates", "me/consents", "me/entities", "me/sessions", "sign-in/again"]) {
        await at(page, `/${path}`);
      }
      await at(page, "/me/entities");
      await main(page).getByLabel("统一社会信用代码").fill("91330108MY");
      await press(page, "核对并添加");
      await mistakes(page);
      await here(page);
      await at(page, "/me/password");
      await page.getByLabel("新密码").fill("short");
      await press(page, "保存");
      await mistakes(page);
      await here(page);
    });
    await test.step("a draft, also with mistakes", async () => {
      await at(page, "/cases/new?service=entity-social-insurance-proof");
      await at(page, "/cases/new?service=residence-registration");
      await press(page, "同意并开始办理");
      await expect(page).toHaveURL(/\/facts$/);
      await here(page);
      await main(page).getByRole("link", { name: /与实际不符 联系电话/ }).click();
      await here(page);
      await press(page, "提交说明");
      await mistakes(page);
      await here(page);
      await page.getByLabel("实际情况是").fill("已经换了号码");
      await press(page, "提交说明");
      await here(page);
      await follow(page, "下一步");
      await here(page);
      await press(page, "下一步");
      await mistakes(page);
      await here(page);
      await answerHome(page);
      await press(page, "再添加一个");
      await here(page);
      await press(page, "下一步");
      await mistakes(page);
      await here(page);
      await press(page, "去掉最后一个");
      await answerStay(page);
      await here(page);
      await at(page, page.url().replace(/check$/, "discard"));
      await at(page, "/cases");
    });
    await test.step("consent is taken back and given again", async () => {
      await page.goto("/me/consents");
      await here(page);
      await follow(page, "撤回授权");
      await here(page);
      await press(page, "确认撤回");
      await here(page);
      await page.goto("/cases/new?service=residence-registration");
      await expect(page).toHaveURL(/\/consent$/);
      await here(page);
      await press(page, "同意并开始办理");
    });
    await test.step("a case, also when there is nothing more to do", async () => {
      await page.goto(page.url().replace(/facts$/, "check"));
      await press(page, "提交申请");
      const { id } = await filed(page);
      await here(page);
      await at(page, `/cases/${id}`);
      await at(page, `/cases/${id}/withdraw`);
      await press(page, "撤回申请");
      await here(page);
      await at(page, `/cases/${id}/withdraw`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await at(page, "/cases");
    });
    await test.step("messages, and who looked", async () => {
      await at(page, "/messages");
      await main(page).getByRole("link", { name: /已撤回/ }).first().click();
      await here(page);
      await at(page, "/me/access-log");
    });
    done();
  });

  test("certificates and what becomes of them read well", async ({ page, browser }) => {
    const { at, here, done } = reader(READ.holder);
    const certificate = await obtainCertificate(page, resident("looks", 1));
    const whole = await credential(page, certificate);
    let link = "";
    await test.step("holding and showing", async () => {
      await at(page, "/certificates");
      await at(page, certificate);
      await at(page, `${certificate}/bind`);
      await at(page, `${certificate}/show`);
      await press(page, "生成二维码");
      await main(page).getByText("也可以把链接发给对方").click();
      await here(page);
      link = (await main(page).getByRole("link", { name: "看看对方会看到什么" }).getAttribute("href")) ?? "";
      await at(page, new URL(link).pathname);
    });
    const check = async (presentation: string, verdict: string) => {
      await page.goto("/verify");
      await expect(page.locator("html")).toHaveAttribute("data-verifier", "ready");
      await page.getByLabel("粘贴对方发来的链接或凭证").fill(presentation);
      await press(page, "核验");
      await expect(main(page).getByRole("heading", { level: 1 })).toHaveText(verdict);
      await here(page);
    };
    await test.step("every answer of a check", async () => {
      await check(whole, "证照有效");
      await check(withAnotherName(whole), "内容被改动过");
      await check(fromElsewhere(whole), "不是本平台签发的");
      await check(whole.slice(0, 200), "这不是一张电子证照");
      await page.goto(certificate);
      const number = /1\.2\.156\.3005\.2[\w.]+/.exec(await main(page).innerText())?.[0] ?? "";
      await at(page, `/verify?number=${number}`);
    });
    await test.step("expired, by the clock of the device, without network", async () => {
      const later = await page.context().newPage();
      await later.clock.setFixedTime(Date.now() + 200 * 24 * 3600 * 1000);
      await later.goto("/verify");
      await expect(later.locator("html")).toHaveAttribute("data-verifier", "ready");
      await page.context().setOffline(true);
      await later.getByLabel("粘贴对方发来的链接或凭证").fill(whole);
      await press(later, "核验");
      await expect(main(later).getByRole("heading", { level: 1 })).toHaveText("证照已过期");
      await page.context().setOffline(false);
      await here(later);
      await later.close();
    });
    await test.step("revoked by its issuer", async () => {
      await page.goto(certificate);
      const number = /1\.2\.156\.3005\.2[\w.]+/.exec(await main(page).innerText())?.[0] ?? "";
      const { context, page: staff } = await clerk(browser, "renshe");
      await at(staff, "/staff/certificates/revoke");
      await press(staff, "下一步：再看一遍");
      await mistakes(staff);
      await here(staff);
      await staff.getByLabel("证照编号").fill(number);
      await staff.getByLabel("吊销理由").fill("申请人要求更正");
      await press(staff, "下一步：再看一遍");
      await here(staff);
      await press(staff, "确认吊销");
      await here(staff);
      await context.close();
      await at(page, "/certificates");
      await at(page, certificate);
      await at(page, `${certificate}/bind`);
      await at(page, `${certificate}/show`);
      await at(page, new URL(link).pathname);
      await expect(main(page).getByRole("heading", { level: 1 })).toHaveText("证照已吊销");
    });
    done();
  });

  test("pages of a clerk read well", async ({ page, browser }, info) => {
    const { at, here, done } = reader(READ.clerk);
    const citizen = await browser.newContext({ ...info.project.use, baseURL: process.env.E2E_URL });
    const applicant = await citizen.newPage();
    await arrive(applicant, resident("looks", 2));
    const cases = [await fileRegistration(applicant, "已经换了号码"), await fileRegistration(applicant), await fileRegistration(applicant)];
    const [first, second, third] = cases.map(({ id }) => `/staff/cases/${id}`) as [string, string, string];
    await citizen.close();
    await signInAsStaff(page, "gongan");
    await test.step("the queue", async () => {
      for (const path of ["", "?state=accepted", "?state=awaiting_payment", "?q=ZB", "/examination", "/done", "/done?state=refused", "/me"]) {
        await at(page, `/staff${path}`);
      }
    });
    await test.step("a case is taken, given back, and could be handed on", async () => {
      await at(page, first);
      await press(page, "认领");
      await expect(page.getByRole("status")).toContainText("已认领");
      await here(page);
      await press(page, "放回待办");
      await expect(page.getByRole("status")).toContainText("已放回待办");
      await at(page, `${first}/transfer`);
      await press(page, "转办");
      await mistakes(page);
      await here(page);
    });
    await test.step("several cases at once", async () => {
      await page.goto("/staff");
      for (const box of await main(page).getByRole("checkbox").all()) await box.check();
      await press(page, "认领");
      await expect(page).toHaveURL(/\/staff\/bulk/);
      await here(page);
    });
    await test.step("a password of one's own", async () => {
      await at(page, "/staff/password");
      await press(page, "保存");
      await mistakes(page);
      await here(page);
    });
    await test.step("a case before and after acceptance", async () => {
      await at(page, first);
      const other = await page.context().newPage();
      await other.goto(first);
      await press(page, "受理");
      await expect(main(page).getByText("已受理")).toBeVisible();
      await here(page);
      await press(other, "受理");
      await expect(other.getByRole("heading", { level: 1 })).toHaveText("您已经处理过这件办件");
      await here(other);
      await other.close();
    });
    await test.step("a masked value", async () => {
      await at(page, `${first}/unmask/person.id_number`);
      await press(page, "查看完整信息");
      await mistakes(page);
      await here(page);
      await main(page).getByText("核对申请信息").click();
      await press(page, "查看完整信息");
      await expect(main(page).getByText("只显示这一次")).toBeVisible();
      await here(page);
    });
    await test.step("decisions", async () => {
      await page.goto("/staff?state=accepted");
      await main(page).getByRole("checkbox").first().check();
      await press(page, "准予办理");
      await expect(page).toHaveURL(/\/staff\/bulk\/approve/);
      await here(page);
      await at(page, `${first}/approve`);
      await approve(page);
      await here(page);
      await page.goto(second);
      await press(page, "受理");
      await at(page, `${second}/refuse`);
      await press(page, "下一步：再看一遍");
      await mistakes(page);
      await here(page);
      await main(page).getByText("户籍在本市，不属于居住登记的对象").click();
      await press(page, "下一步：再看一遍");
      await expect(page).toHaveURL(/\/refuse\/confirm/);
      await here(page);
      await press(page, "确认不予办理");
      await here(page);
      await at(page, `${third}/decline`);
      await press(page, "下一步：再看一遍");
      await mistakes(page);
      await here(page);
      await main(page).getByText("依法不需要办理", { exact: true }).click();
      await press(page, "下一步：再看一遍");
      await expect(page).toHaveURL(/\/decline\/confirm/);
      await here(page);
      await press(page, "确认不予受理");
      await here(page);
      await at(page, "/staff/done");
    });
    await test.step("views and templates, with mistakes", async () => {
      await at(page, "/staff?role=mine&light=red");
      await press(page, "存为视图");
      await mistakes(page);
      await here(page);
      await page.goto("/staff/me");
      await main(page).getByRole("link", { name: /^理由模板：/ }).first().click();
      await press(page, "新增");
      await mistakes(page);
      await here(page);
    });
    await test.step("what one may not see", async () => {
      const answer = await page.goto("/staff/cases/01900000-0000-7000-8000-000000000000");
      expect(answer?.status()).toBe(404);
      await here(page);
      await page.context().clearCookies();
      await signInAsStaff(page, "guanli", "/staff/me");
      await here(page);
      for (const period of ["", "?period=2026", "?period=days"]) await at(page, `/staff/figures${period}`);
      await at(page, first);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    });
    done();
  });
});
