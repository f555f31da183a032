-- Texts are folded by the full case folding of Unicode now (see fold.rs), so everything is read into the index once more.
insert into search_message(search_message) values ('delete-all');
insert into search_conversation(search_conversation) values ('delete-all');
insert into search_member(search_member) values ('delete-all');
update search_position set indexed = 0;
