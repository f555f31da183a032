//! Events and random sequences of them.

use parlor_testkit::TestRng;

/// An event. Its actor and dialect are drawn when it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RightsEvent {
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
    CreateKey,
    RevokeKey,
    ExpireKey,
    CreateToken,
    CreateSession,
    CreateSpaceToken,
    CreateChatToken,
    CreateUserToken,
    ToggleRoleGates,
    OpenConnection,
    CloseConnection,
}

/// The relative frequency of each event.
const EVENT_WEIGHTS: &[(RightsEvent, usize)] = &[
    (RightsEvent::MakeGroup, 6),
    (RightsEvent::MakePair, 3),
    (RightsEvent::MakeThread, 3),
    (RightsEvent::Join, 3),
    (RightsEvent::Add, 4),
    (RightsEvent::Remove, 5),
    (RightsEvent::Leave, 3),
    (RightsEvent::Delete, 1),
    (RightsEvent::Close, 1),
    (RightsEvent::Reopen, 2),
    (RightsEvent::DeleteMember, 2),
    (RightsEvent::ArchiveMember, 2),
    (RightsEvent::RestoreMember, 2),
    (RightsEvent::ChangeRole, 4),
    (RightsEvent::ChangeScopes, 3),
    (RightsEvent::CreateKey, 6),
    (RightsEvent::RevokeKey, 3),
    (RightsEvent::ExpireKey, 2),
    (RightsEvent::CreateToken, 3),
    (RightsEvent::CreateSession, 4),
    (RightsEvent::CreateSpaceToken, 3),
    (RightsEvent::CreateChatToken, 3),
    (RightsEvent::CreateUserToken, 3),
    (RightsEvent::ToggleRoleGates, 2),
    (RightsEvent::OpenConnection, 10),
    (RightsEvent::CloseConnection, 1),
];

/// One event with its own seed for the choice of its targets: a shortened sequence still makes sense.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventStep {
    pub(crate) event: RightsEvent,
    pub(crate) seed: u64,
}

/// The steps of a seed. Events that most others depend on come first.
pub(crate) fn generate_sequence(seed: u64, length: usize) -> Vec<EventStep> {
    let mut rng = TestRng::new(seed);
    let first = [
        RightsEvent::MakeGroup,
        RightsEvent::MakePair,
        RightsEvent::ToggleRoleGates,
        RightsEvent::MakeThread,
        RightsEvent::CreateSession,
        RightsEvent::CreateSpaceToken,
        RightsEvent::OpenConnection,
    ];
    let total: usize = EVENT_WEIGHTS.iter().map(|(_, share)| share).sum();
    let mut drawn = |at: usize| {
        let mut left = rng.below(total);
        let event =
            EVENT_WEIGHTS
                .iter()
                .find_map(|(event, share)| match left.checked_sub(*share) {
                    None => Some(*event),
                    Some(rest) => {
                        left = rest;
                        None
                    }
                });
        EventStep {
            event: first.get(at).copied().or(event).unwrap(),
            seed: rng.next(),
        }
    };
    (0..length).map(&mut drawn).collect()
}
