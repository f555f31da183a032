//! Nodes of one database that are killed and started again.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::program::{Program, binary, command};

/// Starts the server with the same arguments as before.
fn start_server(data: &Path, database: Option<&str>) -> Program {
    let mut command = command(binary());
    command.args([
        "--listen",
        "127.0.0.1:0",
        "--log-format",
        "json",
        "--connections",
        "4",
        "--data",
    ]);
    command.arg(data);
    if let Some(url) = database {
        command.args(["--database", url]);
    }
    Program::spawn(command, data).unwrap_or_else(|ended| panic!("{ended:?}"))
}

/// Nodes of one database.
pub(crate) struct Nodes<'d> {
    programs: Vec<Program>,
    database: Option<&'d str>,
}

impl<'d> Nodes<'d> {
    /// Starts nodes with the same master key.
    pub(crate) fn start(folder: &Path, database: Option<&'d str>, count: usize) -> Self {
        const MASTER_KEY: &str = "master.key";
        let mut programs: Vec<Program> = Vec::new();
        for index in 0..count {
            let data = folder.join(format!("data-{index}"));
            if let Some(first) = programs.first() {
                std::fs::create_dir(&data).unwrap();
                std::fs::set_permissions(&data, Permissions::from_mode(0o700)).unwrap();
                std::fs::copy(first.data.join(MASTER_KEY), data.join(MASTER_KEY)).unwrap();
            }
            programs.push(start_server(&data, database));
        }
        Self { programs, database }
    }

    /// Returns the node that has created the database.
    pub(crate) fn first(&self) -> &Program {
        &self.programs[0]
    }

    pub(crate) fn urls(&self) -> impl Iterator<Item = &str> {
        self.programs.iter().map(|program| program.url.as_str())
    }

    /// Kills a node and starts it again.
    pub(crate) fn kill(&mut self, index: usize) {
        let index = index % self.programs.len();
        let program = &mut self.programs[index];
        program.signal("KILL");
        program.wait();
        let data = program.data.clone();
        *program = start_server(&data, self.database);
    }

    pub(crate) fn stop(self) {
        for program in self.programs {
            program.stop();
        }
    }
}
