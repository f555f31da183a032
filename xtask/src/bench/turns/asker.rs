//! Connection of one conversation, on which questions are asked and answers are read.

use anyhow::{Result, bail, ensure};
use serde_json::json;

use super::plan::TurnTransport;
use crate::bench::fanout::LoadSocket;
use crate::bench::load::{LoadConnection, encode_requests};

/// Connection of one conversation.
pub(super) enum Asker {
    Socket {
        socket: LoadSocket,
        question: Vec<u8>,
        delta_label: Vec<u8>,
        end_label: Vec<u8>,
    },
    Connection {
        connection: LoadConnection,
        request: Vec<u8>,
        delta_label: Vec<u8>,
    },
}

impl Asker {
    /// Connects for the conversation of this number.
    pub(super) async fn connect(transport: &TurnTransport, number: usize) -> Result<Self> {
        match transport {
            TurnTransport::Sockets {
                address,
                logins,
                question,
                delta_label,
                end_label,
            } => Ok(Self::Socket {
                socket: LoadSocket::connect(address, &logins[number], number).await?,
                question: json!({ "content": question }).to_string().into_bytes(),
                delta_label: delta_label.clone().into_bytes(),
                end_label: end_label.clone().into_bytes(),
            }),
            TurnTransport::Requests { plan, delta_label } => Ok(Self::Connection {
                connection: LoadConnection::connect(&plan.address).await?,
                request: encode_requests(plan).swap_remove(number),
                delta_label: delta_label.clone().into_bytes(),
            }),
        }
    }

    /// Asks the question and passes each part of the answer on until its end.
    ///
    /// # Errors
    /// If the question is refused or the connection is lost.
    pub(super) async fn ask(&mut self, mut each_delta: impl FnMut(&[u8])) -> Result<()> {
        match self {
            Self::Socket {
                socket,
                question,
                delta_label,
                end_label,
            } => {
                socket.send(question).await?;
                let mut is_over = false;
                let mut refusal = None;
                while !is_over {
                    let each = |frame: &[u8]| {
                        if contains(frame, delta_label) {
                            each_delta(frame);
                        } else if contains(frame, b"\"event_type\":\"error\"") {
                            refusal = Some(String::from_utf8_lossy(frame).into_owned());
                        } else {
                            is_over |= contains(frame, end_label);
                        }
                    };
                    socket.read_frames(each).await?;
                    if let Some(refusal) = refusal {
                        bail!("{refusal}");
                    }
                }
                Ok(())
            }
            Self::Connection {
                connection,
                request,
                delta_label,
            } => {
                connection.send(request).await?;
                let head = connection.read_head().await?;
                let mut line = Vec::new();
                connection
                    .read_body(&head, |piece| {
                        for part in piece.split_inclusive(|byte| *byte == b'\n') {
                            line.extend_from_slice(part);
                            if line.ends_with(b"\n") {
                                if contains(&line, delta_label) {
                                    each_delta(&line);
                                }
                                line.clear();
                            }
                        }
                    })
                    .await?;
                ensure!(head.status == 200, "{}", head.status);
                Ok(())
            }
        }
    }
}

fn contains(text: &[u8], label: &[u8]) -> bool {
    memchr::memmem::find(text, label).is_some()
}
