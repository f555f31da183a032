-- What search looks things up in. A full-text table keeps, for each row of its noun, numbers that stand for runs of
-- letters and for the workspace (see grams.rs); no text, and its rowid is the row's number. It only proposes rows.

create virtual table search_message using fts5(grams, content = '', contentless_delete = 1, detail = none,
    tokenize = 'ascii');
create virtual table search_conversation using fts5(grams, content = '', contentless_delete = 1, detail = none,
    tokenize = 'ascii');
create virtual table search_member using fts5(grams, content = '', contentless_delete = 1, detail = none,
    tokenize = 'ascii');

-- Rows up to this number are in the index; a background task adds the others.
create table search_position(
    noun text primary key,
    indexed integer not null
) strict, without rowid;
insert into search_position values ('message', 0), ('conversation', 0), ('member', 0);

-- What is removed leaves the index with it, whoever removes it.
create trigger search_message_removed after delete on message begin
    delete from search_message where rowid = old.number;
end;
create trigger search_conversation_removed after delete on conversation begin
    delete from search_conversation where rowid = old.number;
end;
create trigger search_member_removed after delete on member begin
    delete from search_member where rowid = old.number;
end;
