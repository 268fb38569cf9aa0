import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type KeyPair, makeAuthority, makeLeaf } from '../../src/lib/certificate.ts';
import { makeFolder, removeFolder } from '../support/process.ts';

/** Certificates as made here, read by others: Node, the X.509 library of the development tools, and OpenSSL where it is. */

const HOSTS = ['localhost', 'graph.example', '127.0.0.1', '::1', 'fe80::1:2'];
const DAY = 24 * 3_600_000;
const FROM = Date.parse('2026-11-21T12:00:00Z');

const folder = makeFolder();
after(() => removeFolder(folder));

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

function authorityFor(hosts: readonly string[], serial = Buffer.from([1, 2, 3]), until = FROM + 3650 * DAY): KeyPair {
  const privateKey = newKey();
  const certificate = makeAuthority({ name: 'Test authority', hosts, privateKey, serial, from: FROM, until });
  return { certificate, privateKey };
}

function leafOf(authority: KeyPair, hosts: readonly string[], serial = Buffer.from([7])): KeyPair {
  const privateKey = newKey();
  const making = { name: hosts[0] ?? '', hosts, privateKey, serial, from: FROM, until: FROM + 30 * DAY };
  return { certificate: makeLeaf(making, authority), privateKey };
}

const authority = authorityFor(HOSTS);
const leaf = leafOf(authority, HOSTS);

test('Node reads the authority: it signs itself, and is one', () => {
  const { certificate, privateKey } = authority;
  assert.equal(certificate.ca, true);
  assert.equal(certificate.subject, 'CN=Test authority');
  assert.equal(certificate.issuer, 'CN=Test authority');
  assert.ok(certificate.verify(createPublicKey(privateKey)));
  assert.ok(certificate.checkPrivateKey(privateKey));
  assert.equal(certificate.serialNumber, '010203');
  assert.equal(Date.parse(certificate.validFrom), FROM);
  assert.equal(Date.parse(certificate.validTo), FROM + 3650 * DAY);
});

test("Node reads the server's: signed by the authority, for each of its hosts and no other", () => {
  const { certificate, privateKey } = leaf;
  assert.equal(certificate.ca, false);
  assert.ok(certificate.verify(createPublicKey(authority.privateKey)));
  assert.ok(certificate.checkIssued(authority.certificate));
  assert.ok(certificate.checkPrivateKey(privateKey));
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1']);
  for (const host of HOSTS.slice(0, 2)) assert.equal(certificate.checkHost(host), host);
  for (const host of HOSTS.slice(2)) assert.equal(certificate.checkIP(host), host);
  assert.equal(certificate.checkHost('other.example'), undefined);
  assert.equal(certificate.checkIP('127.0.0.2'), undefined);
});

const SERIALS: readonly (readonly [string, string])[] = [
  ['00', '0'],
  ['7f', '7F'],
  ['80', '80'],
  ['0000ff01', 'FF01'],
  ['ff'.repeat(20), 'FF'.repeat(20)],
];
for (const [bytes, read] of SERIALS) {
  test(`a serial number of ${bytes} is never negative, nor longer than it must be`, () => {
    const { certificate } = authorityFor(HOSTS, Buffer.from(bytes, 'hex'));
    assert.equal(certificate.serialNumber, read);
  });
}

for (const until of ['2049-12-31T23:59:59Z', '2050-01-01T00:00:00Z']) {
  test(`an end at ${until}`, () => {
    const { certificate } = authorityFor(HOSTS, Buffer.from([1]), Date.parse(until));
    assert.equal(Date.parse(certificate.validTo), Date.parse(until));
  });
}

for (const count of [1, 2, 5, 12, 200]) {
  test(`${count} names, whose lengths take one, two and three bytes`, () => {
    const hosts = Array.from({ length: count }, (_, at) => `name-${at}.${'x'.repeat(20)}.example`);
    const made = leafOf(authorityFor(hosts), hosts);
    assert.equal(made.certificate.checkHost(hosts.at(-1) ?? ''), hosts.at(-1));
  });
}

const openssl = spawnSync('openssl', ['version']).status === 0;

function verified(made: KeyPair, by: KeyPair, ...args: readonly string[]) {
  const [root, own] = [join(folder, 'root.pem'), join(folder, 'leaf.pem')];
  writeFileSync(root, by.certificate.toString());
  writeFileSync(own, made.certificate.toString());
  const at = String(FROM / 1000 + 3600);
  const run = spawnSync('openssl', ['verify', '-x509_strict', '-attime', at, ...args, '-CAfile', root, own]);
  return { ok: run.status === 0, said: `${run.stdout}${run.stderr}` };
}

test('OpenSSL finds nothing to object to, by its strictest rules', { skip: !openssl }, () => {
  const { ok, said } = verified(leaf, authority, '-purpose', 'sslserver', '-verify_hostname', 'localhost');
  assert.ok(ok, said);
  assert.ok(verified(leaf, authority, '-verify_ip', '::1').ok);
});

test('OpenSSL refuses what the authority signs for a host that is none of its own', { skip: !openssl }, () => {
  for (const host of ['bank.example', '192.0.2.1']) {
    const { ok, said } = verified(leafOf(authority, [host]), authority);
    assert.equal(ok, false, host);
    assert.match(said, /permitted subtree violation/);
  }
});

test('OpenSSL refuses an authority below it', { skip: !openssl }, () => {
  const { certificate } = leafOf(leaf, ['localhost']);
  assert.equal(verified({ certificate, privateKey: leaf.privateKey }, leaf).ok, false);
});

test('what is read from its text is the same certificate', () => {
  assert.equal(new X509Certificate(leaf.certificate.toString()).fingerprint256, leaf.certificate.fingerprint256);
});
