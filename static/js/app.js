// What the platform doesn't do by itself: waiting, opening, counting down, moving by arrow keys.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (name, act, capture) => document.addEventListener(name, act, capture);
const panelOf = (button) => button && document.getElementById(button.dataset.panel);

// One submit at a time; the button shows that it works (components.css waits 300 ms with it).
const rest = (root) => [root, ...all("[aria-busy]", root)].forEach((element) => element.removeAttribute("aria-busy"));
on("submit", (event, form = event.target) => {
  if (form.hasAttribute("aria-busy")) { event.preventDefault(); event.stopImmediatePropagation(); }
  else if (form.method !== "dialog") [form, event.submitter ?? form.querySelector("button")].forEach((element) => element?.setAttribute("aria-busy", "true"));
}, true);
let leaving = false; // a page that is being left stays busy
on("htmx:finally:request", ({ detail: { ctx } }) => { leaving ||= Boolean(ctx.hx?.redirect); if (!leaving) rest(ctx.sourceElement); });
addEventListener("pageshow", () => { leaving = false; all("form[aria-busy]").forEach(rest); });

// What was typed is remarked on no more while a form is on its way, or when its own is gone: so may its token be.
on("htmx:before:request", (event) => {
  const source = event.detail.ctx.sourceElement, form = source.closest("form");
  const isOver = !source.isConnected || (form && form !== source && (leaving || document.querySelector("form[aria-busy]")));
  if (isOver) event.preventDefault();
});

// New content: open what is marked, press what is marked, start counting, look at the first mistake. A mark counts once.
const take = (mark, root) => all(`[data-${mark}]`, root.parentNode).map((element) => [element, element.dataset[mark], delete element.dataset[mark]]);
function enliven(root) {
  take("open", root).forEach(([element]) => {
    element.showModal ? element.showModal() : element.showPopover();
    element.querySelector("[autofocus], a, button, input:not([type=hidden])")?.focus();
  });
  take("autosubmit", root).forEach(([form]) => form.requestSubmit());
  all("[data-reveal]", root.parentNode).forEach((button) => { button.hidden = false; });
  take("countdown", root).forEach(([button, seconds]) => countDown(button, Date.now() + seconds * 1000));
  root.querySelector("[aria-invalid=true]")?.focus();
}
function countDown(button, end) {
  const left = Math.max(0, Math.ceil((end - Date.now()) / 1000)), words = button.nextElementSibling;
  [button.disabled, words.hidden] = [left > 0, left === 0];
  words.lastElementChild.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  if (left > 0 && button.isConnected) setTimeout(countDown, 250, button, end);
}

on("click", (event, button = event.target.closest("[data-reveal]")) => {
  if (!button) return;
  const field = document.getElementById(button.dataset.reveal), shown = field.type === "text";
  [field.type, button.firstElementChild.textContent] = shown ? ["password", "Show"] : ["text", "Hide"];
});

// A failure that nobody answered for: the page, and what was typed, stay as they are. The next try clears the note.
const failed = () => document.getElementById("corner").append(document.getElementById("request-failed").content.cloneNode(true));
on("htmx:before:request", ({ detail: { ctx } }) => ctx.sourceElement.id === "heartbeat" || all("#corner > :not([data-note])").forEach((note) => note.remove()));
on("htmx:error", failed);
on("htmx:response:error", ({ detail: { ctx } }) => {
  if (/^\s*<!doctype/i.test(ctx.text)) failed(ctx.swap = "none"); // a fragment knows its place, a whole page has none here
});

// The switcher's panel. A press outside has closed it already, so one on its button must not reopen it.
let open = null;
on("pointerdown", () => { open = document.querySelector(".panel:popover-open"); }, true);
on("click", (event) => { if (open && open === panelOf(event.target.closest("[data-panel]"))) { event.preventDefault(); event.stopImmediatePropagation(); } }, true);
on("toggle", ({ target, newState }) => all("[data-panel]").filter((button) => panelOf(button) === target).forEach((button) => button.setAttribute("aria-expanded", newState === "open")), true);
on("input", ({ target }) => {
  const panel = document.getElementById(target.dataset.filter), rows = panel ? all("[data-name]", panel) : [], words = target.value.trim().toLowerCase();
  rows.forEach((row) => { row.hidden = !row.dataset.name.toLowerCase().includes(words); });
  all("[data-none]", panel ?? target).forEach((note) => { note.hidden = rows.some((row) => !row.hidden); });
});
on("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], panel = event.target.closest("[popover]");
  if (event.key === "Escape") panel?.hidePopover(); // a search field would only empty itself
  if (!panel || !step) return;
  const stops = all("a, button, input:not([type=hidden])", panel).filter((stop) => stop.checkVisibility());
  stops.at((stops.indexOf(event.target) + step) % stops.length).focus();
  event.preventDefault();
});
on("htmx:after:process", (event) => enliven(event.target));
enliven(document.body);
