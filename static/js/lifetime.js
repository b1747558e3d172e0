// Says in time that the session is about to end, in every tab, and lets it go on.
// When that is, the server says, in seconds from now: what this machine's clock shows is of no account.

const WARNING = 2 * 60 * 1000; // time enough for anybody to press a button
const LOOK = 20 * 1000; // at the latest; a timer stands still while the machine sleeps
const PATIENCE = 3 * 1000; // to hear what other tabs did meanwhile; without an answer the dialog opens all the same
const AGAIN = 2 * 1000; // between two questions whether the end has really come
const MOVED = 30 * 1000; // an end that is told this much later was moved; less was a slow answer
const ALOUD = [60, 30, 10]; // seconds left that a screen reader says; each second would be noise

const dialog = document.getElementById("session-ending");
const tabs = new BroadcastChannel("foyer-lifetime");

let known = {}; // what the server last said
let ends = Infinity; // by our clock
let overdue = 0; // when we last asked whether it has come
let asked = false; // the server, since this end came near
let waved = false; // the dialog was closed by hand; once is enough
let said = Infinity;
let timer = null;

const ask = () => document.dispatchEvent(new Event("session:ask"));
const part = (name) => dialog.querySelector(`[data-${name}]`);

function hear(state) {
  if (part("failed")) part("failed").hidden = true;
  asked = true;
  move(state, state.session && state.left ? Date.now() + state.left * 1000 : Infinity);
  tabs.postMessage({ state: known, ends });
}

function move(state, end) {
  const other = state.session !== known.session;
  const later = !other && end - ends > MOVED;
  [known, ends] = [{ ...state }, other || later ? end : Math.min(end, ends)];
  if (later) document.dispatchEvent(new CustomEvent("session:changed", { detail: known }));
  if (later || other) {
    [waved, said] = [false, Infinity];
    close();
  }
  if (later) document.querySelector("[data-session-line]")?.remove();
  plan();
}

function plan() {
  clearTimeout(timer);
  const left = ends - Date.now();
  if (left > WARNING) {
    asked = false;
    close();
    if (left < Infinity) timer = setTimeout(plan, Math.min(left - WARNING, LOOK));
  } else if (!asked) {
    asked = true;
    timer = setTimeout(plan, PATIENCE);
    ask();
  } else if (left <= 0) {
    close();
    const early = overdue + AGAIN - Date.now();
    timer = setTimeout(plan, early > 0 ? early : LOOK);
    if (early > 0) return;
    overdue = Date.now();
    ask();
  } else {
    show(Math.ceil(left / 1000));
    timer = setTimeout(plan, left % 1000 || 1000);
  }
}

function show(seconds) {
  part("left").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const now = ALOUD.find((at) => seconds <= at && at < said);
  if (waved) return;
  open();
  if (!now) return;
  said = Math.min(...ALOUD.filter((at) => seconds <= at));
  part("said").textContent = `${seconds} seconds left`;
  ask(); // a message of another tab may have got lost
}

function open() {
  if (dialog.open) return;
  for (const words of dialog.querySelectorAll("[data-kind]")) words.hidden = words.dataset.kind !== known.kind;
  part("extend").hidden = known.kind === "limit";
  part("said").textContent = "";
  dialog.returnValue = "";
  dialog.showModal();
}

function close() {
  if (dialog.open) dialog.close("over");
}

if (dialog) {
  dialog.addEventListener("close", () => { waved ||= dialog.returnValue !== "over"; });
  document.addEventListener("session:heard", ({ detail }) => hear(detail));
  document.addEventListener("session:unreachable", () => { part("failed").hidden = false; });
  document.addEventListener("visibilitychange", plan);
  tabs.addEventListener("message", ({ data }) => {
    if (data.state.session === known.session && data.ends - ends > MOVED) move(data.state, data.ends);
  });
  hear(document.getElementById("heartbeat").dataset);
}
