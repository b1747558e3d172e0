// The gate's dialog makes way for what is said in the corner, which is under it. The page is as it was.
const makeWay = ({ detail: { ctx } }) => {
  const spoken = !ctx?.response || ctx.response.status >= 500 || ctx.hx.reswap === "none";
  if (spoken) ctx?.sourceElement.closest("#gate dialog")?.close();
};
document.addEventListener("htmx:error", makeWay);
document.addEventListener("htmx:response:error", makeWay);
