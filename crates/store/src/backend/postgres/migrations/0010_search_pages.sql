-- The embedded database's index alone has pages of its own.
select 1;
