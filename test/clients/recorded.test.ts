import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DEV, type Desk, deviceBody, openDesk, type Reply } from '../support/rollcall.ts';

/** The ways in which public clients were seen to write requests, with this directory's ids. */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

type Row = {
  readonly client: string;
  readonly request: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly check?: (reply: Reply) => void;
};

const EVENTUAL = { ConsistencyLevel: 'eventual' };
const KIOSK = DEV.kiosk;
const MEMBER = DEV.member;
const GRAPH = 'https://graph.microsoft.com/v1.0/directoryObjects';
const LOCAL = 'https%3A%2F%2Flocalhost%3A8443%2Fv1.0%2FdirectoryObjects%2F';
const isKiosk = ({ json }: Reply) => assert.equal(json.displayName, 'KIOSK-01');
const isDevices = ({ json }: Reply) => assert.equal(json.value.length, 2);
const isOne = ({ json }: Reply) => assert.equal(json.value.length, 1);
const kiotaBody = deviceBody({
  '@odata.type': '#microsoft.graph.device',
  alternativeSecurityIds: [{ '@odata.type': '#microsoft.graph.alternativeSecurityId', type: 2, key: 'WDUwOTo=' }],
});

// biome-ignore format: a table is read by its columns
const READS: readonly Row[] = [
  { client: 'JavaScript client',  request: `GET /v1.0/devices(deviceId='${DEV.kioskDeviceId}')`, status: 200, check: isKiosk },
  { client: 'JavaScript client',  request: 'GET /v1.0/devices?$select=id,displayName&$top=1',    status: 200, check: isOne },
  { client: 'Kiota for Python',   request: 'GET /v1.0//devices',                                 status: 200, check: isDevices },
  { client: 'Kiota for Python',   request: `GET /v1.0//devices/${KIOSK}/registeredUsers`,        status: 200, check: isOne },
  { client: 'Kiota for TypeScript', request: 'GET /v1.0/devices?$select=id,displayName',         status: 200, check: isDevices, headers: { accept: 'application/json', SdkVersion: 'graph-typescript/1.0.0' } },
  { client: 'httpie',             request: 'GET /v1.0/devices?%24top=1',                         status: 200, check: isOne, headers: { accept: 'application/json, */*;q=0.5' } },
  { client: 'pnp',                request: 'GET /v1.0/devices?%24select=id%2CdisplayName&%24top=1', status: 200, check: isOne, headers: { 'content-type': 'application/json' } },
  { client: 'odata2ts',           request: `GET /v1.0/devices('${KIOSK}')?%24select=displayName`, status: 200, check: isKiosk },
  { client: 'by its name',        request: 'GET /v1.0/users/member@contoso.example',             status: 200, check: ({ json }) => assert.equal(json.id, MEMBER) },
  { client: 'JavaScript client, advanced', request: "GET /v1.0/devices?$filter=startswith(displayName,%27kiosk%27)%20and%20operatingSystem%20ne%20%27Linux%27&$count=true&$search=%22displayName:kiosk%22&$select=id,displayName&$orderby=displayName&$top=2", status: 200, check: isOne, headers: EVENTUAL },
  { client: 'JavaScript client',  request: 'GET /v1.0/devices/$count',                           status: 200, check: ({ text }) => assert.equal(text, '2'), headers: EVENTUAL },
  { client: 'Kiota',              request: `GET /v1.0/devices/${KIOSK}/registeredUsers/graph.user`, status: 200, check: isOne },
  { client: 'Kiota',              request: `GET /v1.0/devices/${KIOSK}/registeredUsers/${MEMBER}/graph.user`, status: 200, check: ({ json }) => assert.equal(json.id, MEMBER) },
  { client: 'Kiota',              request: `GET /v1.0/devices/${KIOSK}/registeredUsers/$count`,  status: 200, check: ({ text }) => assert.equal(text, '1'), headers: EVENTUAL },
  { client: 'Kiota',              request: `GET /v1.0/devices/${KIOSK}/registeredUsers/$ref`,    status: 200, check: isOne },
  { client: 'Kiota, encoded',     request: "GET /v1.0/devices?%24count=true&%24filter=displayName%20ne%20%27x%27&%24orderby=displayName%20desc", status: 200, check: isDevices, headers: EVENTUAL },
  { client: 'Kiota for Python',   request: "GET /v1.0//devices?%24filter=displayName+eq+%27KIOSK-01%27", status: 200, check: isOne },
  { client: 'tools on beta',      request: 'GET /beta/devices?$expand=registeredOwners($select=userPrincipalName)', status: 200, check: isDevices, headers: { accept: 'application/json;odata.metadata=none' } },
  { client: 'a tool without metadata', request: "GET /v1.0/users?$filter=userPrincipalName%20eq%20'member%40contoso.example'&$select=id", status: 200, check: isOne, headers: { accept: 'application/json;odata.metadata=none' } },
  { client: 'Terraform',          request: `GET /v1.0/servicePrincipals?%24filter=appId+eq+%27${DEV.daemon}%27`, status: 200, check: isOne, headers: { accept: 'application/json; charset=utf-8; IEEE754Compatible=false', 'odata-version': '4.0', 'odata-maxversion': '4.0' } },
  { client: 'Terraform',          request: "GET /beta/groups?%24count=true&%24filter=displayName+eq+%27Kiosks%27", status: 200, check: isOne, headers: EVENTUAL },
  { client: 'pnp',                request: 'GET /v1.0/devices?%24count=true&%24filter=startswith%28displayName%2C%27k%27%29&%24top=2&%24select=id', status: 200, check: isOne, headers: { 'content-type': 'application/json' } },
  { client: 'odata2ts',           request: "GET /v1.0/devices?%24select=id%2CdisplayName&%24filter=displayName%20eq%20'KIOSK-01'&%24count=true&%24top=2", status: 200, check: isOne },
  { client: 'Himmelblau',         request: "GET /v1.0/groups?$filter=displayName%20eq%20'Kiosks'", status: 200, check: isOne },
  { client: 'all Kiota SDKs',     request: 'GET /v1.0/devices/delta()',                          status: 501 },
  { client: 'in capitals',        request: `GET /v1.0/DEVICES/${KIOSK.toUpperCase()}`,           status: 200, check: isKiosk },
];

// biome-ignore format: a table is read by its columns
const WRITES: readonly Row[] = [
  { client: 'Kiota, typed body',       request: 'POST /v1.0/devices',   body: kiotaBody,             status: 201 },
  { client: 'Kiota, typed update',     request: `PATCH /v1.0/devices/${KIOSK}`, body: { '@odata.type': '#microsoft.graph.device', displayName: 'KIOSK-01' }, status: 204 },
  { client: 'odata2ts',                request: `PATCH /v1.0/devices('${KIOSK}')`, body: { displayName: 'KIOSK-01' }, status: 204 },
  { client: 'httpie, empty POST',      request: 'POST /v1.0/devices',   body: '', headers: { 'content-length': '0' }, status: 400, check: ({ json }) => assert.equal(json.error.message, 'Empty Payload. JSON content expected.') },
];

/** A link that a client makes is undone by a request that another one sends. */
// biome-ignore format: a table is read by its columns
const LINKS: readonly (readonly [string, string, string])[] = [
  ['JavaScript client',  `${GRAPH}/${MEMBER}`,                                            `/${MEMBER}/$ref`],
  ['Kiota',              `${GRAPH}/${MEMBER}`,                                            `/$ref?@id=${LOCAL}${MEMBER}`],
  ['documentation',      `https://graph.microsoft.com/v1.0/users/${MEMBER}`,              `/$ref?@odata.id=${GRAPH}/${MEMBER}`],
  ['Terraform',          `http://127.0.0.1:8585/beta/directoryObjects/${MEMBER}`,         `/${MEMBER}/$ref`],
  ['key in quotes',      `${GRAPH}('${MEMBER}')`,                                         `('${MEMBER}')/$ref`],
  ['by its name',        'https://graph.microsoft.com/v1.0/users/member@contoso.example', `/${MEMBER}/$ref`],
];

describe('requests as clients write them', () => {
  for (const row of [...READS, ...WRITES]) {
    test(`${row.client}: ${row.request}`, async () => {
      const reply = await send(row);
      assert.equal(reply.status, row.status, reply.text);
      row.check?.(reply);
    });
  }

  for (const [client, reference, undo] of LINKS) {
    test(`${client}: registeredOwners/$ref with ${reference}, and DELETE registeredOwners${undo}`, async () => {
      const owners = `/v1.0/devices/${DEV.buildAgent}/registeredOwners`;
      const added = await send({
        client,
        request: `POST ${owners}/$ref`,
        body: { '@odata.id': reference },
        status: 204,
      });
      assert.equal(added.status, 204, added.text);
      const listed = await send({ client, request: `GET ${owners}`, status: 200 });
      assert.deepEqual(
        listed.json.value.map((owner: { id: string }) => owner.id),
        [MEMBER],
      );
      const removed = await send({ client, request: `DELETE ${owners}${undo}`, status: 204 });
      assert.equal(removed.status, 204, removed.text);
    });
  }
});

function send({ request, body, headers = {} }: Row): Promise<Reply> {
  const [method = '', url = ''] = request.split(' ');
  return desk.ask(method, url, { as: 'intune.admin', headers, ...(body === undefined ? {} : { body }) });
}
