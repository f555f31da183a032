-- Rounds of tool calls that a turn has recorded as messages. Its tokens are counted with each round.
alter table turn add column tool_rounds integer not null default 0;
