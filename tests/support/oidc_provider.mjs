// A certified OpenID Connect provider (npm's oidc-provider) for the tests: `node oidc_provider.mjs HOST`, ends with its standard input.
// Prints one line: the issuer. Lines that it reads, and answers: `rotate` has it sign with another key from now on, `clock S` has its
// clock differ from everybody's by S seconds.
// Beside it, on the same port, answers that no provider may give: /redirecting, /huge, /slow, /broken, /foreign, /plain, and /keyless, whose keys
// never come.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { Provider } from 'oidc-provider';

const WELL_KNOWN = '/.well-known/openid-configuration';
let differs_ms = 0;
const { now } = Date;
Date.now = () => now() + differs_ms;

const signingKey = () => ({ ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'RS256', use: 'sig' });

/**
 * Whoever types a login is it. `otp-…` came with a second factor, `unverified-…` has no verified address, `away-…` one of elsewhere; of
 * `halfway-…` the ID token has the address, and only userinfo whether it is verified.
 */
function account(ctx, id) {
  const domain = id.startsWith('away-') ? 'elsewhere.example' : 'expo.example';
  const told = { sub: id, email: `${id}@${domain}`, email_verified: !id.startsWith('unverified-'), name: `${id}先生` };
  return { accountId: id, claims: (use) => (use === 'id_token' && !id.startsWith('halfway-') ? { sub: id } : told) };
}

/** Nobody is asked whether we may know their address; how they were asked who they are follows from the login. */
async function grant(ctx) {
  const { session, client: { clientId }, provider, params } = ctx.oidc;
  if (session.accountId.startsWith('otp-')) session.amr = ['pwd', 'otp'];
  const made = new provider.Grant({ clientId, accountId: session.accountId });
  made.addOIDCScope(params.scope);
  await made.save();
  return made;
}

function provider(issuer) {
  const made = new Provider(issuer, {
    clients: [{
      client_id: 'yuanzhan',
      client_secret: 'a secret + of tests',
      application_type: 'native', // any port of this machine
      redirect_uris: ['http://127.0.0.1/oidc/callback'],
    }],
    jwks: { keys: [signingKey()] },
    claims: { openid: ['sub', 'amr', 'email'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: account,
    loadExistingGrant: grant,
    pkce: { required: () => true },
    ttl: { IdToken: 3600, Interaction: 600, Session: 600, Grant: 600, AccessToken: 600 },
    cookies: { keys: ['of tests'] },
  });
  made.on('server_error', (ctx, error) => console.error(error));
  return made.callback();
}

const strange = {
  '/redirecting': (response, issuer) => response.writeHead(302, { Location: issuer + WELL_KNOWN }).end(),
  '/huge': (response) => response.end(JSON.stringify({ issuer: 'x'.repeat(1_000_000) })),
  '/slow': () => {},
  '/broken': (response) => response.end('{'),
  '/foreign': async (response, issuer) => response.end(await (await fetch(issuer + WELL_KNOWN)).text()),
  '/keyless': async (response, issuer) => {
    const told = await (await fetch(issuer + WELL_KNOWN)).json();
    response.end(JSON.stringify({ ...told, issuer: `${issuer}/keyless`, token_endpoint: `${issuer}/keyless/token`, jwks_uri: `${issuer}/slow` }));
  },
  '/keyless/token': (response) => response.end(JSON.stringify({ id_token: 'any' })),
  '/plain': async (response, issuer) => {
    const told = await (await fetch(issuer + WELL_KNOWN)).json();
    response.end(JSON.stringify({ ...told, issuer: `${issuer}/plain`, token_endpoint: 'http://elsewhere.example/token' }));
  },
};

const server = createServer((request, response) => {
  const wrong = strange[request.url.replace(WELL_KNOWN, '')];
  if (wrong) return void wrong(response, issuer);
  return void current(request, response);
});
let issuer, current;
server.listen(0, '127.0.0.1', () => {
  issuer = `http://${process.argv[2]}:${server.address().port}`;
  current = provider(issuer);
  console.log(issuer);
});
createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line === 'rotate') current = provider(issuer);
    else differs_ms = 1000 * Number(line.split(' ')[1]);
    console.log('done');
  })
  .on('close', () => process.exit());
