//! A contact in responses, lists and exports.

use parlor_engine::member::MemberRecord;
use parlor_model::Timestamp;
use parlor_model::id::{MemberId, kind};
use utoipa::ToSchema;

use super::fingerprint;
use crate::body;
use crate::encode::{CsvRowWriter, JsonObjectWriter, ListRow};
use crate::ids::CONTACT_PREFIX;

/// A contact. What is unset is left out.
#[derive(ToSchema)]
#[schema(as = Contact)]
#[expect(dead_code, reason = "the document's view of what is written below")]
pub(super) struct ContactInstance {
    /// Its id.
    id: String,
    /// What identifies it.
    fingerprint: String,
    /// What it is called; for one without a name that another API made, the customer's own id of it.
    name: Option<String>,
    /// A text about it.
    description: Option<String>,
    /// Email address.
    email: Option<String>,
    /// Phone number.
    phone: Option<String>,
    /// A short name.
    nick: Option<String>,
    /// What it prefers.
    preferences: Option<String>,
    /// Free JSON.
    #[schema(value_type = Object)]
    meta: serde_json::Value,
    /// When an address was verified.
    #[schema(rename = "verifiedAt", schema_with = body::time_schema)]
    verified_at: Option<String>,
    /// When it was made.
    #[schema(rename = "createdAt", schema_with = body::time_schema)]
    created_at: String,
    /// When it last changed.
    #[schema(rename = "updatedAt", schema_with = body::time_schema)]
    updated_at: String,
}

/// A page of contacts.
#[derive(ToSchema)]
#[schema(as = ContactPage)]
#[expect(dead_code, reason = "the document's view of what the listing writes")]
pub(super) struct ContactListResponse {
    /// The contacts.
    items: Vec<ContactInstance>,
    /// Goes into the next request; empty when there is nothing on this page.
    cursor: String,
}

/// A contact as a row of a list.
pub(super) struct ContactRow<'a>(pub(super) &'a MemberRecord);

impl ContactRow<'_> {
    /// Returns its name, else the customer's id of it: users of other APIs often have no name.
    fn display_name(&self) -> Option<&str> {
        let member = &self.0.member;
        let name = member.profile.name.as_deref();
        name.or(member.key.external_id.as_deref())
    }

    /// Returns its fingerprint, else a text derived from its id.
    fn fingerprint(&self) -> String {
        self.0
            .fingerprint
            .clone()
            .unwrap_or_else(|| fingerprint::from_member_id(self.0.member.key.id))
    }
}

impl ListRow for ContactRow<'_> {
    type Kind = kind::Member;
    const PREFIX: &'static str = CONTACT_PREFIX;
    const COLUMNS: &'static str = "id,name,description,fingerprint,email,phone,nick,preferences,verifiedAt,createdAt,updatedAt,meta";

    fn id(&self) -> MemberId {
        self.0.member.key.id
    }

    fn listed_at(&self) -> Option<Timestamp> {
        Some(self.0.member.created_at)
    }

    fn write_fields(&self, object: &mut JsonObjectWriter<'_>) {
        let member = &self.0.member;
        let profile = &member.profile;
        object
            .text("fingerprint", Some(&self.fingerprint()))
            .text("name", self.display_name())
            .text("description", profile.description.as_deref())
            .text("email", profile.email.as_deref())
            .text("phone", profile.phone.as_deref())
            .text("nick", profile.nick.as_deref())
            .text("preferences", profile.preferences.as_deref())
            .json("meta", &member.metadata.to_text())
            .time("verifiedAt", member.verified_at)
            .time("createdAt", Some(member.created_at))
            .time("updatedAt", Some(member.updated_at));
    }

    fn write_cells(&self, cells: &mut CsvRowWriter<'_>) {
        let member = &self.0.member;
        let profile = &member.profile;
        cells
            .text(self.display_name())
            .text(profile.description.as_deref())
            .text(Some(&self.fingerprint()))
            .text(profile.email.as_deref())
            .text(profile.phone.as_deref())
            .text(profile.nick.as_deref())
            .text(profile.preferences.as_deref())
            .time(member.verified_at)
            .time(Some(member.created_at))
            .time(Some(member.updated_at))
            .yaml(&member.metadata.to_text());
    }
}
