//! Why a delivery was not sent, in a sentence that says whose doing it is.

use parlor_model::outbox::DeliveryFailureReason as Reason;

/// Returns the sentence of a reason, with the status of the receiver's answer if there was one.
pub(super) fn sentence(reason: Reason, status: Option<i64>) -> String {
    let text = match reason {
        Reason::AddressBounced => {
            "The address does not exist, as its mail server or the carrier has said."
        }
        Reason::AddressForbidden => {
            "This server does not call it: every address of the name is internal."
        }
        Reason::InvalidUrl => "This server cannot use the address, or it is not https.",
        Reason::Unreachable => "The receiver could not be reached.",
        Reason::ConnectionLost => "The connection broke after the request.",
        Reason::TimedOut => "The receiver did not answer in time.",
        Reason::Redirected => {
            return with_status("The receiver redirects, which is not followed", status);
        }
        Reason::Rejected => return with_status("The receiver refused it", status),
        Reason::ReceiverFailed => return with_status("The receiver failed", status),
        Reason::NoSecret => "The rule has no secret to sign with: rotate its secret.",
        Reason::TargetClosed => "The rule was switched off or deleted.",
        Reason::SubjectDeleted => "What it is about was deleted before it was sent.",
        Reason::NoSender => "The workspace has no number or inbox to send from.",
        Reason::NoRecipient => "The recipient has no number or mail address.",
        Reason::OptedOut => "The recipient has opted out.",
        Reason::NoCarrier => "This server has no carrier for the medium.",
        Reason::TooLong => "The carrier takes no text as long as this.",
        Reason::FilesTooLarge => "The carrier takes no files as many or as large as these.",
        Reason::FileTypeRefused => "The carrier takes no files of such a type.",
        Reason::NoPublicUrl => {
            "The carrier fetches files from this server, which has no public URL."
        }
        Reason::Interrupted => "This server stopped while it was sent.",
        Reason::Bounced => "A mail server reports that it could not deliver it.",
        Reason::QuietHours => "It waits for the end of the workspace's quiet hours.",
        Reason::RateLimited => "It waits because the workspace sends no more in a minute.",
        Reason::Paused => "It waits until its endpoint is resumed.",
        Reason::Expired => "It waited longer than deliveries are kept.",
    };
    text.to_owned()
}

fn with_status(text: &str, status: Option<i64>) -> String {
    match status {
        Some(status) => format!("{text}: it answered {status}."),
        None => format!("{text}."),
    }
}
