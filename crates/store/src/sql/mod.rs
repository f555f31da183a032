//! All SQL statements, one file per entity, written once for both databases; see [`crate::statement`] for the rules.
//!
//! Keeps INV-8 (`docs/invariants.md`).

use crate::SqlStatement;

pub mod api_key;
pub mod assignment;
pub mod assistant_settings;
pub mod audit;
pub mod console;
pub mod conversation;
pub mod conversation_list_item;
pub mod custom_role;
pub mod delivery;
pub mod draft;
pub mod event_rule;
pub mod file;
pub mod follow;
pub mod history;
pub mod idempotency;
pub mod import;
pub mod instance;
pub mod job;
pub mod label;
pub mod listing;
pub mod log;
pub mod member;
pub mod merge;
pub mod message;
pub mod outbox_queue;
pub mod outbox_signal;
pub mod participant;
pub mod phone_number;
pub mod rating;
pub mod remote_file;
pub mod removal;
pub mod saved_filter;
pub mod scan;
pub mod search;
pub mod sending_rate;
pub mod signing;
pub mod site;
pub mod space;
pub mod statistics;
pub mod thread;
pub mod turn;
pub mod undeliverable_address;
pub mod unmatched_message;
pub mod voice_call;
pub mod vote;
pub mod wallet_epoch;
pub mod wallet_signature;
pub mod workflow;
pub mod workspace;

/// Iterates over all statements, for tests that prepare and check them.
pub fn all() -> impl Iterator<Item = &'static SqlStatement> {
    [
        assignment::ALL,
        assistant_settings::ALL,
        audit::ALL,
        console::ALL,
        conversation::ALL,
        delivery::ALL,
        draft::ALL,
        event_rule::ALL,
        file::ALL,
        saved_filter::ALL,
        follow::ALL,
        history::ALL,
        idempotency::ALL,
        import::ALL,
        instance::ALL,
        job::ALL,
        api_key::ALL,
        label::ALL,
        phone_number::ALL,
        listing::ALL,
        log::ALL,
        member::ALL,
        merge::ALL,
        message::ALL,
        outbox_queue::ALL,
        outbox_signal::ALL,
        conversation_list_item::ALL,
        participant::ALL,
        rating::ALL,
        remote_file::ALL,
        removal::ALL,
        custom_role::ALL,
        search::ALL,
        sending_rate::ALL,
        signing::ALL,
        site::ALL,
        space::ALL,
        voice_call::ALL,
        vote::ALL,
        scan::ALL,
        wallet_epoch::ALL,
        wallet_signature::ALL,
        statistics::ALL,
        thread::ALL,
        turn::ALL,
        undeliverable_address::ALL,
        unmatched_message::ALL,
        workflow::ALL,
        workspace::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Columns of a member reference, by table alias.
macro_rules! member_ref {
    ($alias:literal) => {
        concat!(
            $alias,
            ".number, ",
            $alias,
            ".id, ",
            $alias,
            ".kind, ",
            $alias,
            ".handle, ",
            $alias,
            ".external_id, ",
            $alias,
            ".name"
        )
    };
}
pub(crate) use member_ref;

/// Restricts threads `c` to those bound to the role given by a parameter; null does not restrict.
macro_rules! gated {
    ($role:literal) => {
        concat!(
            " and (cast($",
            $role,
            " as bigint) is null or c.kind <> 'thread' or exists (select 1 from thread_role g
                where g.ws = c.ws and g.conversation = c.number and g.role = cast($",
            $role,
            " as bigint)))"
        )
    };
}
pub(crate) use gated;

/// Hides conversations `c` that the member given by a parameter left or was removed from; null hides none.
macro_rules! undeparted {
    ($member:literal) => {
        concat!(
            " and (cast($",
            $member,
            " as bigint) is null or not exists (select 1 from participant d where d.ws = c.ws
                and d.conversation = c.number and d.member = cast($",
            $member,
            " as bigint) and d.state <> 'joined'))"
        )
    };
}
pub(crate) use undeparted;
