//! What callers may say of a contact. After the vendor's manual on contacts.

use parlor_engine::member::{FingerprintSource, email};
use parlor_model::id::kind;
use parlor_model::import::ImportContact;
use parlor_model::member::{CreateMember, Kind, Profile, UpdateMember};
use parlor_model::{Result, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::fingerprint;
use crate::body::{self, Field};
use crate::import::Head;

/// The body of `create`, `ensure` and `update`. Everything is optional; `id`, `createdAt`, `updatedAt` and unknown
/// fields are accepted and ignored.
#[derive(Clone, Deserialize, ToSchema)]
#[schema(as = ContactFields)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fields {
    /// What it is called.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    name: Field,
    /// A text about it.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    description: Field,
    /// What identifies it; derived from an address when absent.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>, max_length = 512)]
    fingerprint: Field,
    /// Email address, checked for form. Case is kept and does not tell two addresses apart.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>, max_length = 254, pattern = r"^(|[!-?A-~]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)$")]
    email: Field,
    /// Phone number with its country code, or as it is dialled in the workspace's region. Kept in E.164.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>, format = "phone")]
    phone: Field,
    /// A short name.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    nick: Field,
    /// What it prefers.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    preferences: Field,
    /// When an address was verified: milliseconds, ISO 8601 or null.
    #[serde(default, deserialize_with = "body::instant")]
    #[schema(schema_with = body::instant_schema)]
    verified_at: Option<Option<Timestamp>>,
    /// Free JSON. An update merges it at the top level; null removes a key.
    #[serde(default, deserialize_with = "body::meta")]
    #[schema(value_type = Option<Object>)]
    meta: Option<Map<String, Value>>,
}

/// A contact to make or to change.
pub(crate) struct Upsert {
    pub(crate) command: CreateMember,
    pub(crate) changes: UpdateMember,
    pub(crate) source: FingerprintSource,
}

impl Fields {
    /// Where the fingerprint of the contact comes from.
    pub(super) fn fingerprint_source(&self) -> FingerprintSource {
        match self.is_identified() {
            true => FingerprintSource::Caller,
            false => FingerprintSource::Derived,
        }
    }

    /// A contact of these fields, and what they change of one that is known.
    pub(crate) fn upsert(self, random: impl FnOnce() -> uuid::Uuid) -> Result<Upsert> {
        Ok(Upsert {
            source: self.fingerprint_source(),
            changes: self.clone().update()?,
            command: self.create(random)?,
        })
    }

    /// Whether a fingerprint is given.
    pub(super) fn is_identified(&self) -> bool {
        self.fingerprint
            .as_ref()
            .and_then(Option::as_ref)
            .is_some_and(|text| !text.is_empty())
    }

    /// A contact of these fields. `random` makes the fingerprint of one that nothing identifies.
    pub(super) fn create(self, random: impl FnOnce() -> uuid::Uuid) -> Result<CreateMember> {
        let profile = Profile {
            name: self.name.flatten(),
            description: self.description.flatten(),
            email: checked(self.email)?.flatten(),
            phone: body::blank_is_null(self.phone).flatten(),
            nick: self.nick.flatten(),
            photo: None,
            instructions: None,
            preferences: self.preferences.flatten(),
        };
        let given = body::unique(self.fingerprint, "fingerprint")?.flatten();
        let fingerprint = given.unwrap_or_else(|| fingerprint::derive(&profile, random));
        Ok(CreateMember {
            fingerprint: Some(fingerprint),
            metadata: body::new_metadata(self.meta)?,
            verified_at: self.verified_at.flatten(),
            profile,
            ..CreateMember::of(Kind::Contact)
        })
    }

    /// A contact of a backup. The fingerprint that is shown of one without is not one.
    pub(super) fn import(self, head: Head<kind::Member>) -> Result<ImportContact> {
        let shown = fingerprint::of_id(head.id);
        let given = body::unique(self.fingerprint, "fingerprint")?.flatten();
        Ok(ImportContact {
            id: head.id,
            fingerprint: given.filter(|given| *given != shown),
            profile: Profile {
                name: self.name.flatten(),
                description: self.description.flatten(),
                email: checked(self.email)?.flatten(),
                phone: body::blank_is_null(self.phone).flatten(),
                nick: self.nick.flatten(),
                photo: None,
                instructions: None,
                preferences: self.preferences.flatten(),
            },
            verified_at: self.verified_at.flatten(),
            metadata: head.metadata,
            times: head.times,
        })
    }

    /// A fingerprint is never taken away: null keeps it.
    pub(super) fn update(self) -> Result<UpdateMember> {
        Ok(UpdateMember {
            name: self.name,
            description: self.description,
            email: checked(self.email)?,
            phone: body::blank_is_null(self.phone),
            nick: self.nick,
            preferences: self.preferences,
            fingerprint: body::unique(self.fingerprint, "fingerprint")?.flatten(),
            verified_at: self.verified_at,
            metadata: self.meta.map(body::metadata).transpose()?,
            ..UpdateMember::default()
        })
    }
}

/// An email address in its kept form; an empty text is none.
fn checked(field: Field) -> Result<Field> {
    match body::blank_is_null(field) {
        Some(Some(text)) => Ok(Some(Some(email(&text)?))),
        other => Ok(other),
    }
}
