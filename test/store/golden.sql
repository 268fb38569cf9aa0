-- read a device by id, v1.0
select t.json from "device" t where t.tenant = ? and t."id" = ?;

-- read a device by id, beta
select substr(cast(t.json as blob), 1, octet_length(t.json) - 1) || ',' || coalesce(t.beta, '"alternativeNames":[],"exchangeActiveSyncIds":[],"hostnames":[]') || '}' from "device" t where t.tenant = ? and t."id" = ?;

-- read a device by deviceId, v1.0, typed
select '{"@odata.type":"#microsoft.graph.device",' || substr(cast(t.json as blob), 2, octet_length(t.json)) from "device" t where t.tenant = ? and t."deviceId" = ?;

-- read a device by id, beta, typed
select '{"@odata.type":"#microsoft.graph.device",' || substr(cast(t.json as blob), 2, octet_length(t.json) - 2) || ',' || coalesce(t.beta, '"alternativeNames":[],"exchangeActiveSyncIds":[],"hostnames":[]') || '}' from "device" t where t.tenant = ? and t."id" = ?;

-- read a device, $select of each kind
select '{' || '"displayName":' || (t.json -> '$."displayName"') || ',' || '"hostnames":' || coalesce(('{' || t.beta || '}') -> '$."hostnames"', '[]') || ',' || '"isManagementRestricted":' || coalesce(t.rest -> '$."isManagementRestricted"', 'null') || ',' || '"kind":' || coalesce(t.rest -> '$."kind"', 'null') || ',' || '"physicalIds":' || (t.json -> '$."physicalIds"') || '}' from "device" t where t.tenant = ? and t."id" = ?;

-- read a user, $select that a device has
select '{' || '"@odata.type":"#microsoft.graph.user"' || '}' from "user" t where t.tenant = ? and t."userPrincipalName" = ?;

-- read a user, beta has nothing more
select t.json from "user" t where t.tenant = ? and t."id" = ?;

-- load a device by id
select id, changed, json, beta, rest from "device" where tenant = ? and "id" = ? order by created limit ?;

-- load by an index that is not unique
select id, changed, json, beta, rest from "appRoleAssignment" where tenant = ? and "principalId" = ? order by created limit ?;

-- the type of a directory object
select 'device' from "device" where tenant = ?1 and id = ?2 union all select 'user' from "user" where tenant = ?1 and id = ?2 union all select 'group' from "group" where tenant = ?1 and id = ?2 union all select 'administrativeUnit' from "administrativeUnit" where tenant = ?1 and id = ?2 union all select 'servicePrincipal' from "servicePrincipal" where tenant = ?1 and id = ?2 union all select 'application' from "application" where tenant = ?1 and id = ?2;

-- page of devices, v1.0
select cast(group_concat(item, ',') as blob), count(*), max(place) from (select t.json as item, t.created as place from "device" t
  where t.tenant = ? and t.created > ? order by t.created limit ?);

-- page of devices, beta
select cast(group_concat(item, ',') as blob), count(*), max(place) from (select substr(cast(t.json as blob), 1, octet_length(t.json) - 1) || ',' || coalesce(t.beta, '"alternativeNames":[],"exchangeActiveSyncIds":[],"hostnames":[]') || '}' as item, t.created as place from "device" t
  where t.tenant = ? and t.created > ? order by t.created limit ?);

-- page of devices, $select
select cast(group_concat(item, ',') as blob), count(*), max(place) from (select '{' || '"id":' || (t.json -> '$."id"') || ',' || '"displayName":' || (t.json -> '$."displayName"') || '}' as item, t.created as place from "device" t
  where t.tenant = ? and t.created > ? order by t.created limit ?);

-- page of users
select cast(group_concat(item, ',') as blob), count(*), max(place) from (select t.json as item, t.created as place from "user" t
  where t.tenant = ? and t.created > ? order by t.created limit ?);

-- page of registered users
select cast(group_concat(item, ',') as blob), count(*), max(place) from (select case when t0.id is not null then '{"@odata.type":"#microsoft.graph.user",' || substr(cast(t0.json as blob), 2, octet_length(t0.json)) when t1.id is not null then '{"@odata.type":"#microsoft.graph.servicePrincipal",' || substr(cast(t1.json as blob), 2, octet_length(t1.json)) end as item, l.target as place from link l left join "user" t0 on l.target_type = 'user' and t0.tenant = l.tenant and t0.id = l.target left join "servicePrincipal" t1 on l.target_type = 'servicePrincipal' and t1.tenant = l.tenant and t1.id = l.target
  where l.tenant = ? and l.relation = ? and l.source = ? and l.target > ? order by l.target limit ?);

-- page of registered users, $select
select cast(group_concat(item, ',') as blob), count(*), max(place) from (select case when t0.id is not null then '{' || '"@odata.type":"#microsoft.graph.user"' || ',' || '"id":' || (t0.json -> '$."id"') || ',' || '"userPrincipalName":' || (t0.json -> '$."userPrincipalName"') || '}' when t1.id is not null then '{' || '"@odata.type":"#microsoft.graph.servicePrincipal"' || ',' || '"id":' || (t1.json -> '$."id"') || '}' end as item, l.target as place from link l left join "user" t0 on l.target_type = 'user' and t0.tenant = l.tenant and t0.id = l.target left join "servicePrincipal" t1 on l.target_type = 'servicePrincipal' and t1.tenant = l.tenant and t1.id = l.target
  where l.tenant = ? and l.relation = ? and l.source = ? and l.target > ? order by l.target limit ?);

-- page of registered users, users hidden
select cast(group_concat(item, ',') as blob), count(*), max(place) from (select case when t0.id is not null then '{"@odata.type":"#microsoft.graph.user","id":"' || t0.id || '"}' when t1.id is not null then '{"@odata.type":"#microsoft.graph.servicePrincipal",' || substr(cast(t1.json as blob), 2, octet_length(t1.json)) end as item, l.target as place from link l left join "user" t0 on l.target_type = 'user' and t0.tenant = l.tenant and t0.id = l.target left join "servicePrincipal" t1 on l.target_type = 'servicePrincipal' and t1.tenant = l.tenant and t1.id = l.target
  where l.tenant = ? and l.relation = ? and l.source = ? and l.target > ? order by l.target limit ?);

-- page of owned devices, beta
select cast(group_concat(item, ',') as blob), count(*), max(place) from (select case when t0.id is not null then '{"@odata.type":"#microsoft.graph.device",' || substr(cast(t0.json as blob), 2, octet_length(t0.json) - 2) || ',' || coalesce(t0.beta, '"alternativeNames":[],"exchangeActiveSyncIds":[],"hostnames":[]') || '}' end as item, l.source as place from link l left join "device" t0 on  t0.tenant = l.tenant and t0.id = l.source
  where l.tenant = ? and l.relation = ? and l.target = ? and l.source > ? order by l.source limit ?);

-- page of members, four types
select cast(group_concat(item, ',') as blob), count(*), max(place) from (select case when t0.id is not null then '{"@odata.type":"#microsoft.graph.user",' || substr(cast(t0.json as blob), 2, octet_length(t0.json)) when t1.id is not null then '{"@odata.type":"#microsoft.graph.group",' || substr(cast(t1.json as blob), 2, octet_length(t1.json)) when t2.id is not null then '{"@odata.type":"#microsoft.graph.device",' || substr(cast(t2.json as blob), 2, octet_length(t2.json)) when t3.id is not null then '{"@odata.type":"#microsoft.graph.servicePrincipal",' || substr(cast(t3.json as blob), 2, octet_length(t3.json)) end as item, l.target as place from link l left join "user" t0 on l.target_type = 'user' and t0.tenant = l.tenant and t0.id = l.target left join "group" t1 on l.target_type = 'group' and t1.tenant = l.tenant and t1.id = l.target left join "device" t2 on l.target_type = 'device' and t2.tenant = l.tenant and t2.id = l.target left join "servicePrincipal" t3 on l.target_type = 'servicePrincipal' and t3.tenant = l.tenant and t3.id = l.target
  where l.tenant = ? and l.relation = ? and l.source = ? and l.target > ? order by l.target limit ?);
