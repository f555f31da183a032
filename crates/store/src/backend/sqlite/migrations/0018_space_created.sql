-- Spaces are listed by when they were made, and those of one time by id: an import keeps both as they were elsewhere.
create index space_created on space(ws, created_at, id);
drop index space_contact;
create index space_contact on space(ws, contact, created_at, id) where contact is not null;

insert into sqlite_stat1(tbl, idx, stat) values
    ('space', 'space_created', '1000000 500000 1 1'),
    ('space', 'space_contact', '500000 250000 5 1 1');
analyze sqlite_schema;
