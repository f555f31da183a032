-- What phone numbers and workflows are told beyond their names, and rules about events.

-- How a phone number answers, as JSON, and the workflow that runs what comes in over it.
alter table phone_number add column options text not null default '{}';
alter table phone_number add column default_workflow integer references workflow(number);

-- What may be done with a workflow, and by which roles, as JSON.
alter table workflow add column permissions text;
alter table workflow add column role_access text not null default '[]';

create table event_rule(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    name text,
    object_type text not null,
    event_type text not null,
    action_type text not null,
    conditions text,
    delay_seconds integer not null,
    action_params text not null,
    is_enabled integer not null,
    created_at integer not null,
    updated_at integer not null
) strict;
create unique index event_rule_id on event_rule(ws, id);
