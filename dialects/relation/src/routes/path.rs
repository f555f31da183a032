//! Every path, which is also what request limits are counted by.

macro_rules! paths {
    ($($name:ident = $path:literal;)*) => {
        $(pub(crate) const $name: &str = $path;)*
        const ALL: &[&str] = &[$($name,)*];
    };
}

paths! {
    VERIFY_ETH = "/api/v1/verify/eth";
    VERIFY_NONCE = "/api/v1/verify/nonce";
    SESSION = "/api/v1/auth";
    SIGNER = "/auth";
    JWK = "/jwk";
    USER_INFO = "/api/v1/userInfo";
    USER_UPDATE = "/api/v1/userInfo/update";
    USER_SEARCH = "/api/v1/userInfo/search";
    LIST_ADDRESS = "/api/v1/listAddress";
    FOLLOW = "/api/v1/follow/add";
    UNFOLLOW = "/api/v1/follow/remove";
    FOLLOWING = "/api/v1/follow/list";
    RECOMMENDED = "/api/v1/follow/recommended";
    CREATE = "/api/v1/channel/create";
    INFO = "/api/v1/channel/info";
    MEMBERS = "/api/v1/channel/members";
    IS_ADMIN = "/api/v1/channel/isAdmin";
    JOIN = "/api/v1/channel/join";
    ADD = "/api/v1/channel/members/add";
    REMOVE = "/api/v1/channel/members/remove";
    LEAVE = "/api/v1/channel/members/leave";
    DISBAND = "/api/v1/channel/disband";
    TRANSFER = "/api/v1/channel/ownerTransfer";
    ANNOUNCEMENT = "/api/v1/channel/announcement/get";
    ANNOUNCE = "/api/v1/channel/announcement/update";
    UPDATE = "/api/v1/channel/update";
    PIN = "/api/v1/userChannels/pin";
    MUTE = "/api/v1/userChannels/mute";
    HIDE = "/api/v1/userChannels/hide";
    LIST = "/api/v1/userChannels/list";
    SEND = "/api/v1/message/send";
    READ = "/api/v1/message/read";
    HIDE_MESSAGE = "/api/v1/message/hide";
    MESSAGES = "/api/v1/message/list";
    UNREAD = "/api/v1/message/unreadCount";
    LIVE = "/ws";
}

/// The path of the table that a request's path is. No path here has parameters.
pub(crate) fn template(path: &str) -> &'static str {
    let plain = path.strip_suffix('/').unwrap_or(path);
    ALL.iter()
        .find(|known| **known == plain)
        .copied()
        .unwrap_or_default()
}
