import type { BrowserContext, Page } from "@playwright/test";
import { credential } from "../support/certificate";
import { codeFor } from "../support/citizen";
import { follow, heading, main, press } from "../support/page";
import { resident } from "../support/people";
import { STAFF_PASSWORD, approve } from "../support/staff";
import { expect, islandsReady, test } from "../support/test";

test.use({ locale: "en-GB", expectedMessages: [/status of (404|422)/] });
test.setTimeout(240_000);

/**
 * What is Chinese by nature on a page in English, besides what is marked as Chinese, such as the button that changes the
 * language: the names of people, whole or masked, and addresses, as registers hold them and letters carry them.
 */
const MASKED_NAME = /\p{Script=Han}\*{1,2}/gu;
const ADDRESS =
  /浙江省杭州市\p{Script=Han}{1,3}(?:\*{2}|[区县市]\p{Script=Han}{1,8}?(?:街道|镇|乡)(?:\p{Script=Han}{1,8}\d+号[\p{Script=Han}\d]*室)?)/gu;
/** The clerk of public security. */
const CLERK = "赵敏";

/** Fails if a page says anything in Chinese that is not so by nature. */
async function expectEnglish(page: Page, names: string[]): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  const said = await page.evaluate(() => {
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node instanceof Element ? node : node.parentElement;
      if (!element || element.closest("[lang|=zh], script, style")) continue;
      if (!(node instanceof Element)) texts.push(node.textContent ?? "");
      // The first sign of a name stands for its person.
      else if (node.classList.contains("avatar")) walker.nextNode();
      else for (const name of ["aria-label", "title", "alt", "placeholder"]) texts.push(node.getAttribute(name) ?? "");
    }
    return texts;
  });
  const left = said
    .map((text) => names.reduce((rest, name) => rest.replaceAll(name, ""), text).replace(ADDRESS, "").replace(MASKED_NAME, ""))
    .filter((text) => /\p{Script=Han}/u.test(text));
  expect.soft([...new Set(left)], `untranslated on ${page.url()}`).toEqual([]);
}

/** The window at 200 % holds the longer words too. */
async function expectFits(page: Page): Promise<void> {
  const size = page.viewportSize();
  if (!size) return;
  await page.setViewportSize({ width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.setViewportSize(size);
  expect.soft(over, `pixels too wide at 200 % on ${page.url()}`).toBeLessThanOrEqual(0);
}

test("the whole job in English, the citizen's and the clerk's", async ({ page, browser, watch, javaScriptEnabled }, info) => {
  const person = resident("english");
  const names = [person.name, CLERK];
  const reads = async (on: Page = page) => {
    await expectEnglish(on, names);
    await expectFits(on);
  };

  await test.step("finding a service and reading about it", async () => {
    await page.goto("/");
    await reads();
    await page.getByRole("search").getByRole("searchbox").fill("registration of residence");
    await page.getByRole("search").getByRole("button").click();
    await reads();
    await main(page).getByRole("link", { name: /Registration of residence/ }).first().click();
    await expect(heading(page)).toHaveText("Registration of residence");
    await reads();
  });

  await test.step("signing in and proving identity", async () => {
    await page.goto("/cases/new?service=residence-registration");
    await reads();
    await page.getByLabel("Mobile number").fill("138");
    await press(page, "Send the code");
    await expect(page.locator("#error-summary")).toBeVisible();
    await reads();
    await page.getByLabel("Mobile number").fill(person.phone);
    await press(page, "Send the code");
    await expect(heading(page)).toHaveText("Enter the code");
    await reads();
    await page.getByLabel("Code", { exact: true }).fill(await codeFor(page.context(), person.phone));
    await press(page, "Sign in");
    await expect(page).toHaveURL(/\/me\/verify/);
    await reads();
    await page.getByLabel("Name").fill(person.name);
    await page.getByLabel("Resident ID number").fill(person.id);
    // Messages are in the language that was chosen; a browser that comes with it is no choice yet.
    await page.request.post("/preferences", { form: { locale: "en", next: "/livez" } });
    await press(page, "Check");
  });

  let caseId = "";
  await test.step("consent, facts, questions, check, submission", async () => {
    await expect(heading(page)).toHaveText("Permission to fetch your data");
    await reads();
    await press(page, "Agree and start");
    await expect(heading(page)).toHaveText("What we found for you");
    await reads();
    await main(page).getByRole("link", { name: /This is wrong Phone/ }).click();
    await reads();
    await press(page, "Send");
    await expect(page.locator("#error-summary")).toBeVisible();
    await reads();
    await page.getByLabel("What is right").fill("I have a new number");
    await press(page, "Send");
    await reads();
    await follow(page, "Continue");
    await islandsReady(page, javaScriptEnabled);
    await press(page, "Continue");
    await expect(page.locator("#error-summary")).toBeVisible();
    await expect(page).toHaveTitle(/^Error:/);
    await reads();
    await page.getByLabel("District, county or town").selectOption({ index: 1 });
    await press(page, "Choose the next level");
    await page.getByLabel("Subdistrict or township").selectOption({ index: 1 });
    await page.getByLabel("Street, building and door").fill("Building 8, Room 402");
    const since = main(page).getByRole("group", { name: "Living there since" });
    await since.getByLabel("Year").fill("2026");
    await since.getByLabel("Month").fill("3");
    await since.getByLabel("Day").fill("12");
    await main(page).getByText("My own or my family’s").click();
    await press(page, "Continue");
    await main(page).getByRole("group", { name: "Why you live here" }).getByText("Other", { exact: true }).click();
    await reads();
    await press(page, "Continue");
    await expect(page).toHaveURL(/\/check$/);
    await reads();
    await press(page, "Submit the application");
    await expect(heading(page)).toHaveText("Submitted");
    await reads();
    caseId = /\/cases\/([0-9a-f-]+)\//.exec(page.url())?.[1] ?? "";
  });

  await test.step("everything under Me", async () => {
    const paths = ["/me", "/me/access-log", "/me/consents", "/me/sessions", "/me/entities", "/messages", "/cases", "/certificates", "/preferences", "/privacy", "/accessibility", "/no/such/page", `/cases/${caseId}`, `/cases/${caseId}/withdraw`];
    for (const path of paths) {
      await page.goto(path);
      await reads();
    }
  });

  const desk = await browser.newContext({ ...info.project.use, locale: "en-GB" });
  watch(desk);
  const staff = await desk.newPage();
  await test.step("the clerk: queue, case, acceptance, approval", async () => {
    await clerkSignsIn(staff, desk);
    await reads(staff);
    await staff.goto(`/staff/cases/${caseId}`);
    await reads(staff);
    await staff.goto(`/staff/cases/${caseId}/unmask/person.id_number`);
    await reads(staff);
    for (const no of ["decline", "refuse"]) {
      if (no === "refuse") {
        await staff.goto(`/staff/cases/${caseId}`);
        await press(staff, "Accept");
        await expect(main(staff).getByText("Accepted. The promised time runs from today.")).toBeVisible();
        await reads(staff);
      }
      await staff.goto(`/staff/cases/${caseId}/${no}`);
      await reads(staff);
    }
    await staff.goto(`/staff/cases/${caseId}/approve`);
    await expect(heading(staff)).toHaveText("Confirm the approval");
    await reads(staff);
    await approve(staff, "Approve", "Checked by telephone");
    await reads(staff);
    for (const path of ["/staff/done", "/staff/me", "/staff/certificates/revoke"]) {
      await staff.goto(path);
      await reads(staff);
    }
  });
  await desk.close();

  await test.step("the certificate, shown and checked", async () => {
    await page.goto(`/cases/${caseId}`);
    await reads();
    await follow(page, "Open the electronic certificate");
    await expect(page).toHaveURL(/\/certificates\//);
    await reads();
    const certificate = new URL(page.url()).pathname;
    const whole = await credential(page, certificate);
    await follow(page, "Show to someone");
    await reads();
    await press(page, "Make the QR code");
    await reads();
    await main(page).getByText("Or send them the link").click();
    const link = (await main(page).getByRole("link", { name: "See what they will see" }).getAttribute("href")) ?? "";
    await page.goto(new URL(link).pathname);
    await expect(heading(page)).toHaveText("Valid");
    await reads();
    await page.goto("/verify");
    await reads();
    await page.getByLabel("Paste the link or credential you were given").fill(whole);
    await press(page, "Verify");
    await expect(heading(page)).toHaveText("Valid");
    await reads();
    const pdf = await page.request.get(`${certificate}/pdf?lang=en`);
    expect(pdf.headers()["content-type"]).toBe("application/pdf");
  });

  await test.step("messages, also by SMS, are in English", async () => {
    await page.goto("/messages");
    await reads();
    const outbox = await (await page.request.get(`/demo/outbox?to=${person.phone}`)).text();
    const words = outbox.replaceAll(person.name, "").replace(/<[^>]*lang="zh[^>]*>[^<]*/g, "").replace(/<[^>]*>/g, "\n").split("\n");
    expect(words.filter((line) => line.includes("approved"))).not.toEqual([]);
    expect.soft(words.filter((line) => /\p{Script=Han}/u.test(line)), "untranslated messages").toEqual([]);
  });
});

async function clerkSignsIn(staff: Page, desk: BrowserContext): Promise<void> {
  await staff.goto("/staff/sign-in");
  await expectEnglish(staff, []);
  await staff.getByLabel("Login").fill("gongan");
  await staff.getByLabel("Password").fill(STAFF_PASSWORD);
  await press(staff, "Sign in");
  await expect(staff).toHaveURL("/staff");
  expect((await desk.cookies()).length).toBeGreaterThan(0);
}
