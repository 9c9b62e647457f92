// A verifier that is not ours accepts what the portal issues and refuses what was changed since.
//
// The certificates are made anew for each run by an example program of the backend; set ISSUE_SAMPLE to run a built one.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, generateKeyPairSync, randomInt, sign, webcrypto } from "node:crypto";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";

const root = fileURLToPath(new URL("../..", import.meta.url));
const now = Math.floor(Date.now() / 1000);
// The key of a wallet that is not ours either.
const wallet = generateKeyPairSync("ed25519");
let samples;

before(() => {
  const args = [String(now), String(randomInt(2 ** 32)), JSON.stringify(wallet.publicKey.export({ format: "jwk" }))];
  const built = process.env.ISSUE_SAMPLE;
  const command = built ?? "cargo";
  const all = built ? args : ["run", "--quiet", "--package", "backend", "--example", "issue_sample", "--", ...args];
  samples = JSON.parse(execFileSync(command, all, { cwd: root, maxBuffer: 1 << 24, stdio: ["ignore", "pipe", "inherit"] }));
});

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

async function signedBy(jwk, data, signature) {
  if (jwk.kty === "OKP") {
    const key = await webcrypto.subtle.importKey("jwk", jwk, "Ed25519", true, ["verify"]);
    return webcrypto.subtle.verify("Ed25519", key, Buffer.from(signature, "base64url"), Buffer.from(data));
  }
  const key = await webcrypto.subtle.importKey("jwk", jwk, algorithm, true, ["verify"]);
  return webcrypto.subtle.verify(algorithm, key, Buffer.from(signature, "base64url"), Buffer.from(data));
}

// Finds the key by the `kid` of the header, as a stranger would with the published metadata.
async function signedByIssuer(data, signature) {
  const { kid } = JSON.parse(Buffer.from(data.split(".")[0], "base64url"));
  const jwk = samples.metadata.jwks.keys.find((key) => key.kid === kid);
  return jwk ? signedBy(jwk, data, signature) : false;
}

function verifier() {
  return new SDJwtVcInstance({
    hasher: (data, algorithm) => createHash(algorithm.replace("-", "")).update(Buffer.from(data)).digest(),
    hashAlg: "sha-256",
    verifier: signedByIssuer,
    statusVerifier: signedByIssuer,
    kbVerifier: (data, signature, payload) => signedBy(payload.cnf.jwk, data, signature),
    statusListFetcher: async (uri) => {
      assert.equal(uri, samples.status_list.uri);
      return samples.status_list.token;
    },
  });
}

const accept = (certificate, options) => verifier().verify(certificate, options);
const refuse = (certificate, why, options) => assert.rejects(() => verifier().verify(certificate, options), why);

test("a certificate with every claim disclosed is accepted", async () => {
  const { payload } = await accept(samples.good);
  assert.equal(payload.name, "欧阳明月");
  assert.equal(payload.address.street, "文三路 1 号");
  assert.equal(payload.iss, samples.metadata.issuer);
});

test("only what the holder disclosed is there", async () => {
  const { payload } = await accept(samples.name_only);
  assert.equal(payload.name, "欧阳明月");
  assert.equal(payload.id_number, undefined);
  const bare = await accept(samples.nothing);
  assert.equal(bare.payload.name, undefined);
  assert.match(bare.payload.number, /^1\.2\.156\.3005\.2\./);
});

test("a certificate signed with an older published key is accepted", () => accept(samples.by_the_old_key));
test("an expired certificate is refused", () => refuse(samples.expired, /expired/));
test("a certificate that is not yet valid is refused", () => refuse(samples.not_yet_valid, /not yet valid/));
test("a revoked certificate is refused", () => refuse(samples.revoked, /Status is not valid/));
test("a suspended certificate is refused", () => refuse(samples.suspended, /Status is not valid/));
test("a certificate of a stranger is refused", () => refuse(samples.by_a_stranger, /Invalid JWT Signature/));

test("the holder's key binding is accepted, for its own occasion only", async () => {
  const { kb } = await accept(samples.bound, { keyBindingNonce: "n-1" });
  assert.equal(kb.payload.aud, "https://verifier.example");
  await refuse(samples.bound, /Invalid Nonce/, { keyBindingNonce: "n-2" });
});

test("a binding by any other key is refused", () =>
  refuse(samples.bound_by_a_thief, /signature/i, { keyBindingNonce: "n-1" }));

test("a copy for a wallet with an Ed25519 key is bound to that key and holds no other member of it", async () => {
  const shown = samples.for_the_wallet;
  const hash = createHash("sha256").update(shown).digest("base64url");
  const claims = { iat: now, aud: "https://verifier.example", nonce: "n-3", sd_hash: hash };
  const signed = `${base64url({ alg: "EdDSA", typ: "kb+jwt" })}.${base64url(claims)}`;
  const signature = sign(null, Buffer.from(signed), wallet.privateKey).toString("base64url");
  const { payload } = await accept(`${shown}${signed}.${signature}`, { keyBindingNonce: "n-3" });
  assert.deepEqual(Object.keys(payload.cnf.jwk).sort(), ["crv", "kty", "x"]);
  assert.equal(payload.name, "欧阳明月");
});

test("an altered certificate is refused", async () => {
  const [jwt, ...disclosures] = samples.good.split("~");
  const [header, payload, signature] = jwt.split(".");
  const change = (part, changes) =>
    Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(part, "base64url")), ...changes })).toString("base64url");
  const otherKey = samples.metadata.jwks.keys[1].kid;
  const flipped = (signature[0] === "A" ? "B" : "A") + signature.slice(1);
  for (const parts of [
    [header, change(payload, { exp: now + 10 * 365 * 86400 }), signature],
    [header, change(payload, { number: "1" }), signature],
    [change(header, { kid: otherKey }), payload, signature],
    [header, payload, flipped],
  ]) {
    await refuse([parts.join("."), ...disclosures].join("~"), /Invalid JWT Signature/);
  }
});

test("an altered or added claim does not become a claim", async () => {
  const [jwt, first, ...others] = samples.good.split("~");
  const [salt, name, value] = JSON.parse(Buffer.from(first, "base64url"));
  const forged = Buffer.from(JSON.stringify([salt, name, `${value} forged`])).toString("base64url");
  const answer = await accept([jwt, forged, ...others].join("~")).catch((error) => error);
  if (!(answer instanceof Error)) assert.notDeepEqual(answer.payload[name], `${value} forged`);
});
