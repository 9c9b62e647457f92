// The desk of clerks, with JavaScript: word of changes without reloading, keys, and templates that fill a field at once.
// The pages do everything without it.

// ——— templates of reasons ———

for (const select of document.querySelectorAll("select[data-fills]")) {
  select.addEventListener("change", () => {
    const words = select.selectedOptions[0]?.dataset.words;
    // `right.` is one of many: of what the text is about.
    const { fills } = select.dataset;
    const field = select.form?.elements[fills.endsWith(".") ? fills + select.form.elements.about.value : fills];
    if (!words || !field || field.value.includes(words)) return;
    field.closest("details")?.setAttribute("open", "");
    field.value = field.value.trim() ? `${field.value.trimEnd()}\n${words}` : words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const own = select.form.querySelector('input[name="reason"][value="other"]');
    if (own && !select.form.querySelector('input[name="reason"]:checked')) own.checked = true;
    field.focus();
  });
}

// ——— what changes meanwhile ———

const root = document.querySelector("[data-desk]");
const part = (name) => root.querySelector(`[data-part="${name}"]`);
const words = root ? JSON.parse(root.dataset.words) : {};

/// Says it where nothing moves: the reader decides when the page is read again.
function announce(text) {
  const box = part("news");
  if (box.dataset.said === text) return;
  box.dataset.said = text;
  const link = document.createElement("a");
  link.href = location.href.split("#")[0];
  link.textContent = words.reload;
  // To the same address with a `#` a link would only jump.
  link.addEventListener("click", (event) => {
    event.preventDefault();
    location.reload();
  });
  box.replaceChildren(`${text} · `, link);
}

function count(counts) {
  for (const [state, n] of Object.entries(counts)) {
    const mark = document.querySelector(`.tabs a[href*="state=${state}"] .tab-count`);
    if (mark) mark.textContent = n > 99 ? "99+" : n;
  }
}

const heard = {
  queue({ new: n, more, counts }) {
    count(counts);
    announce(n > 0 ? (more ? words.more : words.new.replace("{n}", n)) : words.changed);
  },
  stale: () => announce(words.stale),
  case: () => announce(words.case),
};

let source;
/// Listens while the page is looked at: a hidden window needs no connection, and is told everything when it comes back.
function listen() {
  const seen = document.visibilityState === "visible";
  if (seen && !source && globalThis.EventSource) {
    source = new EventSource(root.dataset.source);
    source.onopen = () => (root.dataset.listening = "yes");
    for (const [name, tell] of Object.entries(heard)) {
      source.addEventListener(name, ({ data }) => tell(JSON.parse(data)));
    }
  } else if (!seen && source) {
    source.close();
    source = undefined;
    delete root.dataset.listening;
  }
}

// ——— keys ———

const OFF = "desk-keys-off";
/// Some browsers keep nothing.
const store = {
  get: () => {
    try {
      return localStorage.getItem(OFF) === "yes";
    } catch {
      return false;
    }
  },
  set: (off) => {
    try {
      localStorage.setItem(OFF, off ? "yes" : "no");
    } catch {
      // Off until the page is left.
    }
  },
};
let off = store.get();

const rows = () => [...document.querySelectorAll(".desk-bulk tbody tr")];
const current = () => document.activeElement?.closest?.(".desk-bulk tbody tr");

function move(by) {
  const all = rows();
  if (all.length === 0) return false;
  const at = all.indexOf(current());
  const row = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  row.tabIndex = -1;
  row.focus();
  return true;
}

/// A post that the page itself has no button for.
function post(action) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  document.body.append(form);
  form.submit();
  return true;
}

function claim() {
  const button = document.querySelector('form[action$="/claim"]');
  if (button) return button.requestSubmit(), true;
  const link = current()?.querySelector('.cell-act a[href^="/staff/cases/"]');
  return link ? post(`${link.getAttribute("href")}/claim`) : false;
}

function focus(element) {
  element?.focus();
  return Boolean(element);
}

function follow(link) {
  link?.click();
  return Boolean(link);
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => Boolean(current()) && move(1),
  ArrowUp: () => Boolean(current()) && move(-1),
  // A link or a button in the row keeps its own meaning.
  Enter: () => document.activeElement === current() && follow(current().querySelector(".cell-act a")),
  x: () => {
    const box = current()?.querySelector(".pick");
    box?.click();
    return Boolean(box);
  },
  a: claim,
  "/": () => focus(document.querySelector('[role="search"] input')),
  n: () => focus(document.getElementById("note")),
  u: () => follow(document.querySelector(".breadcrumb a")),
  "?": () => (part("keys").showModal(), true),
};

function pressed(event) {
  if (off || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  // Whoever types, types.
  const typing = event.target.closest?.('input:not([type="checkbox"], [type="radio"]), textarea, select, dialog, [contenteditable]');
  if (typing || !Object.hasOwn(KEYS, event.key)) return;
  if (KEYS[event.key]()) event.preventDefault();
}

if (root) {
  listen();
  document.addEventListener("visibilitychange", listen);
  // A page that is kept to come back to holds no connection.
  addEventListener("pagehide", () => {
    source?.close();
    source = undefined;
  });
  addEventListener("pageshow", ({ persisted }) => persisted && listen());

  part("keys-open").hidden = false;
  part("keys-open").addEventListener("click", () => part("keys").showModal());
  const on = part("keys-on");
  on.checked = !off;
  on.addEventListener("change", () => {
    off = !on.checked;
    store.set(off);
  });
  document.addEventListener("keydown", pressed);
}
