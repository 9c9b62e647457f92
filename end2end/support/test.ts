// The `test` of every spec: a page fails its test when the browser has anything to complain about.
import AxeBuilder from "@axe-core/playwright";
import { type Page, expect, test as base } from "@playwright/test";

export { expect } from "@playwright/test";

type Fixtures = {
  /** Messages of the console that this test expects, such as the browser's line about a 404. */
  expectedMessages: RegExp[];
};

export const test = base.extend<Fixtures>({
  expectedMessages: [[], { option: true }],

  context: async ({ context, expectedMessages }, use) => {
    const complaints: string[] = [];
    const complain = (text: string) => {
      if (!expectedMessages.some((expected) => expected.test(text))) complaints.push(text);
    };
    context.on("console", (message) => {
      // Violations of the content security policy arrive here too.
      if (message.type() === "error" || message.type() === "warning") complain(`${message.type()}: ${message.text()}`);
    });
    context.on("weberror", (error) => {
      const { message, stack } = error.error();
      // Leaving a page while the browser still fades into it ends the fading, which no script of ours began.
      if (!/^Transition was (aborted|skipped)/.test(message)) complain(`error: ${stack || message}`);
    });
    await use(context);
    expect(complaints, "what the browser complained about").toEqual([]);
  },
});

/** How a page can look: standard, elder mode, dark, and enlarged to 200 %. */
export const LOOKS = ["standard", "elder", "dark", "zoomed"] as const;

/** Reads the page at `path` with axe in every look, and fails on any violation of WCAG 2.2 AA. */
export async function axeEverywhere(page: Page, path: string): Promise<void> {
  const { javaScriptEnabled } = test.info().project.use;
  test.skip(javaScriptEnabled === false, "axe is JavaScript; the other projects read the same HTML");
  const size = page.viewportSize();
  for (const look of LOOKS) {
    await choose(page, {
      mode: look === "elder" ? "elder" : "standard",
      theme: look === "dark" ? "dark" : "light",
    });
    if (look === "zoomed" && size) {
      // Zoom to 200 % leaves half the pixels of CSS.
      await page.setViewportSize({ width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) });
    }
    await page.goto(path);
    await expectNoSidewaysScroll(page, look);
    const result = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
      .analyze();
    const found = result.violations.map((v) => `${v.id}: ${v.help}\n${v.nodes.map((n) => `  ${n.html}`).join("\n")}`);
    expect(found, `axe on ${path}, ${look}`).toEqual([]);
  }
  if (size) await page.setViewportSize(size);
}

async function expectNoSidewaysScroll(page: Page, look: string): Promise<void> {
  const [content, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(content, `width of the content, ${look}`).toBeLessThanOrEqual(window ?? 0);
}

/** Chooses how the pages look, as a reader does it, without leaving a trace in the page under test. */
export async function choose(page: Page, choices: { mode?: string; theme?: string; locale?: string }): Promise<void> {
  const answer = await page.request.post("/preferences", { form: { ...choices, next: "/livez" } });
  expect(answer.ok()).toBe(true);
}

/** Waits until the islands of the page are alive; returns at once where there is no JavaScript. */
export async function islandsReady(page: Page, javaScriptEnabled: boolean | undefined): Promise<void> {
  if (javaScriptEnabled !== false) await expect(page.locator("html")).toHaveAttribute("data-islands", "ready");
}
