// The `test` of every spec: a page fails its test when the browser has anything to complain about, or when an address
// tells something about a person.
import { type BrowserContext, type Page, expect, test as base } from "@playwright/test";
import { type Portal, launch } from "./server";

export { expect } from "@playwright/test";
export { LOOKS, axeEverywhere, axeHere } from "./axe";

type Fixtures = {
  /** Messages of the console that this test expects, such as the browser's line about a 404. */
  expectedMessages: RegExp[];
  /** What the browser complained about so far, in the context of the test and in all that `watch` was given. */
  complaints: string[];
  /** Watches another context as the test's own is watched. */
  watch: (context: BrowserContext) => void;
};

export const test = base.extend<Fixtures>({
  expectedMessages: [[], { option: true }],

  complaints: async ({}, use) => {
    const complaints: string[] = [];
    await use(complaints);
    expect(complaints, "what the browser complained about").toEqual([]);
  },

  watch: async ({ complaints, expectedMessages }, use) => {
    const complain = (text: string) => {
      if (!expectedMessages.some((expected) => expected.test(text))) complaints.push(text);
    };
    await use((context) => {
      context.on("console", (message) => {
        // Violations of the content security policy arrive here too.
        if (message.type() === "error" || message.type() === "warning") complain(`${message.type()}: ${message.text()}`);
      });
      context.on("weberror", (error) => {
        const { message, stack } = error.error();
        // Leaving a page while the browser still fades into it ends the fading, which no script of ours began.
        if (!/^Transition was (aborted|skipped)/.test(message)) complain(`error: ${stack || message}`);
      });
      context.on("request", (request) => {
        const told = personal(request.url());
        if (told) complain(`the address ${request.url()} tells ${told}`);
      });
    });
  },

  context: async ({ context, watch }, use) => {
    watch(context);
    await use(context);
  },
});

/** What an address tells about a person: it stays in histories, logs and bookmarks, so it may tell nothing. */
export function personal(address: string): string | undefined {
  const url = new URL(address);
  // What people search for is in the address on purpose, so that a search can be kept and sent on.
  if (url.pathname === "/services") url.searchParams.delete("q");
  const text = decodeURIComponent((url.pathname + url.search).replaceAll("+", " "));
  // Ids, tokens, names of files and numbers of certificates are of another kind: more stands around their digits.
  if (/(?<![\w.-])\d{17}[\dXx](?![\w.-])/.test(text)) return "an ID number";
  if (/(?<![\w.-])1\d{10}(?![\w.-])/.test(text)) return "a phone number";
  if (/\p{Script=Han}/u.test(text)) return "words in Chinese, such as a name";
  return undefined;
}

/** Waits until the islands of the page are alive; returns at once where there is no JavaScript. */
export async function islandsReady(page: Page, javaScriptEnabled: boolean | undefined): Promise<void> {
  if (javaScriptEnabled !== false) await expect(page.locator("html")).toHaveAttribute("data-islands", "ready");
}

/** The `test` of a spec that needs a portal of its own, and says why; milliseconds until it has to be there. */
export const withOwnPortal = (timeout = 150_000) =>
  test.extend<object, { portal: Portal }>({
    portal: [
      async ({}, use) => {
        const portal = await launch();
        await use(portal);
        await portal.stop();
      },
      { scope: "worker", timeout },
    ],
    baseURL: async ({ portal }, use) => use(portal.address),
  });
