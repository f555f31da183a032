//! Graceful shutdown: running requests are finished, new ones are not accepted, the exit code is 0.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use crate::program::{Program, WAIT_TIMEOUT, temp_dir};

/// A request whose body is not sent yet.
fn send_partial_request(program: &Program) -> TcpStream {
    let host = program.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(WAIT_TIMEOUT)).unwrap();
    write!(
        stream,
        "POST /api/v1/chats/ HTTP/1.1\r\nHost: {host}\r\nX-API-Key: {}\r\nContent-Type: application/json\r\n\
         Content-Length: 17\r\nExpect: 100-continue\r\n\r\n",
        program.key()
    )
    .unwrap();
    // The server sends 100-continue once the handler reads the body: the request is running.
    let mut word = [0; 25];
    stream.read_exact(&mut word).unwrap();
    assert_eq!(&word, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[test]
fn a_request_under_way_is_answered_before_the_end() {
    for signal in ["TERM", "INT"] {
        let folder = temp_dir();
        let mut program = Program::start(folder.path(), &[], &[]);
        let mut stream = send_partial_request(&program);
        program.signal(signal);
        program.wait_for_line("stopping");
        // New connections are not accepted any more.
        let host = program.url.strip_prefix("http://").unwrap();
        let end = Instant::now() + WAIT_TIMEOUT;
        while TcpStream::connect(host).is_ok() {
            assert!(Instant::now() < end, "still accepting");
            std::thread::yield_now();
        }
        stream.write_all(br#"{"user_id":"ada"}"#).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
        assert_eq!(program.wait().code(), Some(0));
        assert!(!folder.path().join("control.sock").exists());
    }
}

#[test]
fn second_signal_ends_at_once() {
    let folder = temp_dir();
    let mut program = Program::start(folder.path(), &[], &[]);
    let _stream = send_partial_request(&program);
    program.signal("TERM");
    program.wait_for_line("stopping");
    program.signal("TERM");
    assert_eq!(program.wait().code(), Some(1));
}
