// A request that failed without an answer of ours: page and input stay, and a note says so until the next try.

const corner = () => document.getElementById("corner");

function sayFailed() {
  corner().append(document.getElementById("request-failed").content.cloneNode(true));
}

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.id === "heartbeat") return;
  corner().querySelectorAll(":scope > :not([data-note])").forEach((note) => note.remove());
});

document.addEventListener("htmx:error", sayFailed);

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  const isWholePage = /^\s*<!doctype/i.test(ctx.text); // which has no place in this one, as a fragment has
  if (!isWholePage) return;
  ctx.swap = "none";
  sayFailed();
});
