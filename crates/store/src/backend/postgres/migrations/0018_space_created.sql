-- Spaces are listed by when they were made, and those of one time by id: an import keeps both as they were elsewhere.
create index space_created on space(ws, created_at, id);
drop index space_contact;
create index space_contact on space(ws, contact, created_at, id) where contact is not null;
