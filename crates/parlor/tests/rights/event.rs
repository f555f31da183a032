//! What may happen, and sequences of it.

use parlor_testkit::Rng;

/// What is done. Who does it and in whose words is drawn when it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    MakeGroup,
    MakePair,
    MakeThread,
    Join,
    Add,
    Remove,
    Leave,
    Delete,
    Close,
    Reopen,
    DeleteMember,
    ArchiveMember,
    RestoreMember,
    ChangeRole,
    ChangeScopes,
    MintKey,
    RevokeKey,
    LetKeyExpire,
    MintToken,
    MintSession,
    MintSpaceToken,
    MintChatToken,
    MintUserToken,
    SwitchGates,
    Listen,
    HangUp,
}

/// How often each happens among others.
const SHARES: &[(Event, usize)] = &[
    (Event::MakeGroup, 6),
    (Event::MakePair, 3),
    (Event::MakeThread, 3),
    (Event::Join, 3),
    (Event::Add, 4),
    (Event::Remove, 5),
    (Event::Leave, 3),
    (Event::Delete, 1),
    (Event::Close, 1),
    (Event::Reopen, 2),
    (Event::DeleteMember, 2),
    (Event::ArchiveMember, 2),
    (Event::RestoreMember, 2),
    (Event::ChangeRole, 4),
    (Event::ChangeScopes, 3),
    (Event::MintKey, 6),
    (Event::RevokeKey, 3),
    (Event::LetKeyExpire, 2),
    (Event::MintToken, 3),
    (Event::MintSession, 4),
    (Event::MintSpaceToken, 3),
    (Event::MintChatToken, 3),
    (Event::MintUserToken, 3),
    (Event::SwitchGates, 2),
    (Event::Listen, 10),
    (Event::HangUp, 1),
];

/// One thing that happens, with a seed of its own for what it is about: a sequence still makes sense when it is cut
/// short.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) event: Event,
    pub(crate) seed: u64,
}

/// The steps of a seed. What is needed to try anything comes first.
pub(crate) fn sequence(seed: u64, length: usize) -> Vec<Step> {
    let mut rng = Rng::new(seed);
    let first = [
        Event::MakeGroup,
        Event::MakePair,
        Event::SwitchGates,
        Event::MakeThread,
        Event::MintSession,
        Event::MintSpaceToken,
        Event::Listen,
    ];
    let total: usize = SHARES.iter().map(|(_, share)| share).sum();
    let mut drawn = |at: usize| {
        let mut left = rng.below(total);
        let event = SHARES
            .iter()
            .find_map(|(event, share)| match left.checked_sub(*share) {
                None => Some(*event),
                Some(rest) => {
                    left = rest;
                    None
                }
            });
        Step {
            event: first.get(at).copied().or(event).unwrap(),
            seed: rng.next(),
        }
    };
    (0..length).map(&mut drawn).collect()
}
