-- The workspaces that have an inbox with an address: a mail server names no workspace.
create index inbox_of_address on inbox(address, ws);
-- `Message-ID` of the last mail that was received in a chat, which the next mail of the chat answers.
alter table conversation add column last_mail_id text;
