import { testReferences } from './references.ts';

/**
 * https://learn.microsoft.com/graph/api/device-post-registeredowners,
 * https://learn.microsoft.com/graph/api/device-list-registeredowners,
 * https://learn.microsoft.com/graph/api/device-delete-registeredowners
 */
testReferences('registeredOwners', 'ownedDevices');
