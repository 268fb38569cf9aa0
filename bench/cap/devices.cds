// What Rollcall serves of a device by default in v1.0 (src/model/device.ts), in the same order.
// The extension attributes are a map: as a structured type they would be fifteen columns, and CAP a third slower.

type AlternativeSecurityId {
  type             : Integer;
  identityProvider : String;
  ![key]           : LargeString;
}

entity Device {
  key id                           : UUID;
      deletedDateTime              : DateTime;
      accountEnabled               : Boolean;
      approximateLastSignInDateTime: DateTime;
      complianceExpirationDateTime : DateTime;
      createdDateTime              : DateTime;
      deviceCategory               : String;
      deviceId                     : String;
      deviceMetadata               : String;
      deviceOwnership              : String;
      deviceVersion                : Integer;
      displayName                  : String;
      domainName                   : String;
      enrollmentProfileName        : String;
      enrollmentType               : String;
      externalSourceName           : String;
      isCompliant                  : Boolean;
      isManaged                    : Boolean;
      isRooted                     : Boolean;
      managementType               : String;
      manufacturer                 : String;
      mdmAppId                     : String;
      model                        : String;
      onPremisesLastSyncDateTime   : DateTime;
      onPremisesSyncEnabled        : Boolean;
      operatingSystem              : String;
      operatingSystemVersion       : String;
      physicalIds                  : array of String;
      profileType                  : String;
      registrationDateTime         : DateTime;
      sourceType                   : String;
      systemLabels                 : array of String;
      trustType                    : String;
      extensionAttributes          : Map;
      alternativeSecurityIds       : array of AlternativeSecurityId;
}

@path: '/v1.0'
service DirectoryService {
  @readonly entity devices as projection on Device;
}
