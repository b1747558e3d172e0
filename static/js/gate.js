// The gate's dialog makes way for what belongs under it: an answer to the page, or a note in its corner.

const makeWay = (ctx) => ctx?.sourceElement.closest("#gate dialog")?.close();

document.addEventListener("htmx:before:response", ({ detail: { ctx } }) => {
  if (ctx.hx.retarget) makeWay(ctx);
});
document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if (ctx.response.status >= 500 || ctx.hx.reswap === "none") makeWay(ctx);
});
document.addEventListener("htmx:error", ({ detail: { ctx } }) => makeWay(ctx));
