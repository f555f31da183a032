//! The real binary, run as an operator would.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parlor_testkit::tokio;
use serde_json::Value;
use tempfile::TempDir;

/// The time limit of every wait in a test, even on a busy machine.
pub const WAIT_TIMEOUT: Duration = Duration::from_secs(60);

/// The binary under test: the release binary if the test command has built it, otherwise the one built with the tests.
pub fn binary() -> &'static str {
    static BINARY: LazyLock<String> = LazyLock::new(|| {
        std::env::var("PARLOR_TEST_BINARY")
            .unwrap_or_else(|_| env!("CARGO_BIN_EXE_parlor").to_owned())
    });
    &BINARY
}

/// The binary without any environment variable except the search path.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env_clear().stdin(Stdio::null());
    for name in ["PATH", "HOME"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// The exit code and output of a command.
#[derive(Debug)]
pub struct CommandOutcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl CommandOutcome {
    /// The one JSON value on standard output, after a success.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }

    /// The error with its remedy.
    #[track_caller]
    pub fn assert_refused(&self, code: i32, error: &str, fix: &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        let lines: Vec<&str> = self.stderr.lines().collect();
        assert_eq!(lines.len(), 2, "{self:?}");
        assert!(
            lines[0].starts_with("error: ") && lines[0].contains(error),
            "{self:?}"
        );
        assert!(
            lines[1].starts_with("  fix: ") && lines[1].contains(fix),
            "{self:?}"
        );
    }
}

/// Runs the binary to its end.
pub fn run(arguments: &[&str], variables: &[(&str, &str)]) -> CommandOutcome {
    let mut command = command(binary());
    command.args(arguments).envs(variables.iter().copied());
    run_to_end(command)
}

/// Runs the binary to its end with this text as its configuration file.
pub fn run_with_file(text: &str) -> CommandOutcome {
    let folder = temp_dir();
    let file = folder.path().join("parlor.toml");
    std::fs::write(&file, text).unwrap();
    run(&["--config", file.to_str().unwrap()], &[])
}

/// Runs a command to its end.
pub fn run_to_end(command: Command) -> CommandOutcome {
    run_within(WAIT_TIMEOUT, command)
}

/// Runs a command to its end, within a time limit.
pub fn run_within(limit: Duration, mut command: Command) -> CommandOutcome {
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (pid, (sender, ended)) = (child.id(), channel());
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    let Ok(output) = ended.recv_timeout(limit) else {
        signal(pid, "KILL");
        panic!("still running: {command:?}");
    };
    let output = output.unwrap();
    CommandOutcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn signal(pid: u32, name: &str) {
    let line = format!("kill -{name} {pid}");
    let sent = Command::new("bash").args(["-c", &line]).status().unwrap();
    assert!(sent.success(), "{line}");
}

/// A running server, killed when dropped.
pub struct Program {
    pub url: String,
    pub data: PathBuf,
    /// The first line it printed.
    pub ready: Value,
    child: Child,
    lines: Receiver<String>,
    /// What it prints on standard error, read to its end.
    errors: Option<JoinHandle<String>>,
    printed_lines: Vec<String>,
}

impl Program {
    /// Starts the binary on a data folder with more arguments and waits until it is ready.
    pub fn start(data: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = command(binary());
        command.args(["--listen", "127.0.0.1:0", "--log-format", "json", "--data"]);
        command.arg(data).args(arguments);
        command.envs(variables.iter().copied());
        Self::spawn(command, data).unwrap_or_else(|ended| panic!("{ended:?}"))
    }

    /// The same with a given command; returns its outcome if it does not become ready.
    pub fn spawn(mut command: Command, data: &Path) -> Result<Self, CommandOutcome> {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        // Read to the end: a full pipe would block the program.
        let mut stderr = child.stderr.take().unwrap();
        let errors = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        });
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let Ok(first) = lines.recv_timeout(WAIT_TIMEOUT) else {
            let code = child.wait().unwrap().code();
            return Err(CommandOutcome {
                code,
                stdout: String::new(),
                stderr: errors.join().unwrap(),
            });
        };
        let ready: Value = serde_json::from_str(&first).unwrap();
        assert_eq!(ready["event"], "ready");
        Ok(Self {
            url: ready["url"].as_str().unwrap().to_owned(),
            data: data.to_owned(),
            ready,
            child,
            lines,
            errors: Some(errors),
            printed_lines: vec![first],
        })
    }

    /// `credentials.json`.
    pub fn credentials(&self) -> Value {
        let text = std::fs::read_to_string(self.data.join("credentials.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// The first run's key.
    pub fn key(&self) -> String {
        self.credentials()["apiKey"].as_str().unwrap().to_owned()
    }

    /// A command on the same data.
    pub fn run_command(&self, arguments: &[&str]) -> CommandOutcome {
        let data = self.data.to_str().unwrap();
        run(&[arguments, &["--data", data]].concat(), &[])
    }

    /// Its current private memory, in KiB.
    pub fn private_kib(&self) -> u64 {
        self.memory_kib("RssAnon:")
    }

    /// Its current total memory, in KiB.
    pub fn resident_kib(&self) -> u64 {
        self.memory_kib("VmRSS:")
    }

    fn memory_kib(&self, what: &str) -> u64 {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(what));
        let number = line.and_then(|rest| rest.split_whitespace().next());
        number.unwrap().parse().unwrap()
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    /// Waits for a line that contains this text.
    pub fn wait_for_line(&mut self, words: &str) {
        self.wait_for_lines(words, 1);
    }

    /// Waits for so many lines that contain this text.
    pub fn wait_for_lines(&mut self, words: &str, count: usize) {
        let end = Instant::now() + WAIT_TIMEOUT;
        let has_words = |line: &&String| line.contains(words);
        while self.printed_lines.iter().filter(has_words).count() < count {
            let left = end.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            self.printed_lines
                .push(line.unwrap_or_else(|_| panic!("no line with {words:?}")));
        }
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Terminates it, waits, and returns everything it printed.
    pub fn stop(mut self) -> String {
        self.signal("TERM");
        assert_eq!(self.wait().code(), Some(0));
        let mut all = std::mem::take(&mut self.printed_lines);
        all.extend(self.lines.iter());
        all.extend(self.errors.take().map(|errors| errors.join().unwrap()));
        all.join("\n")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn temp_dir() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A client that follows no redirects and has the tests' time limit.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(WAIT_TIMEOUT)
        .build()
        .unwrap()
}

/// Status and body of a GET with a bearer credential.
pub async fn get(url: &str, bearer: &str) -> (u16, String) {
    let response = client().get(url).bearer_auth(bearer).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// Runs a future.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
