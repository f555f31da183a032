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
    used: RefCell<BTreeMap<&'static str, String>>,
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
            used: RefCell::default(),
        }
    }

    fn fixture(&self, noun: &str) -> (&'static str, &'t FixtureEntity) {
        let exchanged = self.exchanged.contains(&noun);
        let entities = if exchanged { self.others } else { self.own };
        let found = entities.get_key_value(noun);
        let (noun, entity) =
            found.unwrap_or_else(|| panic!("no {noun:?} in the table of entities"));
        (*noun, entity)
    }

    /// The text that names the entity in this dialect.
    pub(crate) fn get(&self, noun: &str) -> String {
        let (noun, entity) = self.fixture(noun);
        let text = format_id(self.dialect, noun, entity);
        self.used.borrow_mut().insert(noun, text.clone());
        text
    }

    /// The ids that were requested so far.
    pub(crate) fn used_ids(&self) -> BTreeMap<&'static str, String> {
        self.used.borrow().clone()
    }
}

/// An id as a dialect spells it.
pub(crate) fn format_id(dialect: &str, noun: &str, entity: &FixtureEntity) -> String {
    let dashed = || entity.uuid.hyphenated().to_string();
    match (dialect, noun) {
        (_, "user" | "fingerprint" | "call" | "tool" | "path" | "token") => entity.text.clone(),
        ("relation", "member") => entity.text.clone(),
        ("relation", "message") => entity.number.to_string(),
        ("relation", _) => format_hex(ConversationId::new(entity.uuid)),
        ("chatbotkit", "attachment") => format_prefixed("file_", ConversationId::new(entity.uuid)),
        ("chatbotkit", "answer") => format_prefixed("message_", ConversationId::new(entity.uuid)),
        ("chatbotkit", noun) => {
            format_prefixed(&format!("{noun}_"), ConversationId::new(entity.uuid))
        }
        // Small integers would be found in any answer.
        (
            "gravity-rail",
            "label" | "filter" | "site" | "dm" | "key" | "event_rule" | "delivery" | "role"
            | "attachment",
        ) => dashed(),
        ("gravity-rail", "workspace" | "workflow" | "message" | "answer") => dashed(),
        ("gravity-rail", _) => entity.number.to_string(),
        _ => dashed(),
    }
}

/// Every text that would identify an entity, in any dialect's spelling. Texts that a customer chooses do not: another
/// customer may choose the same.
pub(crate) fn identifying_texts(entity: &FixtureEntity) -> Vec<String> {
    if entity.uuid.is_nil() {
        return Vec::new();
    }
    let id = ConversationId::new(entity.uuid);
    vec![
        entity.uuid.hyphenated().to_string(),
        format_hex(id),
        format_prefixed("", id),
    ]
}
