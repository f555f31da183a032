//! Rows of channels.

use parlor_kit::Route;
use parlor_kit::route::{get, post};

use super::path::{
    ADD, ANNOUNCE, ANNOUNCEMENT, CREATE, DISBAND, INFO, IS_ADMIN, JOIN, LEAVE, MEMBERS, REMOVE,
    TRANSFER, UPDATE,
};
use super::{CHANNEL, MEMBER, plain, row};
use crate::channel::{self, ChannelRequest, MembersRequest};

const UUID: &str = "The channel, 32 hex digits.";

pub(super) fn routes() -> Vec<Route> {
    let mut all = reads();
    all.extend(writes());
    all
}

fn reads() -> Vec<Route> {
    vec![
        row::<channel::create::CreateChannelAnswer>(post(CREATE, channel::create::handle), MEMBER)
            .body::<channel::create::CreateChannelRequest>()
            .doc(
                "Create a group, or open a pair's channel",
                "api/channel/create",
            ),
        row::<channel::info::ChannelInfoAnswer>(get(INFO, channel::info::handle), MEMBER)
            .query("channelUuid", CHANNEL, UUID)
            .doc("A channel as the caller sees it", "api/channel/info"),
        row::<channel::members::ChannelMembersAnswer>(
            get(MEMBERS, channel::members::handle),
            MEMBER,
        )
        .query("channelUuid", CHANNEL, UUID)
        .doc("Who takes part in a channel", "api/channel/members"),
        row::<channel::is_admin::IsAdminAnswer>(get(IS_ADMIN, channel::is_admin::handle), MEMBER)
            .query("channelUuid", CHANNEL, UUID)
            .doc(
                "Whether the caller is a channel's admin",
                "api/channel/is-admin",
            ),
        row::<channel::announcement::AnnouncementAnswer>(
            get(ANNOUNCEMENT, channel::announcement::handle),
            MEMBER,
        )
        .query("channelUuid", CHANNEL, UUID)
        .doc("The admin's text", "api/channel/announcement"),
    ]
}

fn writes() -> Vec<Route> {
    vec![
        plain(post(JOIN, channel::join::handle))
            .body::<ChannelRequest>()
            .doc("Join a group", "api/channel/join"),
        plain(post(ADD, channel::add::handle))
            .body::<MembersRequest>()
            .doc("Add others to a group", ""),
        plain(post(REMOVE, channel::remove::handle))
            .body::<MembersRequest>()
            .doc("Remove others from a group", "api/channel/members-remove"),
        plain(post(LEAVE, channel::leave::handle))
            .body::<ChannelRequest>()
            .doc("Leave a group", "api/channel/members-leave"),
        plain(post(DISBAND, channel::disband::handle))
            .body::<ChannelRequest>()
            .doc("Dismiss a group", "api/channel/disband"),
        plain(post(TRANSFER, channel::transfer::handle))
            .body::<channel::transfer::TransferRequest>()
            .doc("Hand a group over", "api/channel/owner-transfer"),
        plain(post(ANNOUNCE, channel::announce::handle))
            .body::<channel::announce::AnnounceRequest>()
            .doc("Set the admin's text", "api/channel/update"),
        plain(post(UPDATE, channel::update::handle))
            .body::<channel::update::UpdateChannelRequest>()
            .doc("Change a group's name and picture", ""),
    ]
}
