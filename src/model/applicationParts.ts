import { type ComplexType, filterable } from './shape.ts';

/**
 * What applications and service principals are made of. Types that both have, and those of applications alone:
 * https://learn.microsoft.com/graph/api/resources/application and the pages that it links to.
 */

const keyValue: ComplexType = {
  name: 'keyValue',
  members: [
    { name: 'key', type: 'String' },
    { name: 'value', type: 'String' },
  ],
};

export const addIn: ComplexType = {
  name: 'addIn',
  members: [
    { name: 'id', type: 'Guid' },
    { name: 'type', type: 'String' },
    { name: 'properties', type: keyValue, collection: true },
  ],
};

/** A delegated permission that an API offers. */
export const permissionScope: ComplexType = {
  name: 'permissionScope',
  members: [
    { name: 'adminConsentDescription', type: 'String' },
    { name: 'adminConsentDisplayName', type: 'String' },
    { name: 'id', type: 'Guid', filter: filterable('eq+ ne+ not+'), index: 'term' },
    { name: 'isEnabled', type: 'Boolean', initial: true },
    { name: 'type', type: 'String', initial: 'User' },
    { name: 'userConsentDescription', type: 'String' },
    { name: 'userConsentDisplayName', type: 'String' },
    { name: 'value', type: 'String', most: 120, filter: filterable('eq+ ne+ not+'), index: 'term' },
  ],
};

/** An application permission that an API offers, or a role for users within an application. */
export const appRole: ComplexType = {
  name: 'appRole',
  members: [
    { name: 'allowedMemberTypes', type: 'String', collection: true },
    { name: 'description', type: 'String' },
    { name: 'displayName', type: 'String' },
    { name: 'id', type: 'Guid', filter: filterable('eq+ ne+ not+'), index: 'term' },
    { name: 'isEnabled', type: 'Boolean', initial: true },
    { name: 'origin', type: 'String' },
    { name: 'value', type: 'String', most: 120, filter: filterable('eq+ ne+ not+'), index: 'term' },
  ],
};

const preAuthorizedApplication: ComplexType = {
  name: 'preAuthorizedApplication',
  members: [
    { name: 'appId', type: 'String' },
    { name: 'delegatedPermissionIds', type: 'String', collection: true },
  ],
};

export const apiApplication: ComplexType = {
  name: 'apiApplication',
  members: [
    { name: 'acceptMappedClaims', type: 'Boolean' },
    { name: 'knownClientApplications', type: 'Guid', collection: true },
    { name: 'requestedAccessTokenVersion', type: 'Int32' },
    { name: 'oauth2PermissionScopes', type: permissionScope, collection: true },
    { name: 'preAuthorizedApplications', type: preAuthorizedApplication, collection: true },
  ],
};

export const authenticationBehaviors: ComplexType = {
  name: 'authenticationBehaviors',
  members: [
    { name: 'blockAzureADGraphAccess', type: 'Boolean' },
    { name: 'removeUnverifiedEmailClaim', type: 'Boolean' },
    { name: 'requireClientServicePrincipal', type: 'Boolean' },
  ],
};

export const certification: ComplexType = {
  name: 'certification',
  nullable: true,
  members: [
    { name: 'certificationDetailsUrl', type: 'String' },
    { name: 'certificationExpirationDateTime', type: 'DateTimeOffset' },
    { name: 'isCertifiedByMicrosoft', type: 'Boolean' },
    { name: 'isPublisherAttested', type: 'Boolean' },
    { name: 'lastCertificationDateTime', type: 'DateTimeOffset' },
  ],
};

export const informationalUrl: ComplexType = {
  name: 'informationalUrl',
  members: [
    { name: 'logoUrl', type: 'String' },
    { name: 'marketingUrl', type: 'String' },
    { name: 'privacyStatementUrl', type: 'String' },
    { name: 'supportUrl', type: 'String' },
    { name: 'termsOfServiceUrl', type: 'String' },
  ],
};

/** The key itself is sent only to who asks for it: https://learn.microsoft.com/graph/api/resources/keycredential */
export const keyCredential: ComplexType = {
  name: 'keyCredential',
  members: [
    { name: 'customKeyIdentifier', type: 'Binary' },
    { name: 'displayName', type: 'String', most: 90 },
    { name: 'endDateTime', type: 'DateTimeOffset' },
    { name: 'key', type: 'Binary', served: 'select' },
    { name: 'keyId', type: 'Guid', filter: filterable('eq+ ne+ not+'), index: 'term' },
    { name: 'startDateTime', type: 'DateTimeOffset' },
    { name: 'type', type: 'String' },
    { name: 'usage', type: 'String' },
  ],
};

/** The secret itself is told once, to who has it made: https://learn.microsoft.com/graph/api/resources/passwordcredential */
export const passwordCredential: ComplexType = {
  name: 'passwordCredential',
  members: [
    { name: 'customKeyIdentifier', type: 'Binary' },
    { name: 'displayName', type: 'String' },
    { name: 'endDateTime', type: 'DateTimeOffset' },
    { name: 'hint', type: 'String' },
    { name: 'keyId', type: 'Guid', filter: filterable('eq+ ne+ not+'), index: 'term' },
    { name: 'secretText', type: 'String' },
    { name: 'startDateTime', type: 'DateTimeOffset' },
  ],
};

const optionalClaim: ComplexType = {
  name: 'optionalClaim',
  members: [
    { name: 'additionalProperties', type: 'String', collection: true },
    { name: 'essential', type: 'Boolean', initial: false },
    { name: 'name', type: 'String' },
    { name: 'source', type: 'String' },
  ],
};

export const optionalClaims: ComplexType = {
  name: 'optionalClaims',
  nullable: true,
  members: [
    { name: 'accessToken', type: optionalClaim, collection: true },
    { name: 'idToken', type: optionalClaim, collection: true },
    { name: 'saml2Token', type: optionalClaim, collection: true },
  ],
};

export const parentalControlSettings: ComplexType = {
  name: 'parentalControlSettings',
  members: [
    { name: 'countriesBlockedForMinors', type: 'String', collection: true },
    { name: 'legalAgeGroupRule', type: 'String', initial: 'Allow' },
  ],
};

export const publicClientApplication: ComplexType = {
  name: 'publicClientApplication',
  members: [{ name: 'redirectUris', type: 'String', collection: true }],
};

export const requestSignatureVerification: ComplexType = {
  name: 'requestSignatureVerification',
  nullable: true,
  members: [
    { name: 'allowedWeakAlgorithms', type: 'String' },
    { name: 'isSignedRequestRequired', type: 'Boolean' },
  ],
};

const resourceAccess: ComplexType = {
  name: 'resourceAccess',
  members: [
    { name: 'id', type: 'Guid' },
    { name: 'type', type: 'String' },
  ],
};

export const requiredResourceAccess: ComplexType = {
  name: 'requiredResourceAccess',
  members: [
    { name: 'resourceAppId', type: 'String', filter: filterable('eq+ ne+ not+'), index: 'term' },
    { name: 'resourceAccess', type: resourceAccess, collection: true },
  ],
};

export const resourceSpecificPermission: ComplexType = {
  name: 'resourceSpecificPermission',
  members: [
    { name: 'description', type: 'String' },
    { name: 'displayName', type: 'String' },
    { name: 'id', type: 'Guid' },
    { name: 'isEnabled', type: 'Boolean' },
    { name: 'value', type: 'String' },
  ],
};

export const samlSingleSignOnSettings: ComplexType = {
  name: 'samlSingleSignOnSettings',
  nullable: true,
  members: [{ name: 'relayState', type: 'String' }],
};

export const servicePrincipalLockConfiguration: ComplexType = {
  name: 'servicePrincipalLockConfiguration',
  nullable: true,
  members: [
    { name: 'allProperties', type: 'Boolean' },
    { name: 'credentialsWithUsageSign', type: 'Boolean' },
    { name: 'credentialsWithUsageVerify', type: 'Boolean' },
    { name: 'identifierUris', type: 'Boolean' },
    { name: 'isEnabled', type: 'Boolean' },
    { name: 'tokenEncryptionKeyId', type: 'Boolean' },
  ],
};

export const spaApplication: ComplexType = {
  name: 'spaApplication',
  members: [{ name: 'redirectUris', type: 'String', collection: true }],
};

export const verifiedPublisher: ComplexType = {
  name: 'verifiedPublisher',
  members: [
    { name: 'addedDateTime', type: 'DateTimeOffset' },
    { name: 'displayName', type: 'String' },
    { name: 'verifiedPublisherId', type: 'String' },
  ],
};

const implicitGrantSettings: ComplexType = {
  name: 'implicitGrantSettings',
  members: [
    { name: 'enableAccessTokenIssuance', type: 'Boolean', initial: false },
    { name: 'enableIdTokenIssuance', type: 'Boolean', initial: false },
  ],
};

const redirectUriSettings: ComplexType = {
  name: 'redirectUriSettings',
  members: [
    { name: 'index', type: 'Int32' },
    { name: 'uri', type: 'String' },
  ],
};

export const webApplication: ComplexType = {
  name: 'webApplication',
  members: [
    { name: 'homePageUrl', type: 'String' },
    { name: 'logoutUrl', type: 'String' },
    { name: 'redirectUris', type: 'String', collection: true },
    { name: 'implicitGrantSettings', type: implicitGrantSettings },
    { name: 'redirectUriSettings', type: redirectUriSettings, collection: true },
  ],
};
