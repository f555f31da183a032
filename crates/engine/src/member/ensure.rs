//! Finding a contact by what identifies it, or making it.

use parlor_model::error::{Kind, Noun};
use parlor_model::member::{CreateMember, Member, MemberRef};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self as repo, By};

use super::identity::{StrongNames, contact_holder, vouched};
use crate::Engine;

/// A member that exists now.
#[derive(Debug, Clone)]
pub struct Ensured {
    /// The member.
    pub member: MemberRef,
    /// This call made it.
    pub is_new: bool,
}

/// The member with the command's fingerprint, else the one whom its email address or its phone number names, made of
/// the command when there is none. One that exists keeps what it has; where nobody vouched for a fingerprint of it so
/// far, it gets the command's. Without any of the three a member is always made. Asks for `members:write`. An address
/// of the workspace's owner is refused.
pub async fn ensure(engine: &Engine, ctx: &Ctx, command: CreateMember) -> Result<Ensured> {
    ctx.require(Scope::write(Resource::Members))?;
    let command = super::create::checked(engine, ctx, command).await?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| ensure_in(tx, ws, &command))
        .await
}

/// The same, and refuses a command that says of a member known by an address alone what is not so: only an update
/// changes somebody. Whoever names a fingerprint only names the member.
///
/// # Errors
/// `AlreadyExists` with the field it is known by, where something differs.
pub async fn ensure_matching(engine: &Engine, ctx: &Ctx, command: CreateMember) -> Result<Ensured> {
    ctx.require(Scope::write(Resource::Members))?;
    let command = super::create::checked(engine, ctx, command).await?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let ensured = ensure_in(tx, ws, &command)?;
            if !ensured.is_new && vouched(command.fingerprint.as_deref()).is_none() {
                let found = repo::find(tx, ws, By::Number(ensured.member.number))?;
                if !found.is_some_and(|found| is_so_already(&command, &found.member)) {
                    return Err(Error::new(Kind::AlreadyExists {
                        noun: Noun::Contact,
                        field: known_by(&command),
                    }));
                }
            }
            Ok(ensured)
        })
        .await
}

/// Which field somebody is known by.
fn known_by(command: &CreateMember) -> &'static str {
    let profile = &command.profile;
    match (&profile.email, &profile.phone) {
        (Some(_), _) => "email",
        (None, Some(_)) => "phone",
        (None, None) => "nick",
    }
}

/// Whether a member is all that is said of it. What is not said may be anything; who is known by an email address has
/// it, in whatever letters.
fn is_so_already(said: &CreateMember, found: &Member) -> bool {
    fn same<T: PartialEq>(said: &Option<T>, found: &Option<T>) -> bool {
        said.is_none() || said == found
    }
    let (new, old) = (&said.profile, &found.profile);
    let metadata = found.metadata.map();
    same(&new.name, &old.name)
        && same(&new.description, &old.description)
        && same(&new.phone, &old.phone)
        && same(&new.nick, &old.nick)
        && same(&new.preferences, &old.preferences)
        && same(&said.verified_at, &found.verified_at)
        && said
            .metadata
            .map()
            .iter()
            .all(|(key, value)| metadata.get(key) == Some(value))
}

/// What [`ensure`] does within a transaction, for commands that name a contact. Addresses are in their kept form.
pub(crate) fn ensure_in(tx: &mut dyn Tx, ws: i64, command: &CreateMember) -> Result<Ensured> {
    let known = |member| Ensured {
        member,
        is_new: false,
    };
    let given = vouched(command.fingerprint.as_deref());
    if let Some(fingerprint) = given
        && let Some(found) = repo::find(tx, ws, By::Fingerprint(fingerprint))?
    {
        return Ok(known(found.member.key));
    }
    let names = StrongNames {
        external_id: command.external_id.as_deref(),
        fingerprint: given,
    };
    if let Some(found) = contact_holder(tx, ws, &command.profile, names)? {
        if let Some(fingerprint) = given {
            repo::set_fingerprint(tx, ws, found.member.key.number, fingerprint)?;
        }
        return Ok(known(found.member.key));
    }
    // One that was made of other fields says less than the addresses themselves.
    if let Some(derived) = &command.fingerprint
        && given.is_none()
        && let Some(found) = repo::find(tx, ws, By::Fingerprint(derived))?
    {
        return Ok(known(found.member.key));
    }
    Ok(Ensured {
        member: super::create::insert(tx, ws, command)?,
        is_new: true,
    })
}
