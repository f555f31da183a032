//! Spaces of a backup.

use parlor_model::error::Noun;
use parlor_model::import::ImportSpace;
use parlor_model::space::Space;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::import::{self as repo, Made};
use parlor_store::repo::member::{self, By};
use parlor_store::repo::space::{self, NewSpace};

use super::batch::Outcome;
use super::rules;
use crate::member::is_contact;
use crate::space::check_texts;

/// Whose own a space is, and its default conversation, are nothing that a backup of spaces knows.
pub(super) fn take(tx: &mut dyn Tx, ctx: &Ctx, said: &ImportSpace) -> Result<Outcome> {
    let ws = ctx.ws();
    let stored = space::find(tx, ws, said.id)?;
    if let Some(stored) = &stored
        && is_as_said(stored, said)
        && rules::as_said(times(stored), said.times)
    {
        return Ok(Outcome::Unchanged);
    }
    let contact = match said.contact {
        None => None,
        Some(id) => {
            let found = member::find(tx, ws, By::Id(id))?
                .filter(|found| is_contact(&found.member))
                .ok_or_else(|| Error::not_found(Noun::Contact))?;
            Some(found.member.key.number)
        }
    };
    let metadata = said.metadata.to_text();
    let new = NewSpace {
        name: said.name.as_deref(),
        description: said.description.as_deref(),
        contact,
        owner: None,
        alias: said.alias.as_deref(),
        blueprint: said.blueprint.as_deref(),
        metadata: &metadata,
    };
    check_texts(&new)?;
    let Some(stored) = stored else {
        rules::free(tx, ws, said.id, Noun::Space)?;
        let made = rules::made(tx, said.id, said.times)?;
        return if repo::insert_space(tx, ws, said.id, &new, made)? {
            Ok(Outcome::Imported)
        } else {
            Err(rules::taken(Noun::Space, "alias"))
        };
    };
    if let Some(alias) = &said.alias
        && space::alias_is_taken(tx, ws, alias, stored.number)?
    {
        return Err(rules::taken(Noun::Space, "alias"));
    }
    let made = rules::rewritten(tx, times(&stored), said.times)?;
    repo::update_space(tx, ws, stored.number, &new, made)?;
    Ok(Outcome::Updated)
}

fn times(stored: &Space) -> Made {
    Made {
        created_at: stored.created_at,
        updated_at: stored.updated_at,
    }
}

fn is_as_said(stored: &Space, said: &ImportSpace) -> bool {
    stored.name == said.name
        && stored.description == said.description
        && stored.contact == said.contact
        && stored.alias == said.alias
        && stored.blueprint == said.blueprint
        && stored.metadata.to_text() == said.metadata.to_text()
}
