-- The model that an assistant answers with, unless its conversation names one.
alter table member add column chat_model text;
