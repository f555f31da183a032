//! Members.

use parlor_model::access::WorkspaceRole;
use parlor_model::ctx::Actor;
use parlor_model::id::MemberId;
use parlor_model::member::{
    CreateMember, Member, MemberKind, MemberRef, Profile, PublicProfile, UpdateOwnProfile,
};
use parlor_model::redacted::Redacted;
use parlor_model::scope::Scopes;
use parlor_model::{Metadata, Result, Timestamp, principal};

use super::api_key::parse_scopes;
pub use super::detach::delete;
use super::search;
use crate::sql::member as sql;
use crate::{Row, SqlValue, Tx, params};

/// How to look a member up.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub enum MemberLookup<'a> {
    Id(MemberId),
    Number(i64),
    External(&'a str),
    Fingerprint(&'a str),
    Handle(&'a str),
    Wallet(&'a str),
    /// By id where the customer has no id of its own for it, else by the customer's own id.
    IdOrExternal(MemberId, &'a str),
}

/// A member with the two names that only lookups use.
#[derive(Debug, Clone)]
pub struct MemberRow {
    /// The member.
    pub member: Member,
    /// Its fingerprint.
    pub fingerprint: Option<String>,
    /// Its wallet address.
    pub wallet: Option<String>,
}

/// One member.
pub fn find(tx: &mut dyn Tx, ws: i64, by: MemberLookup<'_>) -> Result<Option<MemberRow>> {
    match by {
        MemberLookup::Id(id) => tx.query_one(&sql::BY_ID, params![ws, &id], from_row),
        MemberLookup::Number(number) => {
            tx.query_one(&sql::BY_NUMBER, params![ws, number], from_row)
        }
        MemberLookup::External(text) => {
            tx.query_one(&sql::BY_EXTERNAL, params![ws, text], from_row)
        }
        MemberLookup::Fingerprint(text) => {
            tx.query_one(&sql::BY_FINGERPRINT, params![ws, text], from_row)
        }
        MemberLookup::Handle(text) => tx.query_one(&sql::BY_HANDLE, params![ws, text], from_row),
        MemberLookup::Wallet(text) => tx.query_one(&sql::BY_WALLET, params![ws, text], from_row),
        MemberLookup::IdOrExternal(id, text) => {
            tx.query_one(&sql::BY_ID_OR_EXTERNAL, params![ws, &id, text], from_row)
        }
    }
}

/// Gives a member a fingerprint.
pub fn set_fingerprint(tx: &mut dyn Tx, ws: i64, number: i64, fingerprint: &str) -> Result<()> {
    tx.execute(&sql::SET_FINGERPRINT, params![ws, number, fingerprint])
        .map(drop)
}

/// What members are called and how they look, in no order.
pub fn public_profiles(tx: &mut dyn Tx, ws: i64, numbers: &[i64]) -> Result<Vec<PublicProfile>> {
    const AT_ONCE: usize = 16;
    let mut found = Vec::with_capacity(numbers.len());
    for some in numbers.chunks(AT_ONCE) {
        let mut values = [SqlValue::Int(ws); AT_ONCE + 1];
        for (place, value) in values.iter_mut().skip(1).enumerate() {
            *value = SqlValue::Int(some.get(place).copied().unwrap_or(some[0]));
        }
        found.extend(tx.query_all(&sql::FACES, &values, |row| {
            Ok(PublicProfile {
                member: read_ref(row, 0)?,
                photo: row.opt_string(6)?.filter(|photo| !photo.is_empty()),
                wallet: row.opt_string(7)?.map(Redacted),
            })
        })?);
    }
    Ok(found)
}

/// Writes what a member says of itself.
pub fn set_public_profile(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    face: &UpdateOwnProfile,
) -> Result<()> {
    if let Some(name) = &face.name {
        search::reindex_name(tx, ws, number, Some(name))?;
    }
    let at = tx.next_stamp().at;
    tx.execute(
        &sql::SET_FACE,
        params![ws, number, &face.name, &face.photo, at],
    )
    .map(drop)
}

/// The short form of the member with the customer's own id.
pub fn find_ref_by_external_id(
    tx: &mut dyn Tx,
    ws: i64,
    external: &str,
) -> Result<Option<MemberRef>> {
    tx.query_one(&sql::REF_BY_EXTERNAL, params![ws, external], |row| {
        read_ref(row, 0)
    })
}

/// Makes a member; `None` when one of its unique names is taken.
pub fn insert(tx: &mut dyn Tx, ws: i64, new: &CreateMember) -> Result<Option<MemberRef>> {
    tx.register_insert(ws)?;
    let stamp = tx.next_stamp();
    let id: MemberId = stamp.id();
    let handle = new
        .handle
        .clone()
        .unwrap_or_else(|| principal::handle_from_id(stamp.id));
    let scopes = new.scopes.to_string();
    let metadata = new.metadata.to_text();
    let profile = &new.profile;
    let number = tx.query_one(
        &sql::INSERT,
        params![
            ws,
            &id,
            new.kind.as_str(),
            &handle,
            &new.external_id,
            &new.fingerprint,
            &new.wallet,
            new.role.map(WorkspaceRole::as_str),
            &scopes,
            &profile.name,
            &profile.description,
            &profile.email,
            &profile.phone,
            &profile.nick,
            &profile.photo,
            &profile.preferences,
            &metadata,
            new.verified_at,
            stamp.at,
            &profile.instructions,
        ],
        |row| row.int(0),
    )?;
    Ok(number.map(|number| MemberRef {
        number,
        id,
        kind: new.kind,
        handle,
        external_id: new.external_id.clone(),
        name: profile.name.clone(),
    }))
}

/// Writes every changeable column of a member back.
pub fn update(tx: &mut dyn Tx, ws: i64, stored: &MemberRow) -> Result<Timestamp> {
    let profile = &stored.member.profile;
    search::reindex_name(tx, ws, stored.member.key.number, profile.name.as_deref())?;
    let at = tx.next_stamp().at;
    let MemberRow {
        member,
        fingerprint,
        ..
    } = stored;
    let (profile, scopes, metadata) = (
        &member.profile,
        member.scopes.to_string(),
        member.metadata.to_text(),
    );
    tx.execute(
        &sql::UPDATE,
        params![
            ws,
            member.key.number,
            member.role.map(WorkspaceRole::as_str),
            &scopes,
            &profile.name,
            &profile.description,
            &profile.email,
            &profile.phone,
            &profile.nick,
            &profile.preferences,
            &metadata,
            member.sms_opted_out,
            member.email_opted_out,
            member.verified_at,
            member.archived_at,
            fingerprint,
            at,
            &profile.instructions,
        ],
    )?;
    Ok(at)
}

/// A member that was only known by handle has signed in.
pub fn attach_wallet(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    wallet: &str,
    name: &str,
    kind: MemberKind,
) -> Result<()> {
    search::reindex_name(tx, ws, number, Some(name))?;
    let at = tx.next_stamp().at;
    tx.execute(
        &sql::ADOPT,
        params![ws, number, wallet, name, kind.as_str(), at],
    )
    .map(drop)
}

/// A member without one gets the customer's own id.
pub fn set_external_id(tx: &mut dyn Tx, ws: i64, number: i64, external: &str) -> Result<()> {
    tx.execute(&sql::NAME_EXTERNAL, params![ws, number, external])
        .map(drop)
}

/// The customer's own id of a member becomes another, or none. That no other member has it is the caller's to check.
pub fn replace_external_id(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    external: Option<&str>,
) -> Result<()> {
    tx.execute(&sql::SET_EXTERNAL, params![ws, number, external])
        .map(drop)
}

/// Who acts, with the scopes given beyond the role's.
pub fn find_actor_by_handle(tx: &mut dyn Tx, ws: i64, handle: &str) -> Result<Option<ActorRow>> {
    tx.query_one(&sql::ACTOR_BY_HANDLE, params![ws, handle], read_actor)
}

/// Who acts, with the scopes given beyond the role's.
pub fn find_actor_by_id(tx: &mut dyn Tx, ws: i64, id: MemberId) -> Result<Option<ActorRow>> {
    tx.query_one(&sql::ACTOR_BY_ID, params![ws, &id], read_actor)
}

/// A numbered page, oldest first.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    kind: Option<MemberKind>,
    limit: i64,
    offset: i64,
) -> Result<Vec<Member>> {
    tx.query_all(
        &sql::PAGE,
        params![ws, limit, offset, kind.map(MemberKind::as_str)],
        |row| from_row(row).map(|stored| stored.member),
    )
}

/// How many members there are.
pub fn count(tx: &mut dyn Tx, ws: i64, kind: Option<MemberKind>) -> Result<i64> {
    tx.query_count(&sql::COUNT, params![ws, kind.map(MemberKind::as_str)])
}

/// A numbered page of assistants, oldest first, and how many there are: those put away, or the others.
pub fn page_assistants(
    tx: &mut dyn Tx,
    ws: i64,
    archived: bool,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Member>, i64)> {
    let rows = tx.query_all(
        &sql::ASSISTANTS,
        params![ws, limit, offset, archived],
        |row| from_row(row).map(|stored| stored.member),
    )?;
    Ok((
        rows,
        tx.query_count(&sql::COUNT_ASSISTANTS, params![ws, archived])?,
    ))
}

/// When a member was made, where it is there.
pub fn find_created_at(tx: &mut dyn Tx, ws: i64, id: MemberId) -> Result<Option<Timestamp>> {
    tx.query_one(&sql::CREATED_AT, params![ws, &id], |row| row.time(0))
}

/// Contacts newest first, strictly before a time and, where members are of one time, an id.
pub fn contacts_before(
    tx: &mut dyn Tx,
    ws: i64,
    (at, id): (Timestamp, MemberId),
    limit: i64,
) -> Result<Vec<MemberRow>> {
    tx.query_all(&sql::CONTACTS_DESC, params![ws, at, &id, limit], from_row)
}

/// Contacts oldest first, strictly after a time and an id. What has a greater id than `until` is left out.
pub fn contacts_after(
    tx: &mut dyn Tx,
    ws: i64,
    (at, id): (Timestamp, MemberId),
    until: MemberId,
    limit: i64,
) -> Result<Vec<MemberRow>> {
    let values = params![ws, at, &id, limit, &until];
    tx.query_all(&sql::CONTACTS_ASC, values, from_row)
}

/// The direct conversations that would lose one of their two with this member.
pub fn list_direct_conversations(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Vec<i64>> {
    tx.query_all(&sql::DIRECT_CONVERSATIONS, params![ws, number], |row| {
        row.int(0)
    })
}

/// The conversations that are for it, direct ones apart.
pub fn list_conversations_for(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Vec<i64>> {
    tx.query_all(&sql::CONVERSATIONS_FOR, params![ws, number], |row| {
        row.int(0)
    })
}

/// When it was last heard of.
pub fn find_last_seen(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Option<Timestamp>> {
    let mut newest =
        |statement| tx.query_one(statement, params![ws, number], |row| row.opt_time(0));
    let (read, said) = (newest(&sql::LAST_READ)?, newest(&sql::LAST_SAID)?);
    Ok(read.flatten().max(said.flatten()))
}

/// Reads the six columns of `member_ref!`, from `first` on.
pub(super) fn read_ref(row: &dyn Row, first: usize) -> Result<MemberRef> {
    Ok(MemberRef {
        number: row.int(first)?,
        id: row.id(first + 1)?,
        kind: row.enum_value(first + 2, MemberKind::from_name)?,
        handle: row.string(first + 3)?,
        external_id: row.opt_string(first + 4)?,
        name: row.opt_string(first + 5)?,
    })
}

/// The same where the member may be absent.
pub(super) fn read_opt_ref(row: &dyn Row, first: usize) -> Result<Option<MemberRef>> {
    row.opt_int(first)?
        .map(|_| read_ref(row, first))
        .transpose()
}

/// A member that may act, as a credential finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActorRow {
    /// The member.
    pub actor: Actor,
    /// What it may do beyond its role.
    pub scopes: Scopes,
    /// Tokens that were issued to it in an earlier epoch open nothing.
    pub token_epoch: i64,
}

/// Has a new member under a handle begin with an epoch that no member before it had: tokens name a handle, and one who had
/// it may have been deleted.
pub fn begin_token_epoch(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    let epoch = tx.next_stamp().at.seconds();
    tx.execute(&sql::SET_TOKEN_EPOCH, params![ws, number, epoch])
        .map(drop)
}

/// Ends every token that was issued to a member.
pub fn advance_token_epoch(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    let at = tx.next_stamp().at;
    tx.execute(&sql::RAISE_TOKEN_EPOCH, params![ws, number, at])
        .map(drop)
}

fn read_actor(row: &dyn Row) -> Result<ActorRow> {
    let actor = Actor {
        number: row.int(0)?,
        id: row.id(1)?,
        kind: row.enum_value(2, MemberKind::from_name)?,
        role: row.opt_enum_value(3, WorkspaceRole::from_name)?,
    };
    Ok(ActorRow {
        actor,
        scopes: parse_scopes(row.text(4)?),
        token_epoch: row.int(5)?,
    })
}

pub(super) fn from_row(row: &dyn Row) -> Result<MemberRow> {
    let key = read_ref(row, 0)?;
    let member = Member {
        role: row.opt_enum_value(6, WorkspaceRole::from_name)?,
        scopes: parse_scopes(row.text(7)?),
        profile: Profile {
            name: key.name.clone(),
            description: row.opt_string(8)?,
            email: row.opt_string(9)?,
            phone: row.opt_string(10)?,
            nick: row.opt_string(11)?,
            photo: row.opt_string(12)?,
            preferences: row.opt_string(13)?,
            instructions: row.opt_string(23)?,
        },
        metadata: Metadata::from_text(row.text(14)?),
        sms_opted_out: row.bool(15)?,
        email_opted_out: row.bool(16)?,
        verified_at: row.opt_time(17)?,
        archived_at: row.opt_time(18)?,
        created_at: row.time(19)?,
        updated_at: row.time(20)?,
        key,
    };
    Ok(MemberRow {
        member,
        fingerprint: row.opt_string(21)?,
        wallet: row.opt_string(22)?,
    })
}
