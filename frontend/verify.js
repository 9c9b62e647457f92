// The page that checks certificates: here, on this device, also without network. Nothing that is checked leaves it.
const root = document.querySelector("[data-verify]");
const words = JSON.parse(root.dataset.words);
const part = (name, within = root) => within.querySelector(`[data-part="${name}"]`);

/// What is kept for use without network: issuers with their keys, status lists. All of it is public.
const KEPT = "verify-data";
const MOST_KEPT = 200;
/// Status lists fetched ahead at most; of others only those that were needed are at hand.
const AHEAD = 50;
const PATIENCE_MS = 8000;

const say = (key, values = {}) =>
  words[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

// ——— what checks need ———

let loaded;
/// The verifier, loaded when first needed.
function verifier() {
  loaded ??= import("__VERIFIER_JS__").then(async (module) => {
    await module.default({ module_or_path: "__VERIFIER_WASM__" });
    return module;
  });
  return loaded;
}

const store = () => globalThis.caches?.open(KEPT).catch(() => undefined);

/// A public document: from the network, else as it was kept. `live` says which.
async function document_at(path) {
  const kept = await store();
  try {
    const answer = await fetch(path, { cache: "no-cache", credentials: "omit", signal: AbortSignal.timeout?.(PATIENCE_MS) });
    if (answer.ok) {
      await kept?.put(path, answer.clone()).catch(() => {});
      const next = answer.headers.get("link")?.match(/<([^>]+)>; rel="next"/)?.[1];
      return { text: await answer.text(), next: next && list_path(new URL(next, location).href), live: true };
    }
    // The portal answers, and there is no such document.
    if (answer.status === 404) return { live: true };
  } catch {
    // No network.
  }
  const old = await kept?.match(path);
  return { text: await old?.text(), live: false };
}

/// Where this portal publishes a status list. Lists of others are never asked for.
function list_path(uri) {
  try {
    const path = new URL(uri).pathname;
    return path.startsWith("/status-lists/") ? path : undefined;
  } catch {
    return undefined;
  }
}

// ——— the check ———

let current;
let occasion = {};
let running = 0;

/// Checks what was scanned, pasted or shown, and shows the answer. `audience` and `nonce` say what the holder was asked
/// to sign for.
async function check(text, { focus = true, audience = "", nonce = "" } = {}) {
  current = text;
  occasion = { audience, nonce };
  const run = ++running;
  root.setAttribute("aria-busy", "true");
  try {
    const [module, trust] = await Promise.all([verifier(), document_at(root.dataset.verify)]);
    const presentation = module.read(text);
    const uri = module.status_uri(presentation);
    const path = uri && list_path(uri);
    const list = path ? await document_at(path) : { live: true };
    if (run !== running) return;
    if (!trust.text) {
      show({ result: "trustless" }, {}, { live: false }, focus);
      return;
    }
    const found = JSON.parse(module.verify(presentation, trust.text, list.text, Date.now() / 1000, audience, nonce));
    show(found, JSON.parse(trust.text).kinds ?? {}, { live: trust.live && list.live }, focus);
  } finally {
    if (run === running) root.removeAttribute("aria-busy");
  }
}

// ——— the answer ———

const CHINA = { timeZone: "Asia/Shanghai" };
const day_format = new Intl.DateTimeFormat("sv-SE", { ...CHINA, dateStyle: "short" });
const minute_format = new Intl.DateTimeFormat("sv-SE", { ...CHINA, dateStyle: "short", timeStyle: "short" });
/// Instants are in microseconds.
const day = (at) => day_format.format(at / 1000);
const minute = (at) => minute_format.format(at / 1000);
const now = () => minute_format.format(Date.now());
const in_language = (text) => (words.lang === "en" ? text.en : text.zh);

function show(found, kinds, { live }, focus) {
  const before = part("result").querySelector("[data-answer]");
  const template = document.getElementById(`answer-${found.result}`) ?? document.getElementById("answer-malformed");
  const answer = template.content.firstElementChild.cloneNode(true);
  const certificate = found.certificate;

  const paragraphs = answer.querySelectorAll(".verdict > p");
  const reason = reason_of(found, live);
  if (reason) paragraphs[0].append(words.lang === "en" ? " " : "", reason);
  const time = now();
  // The server's answer stands: does this device agree with it?
  const from_server = root.dataset.presentation === current && before?.dataset.answer;
  const key = live ? (from_server ? "cert-check-online-both" : "cert-check-local") : "cert-check-offline";
  paragraphs[1].textContent = say(key, { time });
  if (!live && found.result !== "trustless") {
    const offline = part("offline", answer);
    const as_of = certificate?.status_as_of;
    offline.querySelector(".alert-body p").textContent = as_of
      ? say("cert-check-offline-text", { time: minute(as_of) })
      : say("cert-check-offline-no-list");
    offline.hidden = false;
  }
  if (live && from_server && from_server !== found.result) {
    const note = document.createElement("p");
    note.className = "error";
    note.textContent = say("cert-check-differs");
    answer.querySelector(".verdict").append(note);
  }
  if (certificate) {
    fill(part("shown", answer), claims(certificate, kinds[certificate.kind]));
    fill(part("about", answer), about(certificate, kinds[certificate.kind]));
  } else if (found.result === "foreign") {
    fill(part("about", answer), [[say("cert-check-claims-to-be"), found.issuer]]);
  }

  part("result").replaceChildren(answer);
  for (const [name, hidden] of [["ask", true], ["next", false], ["again", false]]) {
    const element = part(name);
    if (element) element.hidden = hidden;
  }
  const heading = answer.querySelector("h1");
  document.title = `${heading.textContent}${document.title.replace(/^[^·]*/, " ")}`;
  if (focus) {
    heading.tabIndex = -1;
    heading.focus();
    scrollTo({ top: 0 });
  }
}

function reason_of(found, live) {
  if (found.reason === "unknown_key" && !live) return say("cert-check-reason-unknown_key-offline");
  const of = found.result === "unbound" ? "unbound-" : "";
  return words[`cert-check-reason-${of}${found.reason}`];
}

/// Whether who shows it is known to be its holder.
function binding({ binding }) {
  const { at, audience, nonce } = binding.shown ?? {};
  return at === undefined
    ? say(`cert-check-binding-${binding}`)
    : say("cert-check-binding-shown", { time: minute(at), audience, nonce });
}

/// Names and values of the claims that can be seen, in the order of the template.
function claims({ open, disclosed }, kind) {
  const labels = kind?.claims ?? [];
  const place = (id) => {
    const at = labels.findIndex((label) => label.id === id);
    return at < 0 ? labels.length : at;
  };
  return Object.entries({ ...open, ...disclosed })
    .filter(([id]) => !["number", "definition", "issuing_authority", "issuing_authority#en"].includes(id))
    .sort(([a], [b]) => place(a) - place(b))
    .map(([id, value]) => {
      const label = labels[place(id)]?.label;
      return [label ? in_language(label) : id, typeof value === "string" ? value : JSON.stringify(value)];
    });
}

function about(certificate, kind) {
  const { validity, withheld } = certificate;
  // The end is exclusive.
  const from = validity.from === null ? undefined : day(validity.from);
  const to = validity.until === null ? undefined : day(validity.until - 1_000_000);
  const period = from
    ? say(to ? "cert-from-to" : "cert-from-forever", { from, to })
    : (to ?? say("cert-forever"));
  const department = in_language(certificate.issuer_name);
  const authority = in_language(certificate.authority);
  const rows = [
    [say("cert-check-kind"), kind && in_language(kind.title)],
    [say("cert-issuer"), authority],
    [say("cert-check-signed-by"), authority !== department && department],
    [say("cert-number"), certificate.open.number],
    [say("cert-issued"), certificate.issued_at && day(certificate.issued_at)],
    [say("cert-validity"), period],
    [
      say("cert-check-withheld"),
      withheld && (withheld === 1 ? words["one-withheld"] : say("cert-check-withheld-count", { n: withheld })),
    ],
    [say("cert-check-status-as-of"), certificate.status_as_of && minute(certificate.status_as_of)],
    [say("cert-check-binding"), binding(certificate)],
  ];
  return rows.filter(([, value]) => value);
}

function fill(section, rows) {
  const row = document.getElementById("answer-row").content.firstElementChild;
  const list = section.querySelector("dl");
  for (const [name, value] of rows) {
    const filled = row.cloneNode(true);
    filled.querySelector("dt").textContent = name;
    filled.querySelector("dd").textContent = value;
    list.append(filled);
  }
  section.hidden = rows.length === 0;
}

// ——— what the reader does ———

/// A presentation behind the `#` of a link. It is taken out of the address, so that it stays in no history.
function opened_with_link() {
  const carried = location.hash.slice(1);
  if (!carried || document.getElementById(carried)) return false;
  history.replaceState(null, "", location.pathname);
  check(carried).catch(() => show({ result: "trustless" }, {}, { live: false }, true));
  return true;
}

const form = part("paste");
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = (name) => form.elements[name].value.trim();
  const asked = { audience: typed("audience"), nonce: typed("nonce") };
  // Without a verifier (an old browser, a blocked download) the server checks.
  pasted(typed("presentation"), asked).catch(() => form.submit());
});

async function pasted(text, asked) {
  const empty = part("empty");
  empty.hidden = text !== "";
  if (text === "") {
    form.elements.presentation.setAttribute("aria-invalid", "true");
    form.elements.presentation.focus();
    return;
  }
  form.elements.presentation.removeAttribute("aria-invalid");
  // A link that carries nothing itself: the portal knows what is behind it.
  const page = (await verifier()).page(location.origin, text);
  if (page) location.assign(page);
  else await check(text, asked);
}
const remark = part("private");
if (remark) remark.hidden = false;

// Where the verifier cannot be loaded, what is shown stands.
const again = (focus) => current !== undefined && check(current, { ...occasion, focus }).catch(() => {});
part("again").addEventListener("click", () => again(true));
addEventListener("hashchange", opened_with_link);
addEventListener("offline", () => again(false));
addEventListener("online", () => again(false));

if (!opened_with_link() && root.dataset.presentation) {
  current = root.dataset.presentation;
  again(false);
}

// ——— ready for use without network ———

async function prepare() {
  if (!navigator.serviceWorker || !globalThis.caches) return;
  navigator.serviceWorker.register("/sw.js").catch(() => {});
  const { active } = await navigator.serviceWorker.ready;
  const answer = new MessageChannel();
  const kept_page = new Promise((done) => (answer.port1.onmessage = ({ data }) => done(data)));
  active.postMessage("keep-verifier", [answer.port2]);
  if (!(await kept_page)) return;

  const trust = await document_at(root.dataset.verify);
  if (!trust.live || !trust.text) return;
  const signing = JSON.parse(trust.text).issuers.filter((issuer) => issuer.jwks.keys.length > 0);
  let lists = signing.map((issuer) => `/status-lists/${issuer.issuer.split("/").pop()}`);
  let left = AHEAD;
  // The first list of every issuer, then the ones that follow.
  while (lists.length > 0 && left > 0) {
    const following = [];
    for (const path of lists.slice(0, left)) {
      left -= 1;
      const { next } = await document_at(path);
      if (next) following.push(next);
    }
    lists = following;
  }
  const kept = await store();
  const old = (await kept?.keys()) ?? [];
  await Promise.all(old.slice(0, Math.max(0, old.length - MOST_KEPT)).map((request) => kept.delete(request)));
  const ready = part("ready");
  if (ready) {
    ready.querySelector(".alert-title").textContent = say("cert-check-ready", { time: now() });
    ready.hidden = false;
  }
  document.documentElement.dataset.verifier = "ready";
}

const idle = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 1));
idle(() => prepare().catch(() => {}), { timeout: 2000 });
