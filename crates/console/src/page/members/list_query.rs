//! Which members the list shows: those of a kind, or those that a search finds.

use parlor_engine::{Engine, member};
use parlor_kit::{QueryParams, ids};
use parlor_model::member::{Member, MemberKey, MemberKind};
use parlor_model::{Ctx, Error, Result};

use super::identity_row::CONTACT_PREFIX;

/// Members of a page.
const PAGE_ROWS: i64 = 50;

/// A tab of the list.
pub(super) struct KindTab {
    /// Value in the query.
    pub(super) name: &'static str,
    /// What the tab is called.
    pub(super) title: &'static str,
    kind: Option<MemberKind>,
}

/// Tabs of the list.
pub(super) const KIND_TABS: [KindTab; 4] = [
    tab("all", "All", None),
    tab("person", "People", Some(MemberKind::Person)),
    tab("contact", "Contacts", Some(MemberKind::Contact)),
    tab("assistant", "Assistants", Some(MemberKind::Assistant)),
];

const fn tab(name: &'static str, title: &'static str, kind: Option<MemberKind>) -> KindTab {
    KindTab { name, title, kind }
}

/// A page of the list.
pub(super) struct MemberList {
    /// What is searched for; empty if nothing is.
    pub(super) text: String,
    pub(super) current: &'static str,
    pub(super) members: Vec<Member>,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
}

/// Reads the page that a query names.
///
/// # Errors
/// `Invalid` for a query that names none; those of the engine.
pub(super) async fn list(engine: &Engine, ctx: &Ctx, query: &QueryParams) -> Result<MemberList> {
    let offset = query.get_int("offset", 0, 0, i64::MAX / 2)?;
    let text = query.get("text").unwrap_or_default().trim();
    let name = query.get("kind").unwrap_or(KIND_TABS[0].name);
    let tab = KIND_TABS.iter().find(|tab| tab.name == name);
    let tab =
        tab.ok_or_else(|| Error::invalid("kind", "must be all, person, contact or assistant"))?;
    // One more than are shown tells whether there is another page.
    let limit = PAGE_ROWS + 1;
    let mut members = match text.is_empty() {
        true => member::page(engine, ctx, tab.kind, limit, offset).await?.0,
        false => {
            let bounds = (limit as usize, offset as usize);
            member::search(engine, ctx, text, parse_keys(text), bounds).await?
        }
    };
    let has_more = members.len() as i64 > PAGE_ROWS;
    members.truncate(PAGE_ROWS as usize);
    let link = |offset: i64| {
        let mut link = form_urlencoded::Serializer::new(String::new());
        match text.is_empty() {
            true => link.append_pair("kind", tab.name),
            false => link.append_pair("text", text),
        };
        link.append_pair("offset", &offset.to_string()).finish()
    };
    Ok(MemberList {
        text: text.to_owned(),
        current: if text.is_empty() { tab.name } else { "" },
        members,
        previous: (offset > 0).then(|| link((offset - PAGE_ROWS).max(0))),
        next: has_more.then(|| link(offset + PAGE_ROWS)),
    })
}

/// Returns the keys that a text may be, in any dialect's spelling.
fn parse_keys(text: &str) -> Vec<MemberKey> {
    let id = ids::parse_uuid(text).or_else(|| ids::parse_prefixed(CONTACT_PREFIX, text));
    let mut keys = vec![
        MemberKey::External(text.to_owned()),
        MemberKey::Handle(text.to_owned()),
    ];
    keys.extend(id.map(MemberKey::Id));
    keys.extend(ids::parse_number(text).map(MemberKey::Number));
    keys
}
