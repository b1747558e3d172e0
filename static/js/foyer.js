// What a page's own scripts import to know the session, as of Stytch's session.getInfo and onChange:
//   import { getSession, onSessionChange } from "./foyer.js";   (from a script in static/js/)
// No token is in reach of it. session.js keeps the page in step; this only reads and listens.

const NAMES = ["session:changed", "session:ended"];
const heart = () => document.getElementById("heartbeat");
const paths = () => document.querySelector("[data-exchange]").dataset;

// state: signed_in or signed_out; from_cache: whether the service wasn't asked for this answer, which a page
// gets from the JWT; is_initialized: always, as the server has looked before it draws a page; session: what
// the page knows of it (session, organization, organizationName, address, version), null when signed out.
export function getSession() {
  const { session, organization, organizationName, address, version, fromCache } = heart()?.dataset ?? {};
  const known = session ? { session, organization, organizationName, address, version } : null;
  return {
    state: known ? "signed_in" : "signed_out",
    from_cache: fromCache === "true",
    is_initialized: true,
    session: known,
  };
}

// Calls fn with getSession() whenever anything about the session is another, in this tab or in another one, and
// when it is over. Returns what ends that.
export function onSessionChange(fn) {
  const hear = () => fn(getSession());
  for (const name of NAMES) document.addEventListener(name, hear);
  return () => NAMES.forEach((name) => document.removeEventListener(name, hear));
}

// Asks the service, as session.authenticate does; with minutes it also moves the end. Resolves to the state as of
// GET /session, with from_cache false; rejects when there is no answer, which says nothing about the session.
export async function authenticate(minutes) {
  const answer = await send(heart().dataset.authenticate, minutes ? { session_duration_minutes: minutes } : {});
  document.dispatchEvent(new Event("session:ask")); // the page follows
  return answer;
}

// The organizations that this person can go to, as discovery.organizations.list gives them.
export async function organizations() {
  const answer = await fetch(paths().exchange, { headers: { Accept: "application/json" } });
  return (await understood(answer)).discovered_organizations ?? [];
}

// Goes into another organization, as session.exchange does, and leads the page to where the switcher would: there,
// or to the step that is due first. What was refused leads nowhere, and says why.
export const exchange = async (organizationId) => lead(await send(paths().exchange, { target: organizationId }));

// Signs out, as session.revoke does, in every tab; the page leads to the sign-in.
export const revoke = async () => lead(await send(paths().revoke, {}));

async function send(path, body) {
  return understood(await fetch(path, {
    method: "POST",
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      "X-CSRFToken": heart().querySelector("[name=csrfmiddlewaretoken]").value,
      "X-Organization-Id": document.body.dataset.organization, // what this page was made for
    },
    body: JSON.stringify(body),
  }));
}

function understood(answer) {
  if (![200, 400, 401, 409].includes(answer.status)) throw new Error(`No answer: ${answer.status}`);
  return answer.json();
}

function lead(answer) {
  if (answer.next) location.assign(answer.next);
  return answer;
}
