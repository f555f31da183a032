//! Database file with a workspace, a member and conversations.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use parlor_model::conversation::{ConversationKind, GroupProfile, ServiceConfig};
use parlor_model::member::{CreateMember, MemberKind};
use parlor_model::participant::ParticipantRole;
use parlor_model::time::{Clock, RandomSource};
use parlor_model::{Result, Timestamp};
use parlor_store::repo::conversation::{InsertConversationResult, NewConversationRow};
use parlor_store::repo::{conversation, log, member, participant, workspace};
use parlor_store::{Store, StoreOptions, Tx};
use tempfile::TempDir;

use crate::must;

/// Number of conversations that receive messages.
pub(crate) const CONVERSATIONS: i64 = 1_000;

/// Database file, removed on drop.
pub(crate) struct TestWorkspace {
    folder: TempDir,
    /// Workspace number.
    pub(crate) ws: i64,
    /// Member number.
    pub(crate) member: i64,
    /// First of [`CONVERSATIONS`] consecutive conversation numbers.
    pub(crate) first: i64,
    /// Message text of 200 bytes.
    pub(crate) text: String,
}

impl TestWorkspace {
    pub(crate) fn new() -> Self {
        let folder = must(tempfile::tempdir());
        let mut this = Self {
            folder,
            ws: 0,
            member: 0,
            first: 0,
            text: "lorem ipsum dolor sit amet ".repeat(8)[..200].to_owned(),
        };
        let store = this.store();
        let seed = store.write(|tx| {
            let organization = workspace::insert_organization(tx, "Org")?;
            let ws = workspace::insert(tx, organization, "Work")?.number;
            let new = CreateMember::new(MemberKind::Person);
            let member = member::insert(tx, ws, &new)?.map_or(0, |made| made.number);
            let first = create(tx, ws, member)?.number;
            for _ in 1..CONVERSATIONS {
                create(tx, ws, member)?;
            }
            Ok((ws, member, first))
        });
        (this.ws, this.member, this.first) = must(runtime().block_on(seed));
        store.close();
        this
    }

    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("parlor.db")
    }

    pub(crate) fn store(&self) -> Store {
        must(Store::open(&StoreOptions {
            commit_listener: parlor_store::CommitListener::default(),
            url: format!("sqlite:{}", self.path().display()),
            connections: 1,
            clock: Arc::new(TickingClock(Instant::now())),
            random: Arc::new(SplitMixRandom::new()),
            bounds: parlor_store::Bounds::default(),
        }))
    }
}

/// Runtime with one thread for all clients.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    must(tokio::runtime::Builder::new_current_thread().build())
}

/// Writes what creating a conversation writes: three rows and their index entries.
pub(crate) fn create(tx: &mut dyn Tx, ws: i64, member: i64) -> Result<InsertConversationResult> {
    let new = NewConversationRow {
        kind: ConversationKind::Chat,
        space: None,
        title: Some("Quarterly planning"),
        title_is_automatic: false,
        owner: Some(member),
        subject: Some(member),
        service: &ServiceConfig::default(),
        group_profile: &GroupProfile::default(),
        description: None,
        responder: "{}",
        metadata: "{}",
    };
    let made = conversation::insert(tx, ws, &new)?;
    log::insert_first_entry(tx, ws, made.number, Some(member), made.at, "{}")?;
    participant::insert(
        tx,
        ws,
        made.number,
        member,
        ParticipantRole::Owner,
        made.at,
        0,
    )?;
    Ok(made)
}

/// Clock that runs from a fixed date.
pub(crate) struct TickingClock(pub(crate) Instant);

impl Clock for TickingClock {
    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.0.elapsed().as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(1_750_000_000_000_000 + passed)
    }
}

/// Cheap pseudo-random numbers: splitmix64.
pub(crate) struct SplitMixRandom(AtomicU64);

impl SplitMixRandom {
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(RandomState::new().build_hasher().finish()))
    }

    pub(crate) fn next_u64(&self) -> u64 {
        let step = 0x9E37_79B9_7F4A_7C15;
        let mut z = self.0.fetch_add(step, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

impl RandomSource for SplitMixRandom {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            chunk.copy_from_slice(&self.next_u64().to_le_bytes()[..chunk.len()]);
        }
    }
}
