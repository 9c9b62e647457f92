// Reading pages with axe: WCAG 2.2 AA in every look, without a doubt left unexplained.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { type Page, expect, test } from "@playwright/test";
import type { AxeResults, NodeResult, Result, RunOptions } from "axe-core";

declare global {
  interface Window {
    axe?: { run(options: RunOptions): Promise<AxeResults> };
  }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const WCAG = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } as const;

const OPTIONS: RunOptions = {
  resultTypes: ["violations", "incomplete"],
  elementRef: false,
  iframes: false,
};

/** How a page can look: standard, elder mode, dark, and enlarged to 200 %. */
export const LOOKS = {
  standard: { mode: "standard", theme: "light", zoom: 1, rules: WCAG },
  elder: { mode: "elder", theme: "light", zoom: 1, rules: WCAG },
  // A theme is colours and nothing else.
  dark: { mode: "standard", theme: "dark", zoom: 1, rules: { type: "rule", values: ["color-contrast"] } },
  zoomed: { mode: "standard", theme: "light", zoom: 2, rules: WCAG },
} satisfies Record<string, { mode: string; theme: string; zoom: number; rules: unknown }>;

/** Opens `path` and reads it in every look. */
export async function axeEverywhere(page: Page, path: string): Promise<void> {
  const { javaScriptEnabled } = test.info().project.use;
  test.skip(javaScriptEnabled === false, "axe is JavaScript; the other projects read the same HTML");
  await page.goto(path);
  await axeHere(page);
}

/**
 * Reads the page as it is now in every look, and fails on whatever violates WCAG 2.2 AA, on whatever axe could not
 * decide, and on content that is wider than the window.
 *
 * Modes and themes are two attributes of the document and nothing else, so the page need not be loaded again.
 */
export async function axeHere(page: Page): Promise<void> {
  const size = page.viewportSize();
  const own = await page.evaluate(() => ({ ...document.documentElement.dataset }));
  await page.emulateMedia({ reducedMotion: "reduce" });
  // A result that is still being checked is dimmed for a moment.
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const found: string[] = [];
  // An icon is a symbol of the sprite: without the sprite's address nothing is drawn, and nobody complains.
  const blank = await page.locator('svg use:not([href*="/icons."])').count();
  if (blank > 0) found.push(`${blank} icons show nothing`);
  for (const [name, look] of Object.entries(LOOKS)) {
    if (size && look.zoom !== 1) {
      // Zoom to 200 % leaves half the pixels of CSS.
      await page.setViewportSize({ width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) });
    }
    const { results, content, window } = await page.evaluate(
      async ({ mode, theme, options }) => {
        const root = document.documentElement;
        Object.assign(root.dataset, { mode, theme });
        // Bars that stay at the edges must not lie over anything that could be scrolled away from them.
        scrollTo(0, 0);
        const { violations, incomplete } = await globalThis.window.axe!.run(options);
        return { results: { violations, incomplete }, content: root.scrollWidth, window: root.clientWidth };
      },
      { mode: look.mode, theme: look.theme, options: { ...OPTIONS, runOnly: look.rules } as RunOptions },
    );
    if (content > window) found.push(`${name}: the content is ${content - window} px wider than the window`);
    found.push(...results.violations.flatMap((result) => told(name, result)));
    for (const doubt of results.incomplete) found.push(...told(name, await undecided(page, doubt)));
  }
  if (size) await page.setViewportSize(size);
  await page.emulateMedia({ reducedMotion: null });
  await page.evaluate((own) => Object.assign(document.documentElement.dataset, own), own);
  expect.soft(found, `axe on ${page.url()}`).toEqual([]);
}

/** What is left of a doubt when the contrasts that axe could not compute are computed. */
async function undecided(page: Page, result: Result): Promise<Result> {
  const nodes: NodeResult[] = [];
  for (const node of result.nodes) {
    const selector = node.target.length === 1 ? node.target[0] : undefined;
    if (result.id !== "color-contrast" || typeof selector !== "string") {
      nodes.push(node);
      continue;
    }
    const { covered, least, needed } = await page.evaluate(contrasts, selector);
    const message = covered ? `covered by ${covered}` : `${least.toFixed(2)} at worst, ${needed} needed`;
    if (covered || least < needed) nodes.push({ ...node, any: [{ ...node.any[0]!, message }] });
  }
  return { ...result, nodes };
}

/**
 * The least contrast of an element's text with whatever can be behind it: the backgrounds of the element and all around
 * it, every colour of their gradients, and their decorations; and what covers the text even when it is scrolled to the
 * middle, away from bars that stay at the edges. Runs in the page.
 */
function contrasts(selector: string): { covered?: string; least: number; needed: number } {
  type Colour = [red: number, green: number, blue: number, alpha: number];
  const element = document.querySelector(selector);
  if (!element) return { covered: "nothing: it is gone", least: 0, needed: 4.5 };
  element.scrollIntoView({ block: "center", inline: "center" });

  const texts: Text[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    // What is for screen readers only lies anywhere.
    if (text.data.trim() && (text.parentElement?.clientWidth ?? 2) !== 1) texts.push(text);
  }
  const measure = () =>
    texts.flatMap((text) => {
      const range = document.createRange();
      range.selectNodeContents(text);
      return [...range.getClientRects()].filter((line) => line.width > 2 && line.height > 2);
    });
  let cover: Element | undefined;
  for (let n = 0; n < measure().length; n++) {
    const away = measure()[n]!;
    scrollBy(0, away.top + away.height / 2 - innerHeight / 2);
    const line = measure()[n]!;
    for (const part of [0.1, 0.5, 0.9]) {
      const hit = document.elementFromPoint(line.left + line.width * part, line.top + line.height / 2);
      if (hit && !element.contains(hit) && !hit.contains(element)) cover ??= hit;
    }
  }
  const lines = measure();

  const brush = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })!;
  const colour = (text: string): Colour => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = text;
    brush.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 0] = brush.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top: Colour, below: Colour): Colour => {
    const mix = (n: 0 | 1 | 2) => top[n] * top[3] + below[n] * (1 - top[3]);
    return [mix(0), mix(1), mix(2), 1];
  };
  const stops = (image: string): Colour[] => {
    // A picture could hold any colour.
    if (image.includes("url(")) return [[0, 0, 0, 1], [255, 255, 255, 1]];
    return [...image.matchAll(/(?:rgba?|hsla?|color|oklch|oklab|lab|lch)\([^()]*\)/g)].map(([text]) => colour(text));
  };
  const painted = (style: CSSStyleDeclaration, below: Colour[]): Colour[] => {
    const ground = colour(style.backgroundColor);
    const grounds = below.map((colour) => over(ground, colour));
    const gradient = stops(style.backgroundImage);
    return gradient.length > 0 ? grounds.flatMap((below) => gradient.map((stop) => over(stop, below))) : grounds;
  };
  /** Whether a decoration may lie under the text; one whose place cannot be told may. */
  const under = (parent: Element, style: CSSStyleDeclaration): boolean => {
    const [left, top, width, height] = [style.left, style.top, style.width, style.height].map(parseFloat) as [number, number, number, number];
    const around = parent.getBoundingClientRect();
    if (style.position !== "absolute" || getComputedStyle(parent).position === "static") return true;
    if ([left, top, width, height].some(Number.isNaN) || style.transform !== "none") return true;
    const [x, y] = [around.left + left, around.top + top];
    return lines.some((line) => line.left < x + width && x < line.right && line.top < y + height && y < line.bottom);
  };
  const behind = (element: Element | null): Colour[] => {
    if (!element) return [colour("canvas")];
    const own = painted(getComputedStyle(element), behind(element.parentElement));
    const decorated = ["::before", "::after"].flatMap((pseudo) => {
      const style = getComputedStyle(element, pseudo);
      const shown = style.content !== "none" && style.content !== "normal" && style.display !== "none";
      return shown && under(element, style) ? painted(style, own) : [];
    });
    const all = [...own, ...decorated].map((colour) => colour.map(Math.round).join());
    return [...new Set(all)].map((key) => key.split(",").map(Number) as unknown as Colour);
  };
  const light = ([r, g, b]: Colour) => {
    const linear = (part: number) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  const style = getComputedStyle(element);
  const ratios = behind(element).map((ground) => {
    const [a, b] = [light(over(colour(style.color), ground)), light(ground)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  return { covered: cover?.outerHTML.slice(0, 120), least: Math.min(...ratios), needed: large ? 3 : 4.5 };
}

const reasons = (node: NodeResult) => [...node.any, ...node.all, ...node.none].map((check) => check.message).join(" ");

function told(look: string, result: Result): string[] {
  return result.nodes.map((node) => `${look}: ${result.id}: ${reasons(node)}\n  ${node.target.join(" ")}\n  ${node.html.slice(0, 300)}`);
}
