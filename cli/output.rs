//! Where things are printed: results on standard output, everything else on standard error.

use crate::Trouble;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

/// Prints to standard output. A reader that went away is no mistake of ours: there is nothing left to do.
pub fn print(text: &str) -> Result<(), Trouble> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Trouble::outside(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Prints to standard error.
pub fn remark(text: &str) {
    let mut out = io::stderr().lock();
    // Nobody is left to tell.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints what went wrong outside a source file.
pub fn complain(trouble: Trouble) {
    let fancy = coloured(&io::stderr());
    let theme =
        if fancy { miette::GraphicalTheme::unicode() } else { miette::GraphicalTheme::unicode_nocolor() };
    let handler = miette::GraphicalReportHandler::new_themed(theme).with_width(100);
    let mut text = String::new();
    match handler.render_report(&mut text, &trouble) {
        Ok(()) => remark(&text),
        Err(_) => remark(&format!("error: {trouble}\n")),
    }
}

/// Whether a stream takes colours: a terminal does unless `NO_COLOR` is set.
pub fn coloured(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Writes a file whole or not at all: beside it first, then in its place.
pub fn replace(path: &Path, text: &str) -> Result<(), Trouble> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if path.is_dir() {
        return Err(Trouble::writing(path, &io::ErrorKind::IsADirectory.into()));
    }
    let write = || -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(dir)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| Trouble::writing(path, &error))
}
