//! A DNS server whose answers change from one query to the next.

use std::collections::HashMap;
use std::net::{Ipv4Addr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;

const TYPE_A: [u8; 2] = [0, 1];
const HEADER_BYTES: usize = 12;

/// Answers of a name: those of the first query, of the second, and so on; the last ones stay. A name without any is not answered.
pub(super) type Answers = HashMap<&'static str, Vec<Vec<Ipv4Addr>>>;

/// A running server.
pub(super) struct DnsServer {
    address: Ipv4Addr,
    counts: Arc<Mutex<HashMap<String, usize>>>,
}

impl DnsServer {
    /// Starts a server on the port of DNS, at an address of its own.
    ///
    /// # Panics
    /// If it may not use the port, which only root may.
    pub(super) fn start(answers: Answers) -> Self {
        let [.., high, low] = std::process::id().to_be_bytes();
        let address = Ipv4Addr::new(127, 53, high, low);
        let socket = UdpSocket::bind((address, 53));
        let socket = socket.unwrap_or_else(|error| panic!("only root can answer DNS: {error}"));
        let counts = Arc::<Mutex<HashMap<String, usize>>>::default();
        let counted = counts.clone();
        std::thread::spawn(move || {
            let mut query = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut query) {
                if let Some(answer) = answer(&query[..length], &answers, &counted) {
                    let _ = socket.send_to(&answer, from);
                }
            }
        });
        Self { address, counts }
    }

    /// Returns how often the addresses of a name were asked for.
    pub(super) fn count(&self, name: &str) -> usize {
        let counts = self.counts.lock().unwrap();
        counts.get(name).copied().unwrap_or_default()
    }

    /// Writes the file by which a program asks this server alone.
    pub(super) fn write_resolver_file(&self, folder: &Path) -> PathBuf {
        let file = folder.join("resolv.conf");
        let text = format!(
            "nameserver {}\noptions timeout:6 attempts:1\n",
            self.address
        );
        std::fs::write(&file, text).unwrap();
        file
    }
}

/// Answers a query for addresses; one of another type has no answers. `None` for a name that is not answered.
fn answer(
    query: &[u8],
    answers: &Answers,
    counts: &Mutex<HashMap<String, usize>>,
) -> Option<Vec<u8>> {
    let (name, length) = read_name(query.get(HEADER_BYTES..)?)?;
    let question = query.get(HEADER_BYTES..HEADER_BYTES + length + 4)?;
    let of_name = answers.get(name.as_str())?;
    let last = of_name.len().checked_sub(1)?;
    let mut addresses: &[Ipv4Addr] = &[];
    if question[length..length + 2] == TYPE_A {
        let mut counts = counts.lock().unwrap();
        let count = counts.entry(name).or_default();
        addresses = &of_name[last.min(*count)];
        *count += 1;
    }
    let mut response = query[..2].to_vec();
    // A response without an error, recursion available; one question and the answers, none of which may be kept.
    response.extend([
        0x81,
        0x80,
        0,
        1,
        0,
        u8::try_from(addresses.len()).ok()?,
        0,
        0,
        0,
        0,
    ]);
    response.extend(question);
    for address in addresses {
        response.extend([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
        response.extend(address.octets());
    }
    Some(response)
}

/// Reads a name. Returns it with its length in the query.
fn read_name(mut bytes: &[u8]) -> Option<(String, usize)> {
    let (mut labels, mut length) = (Vec::new(), 1);
    while let [size @ 1..=63, rest @ ..] = bytes {
        let (label, rest) = rest.split_at_checked(usize::from(*size))?;
        labels.push(String::from_utf8_lossy(label).to_ascii_lowercase());
        length += label.len() + 1;
        bytes = rest;
    }
    Some((labels.join("."), length))
}
