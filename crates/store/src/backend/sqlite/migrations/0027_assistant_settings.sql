-- What a workspace sets for its assistants: JSON, encrypted because it contains keys.
create table assistant_settings(
    ws integer not null references workspace(number),
    sealed blob not null,
    updated_at integer not null,
    primary key (ws)
) strict, without rowid;

insert into sqlite_stat1(tbl, idx, stat) values ('assistant_settings', 'assistant_settings', '1000 1');
analyze sqlite_schema;
