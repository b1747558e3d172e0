// One submit at a time; the button shows that it works (components.css waits 300 ms before it does).

let leaving = false; // a page that is being left stays busy

function markBusy(form, button) {
  for (const element of [form, button]) element?.setAttribute("aria-busy", "true");
}

function markIdle(root) {
  for (const element of [root, ...root.querySelectorAll("[aria-busy]")]) element.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("aria-busy")) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else if (form.method !== "dialog") {
    markBusy(form, event.submitter ?? form.querySelector("button"));
  }
}, true);

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  leaving ||= Boolean(ctx.hx?.redirect);
  if (!leaving) markIdle(ctx.sourceElement);
});

addEventListener("pageshow", () => {
  leaving = false;
  document.querySelectorAll("form[aria-busy]").forEach(markIdle);
});

// While a form is on its way, or when its own is gone, no field asks what to say of its content: the answer
// would come to a page that is going, and the form's token may be gone too.
document.addEventListener("htmx:before:request", (event) => {
  const source = event.detail.ctx.sourceElement;
  const form = source.closest("form");
  const isField = form && form !== source;
  const isOver = !source.isConnected || (isField && (leaving || document.querySelector("form[aria-busy]")));
  if (isOver) event.preventDefault();
});
