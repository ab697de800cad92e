//! What goes wrong outside a source file, as people see it: what happened, and what to do next.

use miette::Diagnostic;
use std::fmt;
use std::io;
use std::path::Path;

/// Something outside went wrong.
#[derive(Debug)]
pub struct Trouble {
    message: String,
    help: Option<String>,
    /// Of a page of `aev explain`.
    page: Option<&'static str>,
    /// The exit code of the process.
    exit: u8,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Trouble {}

impl Diagnostic for Trouble {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.page?))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.help.as_ref()?))
    }
}

impl Trouble {
    /// A file, a port, a disk, a secret: exit code 3.
    pub fn outside(message: impl Into<String>) -> Trouble {
        Trouble { message: message.into(), help: None, page: None, exit: 3 }
    }

    /// The command line is wrong: exit code 2.
    pub fn usage(message: impl Into<String>) -> Trouble {
        Trouble { exit: 2, ..Trouble::outside(message) }
    }

    /// The pipeline or the plan is wrong: exit code 1.
    pub fn input(message: impl Into<String>) -> Trouble {
        Trouble { exit: 1, ..Trouble::outside(message) }
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Trouble {
        self.help = Some(help.into());
        self
    }

    /// Names the page of `aev explain` that says more.
    #[must_use]
    pub fn code(mut self, page: &'static str) -> Trouble {
        self.page = Some(page);
        self
    }

    /// The exit code of the process.
    pub fn exit_code(&self) -> u8 {
        self.exit
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
            _ => Trouble::outside(format!("`{name}` cannot be read: {error}")),
        }
    }

    /// A file could not be written.
    pub fn writing(path: &Path, error: &io::Error) -> Trouble {
        let name = path.display();
        let trouble = match error.kind() {
            io::ErrorKind::NotFound => {
                Trouble::outside(format!("`{name}` cannot be written: its directory does not exist"))
            }
            io::ErrorKind::IsADirectory => Trouble::outside(format!("`{name}` is a directory")),
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
                Trouble::outside(format!("`{name}` cannot be written: a part of its path is a file"))
            }
            // A temporary file's name says nothing to anybody; the kind of the error does.
            kind if error.raw_os_error().is_none() && kind != io::ErrorKind::Other => {
                Trouble::outside(format!("`{name}` cannot be written: {kind}"))
            }
            _ => Trouble::outside(format!("`{name}` cannot be written: {error}")),
        };
        match error.kind() {
            io::ErrorKind::NotFound => trouble.help("make its directory first"),
            io::ErrorKind::IsADirectory => trouble.help("name a file in it"),
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
                trouble.help("choose another place")
            }
            io::ErrorKind::StorageFull => trouble.help("make room on the disk; nothing was changed"),
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                trouble.help("choose a place that you may write to; nothing was changed")
            }
            _ => trouble,
        }
    }
}
