//! Texts that SQLite runs in place of the shared ones.

use super::{
    ADD_MESSAGES, ADD_NAMES, ADD_TITLES, BATCH_MESSAGES, BATCH_NAMES, BATCH_TITLES, ERASE_MESSAGE,
    FIND_FEW, FIND_MESSAGES, FIND_NAMES, FIND_TITLES, INSERTING_MESSAGES, INSERTING_NAMES,
    INSERTING_TITLES, LAST_MESSAGE, LAST_NAME, LAST_TITLE, NEWEST_MESSAGES, NEWEST_NAMES,
    NEWEST_TITLES, PUT_MESSAGE, PUT_NAME, PUT_TITLE,
};
use crate::SqlStatement;
use crate::sql::{gated, undeparted};

macro_rules! find_sqlite {
    ($table:literal) => {
        concat!(
            "select rowid from ",
            $table,
            " where ",
            $table,
            " match coalesce('(' || replace($5, ' ', ' OR ') || ') AND ', '') || replace($2, ' ', ' AND ')
                and rowid < $3 and $1 > 0 order by rowid desc limit $4"
        )
    };
}

/// Replaces the terms of a row that is already indexed; later rows are read by the background as they are then.
macro_rules! put_sqlite {
    ($table:literal, $noun:literal) => {
        concat!(
            "insert or replace into ",
            $table,
            " (rowid, grams) select $2, $3 where $1 > 0 and $2 <= (select indexed from search_position where noun = '",
            $noun,
            "')"
        )
    };
}

macro_rules! add_sqlite {
    ($table:literal) => {
        concat!(
            "insert or replace into ",
            $table,
            " (rowid, grams) select value ->> 'number', value ->> 'grams' from json_each($1)"
        )
    };
}

macro_rules! batch_sqlite {
    ($table:literal, $columns:literal, $kept:literal) => {
        concat!(
            "select ws, number, ",
            $columns,
            " from ",
            $table,
            " where number > $1 and number <= $2 and ",
            $kept,
            " order by number limit $3"
        )
    };
}

/// The newest rows not yet indexed; SQLite's numbers are not per workspace.
macro_rules! newest_sqlite {
    () => {
        concat!(
            "select t.number from message t
            join conversation c on c.ws = t.ws and c.number = t.conversation
            where t.ws = $1 and t.number < $10 and t.number > max(
                (select indexed from search_position where noun = 'message'),
                (select max(number) from message) - 2000)
                and fold(t.text) like $2 escape '\\'",
            visible!()
        )
    };
}

macro_rules! fresh_sqlite {
    ($table:literal, $text:literal) => {
        concat!(
            "select number, ",
            $text,
            " from ",
            $table,
            " where ws = $1 and number > max((select indexed from search_position where noun = '",
            $table,
            "'), (select max(number) from ",
            $table,
            ") - 2000) and fold(",
            $text,
            ") like $2 escape '\\' order by number desc"
        )
    };
}

/// Each statement with the text that replaces its own on SQLite.
pub(crate) static OVERRIDES: &[(&SqlStatement, &str)] = &[
    (&FIND_MESSAGES, find_sqlite!("search_message")),
    (
        &FIND_FEW,
        "select rowid from search_message where search_message match replace($2, ' ', ' AND ')
            and rowid < $3 and $1 > 0 and $5 > '' order by rowid desc limit $4",
    ),
    (&FIND_TITLES, find_sqlite!("search_conversation")),
    (&FIND_NAMES, find_sqlite!("search_member")),
    (&NEWEST_MESSAGES, newest_sqlite!()),
    (&NEWEST_TITLES, fresh_sqlite!("conversation", "title")),
    (&NEWEST_NAMES, fresh_sqlite!("member", "name")),
    (&PUT_MESSAGE, put_sqlite!("search_message", "message")),
    (
        &PUT_TITLE,
        put_sqlite!("search_conversation", "conversation"),
    ),
    (&PUT_NAME, put_sqlite!("search_member", "member")),
    (
        &ERASE_MESSAGE,
        "delete from search_message where rowid = $2 and $1 > 0",
    ),
    // SQLite has one writer, whose numbers increase in commit order.
    (&INSERTING_MESSAGES, "select 1 where 0"),
    (&INSERTING_TITLES, "select 1 where 0"),
    (&INSERTING_NAMES, "select 1 where 0"),
    (
        &LAST_MESSAGE,
        "select coalesce(max(number), 0) from message",
    ),
    (
        &LAST_TITLE,
        "select coalesce(max(number), 0) from conversation",
    ),
    (&LAST_NAME, "select coalesce(max(number), 0) from member"),
    (
        &BATCH_MESSAGES,
        batch_sqlite!(
            "message",
            "conversation, text",
            "text is not null and role in ('user', 'assistant')"
        ),
    ),
    (
        &BATCH_TITLES,
        batch_sqlite!("conversation", "null, title", "title is not null"),
    ),
    (
        &BATCH_NAMES,
        batch_sqlite!("member", "null, name", "name is not null"),
    ),
    (&ADD_MESSAGES, add_sqlite!("search_message")),
    (&ADD_TITLES, add_sqlite!("search_conversation")),
    (&ADD_NAMES, add_sqlite!("search_member")),
];
