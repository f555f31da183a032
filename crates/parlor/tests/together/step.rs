//! What may happen, and sequences of it.

use parlor_testkit::Rng;

/// Whose words are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sharely,
    GravityRail,
    Relation,
    ChatBotKit,
    TenantChats,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    /// A conversation is made.
    Create,
    /// The direct conversation of a pair is found or made.
    Pair,
    /// A person says something.
    Say,
    /// An assistant says something.
    Answer,
    /// Something is written that nobody said.
    Aside,
    /// What was said is changed.
    Edit,
    /// What was said is taken back.
    Unsay,
    Rename,
    /// Metadata.
    Tag,
    Archive,
    Close,
    Reopen,
    Join,
    Add,
    Remove,
    Leave,
    /// Another admin.
    Transfer,
    Delete,
    /// Into another space, or out of it.
    Move,
    /// For another contact, or for nobody.
    Assign,
    /// A space is made.
    Furnish,
    /// A space is deleted.
    Clear,
    /// A member is made.
    Enrol,
    /// A member is deleted.
    Dismiss,
}

/// One thing that happens. What its numbers mean depends on what there is when it happens, so that a sequence still
/// makes sense when parts of it are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) dialect: Dialect,
    pub(crate) verb: Verb,
    /// Who does it, where somebody does.
    pub(crate) actor: u8,
    /// To which conversation or space.
    pub(crate) target: u8,
    /// To whom, or which message.
    pub(crate) other: u8,
    /// With which words.
    pub(crate) word: u8,
}

/// What each vocabulary can say, and how often it does.
#[rustfmt::skip]
const CAN: &[(Dialect, Verb, usize)] = {
    use Dialect::{ChatBotKit as C, GravityRail as G, Relation as R, Sharely as S, TenantChats as T};
    use Verb::{Add, Aside, Answer, Archive, Assign, Clear, Close, Create, Delete, Dismiss, Edit, Enrol, Furnish, Join,
        Leave, Move, Pair, Remove, Rename, Reopen, Say, Tag, Transfer, Unsay};
    &[
        (S, Create, 4), (G, Create, 3), (R, Create, 3), (C, Create, 3), (T, Create, 3),
        (G, Pair, 1), (R, Pair, 2),
        (S, Say, 3), (G, Say, 4), (R, Say, 5), (C, Say, 4), (T, Say, 5),
        (S, Answer, 2), (G, Answer, 2), (C, Answer, 2), (T, Answer, 2),
        (S, Aside, 2), (C, Aside, 3),
        (C, Edit, 3), (C, Unsay, 2), (R, Unsay, 4),
        (S, Rename, 2), (G, Rename, 2), (R, Rename, 2), (C, Rename, 1), (T, Rename, 1),
        (G, Tag, 1), (C, Tag, 1), (T, Tag, 1),
        (G, Archive, 2), (G, Reopen, 2), (R, Close, 2), (T, Close, 1), (T, Reopen, 2),
        (R, Join, 4), (R, Add, 2), (R, Remove, 2), (R, Leave, 3), (R, Transfer, 2), (G, Add, 2), (G, Remove, 2),
        (S, Delete, 1), (G, Delete, 1), (C, Delete, 1), (T, Delete, 1),
        (C, Move, 3), (C, Assign, 3),
        (C, Furnish, 1), (C, Clear, 1), (C, Enrol, 2), (C, Dismiss, 1), (T, Dismiss, 1),
    ]
};

/// A sequence. It begins with a space, without which one vocabulary can say little.
pub(crate) fn sequence(seed: u64, length: usize) -> Vec<Step> {
    let mut steps = vec![Step {
        dialect: Dialect::ChatBotKit,
        verb: Verb::Furnish,
        actor: 0,
        target: 0,
        other: 0,
        word: 0,
    }];
    steps.extend(any(seed, length));
    steps
}

fn any(seed: u64, length: usize) -> Vec<Step> {
    let mut rng = Rng::new(seed);
    let all: usize = CAN.iter().map(|(_, _, weight)| weight).sum();
    (0..length)
        .map(|_| {
            let mut at = rng.below(all);
            let (dialect, verb, _) = CAN
                .iter()
                .find(|(_, _, weight)| {
                    let is_it = at < *weight;
                    at = at.wrapping_sub(*weight);
                    is_it
                })
                .unwrap();
            let mut byte = || (rng.next() >> 32) as u8;
            Step {
                dialect: *dialect,
                verb: *verb,
                actor: byte(),
                target: byte(),
                other: byte(),
                word: byte(),
            }
        })
        .collect()
}

/// The step's words: short lines, and never the same twice for two different numbers.
pub(crate) fn words(number: u8) -> String {
    const FORMS: &[&str] = &[
        "Where is parcel #?",
        "Grüße № #",
        "\"#\" & <b>",
        "первый #",
        "👩‍👩‍👧 # 👍",
        "# it's 'quoted'",
        "first #\nsecond line",
        "=1+# \\ /",
    ];
    let form = FORMS[usize::from(number) % FORMS.len()];
    form.replace('#', &number.to_string())
}
