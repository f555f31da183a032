-- The default order of a workspace's conversations; what else it holds answers the usual filters and totals.
create index conversation_spoken on conversation(ws, last_message_at desc nulls last, number desc)
    include (kind, state, is_test);
