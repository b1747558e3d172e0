// What the platform doesn't do by itself: waiting, opening, counting down, moving by arrow keys.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (name, act, capture) => document.addEventListener(name, act, capture);

// One submit at a time; the button shows that it works (components.css waits 300 ms with it).
function wait(form, submitter, waiting) {
  for (const element of [form, submitter ?? form.querySelector("button:not([type=button])")]) {
    waiting ? element?.setAttribute("aria-busy", "true") : element?.removeAttribute("aria-busy");
  }
}
on("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  if (form.hasAttribute("aria-busy")) { event.preventDefault(); event.stopImmediatePropagation(); }
  else wait(form, event.submitter, true);
}, true);
const rest = (root) => [root, ...all("[aria-busy]", root)].forEach((element) => element.removeAttribute("aria-busy"));
on("htmx:finally:request", (event) => rest(event.detail.ctx.sourceElement));
addEventListener("pageshow", () => all("form[aria-busy]").forEach(rest));

// New content: open what is marked, press what is marked, start counting, look at the first mistake.
function enliven(root) {
  all("dialog[data-open]:not([open])", root.parentNode).forEach((dialog) => dialog.showModal());
  all("[popover][data-open]:not(:popover-open)", root.parentNode).forEach((panel) => panel.showPopover());
  all("form[data-autosubmit]", root).forEach((form) => form.requestSubmit());
  all("[data-countdown]", root).forEach(countDown);
  root.querySelector("[aria-invalid=true]")?.focus();
}
function countDown(button) {
  const ends = Date.now() + button.dataset.countdown * 1000, words = button.nextElementSibling;
  const tick = () => {
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    button.disabled = left > 0;
    words.hidden = left === 0;
    words.lastElementChild.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left > 0 && button.isConnected) setTimeout(tick, 250);
  };
  button.removeAttribute("data-countdown");
  tick();
}
on("htmx:after:process", (event) => enliven(event.target));

// A failure nobody answered for: the page, and what was typed, stay as they are.
function failed() { document.getElementById("corner").replaceChildren(document.getElementById("request-failed").content.cloneNode(true)); }
on("htmx:response:error", ({ detail: { ctx } }) => {
  if (!/^\s*<!doctype/i.test(ctx.text)) return; // a fragment knows its place, a whole page has none in here
  ctx.swap = "none";
  failed();
});
on("htmx:error", failed);

// The switcher's panel: a press outside has closed it already, so a press on its button must not reopen it.
let open = null;
on("pointerdown", () => { open = document.querySelector(".panel:popover-open"); }, true);
on("click", (event) => {
  if (!open || event.target.closest("[data-panel]")?.dataset.panel !== open.id) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
on("toggle", ({ target, newState }) => document.querySelector(`[data-panel="${target.id}"]`)?.setAttribute("aria-expanded", newState === "open"), true);
on("input", ({ target }) => {
  const rows = all("[data-name]", document.getElementById(target.dataset.filter) ?? target);
  rows.forEach((row) => { row.hidden = !row.dataset.name.toLowerCase().includes(target.value.trim().toLowerCase()); });
  if (rows.length) document.getElementById(target.dataset.filter).querySelector("[data-none]").hidden = rows.some((row) => !row.hidden);
});
on("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], panel = step && event.target.closest("[popover]");
  if (!panel) return;
  const stops = all("a, button, input:not([type=hidden])", panel).filter((stop) => stop.checkVisibility());
  stops.at((stops.indexOf(event.target) + step) % stops.length).focus();
  event.preventDefault();
});
