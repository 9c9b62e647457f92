// What people do on a page, by the words that they see.
import type { Locator, Page } from "@playwright/test";

export const main = (page: Page): Locator => page.getByRole("main");

export const heading = (page: Page): Locator => page.getByRole("heading", { level: 1 });

/** Presses the button with these words. */
export const press = (page: Page, name: string): Promise<void> =>
  main(page).getByRole("button", { name, exact: true }).filter({ visible: true }).click();

/** Follows the link with these words. */
export const follow = (page: Page, name: string | RegExp): Promise<void> =>
  main(page).getByRole("link", { name, exact: true }).filter({ visible: true }).click();

/** Chooses an answer of the question with these words. */
export const choose = (page: Page, question: string | RegExp, answer: string): Promise<void> =>
  main(page).getByRole("group", { name: question }).filter({ visible: true }).getByText(answer, { exact: true }).click();
