-- read a device by id, v1.0
select t.json from "device" t where t.tenant = ? and t."id" = ?;

-- read a device by id, beta
select substr(cast(t.json as blob), 1, octet_length(t.json) - 1) || ',' || coalesce(t.beta, '"alternativeNames":[],"exchangeActiveSyncIds":[],"hostnames":[]') || '}' from "device" t where t.tenant = ? and t."id" = ?;

-- read a device by deviceId, v1.0, typed
select '{' || '"@odata.type":"#microsoft.graph.device"' || ',' || substr(cast(t.json as blob), 2, octet_length(t.json)) from "device" t where t.tenant = ? and t."deviceId" = ?;

-- read a device by id, beta, typed
select '{' || '"@odata.type":"#microsoft.graph.device"' || ',' || substr(cast(t.json as blob), 2, octet_length(t.json) - 2) || ',' || coalesce(t.beta, '"alternativeNames":[],"exchangeActiveSyncIds":[],"hostnames":[]') || '}' from "device" t where t.tenant = ? and t."id" = ?;

-- read a device, $select of each kind
select '{' || '"displayName":' || (t.json -> '$."displayName"') || ',' || '"hostnames":' || coalesce(('{' || t.beta || '}') -> '$."hostnames"', '[]') || ',' || '"isManagementRestricted":' || coalesce(t.rest -> '$."isManagementRestricted"', 'null') || ',' || '"kind":' || coalesce(t.rest -> '$."kind"', 'null') || ',' || '"physicalIds":' || (t.json -> '$."physicalIds"') || '}' from "device" t where t.tenant = ? and t."id" = ?;

-- read a user, $select that a device has
select '{' || '"@odata.type":"#microsoft.graph.user"' || '}' from "user" t where t.tenant = ? and t."userPrincipalName" = ?;

-- read a user, beta has nothing more
select t.json from "user" t where t.tenant = ? and t."id" = ?;

-- load a device by id
select id, changed, json, beta, rest, custom from "device" where tenant = ? and "id" = ? order by place limit ? + 0;

-- load by an index that is not unique
select id, changed, json, beta, rest, custom from "appRoleAssignment" where tenant = ? and "principalId" = ? order by place limit ? + 0;

-- the type of a directory object
select 'device' from "device" where tenant = ?1 and id = ?2 union all select 'user' from "user" where tenant = ?1 and id = ?2 union all select 'group' from "group" where tenant = ?1 and id = ?2 union all select 'administrativeUnit' from "administrativeUnit" where tenant = ?1 and id = ?2 union all select 'servicePrincipal' from "servicePrincipal" where tenant = ?1 and id = ?2 union all select 'application' from "application" where tenant = ?1 and id = ?2 union all select 'directoryRole' from "directoryRole" where tenant = ?1 and id = ?2 union all select 'directoryRoleTemplate' from "directoryRoleTemplate" where tenant = ?1 and id = ?2;

-- page of devices, v1.0
select items, n, last, (select 1 from "device" t where t.place < ? and t.place > last limit 1) from (select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) as last from (select t.json as item, t.place as place from "device" t where t.place < ? and t.place > ? order by t.place limit ? + 0));

-- page of devices, beta
select items, n, last, (select 1 from "device" t where t.place < ? and t.place > last limit 1) from (select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) as last from (select substr(cast(t.json as blob), 1, octet_length(t.json) - 1) || ',' || coalesce(t.beta, '"alternativeNames":[],"exchangeActiveSyncIds":[],"hostnames":[]') || '}' as item, t.place as place from "device" t where t.place < ? and t.place > ? order by t.place limit ? + 0));

-- page of devices, $select
select items, n, last, (select 1 from "device" t where t.place < ? and t.place > last limit 1) from (select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) as last from (select '{' || '"id":' || (t.json -> '$."id"') || ',' || '"displayName":' || (t.json -> '$."displayName"') || '}' as item, t.place as place from "device" t where t.place < ? and t.place > ? order by t.place limit ? + 0));

-- page of users
select items, n, last, (select 1 from "user" t where t.place < ? and t.place > last limit 1) from (select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) as last from (select t.json as item, t.place as place from "user" t where t.place < ? and t.place > ? order by t.place limit ? + 0));

-- page of registered users
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select case when t0.place is not null then '{' || '"@odata.type":"#microsoft.graph.user"' || ',' || substr(cast(t0.json as blob), 2, octet_length(t0.json)) when t1.place is not null then '{' || '"@odata.type":"#microsoft.graph.servicePrincipal"' || ',' || substr(cast(t1.json as blob), 2, octet_length(t1.json)) end as item, c.place as place
  from (select l.target as place, l.target_type as type from link l
  where l.tenant = ? and l.relation = ? and l.source = (select place from "device" where tenant = ? and id = ?) and l.target > ?) c left join "user" t0 on c.type = 'user' and t0.place = c.place left join "servicePrincipal" t1 on c.type = 'servicePrincipal' and t1.place = c.place where 1 and 1 order by c.place limit ? + 0);

-- page of registered users, $select
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select case when t0.place is not null then '{' || '"@odata.type":"#microsoft.graph.user"' || ',' || '"id":' || (t0.json -> '$."id"') || ',' || '"userPrincipalName":' || (t0.json -> '$."userPrincipalName"') || '}' when t1.place is not null then '{' || '"@odata.type":"#microsoft.graph.servicePrincipal"' || ',' || '"id":' || (t1.json -> '$."id"') || '}' end as item, c.place as place
  from (select l.target as place, l.target_type as type from link l
  where l.tenant = ? and l.relation = ? and l.source = (select place from "device" where tenant = ? and id = ?) and l.target > ?) c left join "user" t0 on c.type = 'user' and t0.place = c.place left join "servicePrincipal" t1 on c.type = 'servicePrincipal' and t1.place = c.place where 1 and 1 order by c.place limit ? + 0);

-- page of registered users, users hidden
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select case when t0.place is not null then '{"@odata.type":"#microsoft.graph.user","id":"' || t0.id || '"}' when t1.place is not null then '{' || '"@odata.type":"#microsoft.graph.servicePrincipal"' || ',' || substr(cast(t1.json as blob), 2, octet_length(t1.json)) end as item, c.place as place
  from (select l.target as place, l.target_type as type from link l
  where l.tenant = ? and l.relation = ? and l.source = (select place from "device" where tenant = ? and id = ?) and l.target > ?) c left join "user" t0 on c.type = 'user' and t0.place = c.place left join "servicePrincipal" t1 on c.type = 'servicePrincipal' and t1.place = c.place where 1 and 1 order by c.place limit ? + 0);

-- page of owned devices, beta
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select case when t0.place is not null then '{' || '"@odata.type":"#microsoft.graph.device"' || ',' || substr(cast(t0.json as blob), 2, octet_length(t0.json) - 2) || ',' || coalesce(t0.beta, '"alternativeNames":[],"exchangeActiveSyncIds":[],"hostnames":[]') || '}' end as item, c.place as place
  from (select l.source as place, 'device' as type from link l
  where l.tenant = ? and l.relation = ? and l.target = (select place from "user" where tenant = ? and id = ?) and l.source > ?) c left join "device" t0 on c.type = 'device' and t0.place = c.place where 1 and 1 order by c.place limit ? + 0);

-- page of members, four types
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select case when t0.place is not null then '{' || '"@odata.type":"#microsoft.graph.user"' || ',' || substr(cast(t0.json as blob), 2, octet_length(t0.json)) when t1.place is not null then '{' || '"@odata.type":"#microsoft.graph.group"' || ',' || substr(cast(t1.json as blob), 2, octet_length(t1.json)) when t2.place is not null then '{' || '"@odata.type":"#microsoft.graph.device"' || ',' || substr(cast(t2.json as blob), 2, octet_length(t2.json)) when t3.place is not null then '{' || '"@odata.type":"#microsoft.graph.servicePrincipal"' || ',' || substr(cast(t3.json as blob), 2, octet_length(t3.json)) end as item, c.place as place
  from (select l.target as place, l.target_type as type from link l
  where l.tenant = ? and l.relation = ? and l.source = (select place from "group" where tenant = ? and id = ?) and l.target > ?) c left join "user" t0 on c.type = 'user' and t0.place = c.place left join "group" t1 on c.type = 'group' and t1.place = c.place left join "device" t2 on c.type = 'device' and t2.place = c.place left join "servicePrincipal" t3 on c.type = 'servicePrincipal' and t3.place = c.place where 1 and 1 order by c.place limit ? + 0);

-- page of all directory objects
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select case when t0.place is not null then '{' || '"@odata.type":"#microsoft.graph.device"' || ',' || substr(cast(t0.json as blob), 2, octet_length(t0.json)) when t1.place is not null then '{' || '"@odata.type":"#microsoft.graph.user"' || ',' || substr(cast(t1.json as blob), 2, octet_length(t1.json)) when t2.place is not null then '{' || '"@odata.type":"#microsoft.graph.group"' || ',' || substr(cast(t2.json as blob), 2, octet_length(t2.json)) when t3.place is not null then '{' || '"@odata.type":"#microsoft.graph.administrativeUnit"' || ',' || substr(cast(t3.json as blob), 2, octet_length(t3.json)) when t4.place is not null then '{' || '"@odata.type":"#microsoft.graph.servicePrincipal"' || ',' || substr(cast(t4.json as blob), 2, octet_length(t4.json)) when t5.place is not null then '{' || '"@odata.type":"#microsoft.graph.application"' || ',' || substr(cast(t5.json as blob), 2, octet_length(t5.json)) when t6.place is not null then '{' || '"@odata.type":"#microsoft.graph.directoryRole"' || ',' || substr(cast(t6.json as blob), 2, octet_length(t6.json)) when t7.place is not null then '{' || '"@odata.type":"#microsoft.graph.directoryRoleTemplate"' || ',' || substr(cast(t7.json as blob), 2, octet_length(t7.json)) end as item, c.place as place
  from (select * from (select t.place as place, 'device' as type from "device" t where t.place < ? and t.place > ? order by t.place limit ? + 0) union all select * from (select t.place as place, 'user' as type from "user" t where t.place < ? and t.place > ? order by t.place limit ? + 0) union all select * from (select t.place as place, 'group' as type from "group" t where t.place < ? and t.place > ? order by t.place limit ? + 0) union all select * from (select t.place as place, 'administrativeUnit' as type from "administrativeUnit" t where t.place < ? and t.place > ? order by t.place limit ? + 0) union all select * from (select t.place as place, 'servicePrincipal' as type from "servicePrincipal" t where t.place < ? and t.place > ? order by t.place limit ? + 0) union all select * from (select t.place as place, 'application' as type from "application" t where t.place < ? and t.place > ? order by t.place limit ? + 0) union all select * from (select t.place as place, 'directoryRole' as type from "directoryRole" t where t.place < ? and t.place > ? order by t.place limit ? + 0) union all select * from (select t.place as place, 'directoryRoleTemplate' as type from "directoryRoleTemplate" t where t.place < ? and t.place > ? order by t.place limit ? + 0)) c left join "device" t0 on c.type = 'device' and t0.place = c.place left join "user" t1 on c.type = 'user' and t1.place = c.place left join "group" t2 on c.type = 'group' and t2.place = c.place left join "administrativeUnit" t3 on c.type = 'administrativeUnit' and t3.place = c.place left join "servicePrincipal" t4 on c.type = 'servicePrincipal' and t4.place = c.place left join "application" t5 on c.type = 'application' and t5.place = c.place left join "directoryRole" t6 on c.type = 'directoryRole' and t6.place = c.place left join "directoryRoleTemplate" t7 on c.type = 'directoryRoleTemplate' and t7.place = c.place where 1 and 1 order by c.place limit ? + 0);

-- by an alternate key
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select t.json as item, t.place as place from "device" t where t.tenant = ? and t."deviceId" in (?, ?) and t.place > ? order by t.place limit ? + 0);

-- by a term
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select t.json as item, f.rowid as place from "device:terms" f cross join "device" t on t.place = f.rowid where f."device:terms" match ? and f.rowid > ? order by f.rowid limit ? + 0);

-- by values that start so
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select t.json as item, f.rowid as place from "device:terms" f cross join "device" t on t.place = f.rowid where f."device:terms" match ? and f.rowid > ? order by f.rowid limit ? + 0);

-- by terms and not by a term
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select t.json as item, f.rowid as place from "device:terms" f cross join "device" t on t.place = f.rowid where f."device:terms" match ? and f.rowid > ? order by f.rowid limit ? + 0);

-- by a term and the start of a name
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select t.json as item, t.place as place from (select f.rowid as place from "device:terms" f cross join "device" t on t.place = f.rowid where f."device:terms" match ? and f.rowid > ? order by f.rowid limit 20000) w
  cross join "device" t on t.place = w.place where ((t."operatingSystem" is ?) and (substr(cast(t."displayName" as blob), 1, 2) is cast(? as blob))) order by w.place limit ? + 0);

-- by the start of a name, few
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select t.json as item, t.place as place from "device" t indexed by "device:displayName" where t.tenant = ? and t."displayName" >= ? and t."displayName" < ? and t.place > ? order by t.place limit ? + 0);

-- by the start of a name, many
select items, n, last, (select 1 from "device" t where t.place < ? and (substr(cast(t."displayName" as blob), 1, 2) is cast(? as blob)) and t.place > last limit 1) from (select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) as last from (select t.json as item, t.place as place from "device" t where t.place < ? and (substr(cast(t."displayName" as blob), 1, 2) is cast(? as blob)) and t.place > ? order by t.place limit ? + 0));

-- by items of a collection
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select t.json as item, t.place as place from (select f.rowid as place from "device:terms" f cross join "device" t on t.place = f.rowid where f."device:terms" match ? and f.rowid > ? order by f.rowid limit 20000) w
  cross join "device" t on t.place = w.place where exists (select 1 from json_each((t.json -> '$."physicalIds"')) i where (substr(cast(folded(cast(i.value as blob)) as blob), 1, 3) is cast(? as blob))) order by w.place limit ? + 0);

-- by members of the same item
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select t.json as item, t.place as place from (select f.rowid as place from "device:terms" f cross join "device" t on t.place = f.rowid where f."device:terms" match ? and f.rowid > ? order by f.rowid limit 20000) w
  cross join "device" t on t.place = w.place where exists (select 1 from json_each((t.json -> '$."alternativeSecurityIds"')) i where (((i.value ->> '$."type"') is ?) and (folded(cast((i.value ->> '$."identityProvider"') as blob)) is ?))) order by w.place limit ? + 0);

-- by an empty collection
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select t.json as item, f.rowid as place from "device:terms" f cross join "device" t on t.place = f.rowid where f."device:terms" match ? and f.rowid > ? order by f.rowid limit ? + 0);

-- by a word
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select t.json as item, f.rowid as place from "device:terms" f cross join "device" t on t.place = f.rowid where f."device:terms" match ? and f.rowid > ? order by f.rowid limit ? + 0);

-- nothing leads there
too costly: 1000000 rows;

-- in order of a name
select items, n, place from (select cast(group_concat(item, ',') as blob) as items, count(*) as n, place, max(number) from (select *, row_number() over () as number from (select t.json as item, json_array(t."displayName", t.place) as place from "device" t indexed by "device:displayName" where t.tenant = ? and 1 order by t."displayName", t.place limit ? + 0)));

-- in order of a name, the next page
select items, n, place from (select cast(group_concat(item, ',') as blob) as items, count(*) as n, place, max(number) from (select *, row_number() over () as number from (select t.json as item, json_array(t."displayName", t.place) as place from "device" t indexed by "device:displayName" where t.tenant = ? and (t."displayName" >= ? and (t."displayName" > ? or (t."displayName" is ? and t.place > ?))) order by t."displayName", t.place limit ? + 0)));

-- in order of a name downwards, with a filter
select items, n, place from (select cast(group_concat(item, ',') as blob) as items, count(*) as n, place, max(number) from (select *, row_number() over () as number from (select t.json as item, w.reached as place from (select t.place as place, json_array(t."displayName", t.place) as reached from "device" t indexed by "device:displayName" where t.tenant = ? and 1 order by t."displayName" desc, t.place desc limit 20000) w
  cross join "device" t on t.place = w.place where (t."operatingSystem" is ?) limit ? + 0)));

-- transitive members
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select case when t0.place is not null then '{' || '"@odata.type":"#microsoft.graph.user"' || ',' || substr(cast(t0.json as blob), 2, octet_length(t0.json)) when t1.place is not null then '{' || '"@odata.type":"#microsoft.graph.group"' || ',' || substr(cast(t1.json as blob), 2, octet_length(t1.json)) when t2.place is not null then '{' || '"@odata.type":"#microsoft.graph.device"' || ',' || substr(cast(t2.json as blob), 2, octet_length(t2.json)) when t3.place is not null then '{' || '"@odata.type":"#microsoft.graph.servicePrincipal"' || ',' || substr(cast(t3.json as blob), 2, octet_length(t3.json)) end as item, c.place as place
  from (select * from (select l.target as place, l.target_type as type from link l
  where l.tenant = ? and l.relation = ? and l.source = ? and l.target > ? and l.target <> ?
  order by l.target limit ? + 0) union select * from (select l.target as place, l.target_type as type from link l
  where l.tenant = ? and l.relation = ? and l.source = ? and l.target > ? and l.target <> ?
  order by l.target limit ? + 0)) c left join "user" t0 on c.type = 'user' and t0.place = c.place left join "group" t1 on c.type = 'group' and t1.place = c.place left join "device" t2 on c.type = 'device' and t2.place = c.place left join "servicePrincipal" t3 on c.type = 'servicePrincipal' and t3.place = c.place where 1 and 1 order by c.place limit ? + 0);

-- transitive member of
select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) from (select case when t0.place is not null then '{' || '"@odata.type":"#microsoft.graph.group"' || ',' || substr(cast(t0.json as blob), 2, octet_length(t0.json)) end as item, c.place as place
  from (with recursive up(place, type) as (select l.source, 'group' from link l where l.tenant = ? and l.relation = ? and l.target = (select place from "device" where tenant = ? and id = ?) union select l.source, 'group' from up u cross join link l on l.tenant = ? and l.relation = ? and l.target = u.place)
  select place, type from up where place <> (select place from "device" where tenant = ? and id = ?) and type in ('group')) c left join "group" t0 on c.type = 'group' and t0.place = c.place where 1 and 1 order by c.place limit ? + 0);

-- count all
select (select coalesce(sum(c.count), 0) from counter c where c.tenant = ? and c.type = ? and c.field = ?);

-- count a term
select (select coalesce(sum(c.count) filter (where (c.value is ?)), 0) + case when (null is ?) then (select coalesce(sum(c.count), 0) from counter c where c.tenant = ? and c.type = ? and c.field = ?) - coalesce(sum(c.count), 0) else 0 end from counter c where c.tenant = ? and c.type = ? and c.field = ?);

-- count two terms
select (select count(*) from "device:terms" f where f."device:terms" match ?);

-- count a range
select (select count(*) from "device" t indexed by "device:displayName" where t.tenant = ? and t."displayName" >= ? and t."displayName" < ? and t.place > ?);

-- count members
select count(*) from (select l.target as place, l.target_type as type from link l
  where l.tenant = ? and l.relation = ? and l.source = (select place from "group" where tenant = ? and id = ?)) c  where 1;
