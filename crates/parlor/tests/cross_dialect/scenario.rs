//! Steps and random sequences of them.

use parlor_testkit::TestRng;

/// The dialect of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sharely,
    GravityRail,
    Relation,
    ChatBotKit,
    TenantChats,
}

/// The action of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StepAction {
    /// Creates a conversation.
    Create,
    /// Finds or creates the direct conversation of two members.
    Pair,
    /// Sends a user's message.
    SendMessage,
    /// Sends an assistant's message.
    SendAsAssistant,
    /// Writes a message without a sender.
    AddInstruction,
    /// Changes a message.
    EditMessage,
    /// Deletes a message.
    DeleteMessage,
    Rename,
    /// Changes metadata.
    SetMetadata,
    Archive,
    Close,
    Reopen,
    Join,
    Add,
    Remove,
    Leave,
    /// Transfers ownership.
    Transfer,
    Delete,
    /// Moves a conversation to another space, or out of its space.
    Move,
    /// Sets or removes the contact.
    Assign,
    /// Creates a space.
    CreateSpace,
    /// Deletes a space.
    DeleteSpace,
    /// Creates a member.
    CreateMember,
    /// Deletes a member.
    DeleteMember,
}

/// One step. The meaning of its numbers depends on the state when it is performed, so that a shortened sequence still
/// makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ScenarioStep {
    pub(crate) dialect: Dialect,
    pub(crate) action: StepAction,
    /// Chooses the actor, if any.
    pub(crate) actor: u8,
    /// Chooses the conversation or space.
    pub(crate) target: u8,
    /// Chooses the target member or message.
    pub(crate) other: u8,
    /// Chooses the text.
    pub(crate) text_seed: u8,
}

/// The actions that each dialect supports, with their weights.
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

/// A sequence. It begins with a space, which most actions of one dialect require.
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

/// The step's text: short lines, different for different numbers.
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
