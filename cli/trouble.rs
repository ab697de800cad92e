//! What goes wrong outside a source file, as people see it: what happened, and what to do next.

use miette::Diagnostic;
use std::fmt;
use std::io;
use std::path::Path;

/// Something outside went wrong.
#[derive(Debug, Diagnostic)]
pub struct Trouble {
    message: String,
    #[help]
    help: Option<String>,
    /// The exit code of the process.
    code: u8,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Trouble {}

impl Trouble {
    /// A file, a port, a disk, a secret: exit code 3.
    pub fn outside(message: impl Into<String>) -> Trouble {
        Trouble { message: message.into(), help: None, code: 3 }
    }

    /// The command line is wrong: exit code 2.
    pub fn usage(message: impl Into<String>) -> Trouble {
        Trouble { code: 2, ..Trouble::outside(message) }
    }

    /// The pipeline or the plan is wrong: exit code 1.
    pub fn input(message: impl Into<String>) -> Trouble {
        Trouble { code: 1, ..Trouble::outside(message) }
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Trouble {
        self.help = Some(help.into());
        self
    }

    /// Says where in the input it went wrong.
    #[must_use]
    pub fn within(mut self, place: &str) -> Trouble {
        self.message = format!("{place}: {}", self.message);
        self
    }

    /// The exit code of the process.
    pub fn exit_code(&self) -> u8 {
        self.code
    }

    /// A file could not be read.
    pub fn reading(path: &Path, error: &io::Error) -> Trouble {
        let name = path.display();
        match error.kind() {
            io::ErrorKind::NotFound => Trouble::outside(format!("there is no file `{name}`"))
                .help("check the path; it is relative to the directory you are in"),
            io::ErrorKind::IsADirectory => {
                Trouble::outside(format!("`{name}` is a directory")).help("name a file in it")
            }
            io::ErrorKind::PermissionDenied => Trouble::outside(format!("`{name}` may not be read"))
                .help("give yourself the right to read it"),
            io::ErrorKind::InvalidData => {
                Trouble::outside(format!("`{name}` is not UTF-8 text")).help("save it as UTF-8")
            }
            _ => Trouble::outside(format!("`{name}` cannot be read: {error}")),
        }
    }

    /// A file could not be written.
    pub fn writing(path: &Path, error: &io::Error) -> Trouble {
        let name = path.display();
        let trouble = Trouble::outside(format!("`{name}` cannot be written: {error}"));
        match error.kind() {
            io::ErrorKind::NotFound => trouble.help("make its directory first"),
            io::ErrorKind::StorageFull => trouble.help("make room on the disk; nothing was changed"),
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                trouble.help("choose a place that you may write to; nothing was changed")
            }
            _ => trouble,
        }
    }
}
