-- What a workspace sets for its assistants: JSON, encrypted because it contains keys.
create table assistant_settings(
    ws bigint not null references workspace(number),
    sealed bytea not null,
    updated_at bigint not null,
    primary key (ws)
);
