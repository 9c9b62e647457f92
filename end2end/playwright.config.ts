import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

const executablePath = process.env.CHROMIUM_PATH ?? ["/usr/bin/chromium"].find((path) => existsSync(path));

/**
 * Each project comes from an address of its own (RFC 5737): together they do more than one address may in an hour.
 */
const from = (address: string) => ({ extraHTTPHeaders: { "X-Forwarded-For": address } });

const phone = { ...devices["Pixel 7"], viewport: { width: 390, height: 844 } };

export default defineConfig({
  testDir: "tests",
  globalSetup: "./support/server.ts",
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  // A machine of CI may be busy: one more try. What passes only then is reported as flaky, and is to be mended.
  retries: process.env.CI ? 1 : 0,
  timeout: 60_000,
  workers: 2,
  reporter: process.env.CI ? [["list"]] : [["list"], ["html", { open: "never" }]],
  use: {
    baseURL: process.env.E2E_URL,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    // What is not there by then does not come: better said early than by the end of a long test.
    actionTimeout: 30_000,
    navigationTimeout: 30_000,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "phone-js", use: { ...phone, ...from("192.0.2.1") } },
    { name: "phone-nojs", use: { ...phone, ...from("192.0.2.2"), javaScriptEnabled: false } },
    { name: "desktop", use: { ...devices["Desktop Chrome"], ...from("192.0.2.3"), viewport: { width: 1280, height: 800 } } },
  ],
});
