// The addresses of all pages, as the source of the portal names them.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const SOURCE = join(import.meta.dirname, "../../app/src");

/** Every route that answers GET. */
export function pages(): string[] {
  const found = new Set<string>();
  for (const file of readdirSync(SOURCE, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".rs")) continue;
    const source = readFileSync(join(SOURCE, file), "utf8");
    for (const [, route = "", handlers = ""] of source.matchAll(/\.route\(\s*"([^"]+)",(?=([^"]*))/g)) {
      if (/\bget\(/.test(handlers)) found.add(route);
    }
  }
  return [...found].sort();
}

/** The route that answers an address; exact words go before placeholders, as in the router. */
export function routeOf(path: string, routes: string[]): string | undefined {
  const fits = routes.filter((route) => new RegExp(`^${route.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path));
  return fits.sort((a, b) => a.split("{").length - b.split("{").length)[0];
}
