//! Where things are printed: results on standard output, everything else on standard error.

use crate::trouble::Trouble;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// Who reads standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Somebody may.
    There,
    /// The other end of the pipe is closed: whoever prints on and on can stop.
    Gone,
}

/// What a trigger is called: by its sensor, too, unless that is the one called like the pipeline.
pub fn called(pipeline: &str, sensor: &str, trigger: &str) -> String {
    if sensor == pipeline { trigger.to_owned() } else { format!("{sensor}/{trigger}") }
}

/// Prints a whole result to standard output. A reader that went away is no mistake of ours: there is nothing left to do.
pub fn print(text: &str) -> Result<(), Trouble> {
    stream(text).map(|_| ())
}

/// Prints one result of many, and says whether another is wanted.
pub fn stream(text: &(impl AsRef<[u8]> + ?Sized)) -> Result<Reader, Trouble> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_ref()).and_then(|()| out.flush()) {
        Ok(()) => Ok(Reader::There),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(error) => Err(Trouble::outside(format!("standard output cannot be written: {error}"))),
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
    let handler = miette::GraphicalReportHandler::new_themed(theme).with_wrap_lines(false);
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

/// Writes a file whole or not at all: beside it first, then in its place. What is no file, such as a pipe or a device, is
/// written to as it is; a link stays, and what it leads to is replaced.
pub fn replace(path: &Path, text: &str) -> Result<(), Trouble> {
    let write = || -> io::Result<()> {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let there = fs::metadata(&path).ok();
        if there.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if there.as_ref().is_some_and(|there| !there.is_file()) {
            return fs::OpenOptions::new().write(true).open(&path)?.write_all(text.as_bytes());
        }
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = beside(dir, there.map(|there| there.permissions()))?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| Trouble::writing(path, &error))
}

/// A temporary file with the permissions of the one that it replaces, or with those of any new file.
fn beside(dir: &Path, permissions: Option<fs::Permissions>) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    if permissions.is_none() {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(dir)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    Ok(file)
}
