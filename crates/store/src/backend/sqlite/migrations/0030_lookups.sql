-- What the deletion of a conversation and of a member looks up.
create index space_default_conversation on space(ws, default_conversation) where default_conversation is not null;
create index api_key_member on api_key(ws, member) where member is not null;
create index draft_author on draft(ws, author) where author is not null;

insert into sqlite_stat1(tbl, idx, stat) values
    ('space', 'space_default_conversation', '100000 50000 1'),
    ('api_key', 'api_key_member', '10000 5000 3'),
    ('draft', 'draft_author', '1000 500 5');
analyze sqlite_schema;
