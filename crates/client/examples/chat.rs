//! Chat in the terminal: sends typed lines and prints the chat's messages, across lost connections and server
//! restarts.
//!
//! ```text
//! PARLOR_KEY=sk-parlor-... cargo run -p parlor-client --example chat -- http://127.0.0.1:8080 ada [CHAT]
//! ```
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use parlor_client::{ChatEvent, Client, CreateChatRequest, Error, LogEvent};
use tokio::sync::mpsc;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let usage = Error::InvalidRequest("PARLOR_KEY=... chat URL USER [CHAT]");
    let (Some(url), Some(user)) = (arguments.next(), arguments.next()) else {
        return Err(usage);
    };
    let Ok(key) = std::env::var("PARLOR_KEY") else {
        return Err(usage);
    };
    let client = Client::new(&url, &key)?;
    let chat = match arguments.next() {
        Some(chat) => chat,
        None => client.create_chat(CreateChatRequest::new(&user)).await?.id,
    };
    println!("in chat {chat}");
    let (sender, mut events) = client.socket(&chat, &user).replay_all().connect().await?;
    let (typed, mut lines) = mpsc::channel(1);
    std::thread::spawn(move || {
        let read = std::io::stdin().lines().map_while(Result::ok);
        // The receiver is dropped when the program ends.
        for line in read.filter(|line| !line.trim().is_empty()) {
            if typed.blocking_send(line).is_err() {
                break;
            }
        }
    });
    loop {
        tokio::select! {
            line = lines.recv() => match line {
                Some(line) => drop(sender.send(line).await?),
                None => break,
            },
            event = events.next() => match event {
                Some(ChatEvent::Entry(entry)) => {
                    if let LogEvent::MessageCreated(message) = entry.event {
                        let who = message.sender_id.unwrap_or_default();
                        println!("{} {who}: {}", entry.seq, message.content);
                    }
                }
                Some(ChatEvent::Disconnected(lost)) => println!("({lost}; coming back)"),
                Some(ChatEvent::Closed(closing)) => println!("({closing})"),
                Some(_) => {}
                None => break,
            },
        }
    }
    sender.close().await;
    Ok(())
}
