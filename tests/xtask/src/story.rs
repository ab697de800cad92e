//! `cargo xtask story`: plays `examples/pull-request` from GitHub's delivery to a workflow, on this machine only.
//!
//! It starts the pipeline as a user would, posts two signed deliveries to it over HTTP, answers the call to the status
//! board from a server of its own, and ends the pipeline as Ctrl-C does. What the pipeline prints is what the reader sees.

use crate::terminal::{program, root, say};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fs;
use std::io::{BufRead, BufReader, Error, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// The longest that any one step may take; a build before it is not counted.
const PATIENCE: Duration = Duration::from_secs(30);

/// Plays the story; the exit code is nought when it ended well.
pub fn run() -> ExitCode {
    match play() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("story: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn play() -> Result<(), Error> {
    let aev = build()?;
    let scratch = tempfile::tempdir()?;
    let example = root().join("examples/pull-request");
    let hook = "only-this-machine-knows";
    secret(scratch.path(), "github-access", "hook", hook)?;
    secret(scratch.path(), "status-board", "token", "Bearer board")?;

    let (board, calls) = status_board()?;
    let address = free_address()?;
    let objects = scratch.path().join("objects");
    let mut pipeline = Command::new(aev)
        .arg("run")
        .arg("pull-request.aev")
        .arg("--format=human")
        .arg(format!("--port=12000={}", address.port()))
        .arg(format!("--connect=status-board.ci.svc:8080={board}"))
        .arg("--secrets")
        .arg(scratch.path().join("secrets"))
        .arg("--bus")
        .arg(format!("embedded:{}", scratch.path().join("bus").display()))
        .arg("--objects")
        .arg(&objects)
        .current_dir(&example)
        .spawn()?;

    let played = deliver(&mut pipeline, address, &example.join("fixtures"), hook, &calls, &objects);
    let ended = stop(&mut pipeline);
    let workflow = played?;
    ended?;
    say(&format!("\nThe workflow that a cluster would have been given:\n\n{workflow}"));
    Ok(())
}

/// Posts the deliveries and waits for what they cause; gives the text of the workflow.
fn deliver(
    pipeline: &mut Child,
    address: SocketAddr,
    fixtures: &Path,
    hook: &str,
    calls: &Receiver<String>,
    objects: &Path,
) -> Result<String, Error> {
    until("the pipeline listens", || {
        if let Some(status) = pipeline.try_wait()? {
            return Err(Error::other(format!("the pipeline ended before it listened: {status}")));
        }
        Ok(TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok().map(drop))
    })?;
    for (name, delivery) in [
        ("closed.json", "6f1d2a30-c5b1-11f0-8f6e-4d1c7a9b2e55"),
        ("opened.json", "7a2e3b41-c5b1-11f0-9a7f-5e2d8bac3f66"),
    ] {
        let body = fs::read(fixtures.join(name))?;
        let status = post(address, &body, hook, delivery)?;
        if !status.starts_with("HTTP/1.1 2") {
            return Err(Error::other(format!("{name} was answered with `{status}`")));
        }
    }
    let call = calls.recv_timeout(PATIENCE).map_err(|_| Error::other("the status board was not called"))?;
    let commit = "/commits/9f3b6c1e7a2d4850b1c9e6f7a8d3b2c4e5f60718";
    if !call.starts_with(&format!("PUT {commit} ")) {
        return Err(Error::other(format!("the status board was called with `{call}`")));
    }
    until("the workflow is there", || {
        let mut found = Vec::new();
        files(objects, &mut found);
        // An object is written beside its place and then moved there.
        match found.iter().find(|file| file.extension().is_some_and(|end| end == "json")) {
            Some(file) => fs::read_to_string(file).map(Some),
            None => Ok(None),
        }
    })
}

fn build() -> Result<PathBuf, Error> {
    let cargo = program("cargo").ok_or_else(|| Error::other("cargo is not on the PATH"))?;
    let status = Command::new(cargo).args(["build", "--bin", "aev"]).current_dir(root()).status()?;
    if !status.success() {
        return Err(Error::other("aev does not build"));
    }
    // The command that is running lies in the same directory as the one that was just built.
    let here = std::env::current_exe()?;
    Ok(here.with_file_name(if cfg!(windows) { "aev.exe" } else { "aev" }))
}

fn secret(scratch: &Path, name: &str, key: &str, value: &str) -> Result<(), Error> {
    let dir = scratch.join("secrets").join(name);
    fs::create_dir_all(&dir)?;
    fs::write(dir.join(key), value)
}

/// A port that is free now. Somebody else may take it before the pipeline does; then the story fails and says so.
fn free_address() -> Result<SocketAddr, Error> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// A server that answers every call with 204 and reports its first line.
fn status_board() -> Result<(SocketAddr, Receiver<String>), Error> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let (sender, calls) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            // A call that breaks off is one that did not happen; the story waits for a whole one.
            let _ = answer(stream, &sender);
        }
    });
    Ok((address, calls))
}

fn answer(stream: TcpStream, sender: &Sender<String>) -> Result<(), Error> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(Error::other)?;
        }
        lines.push(line);
    }
    std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink())?;
    reader.get_mut().write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")?;
    sender.send(lines.into_iter().next().unwrap_or_default()).map_err(Error::other)
}

/// One delivery as GitHub makes it: the HMAC of the body under the hook's secret.
fn post(address: SocketAddr, body: &[u8], hook: &str, delivery: &str) -> Result<String, Error> {
    let mut mac = Hmac::<Sha256>::new_from_slice(hook.as_bytes()).map_err(Error::other)?;
    mac.update(body);
    let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "POST /github HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         X-GitHub-Event: pull_request\r\nX-GitHub-Delivery: {delivery}\r\nX-Hub-Signature-256: sha256={signature}\r\n\
         Connection: close\r\n\r\n",
        body.len(),
    )?;
    stream.write_all(body)?;
    let mut status = String::new();
    BufReader::new(stream).read_line(&mut status)?;
    Ok(status.trim_end().to_owned())
}

/// Ends the pipeline as Ctrl-C does, and waits until it has drained.
fn stop(pipeline: &mut Child) -> Result<(), Error> {
    let pid = i32::try_from(pipeline.id()).ok().and_then(rustix::process::Pid::from_raw);
    if let Some(pid) = pid {
        rustix::process::kill_process(pid, rustix::process::Signal::INT)?;
    }
    let ended = until("the pipeline ends", || pipeline.try_wait());
    if ended.is_err() {
        pipeline.kill()?;
    }
    match ended? {
        status if status.success() => Ok(()),
        status => Err(Error::other(format!("the pipeline ended with {status}"))),
    }
}

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => files(&path, found),
            path => found.push(path),
        }
    }
}

fn until<T>(what: &str, mut look: impl FnMut() -> Result<Option<T>, Error>) -> Result<T, Error> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(seen) = look()? {
            return Ok(seen);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Err(Error::other(format!("{what}: not within {} s", PATIENCE.as_secs())))
}
