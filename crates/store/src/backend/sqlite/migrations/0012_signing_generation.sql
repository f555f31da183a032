-- Keys of a purpose are counted, so that nodes that come to a purpose at once cannot both make its first key.
alter table signing_key add column generation integer not null default 1;
update signing_key set generation = (select count(*) from signing_key o
    where o.ws = signing_key.ws and o.purpose = signing_key.purpose and o.id <= signing_key.id);
create unique index signing_key_generation on signing_key(ws, purpose, generation);
