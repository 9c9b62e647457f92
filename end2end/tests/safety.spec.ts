import { arrive } from "../support/citizen";
import { main } from "../support/page";
import { resident } from "../support/people";
import { signInAsStaff } from "../support/staff";
import { expect, personal, test } from "../support/test";

test.describe("the net under all tests", () => {
  test("catches what the content security policy refuses", async ({ page, complaints, javaScriptEnabled }) => {
    // The real answer with its real policy, and in it what an attacker might have brought in.
    await page.route("/accessibility", async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(
        "</main>",
        `<img src="https://elsewhere.example/pixel.png" alt=""><p style="color:red">x</p>` +
          `<script>document.title = "taken over"</script></main>`,
      );
      await route.fulfill({ response, body });
    });
    await page.goto("/accessibility");
    await expect(page).toHaveTitle(/无障碍/);
    const refused = javaScriptEnabled === false ? [/img-src|image/, /style-src|inline style/] : [/img-src|image/, /style-src|inline style/, /script-src|inline script/];
    for (const kind of refused) {
      await expect.poll(() => complaints.some((text) => /Content Security Policy/.test(text) && kind.test(text))).toBe(true);
    }
    complaints.length = 0;
  });

  test("catches personal data in addresses", async ({ page, complaints }) => {
    await page.goto("/privacy?name=%E6%9E%97%E6%99%93%E9%9B%A8");
    await expect.poll(() => complaints.length).toBeGreaterThan(0);
    complaints.length = 0;
    const origin = "https://portal.example";
    for (const address of ["/me?id=33010619920315902X", "/sign-in/code?phone=15400000001", "/cases?who=林晓雨", "/files/身份证.jpg"]) {
      expect(personal(origin + address), address).toBeDefined();
    }
    for (const address of [
      "/services?q=补办身份证",
      "/cases/01a21249-4d78-7b85-9b52-b45321a06285/check",
      "/verify?number=1.2.156.3005.2.SOCIALINSURANCEPROOF.113301009000000220.QEBJMT4QK.001.V",
      "/assets/main.11d375c2939a.css",
    ]) {
      expect(personal(origin + address), address).toBeUndefined();
    }
  });
});

test("cookies are out of reach of scripts and of other sites", async ({ page }) => {
  await arrive(page, resident("strangers", 2));
  await page.request.post("/preferences", { form: { mode: "elder", next: "/livez" } });
  const cookies = await page.context().cookies();
  expect(cookies.length).toBe(2);
  for (const { name, httpOnly, sameSite, path, domain } of cookies) {
    expect({ httpOnly, sameSite, path }, name).toEqual({ httpOnly: true, sameSite: "Lax", path: "/" });
    expect(domain, "no other host gets it").not.toMatch(/^\./);
  }
  await page.context().clearCookies();
  await signInAsStaff(page, "guanli", "/staff/me");
  for (const { name, httpOnly, sameSite } of await page.context().cookies()) {
    expect({ httpOnly, sameSite }, name).toEqual({ httpOnly: true, sameSite: "Lax" });
  }
});

test("signing in and out changes the session, and nothing of it is kept", async ({ page }) => {
  const session = async () => (await page.context().cookies()).find(({ name }) => name === "session")?.value;
  await page.goto("/sign-in");
  await page.getByLabel("手机号").fill("1380000");
  await main(page).getByRole("button", { name: "获取验证码" }).click();
  const before = await session();
  await arrive(page, resident("strangers", 3));
  const after = await session();
  expect(after).toBeDefined();
  expect(after).not.toBe(before);
  for (const path of ["/cases", "/certificates", "/messages", "/me/access-log", "/me"]) {
    const answer = await page.goto(path);
    expect(answer?.headers()["cache-control"], path).toContain("no-store");
  }
  await main(page).getByRole("button", { name: "退出登录" }).click();
  await expect(page).not.toHaveURL(/\/me$/);
  expect(await session()).not.toBe(after);
  await page.goBack();
  await page.reload();
  await expect(page).toHaveURL(/\/sign-in/);
});
