//! Token epochs of wallet addresses.

use crate::statement::statements;

statements! {
    /// Epoch of an address whose tokens were ever revoked.
    tenant FIND = "select token_epoch from wallet_epoch where ws = $1 and fingerprint = $2";
    /// Raises the epoch, which invalidates every token of an address.
    tenant RAISE = "insert into wallet_epoch (ws, fingerprint, token_epoch) values ($1, $2, 1)
        on conflict (ws, fingerprint) do update set token_epoch = wallet_epoch.token_epoch + 1";
}
