// What a citizen does in the browser: signing in, proving identity once, answering a form.
import { type BrowserContext, type Page, expect } from "@playwright/test";

export type Citizen = { name: string; phone: string; id: string };

/** The people of the demo; the stand-ins know them (`standins::demo_people`). */
export const PEOPLE = {
  linXiaoyu: { name: "林晓雨", phone: "15400000001", id: "330106199203159021" },
  chenJianguo: { name: "陈建国", phone: "15400000003", id: "33018519580420901X" },
  zhouMing: { name: "周明", phone: "15400000007", id: "341226199411029014" },
  zhaoWenbo: { name: "赵文博", phone: "15400000002", id: "330106199007029019" },
  heJun: { name: "何俊", phone: "15400000008", id: "33010819800126901X" },
  liXiulan: { name: "李秀兰", phone: "15400000014", id: "330102194302159029" },
} satisfies Record<string, Citizen>;

/** Signs in unless that is done, and ends where a new account is asked to prove identity, an old one at `next`. */
export async function signIn(page: Page, phone: string, next = "/me"): Promise<void> {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  // Who is signed in is sent on at once.
  if (new URL(page.url()).pathname !== "/sign-in") return;
  const before = await newestCode(page.context(), phone);
  await page.getByLabel("手机号").fill(phone);
  await page.getByRole("main").getByRole("button", { name: "获取验证码" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("输入验证码");
  await page.getByLabel("验证码", { exact: true }).fill(await codeFor(page.context(), phone, before));
  await page.getByRole("main").getByRole("button", { name: "登录", exact: true }).click();
  // Whoever goes on before the answer is here goes on without it.
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

/** The newest code that the SMS stand-in took for `phone`, if any. */
async function newestCode(context: BrowserContext, phone: string): Promise<string | undefined> {
  const answer = await context.request.get(`/demo/outbox?to=${phone}`);
  return /\b(\d{6})\b/.exec((await answer.text()).replace(/<[^>]*>/g, " "))?.[1];
}

/** That code, once there is one; another than `before`, where there was one. */
export async function codeFor(context: BrowserContext, phone: string, before?: string): Promise<string> {
  let code: string | undefined;
  await expect
    .poll(
      async () => {
        code = await newestCode(context, phone);
        return code !== undefined && code !== before;
      },
      { message: `a new code for ${phone}`, timeout: 20_000 },
    )
    .toBe(true);
  return code ?? "";
}

/** Signs in and, the first time, proves identity. Ends at `next`. */
export async function arrive(page: Page, citizen: Citizen, next = "/me"): Promise<void> {
  await signIn(page, citizen.phone, next);
  await page.goto("/me/verify");
  if (new URL(page.url()).pathname === "/me/verify" && (await page.getByLabel("姓名").count()) > 0) {
    await page.getByLabel("姓名").fill(citizen.name);
    await page.getByLabel("身份证号").fill(citizen.id);
    await page.getByRole("main").getByRole("button", { name: "提交核对" }).click();
  }
  await page.goto(next);
}
