-- Who is named by an address: its normal form beside the spelling that was given. Of the members of a workspace with one
-- address one has 0 beside it, and looking the address up finds that one; each other, which the customer's own id or a
-- fingerprint holds apart or which was there before, has its own number there. The program fills this in, as neither
-- database folds texts as it does.
alter table member add column email_key text;
alter table member add column email_apart bigint not null default 0;
alter table member add column phone_key text;
alter table member add column phone_apart bigint not null default 0;
drop index member_email;
drop index member_phone;
create unique index member_email on member(ws, email_key, email_apart) where email_key is not null;
create unique index member_phone on member(ws, phone_key, phone_apart) where phone_key is not null;
create index member_email_shared on member(ws, email_key) where email_apart <> 0;
create index member_phone_shared on member(ws, phone_key) where phone_apart <> 0;
-- Which normal form the members of a workspace are in: 0 before they were looked at.
alter table workspace add column address_form bigint not null default 0;
