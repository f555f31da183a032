//! Which tables a statement changes, read from its own text, so that what is remembered of their rows outside of the
//! database can be dropped by the commit.

use std::fmt;
use std::ops::BitOr;

use crate::{SqlStatement, SqlValue, StatementScope};

/// A set of tables.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Tables(u64);

/// Declares the tables by name, each with its bit.
macro_rules! tables {
    ($($name:ident = $word:literal $bit:literal;)*) => {
        impl Tables {
            $(#[doc = concat!("`", $word, "`")] pub const $name: Self = Self(1 << $bit);)*
        }
        const NAMES: &[(&str, Tables)] = &[$(($word, Tables::$name)),*];
    };
}

tables! {
    INSTANCE = "instance" 0;
    ORGANIZATION = "organization" 1;
    WORKSPACE = "workspace" 2;
    SIGNING_KEY = "signing_key" 3;
    MEMBER = "member" 4;
    API_KEY = "api_key" 5;
    SPACE = "space" 6;
    CONVERSATION = "conversation" 7;
    DIRECT_PAIR = "direct_pair" 8;
    PARTICIPANT = "participant" 9;
    MESSAGE = "message" 10;
    LOG_ENTRY = "log_entry" 11;
    PHONE_NUMBER = "phone_number" 12;
    INBOX = "inbox" 13;
    WORKFLOW = "workflow" 14;
    WORKFLOW_VERSION = "workflow_version" 15;
    ASSIGNMENT = "assignment" 16;
    IDEMPOTENCY = "idempotency" 17;
    AUDIT = "audit" 18;
    MENTION = "mention" 19;
    DRAFT = "draft" 20;
    ROLE = "role" 21;
    LABEL = "label" 22;
    CONVERSATION_LABEL = "conversation_label" 23;
    SAVED_FILTER = "saved_filter" 24;
    SITE = "site" 25;
    THREAD_ROLE = "thread_role" 26;
    TOOL_NAME = "tool_name" 27;
    SEARCH_MESSAGE = "search_message" 28;
    SEARCH_CONVERSATION = "search_conversation" 29;
    SEARCH_MEMBER = "search_member" 30;
    SEARCH_POSITION = "search_position" 31;
    WALLET_SIGNATURE = "wallet_signature" 32;
    MESSAGE_RATING = "message_rating" 33;
    THREAD_SUBJECT = "thread_subject" 34;
    MEMBER_LABEL = "member_label" 35;
    WALLET_EPOCH = "wallet_epoch" 36;
    FOLLOW = "follow" 37;
    EVENT_RULE = "event_rule" 38;
    FILE = "file" 39;
    FILE_CONTENT = "file_content" 40;
    FILE_CHUNK = "file_chunk" 41;
    CONVERSATION_VOTE = "conversation_vote" 42;
}

/// Where a conversation's log ends: columns of `conversation` that change with every position and that nothing but the
/// writer's own count of them remembers.
const LOG_HEAD: Tables = Tables(1 << 62);
/// A table that is not declared above: taken for all of them.
const UNDECLARED: Tables = Tables(u64::MAX);

/// Tables of which it is remembered that a row is not there, or how many there are: a new row changes that too.
const ABSENCE_COUNTS: Tables = Tables(Tables::PARTICIPANT.0 | Tables::SIGNING_KEY.0);

/// Statements that change columns which nothing remembers, or only the writer.
const EXCEPTIONS: &[(&str, Tables)] = &[
    ("parlor_store::sql::api_key::TOUCH", Tables::NONE),
    ("parlor_store::sql::message::MOVE_HEAD", Tables::NONE),
    ("parlor_store::sql::message::SET_LAST_MESSAGE", LOG_HEAD),
    ("parlor_store::sql::log::NEXT_SEQ", LOG_HEAD),
    (
        "parlor_store::backend::postgres::statement::INSERT_MESSAGES",
        Tables::NONE,
    ),
];

/// How many counters a set can need.
pub(crate) const MAX_TABLES: usize = 64;

impl Tables {
    /// No table.
    pub const NONE: Self = Self(0);
    /// What the writer remembers of conversations, their participants and authors between two commits.
    pub(crate) const CACHED_WITH_HEADS: Self =
        Self(Self::CONVERSATION.0 | Self::PARTICIPANT.0 | Self::MEMBER.0 | LOG_HEAD.0);

    /// The table of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(word, _)| *word == name);
        found.map(|(_, table)| *table)
    }

    /// Every table of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it holds no table.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the sets have a table in common.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The same without what only the writer remembers.
    pub(crate) const fn without_log_head(self) -> Self {
        Self(self.0 & !LOG_HEAD.0)
    }

    /// The bits that are set.
    pub(crate) fn bits(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let bit = left.trailing_zeros() as usize;
            left &= left.checked_sub(1)?;
            Some(bit)
        })
    }
}

impl BitOr for Tables {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        self.union(other)
    }
}

impl fmt::Debug for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = NAMES.iter().filter(|(_, table)| self.intersects(*table));
        f.debug_list().entries(held.map(|(name, _)| name)).finish()
    }
}

/// The tables whose remembered rows a statement changes: those it updates and deletes from, and those it inserts into
/// where absence counts.
pub(crate) fn changed_tables(statement: &SqlStatement) -> Tables {
    let exception = EXCEPTIONS.iter().find(|(name, _)| *name == statement.name);
    exception.map_or_else(
        || parse_changed_tables(statement.text),
        |(_, tables)| *tables,
    )
}

fn parse_changed_tables(text: &str) -> Tables {
    let words: Vec<&str> = text
        .split(|letter: char| letter.is_whitespace() || letter == '(' || letter == ')')
        .filter(|word| !word.is_empty())
        .collect();
    let table = |place: usize| {
        words.get(place).map_or(UNDECLARED, |name| {
            Tables::from_name(name).unwrap_or(UNDECLARED)
        })
    };
    let replaces = text.contains("do update") || text.contains("or replace");
    let mut changed = Tables::NONE;
    for (place, word) in words.iter().enumerate() {
        let before = place.checked_sub(1).map(|before| words[before]);
        changed = changed
            | match (*word, before) {
                ("into", Some("insert" | "replace")) => {
                    let into = table(place + 1);
                    if replaces || into.intersects(ABSENCE_COUNTS) {
                        into
                    } else {
                        Tables::NONE
                    }
                }
                ("from", Some("delete")) => table(place + 1),
                // `do update set` belongs to an insert, `for update` and `for no key update` only lock.
                ("update", before) if !matches!(before, Some("do" | "for" | "key")) => {
                    table(place + 1)
                }
                _ => Tables::NONE,
            };
    }
    changed
}

/// What a transaction has changed: tables by workspace. None stands for all workspaces.
#[derive(Debug, Clone, Default)]
pub(crate) struct TableChanges(Vec<(Option<i64>, Tables)>);

impl TableChanges {
    /// Notes what a statement changes, and for whom.
    pub(crate) fn record(&mut self, statement: &'static SqlStatement, params: &[SqlValue<'_>]) {
        let tables = statement.changed_tables();
        if tables.is_empty() {
            return;
        }
        let ws = match (statement.scope, params.first()) {
            (StatementScope::Tenant, Some(SqlValue::Int(ws))) => Some(*ws),
            _ => None,
        };
        self.add(ws, tables);
    }

    fn add(&mut self, ws: Option<i64>, tables: Tables) {
        match self.0.iter_mut().find(|(of, _)| *of == ws) {
            Some((_, known)) => *known = *known | tables,
            None => self.0.push((ws, tables)),
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        if self.0.is_empty() {
            *self = other;
            return;
        }
        for (ws, tables) in other.0 {
            self.add(ws, tables);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn intersects(&self, tables: Tables) -> bool {
        self.0.iter().any(|(_, changed)| changed.intersects(tables))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Option<i64>, Tables)> {
        self.0.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_tells_what_it_changes() {
        let both = Tables::CONVERSATION | Tables::MEMBER;
        for (text, changed) in [
            ("select 1 from member where ws = $1", Tables::NONE),
            ("insert into member (ws) values ($1)", Tables::NONE),
            (
                "insert into participant (ws) values ($1)",
                Tables::PARTICIPANT,
            ),
            (
                "insert into draft (ws) values ($1) on conflict (ws) do update set a = 1",
                Tables::DRAFT,
            ),
            (
                "insert or replace into draft (ws) values ($1)",
                Tables::DRAFT,
            ),
            (
                "insert into tool_name (ws) values ($1) on conflict do nothing",
                Tables::NONE,
            ),
            ("update member set a = 1", Tables::MEMBER),
            ("delete from member where ws = $1", Tables::MEMBER),
            ("select a from member for no key update", Tables::NONE),
            (
                "with x as (update conversation c set a = 1) delete from member",
                both,
            ),
            ("update something_new set a = 1", UNDECLARED),
        ] {
            assert_eq!(parse_changed_tables(text).0, changed.0, "{text}");
        }
    }

    #[test]
    fn what_is_excepted_is_in_the_catalogue() {
        let own = crate::backend::postgres::backend_statements();
        let names: Vec<_> = crate::sql::all()
            .chain(own)
            .map(|statement| statement.name)
            .collect();
        for (name, _) in EXCEPTIONS {
            assert!(names.contains(name), "{name}");
        }
    }

    #[test]
    fn every_table_that_is_written_is_declared() {
        for statement in crate::sql::all() {
            assert!(
                statement.changed_tables() != UNDECLARED,
                "{}",
                statement.name
            );
        }
        let bits: Vec<usize> = (Tables::MEMBER | Tables::INSTANCE).bits().collect();
        assert_eq!(bits, [0, 4]);
    }
}
