//! A tenant's things as a dialect spells them, some of them exchanged for somebody else's.

use std::cell::RefCell;
use std::collections::BTreeMap;

use parlor_kit::ids::{hex, prefixed};
use parlor_model::id::ConversationId;

use crate::world::{Thing, Things};

/// What a request may name.
pub(crate) struct Ids<'t> {
    dialect: &'static str,
    own: &'t Things,
    others: &'t Things,
    /// The nouns whose thing is taken from the others.
    exchanged: Vec<&'static str>,
    /// What was asked for, and how it was spelled.
    asked: RefCell<BTreeMap<&'static str, String>>,
}

impl<'t> Ids<'t> {
    /// All of them one tenant's own.
    pub(crate) fn own(dialect: &'static str, own: &'t Things) -> Self {
        Self::mixed(dialect, own, own, Vec::new())
    }

    /// Those of some nouns somebody else's.
    pub(crate) fn mixed(
        dialect: &'static str,
        own: &'t Things,
        others: &'t Things,
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

    fn thing(&self, noun: &str) -> (&'static str, &'t Thing) {
        let exchanged = self.exchanged.contains(&noun);
        let things = if exchanged { self.others } else { self.own };
        let found = things.get_key_value(noun);
        let (noun, thing) = found.unwrap_or_else(|| panic!("no {noun:?} in the table of things"));
        (*noun, thing)
    }

    /// The text that names it in this dialect.
    pub(crate) fn get(&self, noun: &str) -> String {
        let (noun, thing) = self.thing(noun);
        let text = spelled(self.dialect, noun, thing);
        self.asked.borrow_mut().insert(noun, text.clone());
        text
    }

    /// What was asked for so far.
    pub(crate) fn asked(&self) -> BTreeMap<&'static str, String> {
        self.asked.borrow().clone()
    }
}

/// A thing as a dialect spells it.
pub(crate) fn spelled(dialect: &str, noun: &str, thing: &Thing) -> String {
    let dashed = || thing.uuid.hyphenated().to_string();
    match (dialect, noun) {
        (_, "user" | "fingerprint" | "call" | "tool" | "path" | "token") => thing.text.clone(),
        ("relation", "member") => thing.text.clone(),
        ("relation", "message") => thing.number.to_string(),
        ("relation", _) => hex(ConversationId::new(thing.uuid)),
        ("chatbotkit", "attachment") => prefixed("file_", ConversationId::new(thing.uuid)),
        ("chatbotkit", "answer") => prefixed("message_", ConversationId::new(thing.uuid)),
        ("chatbotkit", noun) => prefixed(&format!("{noun}_"), ConversationId::new(thing.uuid)),
        // Small integers would be found in any answer.
        ("gravity-rail", "label" | "filter" | "site" | "dm" | "key" | "event_rule" | "role") => {
            dashed()
        }
        ("gravity-rail", "workspace" | "workflow" | "message" | "answer") => dashed(),
        ("gravity-rail", _) => thing.number.to_string(),
        _ => dashed(),
    }
}

/// Everything that would give a thing away, in any dialect's spelling. Texts that a customer chooses would not:
/// another may choose the same.
pub(crate) fn betraying(thing: &Thing) -> Vec<String> {
    if thing.uuid.is_nil() {
        return Vec::new();
    }
    let id = ConversationId::new(thing.uuid);
    vec![
        thing.uuid.hyphenated().to_string(),
        hex(id),
        prefixed("", id),
    ]
}
