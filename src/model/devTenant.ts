import { fixedGuid } from '../lib/fixedGuid.ts';
import { PERSONAL_TENANT_ID } from './clouds.ts';
import { MICROSOFT_TENANT_ID } from './microsoft.ts';
import { PERMISSION_NAMES, PERMISSIONS, type PermissionName } from './permissions.ts';
import { roleOfName } from './roles.ts';
import { GRAPH_SERVICE_PRINCIPAL, type TenantData } from './tenantData.ts';

/**
 * The development tenant: fixed ids, so that a test written today still finds them tomorrow. Its password and
 * secrets are public, so it is never part of a directory that serves anything but loopback.
 */

/** What every user of the development tenant signs in with, and the scrypt of it. */
export const DEV_PASSWORD = 'Rollcall-dev-1';

const PASSWORD_HASH = 'scrypt$16384$8$5$32Dzrydi-o-odJmFWkIh6Q$9cn23KLJ8fdXNuEHA0f1QgjuzmIyAvOe2Bo_PPB_iCk';

type DevUser = {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly roles?: readonly string[];
  readonly more?: Readonly<Record<string, unknown>>;
};

// biome-ignore format: a table is read by its columns
const USERS: readonly DevUser[] = [
  { id: '464a394b-ec6f-466f-9af7-570429d53256', name: 'global.admin',  title: 'Global Admin',      roles: ['Global Administrator'] },
  { id: 'ccc8d8d9-a9ce-4efd-894d-b76c7c3326ec', name: 'intune.admin',  title: 'Intune Admin',      roles: ['Intune Administrator'] },
  { id: 'd4562f6f-e3ef-4cf9-9f9e-b9efd928b68a', name: 'w365.admin',    title: 'Windows 365 Admin', roles: ['Windows 365 Administrator'] },
  { id: '0f55b639-5cad-4a19-9b4f-2ae3414c24be', name: 'device.admin',  title: 'Cloud Device Admin', roles: ['Cloud Device Administrator'] },
  { id: '4276f076-025b-4d48-871e-5f082b037f3a', name: 'registrar',     title: 'Device Registrar',  roles: ['Device Registrar'] },
  { id: 'e31745b3-3673-4e3f-83f1-2bba7e32d498', name: 'global.reader', title: 'Global Reader',     roles: ['Global Reader'] },
  { id: 'c1a5cce0-ee69-4561-afe1-2b073af5220a', name: 'member',        title: 'Member' },
  { id: 'b4235944-cdcd-461e-88ad-da6221541188', name: 'guest',         title: 'Guest',             more: { userType: 'Guest' } },
  { id: '6c74cee6-2d3a-46eb-a630-85250438442c', name: 'disabled',      title: 'Disabled',          more: { accountEnabled: false } },
];

type DevApplication = {
  readonly appId: string;
  /** Undefined: an application of Microsoft's, of which the tenant has the service principal only. */
  readonly id?: string;
  readonly title: string;
  /** SHA-256 of the secret; undefined: a public client. */
  readonly secretHash?: string;
  readonly delegated?: readonly PermissionName[] | 'all';
  readonly application?: readonly PermissionName[];
};

const allDelegated: readonly PermissionName[] = PERMISSION_NAMES.filter((name) => PERMISSIONS[name].delegated);
const consoleScopes: readonly PermissionName[] = [
  'Directory.AccessAsUser.All',
  'Device.Read.All',
  'Directory.Read.All',
  'User.Read',
  'User.Read.All',
  'Group.Read.All',
];
const daemon: readonly PermissionName[] = [
  'Device.ReadWrite.All',
  'Directory.ReadWrite.All',
  'User.Read.All',
  'Group.Read.All',
];

/** The application that tokens are for when nobody names one. */
export const DEFAULT_APP_ID = '1e909665-fe9f-4dd7-b789-24f2dae8ddc0';
/** The user in whose name the start prints its first request. */
export const FIRST_USER = 'intune.admin@contoso.example';

// biome-ignore format: a table is read by its columns
const APPLICATIONS: readonly DevApplication[] = [
  { appId: DEFAULT_APP_ID,                         id: 'f3c840d5-d02f-42c9-96dc-8b72b86638f3', title: 'Device Console',     delegated: consoleScopes },
  { appId: '63bdd08f-4907-46b4-9ec9-381b2391b0ec', id: '8f75e790-ca3d-48f9-87dd-51f01a31797e', title: 'Inventory Reader',   delegated: ['Device.Read.All', 'User.Read'] },
  { appId: 'a45a6226-5c42-48e8-8423-19d9788ad789', id: 'af2053e4-0f91-4e8e-bea6-2cbf01cf6b84', title: 'Inventory Daemon',   application: daemon, secretHash: 'sha256$j4uJEwJg4y_79MNSHW_elAdbiktlVJ73UrldkaSZD5c' },
  { appId: 'c383e63d-6785-4166-9e59-03392eed5024', id: '4f84cad0-bc1c-405c-90b3-1f4e7fd43b0a', title: 'Unconsented Daemon', secretHash: 'sha256$WmYJI2P3CcMpj0o-d3-uLrc0UlpUMwUTm-KSDVLKmVU' },
  { appId: '14d82eec-204b-4c2f-b7e8-296a70dab67e', title: 'Microsoft Graph Command Line Tools', delegated: 'all' },
  { appId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', title: 'Microsoft Azure CLI',               delegated: 'all' },
];

const TENANT_ID = '530bd2b5-4b9e-46d9-a347-d3ae09bae356';
const DOMAIN = 'contoso.example';
const REGISTRAR_ROLE_ID = 'd9a1fb42-8e32-4e53-b17e-b8b20bcd1d0c';
const ALL_DEVICES_ID = '3b5950ff-faf7-46d4-b1d4-12dc239e0520';
const KIOSKS_ID = '002ae664-bf16-4a25-86d2-33efb77176db';
const KIOSK_ID = 'b2c954af-73ed-4c4f-b067-138fe157e3fa';
const MEMBER_ID = 'c1a5cce0-ee69-4561-afe1-2b073af5220a';

/** How the secrets of the daemons are shown. */
const SECRET = Object.freeze({
  displayName: 'Development',
  endDateTime: '2299-12-31T00:00:00Z',
  keyId: fixedGuid('development secret'),
  startDateTime: '2026-01-01T00:00:00Z',
});

const members = { type: 'group', relation: 'members' };

function roleId(name: string): string {
  return roleOfName(name)?.id ?? REGISTRAR_ROLE_ID;
}

const users: TenantData['objects'] = USERS.flatMap((user) => [
  {
    type: 'user',
    values: { id: user.id, userPrincipalName: `${user.name}@${DOMAIN}`, displayName: user.title, ...user.more },
  },
  ...(user.roles ?? []).map((role) => ({
    type: 'unifiedRoleAssignment',
    values: {
      id: fixedGuid(`assignment:${user.name}:${role}`),
      principalId: user.id,
      roleDefinitionId: roleId(role),
      directoryScopeId: '/',
    },
  })),
]);

const applications: TenantData['objects'] = APPLICATIONS.flatMap((app) => {
  const principalId = fixedGuid(`principal:${app.appId}`);
  const scopes = app.delegated === 'all' ? allDelegated : (app.delegated ?? []);
  const registration = {
    type: 'application',
    values: {
      id: app.id,
      appId: app.appId,
      displayName: app.title,
      isFallbackPublicClient: app.secretHash === undefined,
      // Programs on the user's own machine: any port of it.
      ...(app.secretHash === undefined ? { publicClient: { redirectUris: ['http://localhost'] } } : {}),
      publisherDomain: DOMAIN,
      ...(app.secretHash === undefined ? {} : { passwordCredentials: [SECRET] }),
    },
  };
  const grant = {
    type: 'oauth2PermissionGrant',
    values: {
      id: fixedGuid(`grant:${app.appId}`),
      clientId: principalId,
      consentType: 'AllPrincipals',
      resourceId: GRAPH_SERVICE_PRINCIPAL.id,
      scope: scopes.join(' '),
    },
  };
  const roles = (app.application ?? []).map((name) => ({
    type: 'appRoleAssignment',
    values: {
      id: fixedGuid(`role:${app.appId}:${name}`),
      principalDisplayName: app.title,
      principalId,
      principalType: 'ServicePrincipal',
      resourceDisplayName: 'Microsoft Graph',
      resourceId: GRAPH_SERVICE_PRINCIPAL.id,
      appRoleId: (PERMISSIONS[name] as { readonly appRole?: string }).appRole,
    },
  }));
  return [
    ...(app.id === undefined ? [] : [registration]),
    {
      type: 'servicePrincipal',
      values: {
        id: principalId,
        accountEnabled: true,
        appId: app.appId,
        displayName: app.title,
        appDisplayName: app.title,
        appOwnerOrganizationId: app.id === undefined ? MICROSOFT_TENANT_ID : TENANT_ID,
        servicePrincipalNames: [app.appId],
        servicePrincipalType: 'Application',
        signInAudience: app.id === undefined ? 'AzureADMultipleOrgs' : 'AzureADMyOrg',
      },
    },
    ...(scopes.length > 0 ? [grant] : []),
    ...roles,
  ];
});

export const DEV_TENANT: TenantData = {
  id: TENANT_ID,
  displayName: 'Contoso',
  defaultDomain: DOMAIN,
  objects: [
    {
      type: 'unifiedRoleDefinition',
      values: {
        id: REGISTRAR_ROLE_ID,
        displayName: 'Device Registrar',
        isBuiltIn: false,
        isEnabled: true,
        templateId: REGISTRAR_ROLE_ID,
        resourceScopes: ['/'],
        rolePermissions: [
          {
            allowedResourceActions: [
              'microsoft.directory/devices/standard/read',
              'microsoft.directory/devices/registeredUsers/update',
              'microsoft.directory/devices/registeredOwners/update',
            ],
            condition: null,
          },
        ],
      },
    },
    GRAPH_SERVICE_PRINCIPAL.object,
    ...users,
    ...applications,
    { type: 'group', values: { id: ALL_DEVICES_ID, displayName: 'All Devices' } },
    { type: 'group', values: { id: KIOSKS_ID, displayName: 'Kiosks' } },
    { type: 'group', values: { id: '0e4f9c14-6532-4878-83cc-40be0f668415', displayName: 'Engineering' } },
    { type: 'administrativeUnit', values: { id: '8a83deea-4eaf-462c-bcf9-4d5cea66b4ad', displayName: 'Head Office' } },
    {
      type: 'device',
      values: {
        id: KIOSK_ID,
        deviceId: 'a4f1af4e-ef3d-44a1-bd15-f16b97d29c39',
        displayName: 'KIOSK-01',
        operatingSystem: 'Windows',
        operatingSystemVersion: '10.0.26100.1',
        accountEnabled: true,
        trustType: 'AzureAd',
      },
    },
    {
      type: 'device',
      values: {
        id: '240ad69d-946e-4daa-9c16-45a04e5bb9c5',
        deviceId: '2246fdc7-b5ee-4288-ad8e-6e9c7340fba0',
        displayName: 'build-agent-7',
        operatingSystem: 'Linux',
        operatingSystemVersion: '6.12',
        accountEnabled: true,
        trustType: 'Workplace',
      },
    },
  ],
  links: [
    { link: members, source: ALL_DEVICES_ID, target: KIOSKS_ID, targetType: 'group' },
    { link: members, source: KIOSKS_ID, target: KIOSK_ID, targetType: 'device' },
    { link: { type: 'device', relation: 'registeredOwners' }, source: KIOSK_ID, target: MEMBER_ID, targetType: 'user' },
    { link: { type: 'device', relation: 'registeredUsers' }, source: KIOSK_ID, target: MEMBER_ID, targetType: 'user' },
  ],
  credentials: [
    ...USERS.map((user) => ({ owner: user.id, kind: 'password' as const, hash: PASSWORD_HASH })),
    ...APPLICATIONS.flatMap(({ id, secretHash }) =>
      id !== undefined && secretHash !== undefined
        ? [{ owner: id, kind: 'secret' as const, hash: secretHash, key: SECRET.keyId }]
        : [],
    ),
  ],
};

/** Personal Microsoft accounts, of which development has one, so that their refusal can be seen. */
export const PERSONAL_TENANT: TenantData = {
  id: PERSONAL_TENANT_ID,
  displayName: 'Microsoft accounts',
  defaultDomain: 'outlook.example',
  objects: [
    GRAPH_SERVICE_PRINCIPAL.object,
    ...applications.filter(
      ({ values }) =>
        values['appId'] === DEFAULT_APP_ID || values['clientId'] === fixedGuid(`principal:${DEFAULT_APP_ID}`),
    ),
    {
      type: 'user',
      values: {
        id: '6dd69975-b9d5-4301-a2c0-cf22d693aa2d',
        userPrincipalName: 'personal@outlook.example',
        displayName: 'Personal Account',
      },
    },
  ],
  links: [],
  credentials: [{ owner: '6dd69975-b9d5-4301-a2c0-cf22d693aa2d', kind: 'password', hash: PASSWORD_HASH }],
};
