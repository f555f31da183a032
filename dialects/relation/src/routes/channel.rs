//! Rows of channels.

use parlor_kit::Route;
use parlor_kit::route::{get, post};

use super::path::{
    ADD, ANNOUNCE, ANNOUNCEMENT, CREATE, DISBAND, INFO, IS_ADMIN, JOIN, LEAVE, MEMBERS, REMOVE,
    TRANSFER, UPDATE,
};
use super::{CHANNEL_PARAM, MEMBER_AUTH, enveloped, enveloped_empty};
use crate::channel::{self, ChannelMembersRequest, ChannelRequest};

const CHANNEL_UUID_TEXT: &str = "The channel, 32 hex digits.";

pub(super) fn routes() -> Vec<Route> {
    let mut all = read_routes();
    all.extend(write_routes());
    all
}

fn read_routes() -> Vec<Route> {
    vec![
        enveloped::<channel::create::CreateChannelAnswer>(
            post(CREATE, channel::create::handle),
            MEMBER_AUTH,
        )
        .body::<channel::create::CreateChannelRequest>()
        .doc(
            "Create a group, or open a pair's channel",
            "api/channel/create",
        ),
        enveloped::<channel::info::ChannelInfoAnswer>(
            get(INFO, channel::info::handle),
            MEMBER_AUTH,
        )
        .query("channelUuid", CHANNEL_PARAM, CHANNEL_UUID_TEXT)
        .doc("A channel as the caller sees it", "api/channel/info"),
        enveloped::<channel::members::ChannelMembersAnswer>(
            get(MEMBERS, channel::members::handle),
            MEMBER_AUTH,
        )
        .query("channelUuid", CHANNEL_PARAM, CHANNEL_UUID_TEXT)
        .doc("Who takes part in a channel", "api/channel/members"),
        enveloped::<channel::is_admin::IsAdminAnswer>(
            get(IS_ADMIN, channel::is_admin::handle),
            MEMBER_AUTH,
        )
        .query("channelUuid", CHANNEL_PARAM, CHANNEL_UUID_TEXT)
        .doc(
            "Whether the caller is a channel's admin",
            "api/channel/is-admin",
        ),
        enveloped::<channel::announcement::AnnouncementAnswer>(
            get(ANNOUNCEMENT, channel::announcement::handle),
            MEMBER_AUTH,
        )
        .query("channelUuid", CHANNEL_PARAM, CHANNEL_UUID_TEXT)
        .doc("The admin's text", "api/channel/announcement"),
    ]
}

fn write_routes() -> Vec<Route> {
    vec![
        enveloped_empty(post(JOIN, channel::join::handle))
            .body::<ChannelRequest>()
            .doc("Join a group", "api/channel/join"),
        enveloped_empty(post(ADD, channel::add::handle))
            .body::<ChannelMembersRequest>()
            .doc("Add others to a group", ""),
        enveloped_empty(post(REMOVE, channel::remove::handle))
            .body::<ChannelMembersRequest>()
            .doc("Remove others from a group", "api/channel/members-remove"),
        enveloped_empty(post(LEAVE, channel::leave::handle))
            .body::<ChannelRequest>()
            .doc("Leave a group", "api/channel/members-leave"),
        enveloped_empty(post(DISBAND, channel::disband::handle))
            .body::<ChannelRequest>()
            .doc("Dismiss a group", "api/channel/disband"),
        enveloped_empty(post(TRANSFER, channel::transfer::handle))
            .body::<channel::transfer::TransferOwnershipRequest>()
            .doc("Hand a group over", "api/channel/owner-transfer"),
        enveloped_empty(post(ANNOUNCE, channel::update_announcement::handle))
            .body::<channel::update_announcement::UpdateAnnouncementRequest>()
            .doc("Set the admin's text", "api/channel/update"),
        enveloped_empty(post(UPDATE, channel::update::handle))
            .body::<channel::update::UpdateChannelRequest>()
            .doc("Change a group's name and picture", ""),
    ]
}
