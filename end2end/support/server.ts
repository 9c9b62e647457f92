// Starts the real binary with demo data on a free port and a fresh folder; stops it after the tests.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const START_SECONDS = 120;
const STOP_SECONDS = 30;

/** A portal of one's own, and the stand-ins of other people's services behind it. */
export type Portal = { address: string; standins: string; token: string; stop: () => Promise<void> };

/** The portal that all specs share. */
export default async function start(): Promise<() => Promise<void>> {
  const portal = await launch();
  process.env.E2E_URL = portal.address;
  return portal.stop;
}

export async function launch(): Promise<Portal> {
  const binary = process.env.E2E_BINARY ?? resolve("../target/debug/zhangban");
  const data = await mkdtemp(join(tmpdir(), "zhangban-e2e-"));
  const log = join(data, "server.log");
  const logFile = await open(log, "w");
  const token = randomBytes(16).toString("hex");
  const server = spawn(binary, ["serve", "--demo", "--data", join(data, "data"), "--listen", "127.0.0.1:0"], {
    env: {
      ...process.env,
      ZHANGBAN_LOG__FORMAT: "json",
      ZHANGBAN_DEMO__TOKEN: token,
      // Projects say from which address they come.
      ZHANGBAN_TRUSTED_PROXIES: '["127.0.0.1"]',
    },
    stdio: ["ignore", "ignore", logFile.fd],
  });
  const ended = new Promise<void>((done) => server.once("exit", () => done()));
  await logFile.close();

  const stop = async () => {
    server.kill("SIGTERM");
    await Promise.race([ended, pause(STOP_SECONDS * 1000).then(() => server.kill("SIGKILL"))]);
    await rm(data, { recursive: true, force: true });
  };
  for (let tenths = 0; tenths < START_SECONDS * 10; tenths++) {
    const ready = readyLine(await readFile(log, "utf8"));
    if (ready) return { ...ready, token, stop };
    if (server.exitCode !== null) break;
    await pause(100);
  }
  const said = await readFile(log, "utf8");
  await stop();
  throw new Error(`the server did not become ready:\n${said}`);
}

/** The addresses in the log line that says the server is ready. */
function readyLine(log: string): { address: string; standins: string } | undefined {
  for (const line of log.split("\n").filter((line) => line.startsWith("{"))) {
    try {
      const { message, address, standins } = JSON.parse(line);
      if (message === "ready") return { address, standins };
    } catch {
      // The last line may be half written.
    }
  }
  return undefined;
}
