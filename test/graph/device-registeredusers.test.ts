import { testReferences } from './references.ts';

/**
 * https://learn.microsoft.com/graph/api/device-post-registeredusers,
 * https://learn.microsoft.com/graph/api/device-list-registeredusers,
 * https://learn.microsoft.com/graph/api/device-delete-registeredusers
 */
testReferences('registeredUsers', 'registeredDevices');
