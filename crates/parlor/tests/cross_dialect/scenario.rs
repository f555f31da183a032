//! What may happen, and sequences of it.

use parlor_testkit::TestRng;

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
pub(crate) enum StepAction {
    /// A conversation is made.
    Create,
    /// The direct conversation of a pair is found or made.
    Pair,
    /// A person says something.
    SendMessage,
    /// An assistant says something.
    SendAsAssistant,
    /// Something is written that nobody said.
    AddInstruction,
    /// What was said is changed.
    EditMessage,
    /// What was said is taken back.
    DeleteMessage,
    Rename,
    /// Metadata.
    SetMetadata,
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
    CreateSpace,
    /// A space is deleted.
    DeleteSpace,
    /// A member is made.
    CreateMember,
    /// A member is deleted.
    DeleteMember,
}

/// One thing that happens. What its numbers mean depends on what there is when it happens, so that a sequence still
/// makes sense when parts of it are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ScenarioStep {
    pub(crate) dialect: Dialect,
    pub(crate) action: StepAction,
    /// Who does it, where somebody does.
    pub(crate) actor: u8,
    /// To which conversation or space.
    pub(crate) target: u8,
    /// To whom, or which message.
    pub(crate) other: u8,
    /// With which words.
    pub(crate) text_seed: u8,
}

/// What each vocabulary can say, and how often it does.
#[rustfmt::skip]
const ACTION_WEIGHTS: &[(Dialect, StepAction, usize)] = {
    use Dialect::{ChatBotKit as C, GravityRail as G, Relation as R, Sharely as S, TenantChats as T};
    use StepAction::{Add, AddInstruction, SendAsAssistant, Archive, Assign, DeleteSpace, Close, Create, Delete, DeleteMember, EditMessage, CreateMember, CreateSpace, Join,
        Leave, Move, Pair, Remove, Rename, Reopen, SendMessage, SetMetadata, Transfer, DeleteMessage};
    &[
        (S, Create, 4), (G, Create, 3), (R, Create, 3), (C, Create, 3), (T, Create, 3),
        (G, Pair, 1), (R, Pair, 2),
        (S, SendMessage, 3), (G, SendMessage, 4), (R, SendMessage, 5), (C, SendMessage, 4), (T, SendMessage, 5),
        (S, SendAsAssistant, 2), (G, SendAsAssistant, 2), (C, SendAsAssistant, 2), (T, SendAsAssistant, 2),
        (S, AddInstruction, 2), (C, AddInstruction, 3),
        (C, EditMessage, 3), (C, DeleteMessage, 2), (R, DeleteMessage, 4),
        (S, Rename, 2), (G, Rename, 2), (R, Rename, 2), (C, Rename, 1), (T, Rename, 1),
        (G, SetMetadata, 1), (C, SetMetadata, 1), (T, SetMetadata, 1),
        (G, Archive, 2), (G, Reopen, 2), (R, Close, 2), (T, Close, 1), (T, Reopen, 2),
        (R, Join, 4), (R, Add, 2), (R, Remove, 2), (R, Leave, 3), (R, Transfer, 2), (G, Add, 2), (G, Remove, 2),
        (S, Delete, 1), (G, Delete, 1), (C, Delete, 1), (T, Delete, 1),
        (C, Move, 3), (C, Assign, 3),
        (C, CreateSpace, 1), (C, DeleteSpace, 1), (C, CreateMember, 2), (C, DeleteMember, 1), (T, DeleteMember, 1),
    ]
};

/// A sequence. It begins with a space, without which one vocabulary can say little.
pub(crate) fn generate_sequence(seed: u64, length: usize) -> Vec<ScenarioStep> {
    let mut steps = vec![ScenarioStep {
        dialect: Dialect::ChatBotKit,
        action: StepAction::CreateSpace,
        actor: 0,
        target: 0,
        other: 0,
        text_seed: 0,
    }];
    steps.extend(draw_steps(seed, length));
    steps
}

fn draw_steps(seed: u64, length: usize) -> Vec<ScenarioStep> {
    let mut rng = TestRng::new(seed);
    let all: usize = ACTION_WEIGHTS.iter().map(|(_, _, weight)| weight).sum();
    (0..length)
        .map(|_| {
            let mut at = rng.below(all);
            let (dialect, verb, _) = ACTION_WEIGHTS
                .iter()
                .find(|(_, _, weight)| {
                    let is_it = at < *weight;
                    at = at.wrapping_sub(*weight);
                    is_it
                })
                .unwrap();
            let mut byte = || (rng.next() >> 32) as u8;
            ScenarioStep {
                dialect: *dialect,
                action: *verb,
                actor: byte(),
                target: byte(),
                other: byte(),
                text_seed: byte(),
            }
        })
        .collect()
}

/// The step's words: short lines, and never the same twice for two different numbers.
pub(crate) fn message_text(number: u8) -> String {
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
