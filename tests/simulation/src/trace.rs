//! What happened, line by line: kept for a replay, and always as a hash by which two runs are compared.

use std::fmt::Arguments;
use std::io::Write;
use std::time::Duration;

/// The lines of a history.
pub struct Trace {
    hash: u64,
    show: bool,
    line: String,
}

impl Trace {
    /// Nothing has happened yet. With `show` each line is printed as it comes.
    pub fn new(show: bool) -> Trace {
        Trace { hash: 0xcbf2_9ce4_8422_2325, show, line: String::new() }
    }

    /// Lines are printed.
    pub fn shows(&self) -> bool {
        self.show
    }

    /// Something happened, so long after the beginning.
    pub fn say(&mut self, at: Duration, what: Arguments<'_>) {
        use std::fmt::Write as _;
        self.line.clear();
        // Writing to a text cannot fail.
        let _ = write!(self.line, "{:>7}.{:03} {what}", at.as_secs(), at.subsec_millis());
        for byte in self.line.bytes() {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        if self.show {
            print(&self.line);
        }
    }

    /// FNV-1a over all lines.
    pub fn hash(&self) -> u64 {
        self.hash
    }
}

/// Prints a line.
pub fn print(line: &str) {
    // A closed pipe is the reader's choice; there is nobody left to tell.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
