-- A conversation is deleted by its row, and its messages and log entries follow in batches, so they refer to it without a
-- foreign key. They name a member that is deleted as nobody's. None of these references had an index: the deletion of a
-- member read all of them. A constraint that no stored row depends on is removed from the schema's text, as SQLite's manual
-- describes; a copy of the tables would take long.
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, ' references conversation(number)', '')
    where type = 'table' and name in ('message', 'log_entry', 'mention', 'message_rating');
update sqlite_schema set sql = replace(sql, ' references member(number)', '')
    where type = 'table' and name in ('message', 'log_entry');
pragma writable_schema = reset;

-- How far a job has come, by kind.
alter table job add column position integer not null default 0;
