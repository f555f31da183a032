-- Lists that are passed as text have up to some hundred numbers, not the thousand that the planner assumes of a function:
-- it would read a whole table of some ten thousand rows to find them.
alter function json_each(text) rows 50;

-- What the deletion of a conversation and of a member looks up.
create index space_default_conversation on space(ws, default_conversation) where default_conversation is not null;
create index api_key_member on api_key(ws, member) where member is not null;
create index draft_author on draft(ws, author) where author is not null;
