//! Addresses that do not exist.

use crate::statement::statements;

statements! {
    /// Marks an address; a marked one keeps its time.
    tenant MARK = "insert into undeliverable_address (ws, medium, address, code, marked_at) values ($1, $2, $3, $4, $5)
        on conflict (ws, medium, address) do nothing";
    /// Whether an address is marked.
    tenant FIND = "select 1 from undeliverable_address where ws = $1 and medium = $2 and address = $3";
    /// Clears an address.
    tenant CLEAR = "delete from undeliverable_address where ws = $1 and medium = $2 and address = $3";
    /// Marked addresses, after one of them.
    tenant LIST = "select medium, address, code, marked_at from undeliverable_address
        where ws = $1 and (medium, address) > ($2, $3) order by medium, address limit $4";
    /// Numbers of those of these members whose address of a medium is marked.
    tenant OF_MEMBERS = "select m.number from member m
        join undeliverable_address u on u.ws = m.ws and u.medium = $3
            and u.address = case when u.medium = 'email' then m.email_key else m.phone_key end
        where m.ws = $1 and m.number in (select value from json_each(cast($2 as text)))";
}
