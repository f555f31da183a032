//! Used sign-in signatures of wallets.

use crate::statement::statements;

statements! {
    /// Claims a signature; returns no row if it was claimed before.
    global INSERT = "insert into wallet_signature (fingerprint, created_at) values ($1, $2) on conflict do nothing
        returning created_at";
    /// Deletes claims of expired signatures.
    global SWEEP = "delete from wallet_signature where created_at <= $1";
}
