-- Texts have more numbers now (see grams.rs), which words ask for: everything is read into the index once more.
truncate search_message, search_conversation, search_member;
update search_position set indexed = 0;
