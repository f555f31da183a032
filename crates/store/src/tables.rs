//! Derives from a statement's text which tables it changes, so that a commit can invalidate caches of their rows.
//!
//! Keeps INV-5 (`docs/invariants.md`).

use std::fmt;
use std::ops::BitOr;

/// Set of tables.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Tables(u128);

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
    INVALIDATION = "invalidation" 43;
    JOB = "job" 44;
    ASSISTANT_SETTINGS = "assistant_settings" 45;
    TURN = "turn" 46;
    ASSISTANT_USAGE = "assistant_usage" 47;
    OUTBOX_SIGNAL = "outbox_signal" 48;
    OUTBOX_QUEUE = "outbox_queue" 51;
    DELIVERY = "delivery" 52;
    VOICE_CALL = "voice_call" 55;
    REMOTE_FILE = "remote_file" 56;
    SENDING_RATE = "sending_rate" 57;
    UNDELIVERABLE_ADDRESS = "undeliverable_address" 58;
    UNMATCHED_MESSAGE = "unmatched_message" 59;
    CONSOLE_LINK = "console_link" 64;
    CONSOLE_SESSION = "console_session" 65;
}

/// Pseudo-table for the log head: columns of `conversation` that change with every append and are cached only by the
/// writer.
const LOG_HEAD: Tables = Tables(1 << 62);
/// Stands for an undeclared table; treated as all tables.
const UNDECLARED: Tables = Tables(u128::MAX);

/// Tables of which absences or counts are cached, so that an insert invalidates as well.
const ABSENCE_COUNTS: Tables = Tables(Tables::PARTICIPANT.0 | Tables::SIGNING_KEY.0);

/// Statements that change only columns that no cache holds, or only the writer's.
const EXCEPTIONS: &[(&str, Tables)] = &[
    ("parlor_store::sql::api_key::TOUCH", Tables::NONE),
    ("parlor_store::sql::console::TOUCH_SESSION", Tables::NONE),
    ("parlor_store::sql::message::MOVE_HEAD", Tables::NONE),
    ("parlor_store::sql::message::SET_LAST_MESSAGE", LOG_HEAD),
    ("parlor_store::sql::log::NEXT_SEQ", LOG_HEAD),
    (
        "parlor_store::backend::postgres::statement::INSERT_MESSAGES",
        Tables::NONE,
    ),
];

/// Maximum number of bits of a set.
pub(crate) const MAX_TABLES: usize = 128;

impl Tables {
    /// No table.
    pub const NONE: Self = Self(0);
    /// Tables whose rows the writer caches with log heads: conversations, participants and authors.
    pub(crate) const CACHED_WITH_HEADS: Self =
        Self(Self::CONVERSATION.0 | Self::PARTICIPANT.0 | Self::MEMBER.0 | LOG_HEAD.0);

    /// Tables of which rows may be cached across requests. On PostgreSQL only their changes are recorded for other
    /// nodes.
    pub const CACHEABLE: Self = Self(
        Self::ORGANIZATION.0
            | Self::WORKSPACE.0
            | Self::API_KEY.0
            | Self::MEMBER.0
            | Self::CONVERSATION.0
            | Self::ASSISTANT_SETTINGS.0
            | Self::OUTBOX_QUEUE.0,
    );

    /// Returns the set with these bits, as [`Tables::to_bits`] gives them.
    pub(crate) const fn from_bits(bits: i64) -> Self {
        Self(bits.cast_unsigned() as u128)
    }

    /// Returns the first 64 bits of the set as an integer; the tables that nodes record for each other are among them. Bits
    /// are never reassigned, since nodes of different versions exchange them.
    pub(crate) const fn to_bits(self) -> i64 {
        (self.0 as u64).cast_signed()
    }

    /// Returns the tables of both sets.
    #[must_use]
    pub(crate) const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Returns whether all tables of `other` are in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns the table with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(word, _)| *word == name);
        found.map(|(_, table)| *table)
    }

    /// Returns the union of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns whether the sets intersect.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Removes [`LOG_HEAD`].
    pub(crate) const fn without_log_head(self) -> Self {
        Self(self.0 & !LOG_HEAD.0)
    }

    /// Iterates over the set bits.
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

/// Returns the tables whose cached rows a statement changes: those it updates or deletes from, and those of
/// [`ABSENCE_COUNTS`] it inserts into.
pub(crate) fn changed_tables(name: &str, text: &str) -> Tables {
    let exception = EXCEPTIONS.iter().find(|(excepted, _)| *excepted == name);
    exception.map_or_else(|| parse_changed_tables(text), |(_, tables)| *tables)
}

fn parse_changed_tables(text: &str) -> Tables {
    let words: Vec<&str> = text
        .split(|letter: char| letter.is_whitespace() || letter == '(' || letter == ')')
        .filter(|word| !word.is_empty())
        .collect();
    let table = |index: usize| {
        words.get(index).map_or(UNDECLARED, |name| {
            Tables::from_name(name).unwrap_or(UNDECLARED)
        })
    };
    let replaces = text.contains("do update") || text.contains("or replace");
    let mut changed = Tables::NONE;
    for (index, word) in words.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| words[before]);
        changed = changed
            | match (*word, before) {
                ("into", Some("insert" | "replace")) => {
                    let into = table(index + 1);
                    if replaces || into.intersects(ABSENCE_COUNTS) {
                        into
                    } else {
                        Tables::NONE
                    }
                }
                ("from", Some("delete")) => table(index + 1),
                // `do update set` belongs to an insert, `for update` and `for no key update` only lock.
                ("update", before) if !matches!(before, Some("do" | "for" | "key")) => {
                    table(index + 1)
                }
                _ => Tables::NONE,
            };
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_tables_are_parsed_from_statement_text() {
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
    fn exceptions_name_existing_statements() {
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
    fn every_written_table_is_declared() {
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
