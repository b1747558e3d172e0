// The certified provider of the tests: one process, a client for each thing that can differ.
//
// People sign in without a page: `login_hint` says who, and ACCESS_DENIED refuses. Whoever posts to
// /rotate gets new signing keys, to /calm the old addresses; it ends with its input.
import { createServer } from 'node:http';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import Provider from 'oidc-provider';

const { redirect, clients: wanted } = JSON.parse(process.argv[2]);
const PEOPLE = JSON.parse(process.argv[3]);

const KINDS = [
  ['RS256', 'rsa', { modulusLength: 2048 }],
  ['PS256', 'rsa', { modulusLength: 2048 }],
  ['ES256', 'ec', { namedCurve: 'P-256' }],
  ['EdDSA', 'ed25519', {}],
];

function keys() {
  const made = KINDS.map(([alg, kind, options]) => {
    const { privateKey } = generateKeyPairSync(kind, options);
    return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: randomUUID() };
  });
  return { keys: made };
}

function client(given) {
  return {
    grant_types: ['authorization_code'],
    response_types: ['code'],
    redirect_uris: [redirect],
    ...given,
  };
}

function provider(issuer) {
  const made = new Provider(issuer, {
    jwks: keys(),
    clients: wanted.map(client),
    clientBasedCORS: () => false,
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: [randomUUID()] },
    enabledJWA: {
      idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256'],
      userinfoSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    },
    features: { devInteractions: { enabled: false }, jwtUserinfo: { enabled: true } },
    subjectTypes: ['public', 'pairwise'],
    pairwiseIdentifier: (ctx, accountId, { clientId }) => `${accountId}-at-${clientId}`,
    pkce: { required: () => true },
    interactions: { url: (ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) }),
    // Nobody is asked whether this app may know them.
    loadExistingGrant: (ctx) => {
      const { client: { clientId }, session: { accountId } } = ctx.oidc;
      const grant = new made.Grant({ clientId, accountId });
      grant.addOIDCScope('openid email profile');
      return grant.save().then(() => grant);
    },
  });
  return made;
}

async function decide(made, request, response) {
  const { params } = await made.interactionDetails(request, response);
  const denied = {
    error: 'access_denied',
    error_description: 'User is not assigned to the client application.',
  };
  const who = params.login_hint;
  const result = who === 'ACCESS_DENIED' ? denied : { login: { accountId: who } };
  await made.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

let current;
let issuer;
const server = createServer((request, response) => {
  if (request.url === '/rotate') {
    current = provider(issuer);
    response.end();
  } else if (request.url.startsWith('/interaction/')) {
    decide(current, request, response).catch((error) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  } else {
    current.callback()(request, response);
  }
});
server.listen(0, '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  current = provider(issuer);
  process.stdout.write(`${issuer}\n`);
});
process.stdin.on('end', () => process.exit()).resume();
