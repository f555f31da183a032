//! Members.

use parlor_model::access::{Actor, Role};
use parlor_model::id::MemberId;
use parlor_model::member::{CreateMember, Face, Kind, Member, MemberRef, OwnFace, Profile};
use parlor_model::private::Private;
use parlor_model::scope::Scopes;
use parlor_model::{Metadata, Result, Timestamp, principal};

pub use super::detach::delete;
use super::key::scopes;
use super::search;
use crate::sql::member as sql;
use crate::{Row, Tx, Value, params};

/// How to look a member up.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub enum By<'a> {
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
pub struct Stored {
    /// The member.
    pub member: Member,
    /// Its fingerprint.
    pub fingerprint: Option<String>,
    /// Its wallet address.
    pub wallet: Option<String>,
}

/// One member.
pub fn find(tx: &mut dyn Tx, ws: i64, by: By<'_>) -> Result<Option<Stored>> {
    match by {
        By::Id(id) => tx.one(&sql::BY_ID, params![ws, &id], read),
        By::Number(number) => tx.one(&sql::BY_NUMBER, params![ws, number], read),
        By::External(text) => tx.one(&sql::BY_EXTERNAL, params![ws, text], read),
        By::Fingerprint(text) => tx.one(&sql::BY_FINGERPRINT, params![ws, text], read),
        By::Handle(text) => tx.one(&sql::BY_HANDLE, params![ws, text], read),
        By::Wallet(text) => tx.one(&sql::BY_WALLET, params![ws, text], read),
        By::IdOrExternal(id, text) => tx.one(&sql::BY_ID_OR_EXTERNAL, params![ws, &id, text], read),
    }
}

/// Gives a member a fingerprint.
pub fn set_fingerprint(tx: &mut dyn Tx, ws: i64, number: i64, fingerprint: &str) -> Result<()> {
    tx.execute(&sql::SET_FINGERPRINT, params![ws, number, fingerprint])
        .map(drop)
}

/// What members are called and how they look, in no order.
pub fn faces(tx: &mut dyn Tx, ws: i64, numbers: &[i64]) -> Result<Vec<Face>> {
    const AT_ONCE: usize = 16;
    let mut found = Vec::with_capacity(numbers.len());
    for some in numbers.chunks(AT_ONCE) {
        let mut values = [Value::Int(ws); AT_ONCE + 1];
        for (place, value) in values.iter_mut().skip(1).enumerate() {
            *value = Value::Int(some.get(place).copied().unwrap_or(some[0]));
        }
        found.extend(tx.all(&sql::FACES, &values, |row| {
            Ok(Face {
                member: read_ref(row, 0)?,
                photo: row.opt_string(6)?.filter(|photo| !photo.is_empty()),
                wallet: row.opt_string(7)?.map(Private),
            })
        })?);
    }
    Ok(found)
}

/// Writes what a member says of itself.
pub fn set_face(tx: &mut dyn Tx, ws: i64, number: i64, face: &OwnFace) -> Result<()> {
    if let Some(name) = &face.name {
        search::rename(tx, ws, number, Some(name))?;
    }
    let at = tx.stamp().at;
    tx.execute(
        &sql::SET_FACE,
        params![ws, number, &face.name, &face.photo, at],
    )
    .map(drop)
}

/// The short form of the member with the customer's own id.
pub fn ref_by_external(tx: &mut dyn Tx, ws: i64, external: &str) -> Result<Option<MemberRef>> {
    tx.one(&sql::REF_BY_EXTERNAL, params![ws, external], |row| {
        read_ref(row, 0)
    })
}

/// Makes a member; `None` when one of its unique names is taken.
pub fn insert(tx: &mut dyn Tx, ws: i64, new: &CreateMember) -> Result<Option<MemberRef>> {
    tx.announce_insert(ws)?;
    let stamp = tx.stamp();
    let id: MemberId = stamp.id();
    let handle = new
        .handle
        .clone()
        .unwrap_or_else(|| principal::of_id(stamp.id));
    let scopes = new.scopes.to_string();
    let metadata = new.metadata.to_text();
    let profile = &new.profile;
    let number = tx.one(
        &sql::INSERT,
        params![
            ws,
            &id,
            new.kind.word(),
            &handle,
            &new.external_id,
            &new.fingerprint,
            &new.wallet,
            new.role.map(Role::word),
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
pub fn update(tx: &mut dyn Tx, ws: i64, stored: &Stored) -> Result<Timestamp> {
    let profile = &stored.member.profile;
    search::rename(tx, ws, stored.member.key.number, profile.name.as_deref())?;
    let at = tx.stamp().at;
    let Stored {
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
            member.role.map(Role::word),
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
pub fn adopt(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    wallet: &str,
    name: &str,
    kind: Kind,
) -> Result<()> {
    search::rename(tx, ws, number, Some(name))?;
    let at = tx.stamp().at;
    tx.execute(
        &sql::ADOPT,
        params![ws, number, wallet, name, kind.word(), at],
    )
    .map(drop)
}

/// A member without one gets the customer's own id.
pub fn name_external(tx: &mut dyn Tx, ws: i64, number: i64, external: &str) -> Result<()> {
    tx.execute(&sql::NAME_EXTERNAL, params![ws, number, external])
        .map(drop)
}

/// The customer's own id of a member becomes another, or none. That no other member has it is the caller's to check.
pub fn set_external(tx: &mut dyn Tx, ws: i64, number: i64, external: Option<&str>) -> Result<()> {
    tx.execute(&sql::SET_EXTERNAL, params![ws, number, external])
        .map(drop)
}

/// Who acts, with the scopes given beyond the role's.
pub fn actor_by_handle(tx: &mut dyn Tx, ws: i64, handle: &str) -> Result<Option<ActorRow>> {
    tx.one(&sql::ACTOR_BY_HANDLE, params![ws, handle], read_actor)
}

/// Who acts, with the scopes given beyond the role's.
pub fn actor_by_id(tx: &mut dyn Tx, ws: i64, id: MemberId) -> Result<Option<ActorRow>> {
    tx.one(&sql::ACTOR_BY_ID, params![ws, &id], read_actor)
}

/// A numbered page, oldest first.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    kind: Option<Kind>,
    limit: i64,
    offset: i64,
) -> Result<Vec<Member>> {
    tx.all(
        &sql::PAGE,
        params![ws, limit, offset, kind.map(Kind::word)],
        |row| read(row).map(|stored| stored.member),
    )
}

/// How many members there are.
pub fn count(tx: &mut dyn Tx, ws: i64, kind: Option<Kind>) -> Result<i64> {
    tx.count(&sql::COUNT, params![ws, kind.map(Kind::word)])
}

/// A numbered page of assistants, oldest first, and how many there are: those put away, or the others.
pub fn assistants(
    tx: &mut dyn Tx,
    ws: i64,
    archived: bool,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Member>, i64)> {
    let rows = tx.all(
        &sql::ASSISTANTS,
        params![ws, limit, offset, archived],
        |row| read(row).map(|stored| stored.member),
    )?;
    Ok((
        rows,
        tx.count(&sql::COUNT_ASSISTANTS, params![ws, archived])?,
    ))
}

/// When a member was made, where it is there.
pub fn created_at(tx: &mut dyn Tx, ws: i64, id: MemberId) -> Result<Option<Timestamp>> {
    tx.one(&sql::CREATED_AT, params![ws, &id], |row| row.time(0))
}

/// Contacts newest first, strictly before a time and, where members are of one time, an id.
pub fn contacts_before(
    tx: &mut dyn Tx,
    ws: i64,
    (at, id): (Timestamp, MemberId),
    limit: i64,
) -> Result<Vec<Stored>> {
    tx.all(&sql::CONTACTS_DESC, params![ws, at, &id, limit], read)
}

/// Contacts oldest first, strictly after a time and an id. What has a greater id than `until` is left out.
pub fn contacts_after(
    tx: &mut dyn Tx,
    ws: i64,
    (at, id): (Timestamp, MemberId),
    until: MemberId,
    limit: i64,
) -> Result<Vec<Stored>> {
    let values = params![ws, at, &id, limit, &until];
    tx.all(&sql::CONTACTS_ASC, values, read)
}

/// The direct conversations that would lose one of their two with this member.
pub fn direct_conversations(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Vec<i64>> {
    tx.all(&sql::DIRECT_CONVERSATIONS, params![ws, number], |row| {
        row.int(0)
    })
}

/// The conversations that are for it, direct ones apart.
pub fn conversations_for(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Vec<i64>> {
    tx.all(&sql::CONVERSATIONS_FOR, params![ws, number], |row| {
        row.int(0)
    })
}

/// When it was last heard of.
pub fn last_seen(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Option<Timestamp>> {
    let mut newest = |statement| tx.one(statement, params![ws, number], |row| row.opt_time(0));
    let (read, said) = (newest(&sql::LAST_READ)?, newest(&sql::LAST_SAID)?);
    Ok(read.flatten().max(said.flatten()))
}

/// Reads the six columns of `member_ref!`, from `first` on.
pub(super) fn read_ref(row: &dyn Row, first: usize) -> Result<MemberRef> {
    Ok(MemberRef {
        number: row.int(first)?,
        id: row.id(first + 1)?,
        kind: row.word(first + 2, Kind::parse)?,
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
    let epoch = tx.stamp().at.seconds();
    tx.execute(&sql::SET_TOKEN_EPOCH, params![ws, number, epoch])
        .map(drop)
}

/// Ends every token that was issued to a member.
pub fn raise_token_epoch(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    let at = tx.stamp().at;
    tx.execute(&sql::RAISE_TOKEN_EPOCH, params![ws, number, at])
        .map(drop)
}

fn read_actor(row: &dyn Row) -> Result<ActorRow> {
    let actor = Actor {
        number: row.int(0)?,
        id: row.id(1)?,
        kind: row.word(2, Kind::parse)?,
        role: row.opt_word(3, Role::parse)?,
    };
    Ok(ActorRow {
        actor,
        scopes: scopes(row.text(4)?),
        token_epoch: row.int(5)?,
    })
}

pub(super) fn read(row: &dyn Row) -> Result<Stored> {
    let key = read_ref(row, 0)?;
    let member = Member {
        role: row.opt_word(6, Role::parse)?,
        scopes: scopes(row.text(7)?),
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
    Ok(Stored {
        member,
        fingerprint: row.opt_string(21)?,
        wallet: row.opt_string(22)?,
    })
}
