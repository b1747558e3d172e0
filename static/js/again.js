// A page that met an outage asks for itself again, ever more slowly, and opens once it is answered.
const FIRST = 5 * 1000;
const SLOWEST = 60 * 1000;

let wait = FIRST;

// Not everybody in the same instant: the service has just come back.
function later() {
  setTimeout(ask, wait * (0.5 + Math.random()));
  wait = Math.min(wait * 2, SLOWEST);
}

async function ask() {
  if (document.hidden) return document.addEventListener("visibilitychange", ask, { once: true });
  const answer = await fetch(location.href, { method: "HEAD", redirect: "manual" }).catch(() => null);
  if (answer && answer.status < 500 && answer.status !== 429) location.reload();
  else later();
}

document.getElementById("again").hidden = false;
later();
