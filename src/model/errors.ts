import { table } from '../lib/table.ts';

/**
 * What callers are told. Words that Graph was seen to use, or that its pages print, are Graph's; the rows whose
 * words aren't known from Graph are listed in DIVERGENCES.md under "Words of our own".
 * https://learn.microsoft.com/graph/errors
 */
// biome-ignore format: a table is read by its columns
export const ERRORS = table({
  // -- who is asking ------------------------------------------------------------------------------------------------------
  tokenMissing:       { status: 401, code: 'InvalidAuthenticationToken',  message: 'Access token is empty.' },
  tokenMalformed:     { status: 401, code: 'InvalidAuthenticationToken',  message: 'IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in JWS or JWE Compact Serialization Format. (JWS): \'EncodedHeader.EncodedPayload.EncodedSignature\'. (JWE): \'EncodedProtectedHeader.EncodedEncryptedKey.EncodedInitializationVector.EncodedCiphertext.EncodedAuthenticationTag\'.' },
  tokenInvalid:       { status: 401, code: 'InvalidAuthenticationToken',  message: 'CompactToken parsing failed with error code: 80049217' },
  tokenExpired:       { status: 401, code: 'InvalidAuthenticationToken',  message: 'Lifetime validation failed, the token is expired.' },
  tokenNotYet:        { status: 401, code: 'InvalidAuthenticationToken',  message: 'Access token has expired or is not yet valid.' },
  tokenAudience:      { status: 401, code: 'InvalidAuthenticationToken',  message: 'Access token validation failure. Invalid audience.' },
  tokenIssuer:        { status: 401, code: 'InvalidAuthenticationToken',  message: 'Access token validation failure. Invalid issuer.' },
  personalAccount:    { status: 400, code: 'BadRequest',                  message: 'This API is not supported for MSA accounts (no addressUrl for Microsoft.DirectoryServices,False).' },
  denied:             { status: 403, code: 'Authorization_RequestDenied', message: 'Insufficient privileges to complete the operation.' },
  // -- the address --------------------------------------------------------------------------------------------------------
  versionUnknown:     { status: 400, code: 'BadRequest',                  message: 'Invalid version: {version}' },
  segmentUnknown:     { status: 400, code: 'BadRequest',                  message: 'Resource not found for the segment \'{segment}\'.' },
  segmentMalformed:   { status: 400, code: 'BadRequest',                  message: 'The request URI is not valid: \'{segment}\' is not a well-formed path segment.' },
  segmentAfterMany:   { status: 400, code: 'Request_BadRequest',          message: 'The request URI is not valid. Since the segment \'{segment}\' refers to a collection, this must be the last segment in the request URI or it must be followed by an function or action that can be bound to it otherwise all intermediate segments must refer to a single resource.' },
  idInvalid:          { status: 400, code: 'Request_BadRequest',          message: 'Invalid object identifier \'{id}\'.' },
  notFound:           { status: 404, code: 'Request_ResourceNotFound',    message: 'Resource \'{id}\' does not exist or one of its queried reference-property objects are not present.' },
  methodNotAllowed:   { status: 405, code: 'Request_BadRequest',          message: 'Specified HTTP method is not allowed for the request target.' },
  writeNotContained:  { status: 400, code: 'BadRequest',                  message: 'Write requests are only supported on contained entities' },
  notBuilt:           { status: 501, code: 'NotImplemented',              message: 'This operation target is not yet supported.' },
  pathNotFound:       { status: 404, code: 'ResourceNotFound',            message: 'Nothing is served at \'{path}\'. Microsoft Graph is at /v1.0 and /beta, sign-in at /{tenant}/oauth2/v2.0/token.' },
  // -- query options ------------------------------------------------------------------------------------------------------
  optionUnsupported:  { status: 400, code: 'Request_BadRequest',          message: '\'{option}\' is not supported by the service.' },
  optionTwice:        { status: 400, code: 'Request_BadRequest',          message: 'Query option \'{option}\' was specified more than once, but it must be specified at most once.' },
  optionMalformed:    { status: 400, code: 'Request_BadRequest',          message: 'The query option \'{option}\' is not well-formed percent-encoded text.' },
  topInvalid:         { status: 400, code: 'BadRequest',                  message: 'Invalid value \'{value}\' for $top query option found. The $top query option requires a non-negative integer value.' },
  pageSize:           { status: 400, code: 'Request_UnsupportedQuery',    message: 'Invalid page size specified: \'{value}\'. Must be between 1 and {most} inclusive.' },
  propertyUndeclared: { status: 400, code: 'Request_UnsupportedQuery',    message: 'Property \'{name}\' does not exist as a declared property or extension property.' },
  selectEmpty:        { status: 400, code: 'BadRequest',                  message: 'Parsing OData Select and Expand failed: the $select query option names no property, or more than {most}.' },
  pageToken:          { status: 400, code: 'Directory_ExpiredPageToken',  message: 'The specified page token value has expired and can no longer be included in your request. Start again without $skiptoken.' },
  // -- the body -----------------------------------------------------------------------------------------------------------
  contentTypeMissing: { status: 400, code: 'BadRequest',                  message: 'Write requests (excluding DELETE) must contain the Content-Type header declaration.' },
  contentType:        { status: 415, code: 'Request_MediaTypeNotSupported', message: 'The media type \'{type}\' is not supported. Send application/json.' },
  contentEncoding:    { status: 415, code: 'Request_MediaTypeNotSupported', message: 'The content encoding \'{encoding}\' is not supported. Send the body as it is, or with gzip.' },
  contentCorrupt:     { status: 400, code: 'BadRequest',                  message: 'Unable to read the request body: it is not valid gzip data.' },
  bodyTooLarge:       { status: 413, code: 'RequestEntityTooLarge',       message: 'The request body is larger than the {most} bytes that are allowed.' },
  bodyTooDeep:        { status: 400, code: 'BadRequest',                  message: 'Unable to read JSON request payload. It is nested deeper than {most} levels.' },
  bodyNotJson:        { status: 400, code: 'BadRequest',                  message: 'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.' },
  bodyNotObject:      { status: 400, code: 'BadRequest',                  message: 'Unable to read JSON request payload. The body must be one JSON object.' },
  bodyPropertyTwice:  { status: 400, code: 'BadRequest',                  message: 'Unable to read JSON request payload. The property \'{name}\' stands in it more than once.' },
  bodyEmpty:          { status: 400, code: 'BadRequest',                  message: 'Empty Payload. JSON content expected.' },
  bodyUnexpected:     { status: 400, code: 'BadRequest',                  message: 'A {method} request must not carry a body.' },
  literal:            { status: 400, code: 'Request_BadRequest',          message: 'Cannot convert the literal \'{value}\' to the expected type \'{type}\'.' },
  collectionExpected: { status: 400, code: 'Request_BadRequest',          message: 'The value of property \'{name}\' must be a JSON array of \'{type}\'.' },
  complexExpected:    { status: 400, code: 'Request_BadRequest',          message: 'The value of property \'{name}\' must be a JSON object of type \'{type}\'.' },
  valueRequired:      { status: 400, code: 'Request_BadRequest',          message: 'A value is required for property \'{name}\' of resource \'{resource}\'.' },
  valueTooLong:       { status: 400, code: 'Request_BadRequest',          message: 'Invalid value specified for property \'{name}\' of resource \'{resource}\'.' },
  propertyInvalid:    { status: 400, code: 'Request_BadRequest',          message: 'Invalid property \'{name}\'.' },
  extensionUnknown:   { status: 400, code: 'Request_BadRequest',          message: 'The following extension properties are not available: {name}.' },
  propertyReadOnly:   { status: 400, code: 'Request_BadRequest',          message: 'Property \'{name}\' is read-only and cannot be set.' },
  valuesInvalid:      { status: 400, code: 'Request_BadRequest',          message: 'One or more property values specified are invalid.' },
  domainUnknown:      { status: 400, code: 'Request_BadRequest',          message: 'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.' },
  passwordMissing:    { status: 400, code: 'Request_BadRequest',          message: 'A password must be specified to create a new user.' },
  passwordWeak:       { status: 400, code: 'Request_BadRequest',          message: 'The specified password does not comply with password complexity requirements. Please provide a different password.' },
  mailEnabledGroup:   { status: 400, code: 'Request_BadRequest',          message: 'The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.' },
  typeMismatch:       { status: 400, code: 'BadRequest',                  message: 'A type named \'{type}\' is not what this request writes; it writes \'{expected}\'.' },
  windowsOnly:        { status: 400, code: 'Request_BadRequest',          message: 'Properties other than AccountEnabled and ExtensionAttribute1..15 can be modified only on windows devices' },
  duplicate:          { status: 400, code: 'Request_BadRequest',          message: 'Another object with the same value for property {name} already exists.' },
  changedMeanwhile:   { status: 409, code: 'Directory_ConcurrencyViolation', message: 'The object was changed by other requests again and again while this one was at work. Try again.' },
  preconditionFailed: { status: 412, code: 'Request_PreconditionFailed',  message: 'Objects here have no ETag, so an If-Match header other than \'*\' never holds.' },
  // -- references ---------------------------------------------------------------------------------------------------------
  referenceInvalid:   { status: 400, code: 'BadRequest',                  message: 'Invalid URL format specified in payload.' },
  referenceType:      { status: 400, code: 'Request_BadRequest',          message: 'The reference target \'{target}\' of type \'{type}\' is invalid for the \'{relation}\' reference.' },
  referenceExists:    { status: 400, code: 'Request_BadRequest',          message: 'One or more added object references already exist for the following modified properties: \'{relation}\'.' },
  referencesTooMany:  { status: 400, code: 'Request_BadRequest',          message: 'A resource cannot contain more than {most} link changes.' },
  referenceUnfit:     { status: 400, code: 'Request_BadRequest',          message: 'An invalid operation was included in the following modified references: \'{relation}\'.' },
  // -- HTTP itself --------------------------------------------------------------------------------------------------------
  headerInvalid:      { status: 400, code: 'BadRequest',                  message: 'The request is not valid HTTP: {reason}.' },
  headersTooMany:     { status: 431, code: 'RequestHeaderFieldsTooLarge', message: 'The request has more than {most} header lines, or a head of more than {bytes} bytes.' },
  requestTimeout:     { status: 408, code: 'RequestTimeout',              message: 'The request did not arrive within the time allowed.' },
  notAcceptable:      { status: 406, code: 'NotAcceptable',               message: 'The metadata level \'{level}\' is not available; \'minimal\' is.' },
  expectation:        { status: 417, code: 'ExpectationFailed',           message: 'The expectation \'{value}\' can\'t be met; only \'100-continue\' can.' },
  // -- this service -------------------------------------------------------------------------------------------------------
  storeUnavailable:   { status: 503, code: 'ServiceUnavailable',          message: 'The directory can\'t store changes at the moment. Nothing was changed. Try again later.' },
  internal:           { status: 500, code: 'Service_InternalServerError', message: 'Encountered an internal server error.' },
});

/**
 * Errors of the token endpoint: https://learn.microsoft.com/entra/identity-platform/reference-error-codes.
 * `code` is the OAuth 2.0 error; the number stands at the head of the message, as Microsoft Entra ID has it.
 */
// biome-ignore format: a table is read by its columns
export const SIGN_IN_ERRORS = table({
  requestMalformed:  { status: 400, code: 'invalid_request',        message: 'AADSTS900144: The request body must contain the following parameter: \'{name}\'.' },
  requestUnreadable: { status: 400, code: 'invalid_request',        message: 'AADSTS9002313: Invalid request. Request is malformed or invalid.' },
  requestTwice:      { status: 400, code: 'invalid_request',        message: 'AADSTS9000411: The request is not properly formatted. The parameter \'{name}\' is duplicated.' },
  grantType:         { status: 400, code: 'unsupported_grant_type', message: 'AADSTS70003: The app requested an unsupported grant type \'{name}\'.' },
  tenantUnknown:     { status: 400, code: 'invalid_request',        message: 'AADSTS90002: Tenant \'{tenant}\' not found. Check to make sure you have the correct tenant ID.' },
  tenantNotConcrete: { status: 400, code: 'unauthorized_client',    message: 'AADSTS50059: No tenant-identifying information found in either the request or implied by any provided credentials.' },
  clientUnknown:     { status: 400, code: 'unauthorized_client',    message: 'AADSTS700016: Application with identifier \'{client}\' was not found in the directory \'{tenant}\'.' },
  secretMissing:     { status: 401, code: 'invalid_client',         message: 'AADSTS7000218: The request body must contain the following parameter: \'client_assertion\' or \'client_secret\'.' },
  secretInvalid:     { status: 401, code: 'invalid_client',         message: 'AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app \'{client}\'.' },
  credentialBoth:    { status: 400, code: 'invalid_request',        message: 'AADSTS70011: Send the client secret once, in the Authorization header or in the body.' },
  userPassword:      { status: 400, code: 'invalid_grant',          message: 'AADSTS50126: Error validating credentials due to invalid username or password.' },
  userUnknown:       { status: 400, code: 'invalid_grant',          message: 'AADSTS50034: The user account {name} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory.' },
  userDisabled:      { status: 400, code: 'invalid_grant',          message: 'AADSTS50057: The user account is disabled.' },
  scopeNotDefault:   { status: 400, code: 'invalid_scope',          message: 'AADSTS1002012: The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).' },
  resourceUnknown:   { status: 400, code: 'invalid_resource',       message: 'AADSTS500011: The resource principal named {resource} was not found in the tenant named {tenant}.' },
  consentRequired:   { status: 400, code: 'invalid_grant',          message: 'AADSTS65001: The user or administrator has not consented to use the application with ID \'{client}\' for: {scope}. Send an interactive authorization request for this user and resource.' },
  passwordRefused:   { status: 400, code: 'unauthorized_client',    message: 'AADSTS7000014: The grant type \'password\' is available in the development tenant only.' },
});
