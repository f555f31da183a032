//! A carrier of text messages or calls that answers as scripted and records what it is sent.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// How the carrier answers a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reply {
    /// Accepts the message.
    Accept,
    /// Answers with a status, a header line and a body.
    Status(u16, &'static str, &'static str),
    /// Ends the connection after it has received the request.
    Disconnect,
}

/// The picture that the carrier hands out.
pub(super) const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n-the-rest-of-a-picture";

/// A request for a message or a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SmsRequest {
    pub(super) path: String,
    pub(super) authorization: String,
    /// Form, as it was sent.
    pub(super) form: String,
}

/// A carrier on a free port. It lasts as long as the test.
pub(super) struct SmsCarrier {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<SmsRequest>>>,
}

impl SmsCarrier {
    /// Starts a carrier that gives these replies, and then accepts everything.
    pub(super) fn start(replies: &[Reply]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let recorded = Arc::clone(&requests);
        let mut replies: VecDeque<Reply> = replies.iter().copied().collect();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // A client may end a connection at any time.
                if let Ok(request) = read_request(&stream) {
                    let file = request.path.strip_prefix("GET ").map(str::to_owned);
                    recorded.lock().unwrap().push(request);
                    if let Some(path) = file {
                        let requests = recorded.lock().unwrap().clone().into_iter();
                        let is_late = path.starts_with("/media/late");
                        // What is late is there when it is asked for again.
                        let path = match is_late
                            && requests.filter(|one| one.path.contains(&path)).count() > 1
                        {
                            true => "/media/picture".to_owned(),
                            false => path,
                        };
                        let _ = answer_file(&stream, &path);
                        continue;
                    }
                    let reply = replies.pop_front().unwrap_or(Reply::Accept);
                    let _ = answer(&stream, reply);
                }
            }
        });
        Self { address, requests }
    }

    /// Returns the section of a configuration file.
    pub(super) fn section(&self, more: &str) -> String {
        self.section_of("sms", more)
    }

    /// Returns the section of a configuration file with this name.
    pub(super) fn section_of(&self, name: &str, more: &str) -> String {
        format!(
            "[{name}]\nkind = 'twilio'\nbase_url = 'http://{}'\naccount_sid = 'AC77'\n{more}",
            self.address
        )
    }

    /// Returns the address of a file that the carrier hands out.
    pub(super) fn file_url(&self, name: &str) -> String {
        format!("http://{}/media/{name}", self.address)
    }

    /// Returns the port.
    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns the requests so far.
    pub(super) fn requests(&self) -> Vec<SmsRequest> {
        self.requests.lock().unwrap().clone()
    }
}

fn read_request(stream: &TcpStream) -> std::io::Result<SmsRequest> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? <= 2 {
            break;
        }
        lines.push(line.trim_end().to_owned());
    }
    let header = |name: &str| {
        let found = lines.iter().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then(|| value.to_owned())
        });
        found.unwrap_or_default()
    };
    let mut body = vec![0; header("content-length").parse().unwrap_or(0)];
    reader.read_exact(&mut body)?;
    Ok(SmsRequest {
        path: lines[0].clone(),
        authorization: header("authorization"),
        form: String::from_utf8(body).unwrap(),
    })
}

/// Hands out a picture at `/media/picture…`, and any number of bytes at `/media/long/<number>`. At `/media/moved/<port>` it says
/// that the picture is at another port.
fn answer_file(mut stream: &TcpStream, path: &str) -> std::io::Result<()> {
    let path = path.split(' ').next().unwrap_or_default();
    if let Some(port) = path.strip_prefix("/media/moved/") {
        return write!(
            stream,
            "HTTP/1.1 307 X\r\nlocation: http://127.0.0.1:{port}/media/picture\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        );
    }
    let (status, body) = if path.starts_with("/media/picture") {
        (200, PICTURE.to_vec())
    } else if let Some(length) = path.strip_prefix("/media/long/") {
        (200, vec![0; length.parse().unwrap()])
    } else {
        (404, Vec::new())
    };
    write!(
        stream,
        "HTTP/1.1 {status} X\r\ncontent-type: image/jpeg\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)
}

fn answer(mut stream: &TcpStream, reply: Reply) -> std::io::Result<()> {
    let (status, header, body) = match reply {
        Reply::Accept => (201, "", r#"{"sid":"SM1","status":"queued"}"#),
        Reply::Status(status, header, body) => (status, header, body),
        Reply::Disconnect => return Ok(()),
    };
    write!(
        stream,
        "HTTP/1.1 {status} X\r\n{header}content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}
