-- What was not sent, of all queues of a workspace.
create index delivery_unsent on delivery(ws, number) where state in ('failed', 'cancelled', 'unknown');
