-- A search that looks for a row in a long list reads one page of it from an end: small pages make that short.
insert into search_message(search_message, rank) values ('pgsz', 1000);
