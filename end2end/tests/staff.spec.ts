import { fileRegistration, filed } from "../support/case";
import { type Citizen, arrive } from "../support/citizen";
import { follow, heading, main, press } from "../support/page";
import { resident } from "../support/people";
import { clerk, signInAsStaff } from "../support/staff";
import { axeEverywhere, expect, test } from "../support/test";

/** Each project has a person of its own, whom no other file takes. */
const OWN: Record<string, Citizen> = {
  "phone-js": { name: "李秀兰", phone: "15400000014", id: "330102194302159029" },
  "phone-nojs": { name: "杨帆", phone: "15400000016", id: "330109200308019011" },
  desktop: { name: "沈洁", phone: "15400000013", id: "330110198909119021" },
};

test.describe("a clerk at work", () => {
  // Conflicts and forms with mistakes are answered 409 and 422.
  test.use({ expectedMessages: [/status of (409|422)/] });

  test("accepts, unmasks, approves, refuses and revokes", async ({ page, browser, javaScriptEnabled }, info) => {
    test.setTimeout(180_000);
    const person = OWN[info.project.name] ?? OWN.desktop;
    if (!person) throw new Error("a person for this project");
    await arrive(page, person);
    const first = await fileRegistration(page, "已经换了号码");
    const second = await fileRegistration(page);
    const { context, page: staff } = await clerk(browser, "gongan");

    await test.step("a case is found by its number, however it is typed", async () => {
      await staff.getByRole("searchbox").fill("ZB-000");
      await staff.getByRole("search").getByRole("button").click();
      await expect(staff).toHaveURL("/staff/search");
      await expect(main(staff).getByText("看不出要找什么")).toBeVisible();
      if (javaScriptEnabled !== false) await axeEverywhere(staff, "/staff/search");
      await staff.getByRole("searchbox").fill(first.reference.toLowerCase().replaceAll("-", " "));
      await staff.getByRole("search").getByRole("button").click();
      await expect(staff).toHaveURL(`/staff/cases/${first.id}`);
    });

    await test.step("answers stand beside evidence; what is personal is masked", async () => {
      await expect(main(staff).getByRole("heading", { name: /人口库/ })).toBeVisible();
      await expect(main(staff).getByText(/\d{4}-\d\d-\d\d \d\d:\d\d · 摘要 [0-9a-f]{4}…[0-9a-f]{4}/).first()).toBeVisible();
      await expect(main(staff).getByText("申请人说：已经换了号码")).toBeVisible();
      await expect(main(staff).getByText("户籍就在本市，不需要办理居住登记")).toBeVisible();
      const content = await staff.content();
      for (const secret of [person.id, person.phone, person.name, "402 室"]) expect(content).not.toContain(secret);
    });

    await test.step("a masked value is shown once, for a purpose that the applicant can read", async () => {
      await main(staff).getByRole("link", { name: "查看完整 公民身份号码" }).click();
      await press(staff, "查看完整信息");
      await expect(staff.locator("#error-summary")).toContainText("请选择用途");
      await main(staff).getByText("其他", { exact: true }).click();
      await main(staff).getByLabel(/补充说明/).fill("核对同名人员");
      const [answer] = await Promise.all([
        staff.waitForResponse((r) => r.request().method() === "POST"),
        press(staff, "查看完整信息"),
      ]);
      expect(answer.headers()["cache-control"]).toBe("no-store");
      await expect(main(staff).getByText(person.id)).toBeVisible();
      await follow(staff, "回到办件");
      await page.goto("/me/access-log");
      await expect(main(page).getByText(/核对同名人员/)).toBeVisible();
    });

    await test.step("of two decisions on the same sight only the first counts", async () => {
      const other = await context.newPage();
      await other.goto(`/staff/cases/${first.id}`);
      await press(staff, "受理");
      await expect(main(staff).getByText("已受理，承诺时限从今天起算。")).toBeVisible();
      await press(other, "受理");
      await expect(heading(other)).toHaveText("您已经处理过这件办件");
      await follow(other, "查看最新情况");
      await expect(other).toHaveURL(`/staff/cases/${first.id}`);
      await other.close();
    });

    await test.step("approving asks once more", async () => {
      await follow(staff, "准予办理");
      await expect(heading(staff)).toHaveText("确认准予办理");
      await expect(main(staff).getByText("申请人对 1 项信息有异议")).toBeVisible();
      await expect(main(staff).getByText("证照上将写明")).toBeVisible();
      await press(staff, "确认准予");
      await expect(staff.locator("#error-summary")).toContainText("请写明理由");
      await main(staff).getByLabel("准予的依据").fill("已电话核实，号码已更换");
      await press(staff, "确认准予");
      await expect(staff).toHaveURL(`/staff/cases/${first.id}?did=approved`);
      await expect(main(staff).getByText(/1\.2\.156\.3005\.2\./)).toBeVisible();
      await page.goto(`/cases/${first.id}`);
      await expect(main(page).getByRole("link", { name: "查看电子证照" })).toBeVisible();
      await expect(main(page).getByText("已电话核实，号码已更换")).toBeVisible();
    });

    await test.step("refusing needs a reason; nothing typed is lost", async () => {
      await staff.goto(`/staff/cases/${second.id}`);
      await press(staff, "受理");
      await follow(staff, "不予办理");
      await main(staff).getByLabel(/补充说明/).fill("请到户籍地派出所咨询");
      await press(staff, "下一步：再看一遍");
      await expect(staff.locator("#error-summary")).toContainText("请选择一个理由");
      await expect(staff).toHaveTitle(/^错误：/);
      await expect(main(staff).getByLabel(/补充说明/)).toHaveValue("请到户籍地派出所咨询");
      await main(staff).getByText("户籍在本市，不属于居住登记的对象").click();
      await press(staff, "下一步：再看一遍");
      await expect(main(staff).getByText("申请人会看到这段理由")).toBeVisible();
      await press(staff, "确认不予办理");
      await expect(staff).toHaveURL(`/staff/cases/${second.id}?did=refused`);
      await page.goto(`/cases/${second.id}`);
      await expect(main(page).getByText(/户籍在本市，不属于居住登记的对象/)).toBeVisible();
      await expect(main(page).getByText(/请到户籍地派出所咨询/)).toBeVisible();
    });

    await test.step("a certificate is revoked with a reason, once more confirmed", async () => {
      await staff.goto(`/staff/cases/${first.id}`);
      await follow(staff, "吊销证照");
      const number = await main(staff).getByLabel("证照编号").inputValue();
      expect(number).toMatch(/^1\.2\.156\.3005\.2\./);
      await press(staff, "下一步：再看一遍");
      await expect(staff.locator("#error-summary")).toContainText("请写明理由");
      await expect(main(staff).getByLabel("证照编号")).toHaveValue(number);
      await main(staff).getByLabel("吊销理由").fill("申报的住址不实");
      await press(staff, "下一步：再看一遍");
      await press(staff, "确认吊销");
      await expect(main(staff).getByText("证照已吊销，持有人会收到通知。")).toBeVisible();
      await staff.goto(`/staff/cases/${first.id}`);
      await expect(main(staff).getByText("已吊销")).toBeVisible();
    });
    await context.close();
  });
});

test.describe("who handles no cases", () => {
  test.use({ expectedMessages: [/status of 403/] });

  test("has no queue and reads no case", async ({ page }) => {
    await signInAsStaff(page, "guanli", "/staff/me");
    await expect(main(page).getByText("您的岗位不办理办件")).toBeVisible();
    // Their work begins elsewhere.
    await page.goto("/staff");
    await expect(page).toHaveURL("/staff/catalogue");
    const answer = await page.goto("/staff/cases/01900000-0000-7000-8000-000000000000");
    expect(answer?.status()).toBe(403);
  });
});

test("a stranger is sent to sign in and comes back", async ({ page }) => {
  await page.goto("/staff/done?state=refused");
  await expect(page).toHaveURL(/\/staff\/sign-in\?next=/);
  await signInAsStaff(page, "gongan", "/staff/done?state=refused");
});

test("records a payment at the counter, and the case goes on", async ({ page, browser, javaScriptEnabled }) => {
  test.setTimeout(120_000);
  await arrive(page, resident("fees"), "/services/id-card-replacement");
  await expect(main(page).getByText(/先缴费，后办理 · 40.00 元/)).toBeVisible();
  await page.goto("/cases/new?service=id-card-replacement");
  await press(page, "同意并开始办理");
  await follow(page, "下一步");
  await main(page).getByText("自己遗失", { exact: true }).click();
  const lost = main(page).getByRole("group", { name: "大约哪一天" });
  await lost.getByLabel("年").fill("2026");
  await lost.getByLabel("月").fill("11");
  await lost.getByLabel("日").fill("20");
  await press(page, "下一步");
  await main(page).getByText("沿用上一张证件的照片", { exact: true }).click();
  await press(page, "下一步");
  await main(page).getByText("到户籍地派出所领取", { exact: true }).click();
  await press(page, "下一步");
  await press(page, "提交申请");
  await expect(main(page).getByText("应缴 40.00 元")).toBeVisible();
  const { reference, id } = await filed(page);

  const { context, page: staff } = await clerk(browser, "gongan");
  await staff.goto("/staff?state=awaiting_payment");
  await main(staff).getByRole("link", { name: new RegExp(`登记缴费 ${reference}`) }).click();
  if (javaScriptEnabled !== false) await axeEverywhere(staff, `/staff/cases/${id}/pay`);
  await staff.goto(`/staff/cases/${id}`);
  await follow(staff, "登记已在窗口缴费");
  // The password was given a moment ago; the form says what is wrong in words.
  await press(staff, "确认已在窗口缴费");
  await expect(staff.locator("#error-summary")).toContainText("请填写票据号");
  await expect(main(staff).getByLabel("实缴金额")).toHaveValue("40.00");
  await main(staff).getByLabel("票据号").fill(`E2E-${id.slice(-12)}`);
  await press(staff, "确认已在窗口缴费");
  await expect(main(staff).getByText("已登记缴费，转到“待受理”")).toBeVisible();
  await context.close();

  await page.goto(`/cases/${id}`);
  await expect(main(page).getByText(/40.00 元 · 票据号 E2E/)).toBeVisible();
  await expect(main(page).getByText("待受理", { exact: true }).first()).toBeVisible();
});
