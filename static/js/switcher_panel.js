// The switcher's panel: opened by its button, narrowed by typing, walked through by arrow keys.

const panelOf = (button) => button && document.getElementById(button.dataset.panel);

// A press outside closes an open panel before its click arrives, so one on the panel's own button must not
// open it again.
let openAtPress = null;

document.addEventListener("pointerdown", () => {
  openAtPress = document.querySelector(".panel:popover-open");
}, true);

document.addEventListener("click", (event) => {
  if (!openAtPress || openAtPress !== panelOf(event.target.closest("[data-panel]"))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("toggle", ({ target, newState }) => {
  for (const button of document.querySelectorAll("[data-panel]")) {
    if (panelOf(button) === target) button.setAttribute("aria-expanded", newState === "open");
  }
}, true);

document.addEventListener("input", ({ target }) => {
  const panel = document.getElementById(target.dataset.filter);
  if (!panel) return;
  const rows = [...panel.querySelectorAll("[data-name]")];
  const words = target.value.trim().toLowerCase();
  for (const row of rows) row.hidden = !row.dataset.name.toLowerCase().includes(words);
  for (const note of panel.querySelectorAll("[data-none]")) note.hidden = rows.some((row) => !row.hidden);
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const panel = event.target.closest("[popover]");
  if (event.key === "Escape") panel?.hidePopover(); // a search field would only empty itself
  if (!panel || !step) return;
  const every = [...panel.querySelectorAll("a, button, input:not([type=hidden])")];
  const stops = every.filter((stop) => stop.checkVisibility());
  stops.at((stops.indexOf(event.target) + step) % stops.length).focus();
  event.preventDefault();
});
