//! Signatures of wallets that have signed somebody in.

use crate::statement::statements;

statements! {
    /// Claims a signature; nothing comes back when it was claimed before.
    global INSERT = "insert into wallet_signature (fingerprint, created_at) values ($1, $2) on conflict do nothing
        returning created_at";
    /// Forgets what is too old to be shown again.
    global SWEEP = "delete from wallet_signature where created_at <= $1";
}
