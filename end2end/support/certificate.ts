// A certificate that was really issued, and what a forger makes of it.
import { type Page, expect } from "@playwright/test";
import { type Citizen, arrive } from "./citizen";

const main = (page: Page) => page.getByRole("main");

/** Files for a proof of social insurance, which is decided at once. Ends at the certificate; gives its path. */
export async function obtainCertificate(page: Page, citizen: Citizen): Promise<string> {
  await arrive(page, citizen, "/certificates");
  const held = main(page).getByRole("link", { name: /社会保险参保证明/ });
  if ((await held.count()) > 0) {
    await held.first().click();
    return new URL(page.url()).pathname;
  }
  await page.goto("/cases/new?service=social-insurance-proof");
  await main(page).getByRole("button", { name: "同意并开始办理" }).click();
  await main(page).getByRole("link", { name: "下一步" }).click();
  await page.getByText("子女入学").click();
  await page.getByLabel(/交给哪个单位/).fill("杭州市示例小学");
  await main(page).getByRole("button", { name: "下一步", exact: true }).click();
  await main(page).getByRole("button", { name: "提交，当场办结" }).click();
  await main(page).getByRole("link", { name: "查看电子证照" }).click();
  await expect(page).toHaveURL(/\/certificates\//);
  return new URL(page.url()).pathname;
}

/** The credential with all its claims, as its holder downloads it. */
export async function credential(page: Page, certificate: string): Promise<string> {
  const answer = await page.request.get(`${certificate}/sd-jwt`);
  expect(answer.ok()).toBe(true);
  expect(answer.headers()["cache-control"]).toBe("no-store");
  return answer.text();
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const decode = (text: string) => JSON.parse(Buffer.from(text, "base64url").toString());

/** Another name in place of the signed one. */
export function withAnotherName(presentation: string): string {
  return presentation
    .split("~")
    .map((part, n) => {
      if (n === 0 || !part) return part;
      const [salt, name] = decode(part);
      return name === "name" ? encode([salt, name, "冒名者"]) : part;
    })
    .join("~");
}

/** The same, said to be from an issuer elsewhere, with a key that nobody here knows. */
export function fromElsewhere(presentation: string): string {
  const [jwt = "", ...disclosures] = presentation.split("~");
  const [header = "", payload = "", signature] = jwt.split(".");
  const foreign = [
    encode({ ...decode(header), kid: "unknown" }),
    encode({ ...decode(payload), iss: "https://elsewhere.example/issuers/1" }),
    signature,
  ];
  return [foreign.join("."), ...disclosures].join("~");
}
