//! Files of spaces and of conversations, and the signed addresses by which their bytes come and go.

use parlor_kit::Route;
use parlor_kit::route::Auth;
use parlor_kit::route::ParameterKind::{Between, Boolean, Text};
use parlor_model::scope::Resource::{Messages, Spaces};
use parlor_model::scope::Scope;

use super::{deleted_of, reads, row};
use crate::attachment::download as attachment_download;
use crate::attachment::list::{self as attachment_list, ConversationAttachmentListResponse};
use crate::attachment::upload::{self as attachment_upload, ConversationAttachmentUploadResponse};
use crate::storage::delete::{self, SpaceStorageDeleteRequest};
use crate::storage::download::{self, FileDownloadResponse};
use crate::storage::list::{self, SpaceStorageListResponse};
use crate::storage::receive::FileUploadRequest;
use crate::storage::transfer::{self, SpaceStorageTransferRequest};
use crate::storage::upload::{self, SpaceStorageUploadResponse};
use crate::storage::{SpaceStoragePathResponse, signed};

const STORAGE: &str = "Space Storage";
const ATTACHMENTS: &str = "Conversation Attachments";

pub(super) fn rows() -> Vec<Route> {
    let mut rows = of_spaces();
    rows.extend(changes());
    rows.extend(of_conversations());
    let about = "The bytes of a file, for whoever has the address of a download";
    rows.extend(
        row!(get "/storage/download/{token}", signed::download).map(|route| {
            let text = "The file, under the media type that it was uploaded with";
            anonymous(route.doc(about, STORAGE).responds_media_type(
                200,
                "application/octet-stream",
                text,
            ))
        }),
    );
    let about = "Takes the bytes of a file, from whoever has the address of an upload";
    rows.extend(
        row!(put "/storage/upload/{token}", signed::upload).map(|route| {
            anonymous(
                route
                    .doc(about, STORAGE)
                    .body_media_type("application/octet-stream")
                    .optional()
                    .responds::<crate::id_response::IdResponse>(200, "The file's id"),
            )
        }),
    );
    rows
}

/// The token of the path is all that is asked for.
fn anonymous(route: Route) -> Route {
    route.auth(Auth::None)
}

fn of_spaces() -> Vec<Route> {
    let mut rows = Vec::new();
    let root = list::root;
    rows.extend(
        row!(get "/space/{space}/storage/list", root)
            .map(|route| listed(route.doc("Files and directories of a space", STORAGE))),
    );
    let directory = list::directory;
    rows.extend(
        row!(get "/space/{space}/storage/list/{path}", directory)
            .map(|route| listed(route.doc("Files and directories of a directory", STORAGE)).tail()),
    );
    let download = download::handle;
    rows.extend(
        row!(get "/space/{space}/storage/download/{path}", download).map(|route| {
            let about = "An address that gives a file, for an hour";
            reads::<FileDownloadResponse>(route.doc(about, STORAGE), Spaces).tail()
        }),
    );
    rows
}

fn listed(route: Route) -> Route {
    reads::<SpaceStorageListResponse>(route, Spaces)
        .query("recursive", Boolean, "All files below, and no directories")
        .query("take", Between(1, 1_000), "How many; 1000 by default")
        .query("nextToken", Text, "Goes on behind the page that gave it")
}

fn changes() -> Vec<Route> {
    let mut rows = Vec::new();
    let upload = upload::handle;
    rows.extend(
        row!(post "/space/{space}/storage/upload/{path}", upload).map(|route| {
            let about = "Store a file: its bytes, an address that has them, or what will be sent";
            uploaded(route.doc(about, STORAGE))
                .scope(Scope::write(Spaces))
                .responds::<SpaceStorageUploadResponse>(200, "The file, or where to send it")
                .tail()
        }),
    );
    let copy = transfer::copy;
    rows.extend(
        row!(post "/space/{space}/storage/copy/{path}", copy)
            .map(|route| transferred(route.doc("Copy a file or a directory", STORAGE))),
    );
    let rename = transfer::rename;
    rows.extend(
        row!(post "/space/{space}/storage/move/{path}", rename)
            .map(|route| transferred(route.doc("Move a file or a directory", STORAGE))),
    );
    let delete = delete::handle;
    rows.extend(
        row!(post "/space/{space}/storage/delete/{path}", delete).map(|route| {
            let about = "Delete a file, or a directory with everything below it";
            deleted_of::<SpaceStorageDeleteRequest>(route.doc(about, STORAGE))
                .scope(Scope::write(Spaces))
                .responds::<SpaceStoragePathResponse>(200, "Its path")
                .tail()
        }),
    );
    rows
}

fn uploaded(route: Route) -> Route {
    route
        .body::<FileUploadRequest>()
        .body_media_type("multipart/form-data")
        .body_media_type("application/octet-stream")
        .optional()
}

fn transferred(route: Route) -> Route {
    route
        .body::<SpaceStorageTransferRequest>()
        .scope(Scope::write(Spaces))
        .responds::<SpaceStoragePathResponse>(200, "The path there")
        .tail()
}

fn of_conversations() -> Vec<Route> {
    let mut rows = Vec::new();
    let upload = attachment_upload::handle;
    let about = "Store a file for a conversation";
    rows.extend(
        row!(post "/conversation/{conversation}/attachment/upload", upload)
            .map(|route| attached(route.doc(about, ATTACHMENTS))),
    );
    let about = "The same, as the vendor's client spells it";
    rows.extend(
        row!(post "/Attachment/{conversation}/upload", upload)
            .map(|route| attached(route.doc(about, ATTACHMENTS))),
    );
    let list = attachment_list::handle;
    rows.extend(
        row!(get "/conversation/{conversation}/attachment/list", list).map(|route| {
            let about = "Files of a conversation, the oldest first";
            reads::<ConversationAttachmentListResponse>(route.doc(about, ""), Messages)
                .query("take", Between(1, 100), "How many; 100 by default")
                .query("cursor", Text, "Goes on behind the page that gave it")
        }),
    );
    let download = attachment_download::handle;
    let path = row!(get "/conversation/{conversation}/attachment/{attachment}/download", download);
    rows.extend(path.map(|route| {
        let about = "An address that gives a file of a conversation, for an hour";
        reads::<FileDownloadResponse>(route.doc(about, ""), Messages)
    }));
    rows
}

fn attached(route: Route) -> Route {
    uploaded(route)
        .scope(Scope::write(Messages))
        .responds::<ConversationAttachmentUploadResponse>(200, "The file, or where to send it")
}
