//! Binding the control socket: for its owner alone, in place of one that a dead process has left, and never in place of one
//! that is alive.

use super::address::ControlAddress;
use crate::settings::{From, Settings};
use aev_connect::secrets::SecretValue;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

/// A token must be so long, in bytes, that nobody guesses it.
const TOKEN: usize = 16;

/// The control socket cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// A process that is alive has it.
    #[error("another process{} has the control socket `{}`; stop that one, or give this one another with `--control PATH`", pid.map(|pid| format!(" ({pid})")).unwrap_or_default(), path.display())]
    InUse {
        /// The socket.
        path: PathBuf,
        /// Of the other process, as far as it is known.
        pid: Option<u32>,
    },
    /// Something else is in its place.
    #[error("`{}` is no socket; give another path with `--control PATH`", path.display())]
    NoSocket {
        /// What was to be the socket.
        path: PathBuf,
    },
    /// The system does not allow it.
    #[error(
        "the control socket `{address}` cannot be had: {error}; give another with `--control PATH`, or `--control none`"
    )]
    System {
        /// Where.
        address: String,
        /// What the system says.
        error: io::Error,
    },
    /// A port without a token.
    #[error(
        "a control port needs a token: write one of at least {TOKEN} bytes to a file and name it with `--control-token FILE`"
    )]
    NoToken,
    /// The token cannot be used.
    #[error("the token of the control port in `{}` cannot be used: {reason}", path.display())]
    Token {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// A socket that is bound; whoever connects waits.
#[derive(Debug)]
pub(super) enum Bound {
    Socket(UnixListener, Place),
    Tcp(std::net::TcpListener, SocketAddr, PathBuf),
}

/// A socket in the file system. It goes with the process.
#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
    inode: u64,
    /// Held as long as the process lives, so that another knows.
    _lock: File,
}

impl Drop for Place {
    fn drop(&mut self) {
        // Another process may have put its own there.
        if fs::metadata(&self.path).is_ok_and(|found| found.ino() == self.inode) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Binds what the settings say; none when they say so, or when nobody has said anything and there is no place for it.
pub(super) fn bind(settings: &Settings) -> Result<Option<Bound>, ControlError> {
    match &settings.control.value {
        ControlAddress::None => Ok(None),
        ControlAddress::Socket(path) => match bind_socket(path) {
            Err(ControlError::System { error, .. }) if settings.control.from == From::Default => {
                tracing::warn!(path = %path.display(), %error, "there is no control socket: `aev why` and the like find nothing");
                Ok(None)
            }
            bound => bound.map(Some),
        },
        ControlAddress::Tcp(address) => {
            let file = settings.control_token.value.clone().ok_or(ControlError::NoToken)?;
            token(&file)?;
            let failed = |error| ControlError::System { address: address.clone(), error };
            let listener = std::net::TcpListener::bind(address).map_err(failed)?;
            listener.set_nonblocking(true).map_err(failed)?;
            let address = listener.local_addr().map_err(failed)?;
            Ok(Some(Bound::Tcp(listener, address, file)))
        }
    }
}

/// The token as it is now, so that it can be changed while the process runs.
pub(super) fn token(path: &Path) -> Result<SecretValue, ControlError> {
    let unusable = |reason: String| ControlError::Token { path: path.to_owned(), reason };
    let text = fs::read(path).map_err(|error| unusable(error.to_string()))?;
    let token = text.trim_ascii();
    match token.len() {
        ..TOKEN => Err(unusable(format!("it has fewer than {TOKEN} bytes"))),
        _ => Ok(SecretValue::new(token.to_vec())),
    }
}

fn bind_socket(path: &Path) -> Result<Bound, ControlError> {
    let failed = |error| ControlError::System { address: path.display().to_string(), error };
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(dir).map_err(failed)?;
    let lock = lock(path)?;
    match fs::symlink_metadata(path) {
        Ok(found) if !found.file_type().is_socket() => {
            return Err(ControlError::NoSocket { path: path.to_owned() });
        }
        _ => {}
    }
    // It is made where nobody else comes, so that it is never open to others, and then put in its place.
    let closed = dir.join(format!(".control-{}", std::process::id()));
    let _ = fs::remove_dir_all(&closed);
    DirBuilder::new().mode(0o700).create(&closed).map_err(failed)?;
    let made = make(&closed.join("s"), path);
    let _ = fs::remove_dir_all(&closed);
    let (listener, inode) = made.map_err(failed)?;
    Ok(Bound::Socket(listener, Place { path: path.to_owned(), inode, _lock: lock }))
}

fn make(hidden: &Path, path: &Path) -> io::Result<(UnixListener, u64)> {
    let listener = UnixListener::bind(hidden)?;
    listener.set_nonblocking(true)?;
    fs::set_permissions(hidden, Permissions::from_mode(0o600))?;
    let inode = fs::metadata(hidden)?.ino();
    fs::rename(hidden, path)?;
    Ok((listener, inode))
}

/// A lock says whether the process lives that made a socket: it goes with it, however that ends.
fn lock(path: &Path) -> Result<File, ControlError> {
    let failed = |error| ControlError::System { address: path.display().to_string(), error };
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let mut options = OpenOptions::new();
    let mut file =
        options.read(true).write(true).create(true).truncate(false).mode(0o600).open(name).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let _ = file.read_to_string(&mut text);
            return Err(ControlError::InUse { path: path.to_owned(), pid: text.trim().parse().ok() });
        }
        Err(TryLockError::Error(error)) if error.kind() != ErrorKind::Unsupported => {
            return Err(failed(error));
        }
        // Without locks, whoever comes last has the socket.
        Err(TryLockError::Error(_)) => {}
    }
    let written =
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
    written.map_err(failed)?;
    Ok(file)
}
