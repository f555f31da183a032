-- Rows of these tables refer to a conversation of their workspace, which refers to the workspace: a second reference costs
-- each message a lookup and a lock, and keeps nothing.
alter table message drop constraint message_ws_fkey;
alter table participant drop constraint participant_ws_fkey;
alter table log_entry drop constraint log_entry_ws_fkey;
alter table mention drop constraint mention_ws_fkey;
