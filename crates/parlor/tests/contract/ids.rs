//! A tenant's ids as a dialect spells them, some of them exchanged for another tenant's.

use std::cell::RefCell;
use std::collections::BTreeMap;

use parlor_kit::ids::{format_hex, format_prefixed};
use parlor_model::id::ConversationId;

use crate::fixtures::{FixtureEntities, FixtureEntity};

/// The ids that a request may contain.
pub(crate) struct FixtureIds<'t> {
    dialect: &'static str,
    own: &'t FixtureEntities,
    others: &'t FixtureEntities,
    /// The kinds whose ids are the other tenant's.
    exchanged: Vec<&'static str>,
    /// The ids that were requested, and their spellings.
    asked: RefCell<BTreeMap<&'static str, String>>,
}

impl<'t> FixtureIds<'t> {
    /// All ids of one tenant.
    pub(crate) fn own(dialect: &'static str, own: &'t FixtureEntities) -> Self {
        Self::mixed(dialect, own, own, Vec::new())
    }

    /// The ids of some kinds replaced by another tenant's.
    pub(crate) fn mixed(
        dialect: &'static str,
        own: &'t FixtureEntities,
        others: &'t FixtureEntities,
        exchanged: Vec<&'static str>,
    ) -> Self {
        Self {
            dialect,
            own,
            others,
            exchanged,
            asked: RefCell::default(),
        }
    }

    fn fixture(&self, noun: &str) -> (&'static str, &'t FixtureEntity) {
        let exchanged = self.exchanged.contains(&noun);
        let things = if exchanged { self.others } else { self.own };
        let found = things.get_key_value(noun);
        let (noun, thing) = found.unwrap_or_else(|| panic!("no {noun:?} in the table of things"));
        (*noun, thing)
    }

    /// The text that names the entity in this dialect.
    pub(crate) fn get(&self, noun: &str) -> String {
        let (noun, thing) = self.fixture(noun);
        let text = format_id(self.dialect, noun, thing);
        self.asked.borrow_mut().insert(noun, text.clone());
        text
    }

    /// The ids that were requested so far.
    pub(crate) fn used_ids(&self) -> BTreeMap<&'static str, String> {
        self.asked.borrow().clone()
    }
}

/// An id as a dialect spells it.
pub(crate) fn format_id(dialect: &str, noun: &str, thing: &FixtureEntity) -> String {
    let dashed = || thing.uuid.hyphenated().to_string();
    match (dialect, noun) {
        (_, "user" | "fingerprint" | "call" | "tool" | "path" | "token") => thing.text.clone(),
        ("relation", "member") => thing.text.clone(),
        ("relation", "message") => thing.number.to_string(),
        ("relation", _) => format_hex(ConversationId::new(thing.uuid)),
        ("chatbotkit", "attachment") => format_prefixed("file_", ConversationId::new(thing.uuid)),
        ("chatbotkit", "answer") => format_prefixed("message_", ConversationId::new(thing.uuid)),
        ("chatbotkit", noun) => {
            format_prefixed(&format!("{noun}_"), ConversationId::new(thing.uuid))
        }
        // Small integers would be found in any answer.
        ("gravity-rail", "label" | "filter" | "site" | "dm" | "key" | "event_rule" | "role") => {
            dashed()
        }
        ("gravity-rail", "workspace" | "workflow" | "message" | "answer") => dashed(),
        ("gravity-rail", _) => thing.number.to_string(),
        _ => dashed(),
    }
}

/// Every text that would identify an entity, in any dialect's spelling. Texts that a customer chooses do not: another
/// customer may choose the same.
pub(crate) fn identifying_texts(thing: &FixtureEntity) -> Vec<String> {
    if thing.uuid.is_nil() {
        return Vec::new();
    }
    let id = ConversationId::new(thing.uuid);
    vec![
        thing.uuid.hyphenated().to_string(),
        format_hex(id),
        format_prefixed("", id),
    ]
}
