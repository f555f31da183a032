-- What the visitors of a workspace's web pages see of it, and who answers them: a JSON object.
alter table workspace add column web_chat text not null default '{}';
