// Keeps a page and its session in step: one heartbeat, all tabs, no token in sight.
// Tells the page by events on document, in every tab: session:changed, its detail the new state (session,
// organization, organizationName, address, and version, which is another whenever anything is), and
// session:ended, its detail the last one. lifetime.js hears what each beat brought, by session:heard and
// session:unreachable, and asks for one by session:ask.

const IDLE = 10 * 60 * 1000; // no key, pointer or scroll for this long: nobody is here to stay signed in for
const RETRY = 15 * 1000; // first retry after a failure, doubled each time
const SLOWEST = 5 * 60 * 1000;
const TROUBLES = ["unreachable", "not-here"]; // notes of which one is shown until a beat is answered

const page = { ...document.body.dataset }; // what this page was made for: session, version, organization, address
const tabs = new BroadcastChannel("foyer-session");
const heart = () => document.getElementById("heartbeat");

let last = page; // what we last heard the browser's session to be
let told = null; // what another tab says that we haven't seen
let seen = Date.now(); // when somebody was last here
let held = false; // a beat was due while nobody was
let failures = 0;
let retry = null;

// ---- the heartbeat

function beat() {
  const element = heart();
  clearTimeout(retry);
  retry = null;
  if (element) htmx.ajax("POST", element.dataset.refresh, { source: element, target: element, swap: "outerHTML" });
}

document.addEventListener("session:ask", beat);

const nobody = () => document.hidden || Date.now() - seen > IDLE;

// The interval is htmx's; a beat of it waits while nobody is here, or while a retry is on its way.
document.addEventListener("every", (event) => {
  if (event.target !== heart()) return;
  held = nobody();
  if (held || retry) event.stopImmediatePropagation();
}, true);

function back() {
  seen = Date.now();
  if (!held || document.hidden) return;
  held = false;
  beat();
}
document.addEventListener("visibilitychange", back);
for (const name of ["keydown", "pointerdown", "pointermove", "scroll", "focus"]) {
  addEventListener(name, back, { passive: true, capture: true });
}

// ---- answers to it

// "Stay signed in" is answered by a heartbeat, too.
const isBeat = (event) => event.detail.ctx?.sourceElement?.matches?.("#heartbeat, [data-extend]");

document.addEventListener("htmx:before:response", (event) => {
  if (!isBeat(event)) return;
  const { status } = event.detail.ctx.response;
  if (status >= 500 || status === 429) {
    event.preventDefault(); // the page and its session stay as they are
    failed();
  }
});

document.addEventListener("htmx:error", (event) => {
  if (!isBeat(event)) return;
  event.stopImmediatePropagation();
  failed();
}, true);

// A 403 that brings a fresh form token, for every form here, came of a stale one: we need only ask again.
// Without one the service judges no session from this network, which asking at once doesn't change.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  if (!isBeat(event) || ctx.response.status !== 403) return;
  tasks.splice(0, tasks.length, ...tasks.filter((task) => task.type === "oob"));
  if (!tasks.length) return failed("not-here");
  failures += 1;
  retry = failures < 3 ? setTimeout(beat, 50) : null;
});

document.addEventListener("htmx:after:swap", (event) => {
  if (!isBeat(event) || event.detail.ctx.response.status !== 200) return;
  failures = 0;
  for (const name of TROUBLES) say(name, false);
  hear(heart().dataset);
});

addEventListener("online", () => retry && beat());

function failed(trouble = "unreachable") {
  const wait = Math.min(RETRY * 2 ** failures, SLOWEST) * (0.5 + Math.random());
  failures += 1;
  for (const name of TROUBLES) say(name, name === trouble);
  document.dispatchEvent(new Event("session:unreachable"));
  clearTimeout(retry);
  retry = setTimeout(() => (nobody() ? (held = true, retry = null) : beat()), wait);
}

// ---- what became of the session

function hear(state) {
  const before = last;
  const corrects = told && (told.session ?? "") !== state.session; // who told us is out of date, and wouldn't know
  told = null;
  last = { ...state };
  document.dispatchEvent(new CustomEvent("session:heard", { detail: last }));
  if (!state.session) return ended(before, corrects);
  const changed = state.version !== before.version;
  if (changed) document.dispatchEvent(new CustomEvent("session:changed", { detail: { ...state } }));
  if (changed || corrects) tell();
  const away = ["organization", "address"].find((key) => state[key] !== page[key]);
  say("elsewhere", away, (note) => {
    const key = away === "organization" ? "organizationName" : "address";
    for (const there of note.querySelectorAll("[data-there]")) there.textContent = state[key];
    note.querySelector("[data-here]").textContent = page[key];
  });
}

function ended(before, corrects) {
  const link = document.querySelector("#session-ended [data-sign-in]");
  if (link) link.search = new URLSearchParams({ next: location.pathname + location.search });
  if (before.session) document.dispatchEvent(new CustomEvent("session:ended", { detail: before }));
  if (before.session || corrects) tell();
  if (before.session) clear();
}

// A beat may be answered when the browser is in the next session, so it clears no token. This names the one that
// was found over, and only if that one is still here do its cookies go.
function clear() {
  fetch(heart().dataset.state).catch(() => {}); // else the next page does it
}

// A note in the corner, from the template of that name: there once, or not at all.
function say(name, wanted, fill) {
  const corner = document.getElementById("corner");
  corner.querySelector(`[data-note="${name}"]`)?.remove();
  if (!wanted) return;
  const note = document.getElementById(name).content.cloneNode(true).firstElementChild;
  note.dataset.note = name;
  fill?.(note);
  corner.append(note);
}

// ---- the other tabs: each tells what it knows, and asks the server about what it doesn't

function tell() {
  tabs.postMessage({ type: last.session ? "changed" : "signed-out", ...last });
}

tabs.addEventListener("message", ({ data }) => {
  if (data.session && document.getElementById("entered")) return enter(data);
  if (!heart() || (data.version ?? "") === (last.version ?? "")) return;
  told = data;
  held = false;
  clearTimeout(retry);
  retry = setTimeout(beat, Math.random() * 400); // not all tabs in the same instant
});
tell();

// At the sign-in, when another tab has signed in: on we go, unless something would be lost by it.
function enter({ address }) {
  const fields = [...document.querySelectorAll("input:not([type=hidden])")];
  const typed = fields.some((field) => field.value !== field.defaultValue);
  say("entered", true, (note) => {
    note.querySelector("[data-there]").textContent = address;
    const loses = typed || document.querySelector("form[aria-busy]");
    if (!loses) location.replace(note.querySelector("[data-onward]").href);
  });
}

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // the browser kept a copy from before; see what is true now
});
